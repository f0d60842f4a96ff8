//! Steps 1 to 5 as a whole: from a transaction to the exact changes that the writer will seal.

use super::conflicts;
use super::idempotency::Remembered;
use super::passwords::{Known, Need};
use super::stage::Stage;
use super::staged::{Original, Staged};
use super::state::World;
use super::unique::may_have_twins;
use super::{Committed, Db, Refused, Transaction};
use crate::error::Result;
use crate::log::{ChangeKind, Origin, Position};
use crate::query::{Row, Stored, entries};
use crate::schema::{Collection, Record};
use crate::store::row;
use std::sync::Arc;

/// What preparing came to.
pub(crate) enum Outcome {
    /// The writer can have it.
    Ready(Box<Prepared>),
    /// Passwords must be hashed or compared first; then it is prepared again.
    Needs(Vec<Need>),
    /// It was refused, but commits were applied while it read: what it saw may never have been there together.
    Doubtful { refused: Refused, base: u64, watched: Vec<u64> },
    /// A script took longer than this thread may be held up: prepare it on one that may.
    Slow,
    /// It was done before, under the same idempotency key.
    Done(Committed),
}

/// One record's change, complete but for the number of the commit and of a new record.
#[derive(Debug)]
pub(crate) struct PreparedChange {
    pub collection: Arc<Collection>,
    pub id: String,
    pub kind: ChangeKind,
    pub before: Option<Original>,
    pub after: Option<Vec<u8>>,
    /// Index entries that the record no longer has.
    pub lost: Vec<entries::Entry>,
    /// Index entries that it did not have.
    pub gained: Vec<entries::Entry>,
}

/// A transaction that only waits for its place in the log.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The commit after which everything was read.
    pub base: u64,
    pub schema_version: u64,
    pub watched: Vec<u64>,
    pub touched: Vec<u64>,
    pub changes: Vec<PreparedChange>,
    pub results: Vec<Option<Arc<Record>>>,
    pub answer: Option<Remembered>,
    pub origin: Origin,
}

/// Prepares a transaction. Everything that it reads is at least as new as `base`.
pub(crate) fn prepare(db: &Db, tx: &Transaction, known: &Known) -> Result<Outcome, Refused> {
    if let Some(idempotency) = &tx.idempotency
        && let Some(answer) = idempotency.find(db)?
    {
        return Ok(Outcome::Done(Committed { position: answer.position, records: Vec::new(), answer: Some(answer) }));
    }
    let base = db.position().seq;
    let mut stage = Stage::new(db, tx, known)?;
    let results = match run_all(&mut stage) {
        Ok(results) => results,
        Err(_) if stage.slow.get() => return Ok(Outcome::Slow),
        Err(refused) if db.has_moved(base) => return Ok(Outcome::Doubtful { refused, base, watched: stage.relied_on() }),
        Err(refused) => return Err(refused),
    };
    if !stage.needs.is_empty() {
        return Ok(Outcome::Needs(stage.needs));
    }
    let answer = answer(&mut stage, &results)?;
    Ok(Outcome::Ready(Box::new(finish(stage, base, results, answer)?)))
}

fn run_all(stage: &mut Stage) -> Result<Vec<Option<Arc<Record>>>, Refused> {
    let tx = stage.tx;
    let steps = tx.ops.iter().enumerate().map(|(i, op)| {
        tx.in_time()?;
        stage.request = tx.each.get(i).unwrap_or(&tx.request);
        // What a step says that has used up the time is not what was wrong with it.
        stage.run(op).map_err(|error| tx.in_time().err().map_or(Refused { op: Some(i), error }, Refused::from))
    });
    steps.collect()
}

/// Makes the answer, and keeps it for repetitions where that is wished.
fn answer(stage: &mut Stage, results: &[Option<Arc<Record>>]) -> Result<Option<Remembered>> {
    let Some(render) = &stage.tx.answer else { return Ok(None) };
    let (status, body) = render(&stage.view, results)?;
    let kept = stage.tx.idempotency.as_ref().and_then(|i| i.keep(&stage.view, stage.db.clock().now(), status, &body));
    if let Some(op) = kept {
        stage.run(&op)?;
    }
    Ok(Some(Remembered { position: Position { epoch: 0, seq: 0 }, status, body }))
}

fn finish(stage: Stage, base: u64, results: Vec<Option<Arc<Record>>>, answer: Option<Remembered>) -> Result<Prepared> {
    let (schema_version, origin, watched) = (stage.world.schema.version, stage.tx.origin.clone(), stage.relied_on());
    let mut touched = Vec::new();
    let mut changes = Vec::new();
    for staged in stage.set.into_list() {
        if let Some(change) = change(&stage.world, staged)? {
            touch(&mut touched, &change);
            changes.push(change);
        }
    }
    Ok(Prepared { base, schema_version, watched, touched, changes, results, answer, origin })
}

fn change(world: &World, staged: Staged) -> Result<Option<PreparedChange>> {
    let kind = match (&staged.before, &staged.after) {
        (None, None) => return Ok(None),
        (None, Some(_)) => ChangeKind::Create,
        (Some(_), Some(_)) => ChangeKind::Update,
        (Some(_), None) => ChangeKind::Delete,
    };
    let mut lost = match &staged.before {
        Some(before) => world.entries(&original_row(&staged.collection, before))?,
        None => Vec::new(),
    };
    let mut gained = staged.gained;
    if kind == ChangeKind::Update {
        let kept: Vec<_> = gained.iter().filter(|e| lost.contains(e)).cloned().collect();
        gained.retain(|e| !kept.contains(e));
        lost.retain(|e| !kept.contains(e));
    }
    let after = staged.after.as_ref().map(|record| row::encode(record.values()));
    Ok(Some(PreparedChange { collection: staged.collection, id: staged.id, kind, before: staged.before, after, lost, gained }))
}

fn original_row(collection: &Arc<Collection>, before: &Original) -> Row {
    Row::Stored(Stored { collection: collection.clone(), rowid: before.rowid, rev: before.rev, row: before.row.clone() })
}

fn touch(touched: &mut Vec<u64>, change: &PreparedChange) {
    let number = change.collection.number;
    touched.push(conflicts::record(number, &change.id));
    if change.kind == ChangeKind::Create && may_have_twins(&change.collection) {
        touched.push(conflicts::twin(number, &change.id));
    }
    for entry in &change.gained {
        match entry.reference() {
            Some((field, target)) => touched.push(conflicts::reference(number, field, target)),
            None if entry.is_unique() => touched.push(conflicts::unique(&entry.key_value(number, 0).0)),
            None => {}
        }
    }
    if change.kind == ChangeKind::Delete && change.collection.is_superusers() {
        touched.push(conflicts::members(number));
    }
}
