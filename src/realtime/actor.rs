//! Who is behind a connection, and whether their token still counts.

use crate::auth::Session;
use crate::error::Result;
use crate::query::{Authority, View};
use crate::schema::Record;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Who is behind a connection, as of the last entry that the hub has processed.
#[derive(Debug, Clone)]
pub struct Actor {
    /// In whose name it is judged.
    pub authority: Authority,
    /// When the token ends, in seconds since 1970.
    pub exp: i64,
    /// A hash of what the token was signed with: when it changes, the token does not count any more.
    key: u64,
}

impl Actor {
    /// Nobody in particular.
    pub fn guest() -> Self {
        Actor { authority: Authority::guest(), exp: i64::MAX, key: 0 }
    }

    /// Who a verified token names.
    pub fn of(session: &Session) -> Self {
        let record = &session.record;
        Actor { authority: Authority::of(Some(record.clone())), exp: session.claims.exp, key: key(record) }
    }

    /// The collection and id of their record.
    pub fn name(&self) -> Option<(u32, &str)> {
        self.authority.record().map(|r| (r.collection.number, r.id()))
    }

    /// Whether it is the same one as another.
    pub fn is(&self, other: &Actor) -> bool {
        self.name() == other.name()
    }

    /// Whether this is how they are stored.
    pub fn is_current(&self, view: &View) -> Result<bool> {
        let Some(record) = self.authority.record() else { return Ok(true) };
        let Some(rowid) = record.rowid else { return Ok(false) };
        Ok(view.stored_at(&record.collection, rowid)?.is_some_and(|stored| stored.rev == record.rev))
    }

    /// The same actor with their record as it has become; `None` when the token does not count any more.
    pub fn with(&self, record: Arc<Record>) -> Option<Actor> {
        (key(&record) == self.key).then(|| Actor { authority: Authority::of(Some(record)), ..self.clone() })
    }
}

fn key(record: &Record) -> u64 {
    let mut hasher = DefaultHasher::new();
    record.get_named("tokenKey").as_text().hash(&mut hasher);
    if let Some(auth) = &record.collection.auth {
        (&auth.auth_token.secret, &auth.auth_rule).hash(&mut hasher);
    }
    hasher.finish()
}
