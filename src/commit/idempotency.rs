//! Answers that are kept, so that a repeated request gets the first answer and is not done twice.

use super::{Db, Op};
use crate::error::Result;
use crate::log::Position;
use crate::query::View;
use crate::schema::Record;
use crate::value::{Value, time};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// How long an answer is kept, in milliseconds.
pub const KEPT: i64 = 24 * 60 * 60 * 1000;

/// The wish that a repetition gets the first answer.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// What the client sent: up to 64 characters.
    pub key: String,
    /// Who sent it: another actor's equal key is another key.
    pub actor: String,
}

/// The answer to a transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The position of the commit.
    pub position: Position,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Idempotency {
    /// The id of the record that keeps the answer.
    fn id(&self) -> String {
        let digest = Sha256::digest(format!("{}\n{}", self.actor, self.key).as_bytes());
        digest.iter().take(15).map(|b| format!("{b:02x}")).collect()
    }

    /// The kept answer, unless it is older than a day.
    pub fn find(&self, db: &Db) -> Result<Option<Remembered>> {
        let view = db.view();
        let Some(collection) = view.schema.find("_idempotency") else { return Ok(None) };
        let Some(row) = view.get(collection, &self.id())? else { return Ok(None) };
        let record = row.to_record();
        if record.get_named("created").as_text() < time::from_millis(db.clock().now() - KEPT).as_str() {
            return Ok(None);
        }
        Ok(Some(Remembered {
            position: Position { epoch: db.position().epoch, seq: record.rev },
            status: record.get_named("status").as_number() as u16,
            body: BASE64.decode(record.get_named("body").as_text()).unwrap_or_default(),
        }))
    }

    /// The step that keeps an answer, in the same transaction as what it answers.
    pub(super) fn keep(&self, view: &View, now: i64, status: u16, body: &[u8]) -> Option<Op> {
        let mut record = Record::new(view.schema.find("_idempotency")?.clone());
        record.set(0, Value::text(self.id()));
        record.set_named("status", Value::Number(f64::from(status)));
        record.set_named("body", Value::text(BASE64.encode(body)));
        record.set_named("created", Value::text(time::from_millis(now)));
        Some(Op::Put { record })
    }
}

/// The steps that forget the answers older than a day, at most `limit`.
pub fn expired(db: &Db, limit: usize) -> Result<Vec<Op>> {
    let view = db.view();
    let Some(collection) = view.schema.find("_idempotency") else { return Ok(Vec::new()) };
    let horizon = time::from_millis(db.clock().now() - KEPT);
    let mut ops = Vec::new();
    view.each(collection, false, &mut |row| {
        // Answers are kept in the order of their creation, so the first young one ends the search.
        let record = row.to_record();
        if horizon.as_str() <= record.get_named("created").as_text() || limit <= ops.len() {
            return std::ops::ControlFlow::Break(());
        }
        ops.push(Op::Remove { collection: collection.clone(), id: record.id().to_owned() });
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(ops)
}
