//! Checking a whole store: rows against checksums, indexes against records, counters against rows, and the log's replay against the store.

use super::replay;
use super::state::World;
use super::{Db, sweep};
use crate::error::Result;
use crate::query::{Row, Stored};
use crate::schema::Collection;
use crate::store::{KeyRange, Memory, Store, keys};
use bytes::Bytes;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a check has looked at, and what it found.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Report {
    /// Records read.
    pub records: u64,
    /// Index entries compared.
    pub entries: u64,
    /// Log entries replayed.
    pub commits: u64,
    /// A sentence for each thing that is wrong.
    pub problems: Vec<String>,
}

/// Checks that the indexes, ids and counters are exactly those of the records. Nobody may write meanwhile.
pub fn indexes(db: &Db) -> Result<Report> {
    let world = db.world();
    let mut report = Report::default();
    for collection in world.schema.all() {
        check_collection(&world, db.store().as_ref(), collection, &mut report)?;
    }
    Ok(report)
}

fn check_collection(world: &World, store: &dyn Store, collection: &Arc<Collection>, report: &mut Report) -> Result<()> {
    let name = &collection.name;
    let (mut records, mut expected) = (0u64, 0u64);
    let mut failed = None;
    store.scan(&keys::rows(collection.number), false, &mut |key, value| {
        records += 1;
        let rowid = keys::rowid(key).unwrap_or_default();
        match check_row(world, store, collection, rowid, &value, &mut report.problems) {
            Ok(entries) => expected += entries,
            Err(e) => failed = Some(e),
        }
        if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if let Some(e) = failed {
        return Err(e);
    }
    let ids = count(store, &keys::ids(collection.number))?;
    let kept = store.get(&keys::count(collection.number))?.and_then(|v| keys::read_number(&v)).unwrap_or(0);
    let mut actual = 0;
    for index in &collection.indexes {
        actual += count(store, &keys::index_all(collection.number, index.number))?;
    }
    for field in collection.fields.iter().filter(|f| f.relation().is_some()) {
        actual += count(store, &keys::references_of_field(collection.number, field.number))?;
    }
    for (what, is, should) in [("ids", ids, records), ("records by its counter", kept, records), ("index entries", actual, expected)] {
        if is != should {
            report.problems.push(format!("{name} has {is} {what}, but its {records} records make {should}"));
        }
    }
    report.records += records;
    report.entries += expected;
    Ok(())
}

/// Answers how many index entries the row has.
fn check_row(
    world: &World,
    store: &dyn Store,
    collection: &Arc<Collection>,
    rowid: u64,
    value: &[u8],
    problems: &mut Vec<String>,
) -> Result<u64> {
    let row = match Stored::parse(collection, rowid, Bytes::copy_from_slice(value), true) {
        Ok(stored) => Row::Stored(stored),
        Err(e) => {
            problems.push(e.to_string());
            return Ok(0);
        }
    };
    let at = store.get(&keys::id(collection.number, &row.id()))?.and_then(|v| keys::read_number(&v));
    if at != Some(rowid) {
        problems.push(format!("{} {} is row {rowid}, but its id leads to {at:?}", collection.name, row.id()));
    }
    let entries = world.entries(&row)?;
    for entry in &entries {
        let (key, value) = entry.key_value(collection.number, rowid);
        if store.get(&key)?.as_deref() != Some(value.as_slice()) {
            problems.push(format!("{} {} is missing from an index ({entry:?})", collection.name, row.id()));
        }
    }
    Ok(entries.len() as u64)
}

fn count(store: &dyn Store, range: &KeyRange) -> Result<u64> {
    let mut n = 0;
    store.scan(range, false, &mut |_, _| {
        n += 1;
        ControlFlow::Continue(())
    })?;
    Ok(n)
}

/// Replays checkpoint and log into memory, and compares the outcome with the store. Nobody may write meanwhile.
pub async fn replay(db: &Db) -> Result<Report> {
    db.in_writer(sweep::everything).await??;
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let mut state = replay::rebuild(store.clone(), db.log(), db.dir())?;
    let from = state.applied;
    replay::catch_up(&mut state, db.log())?;
    // A checkpoint holds what was waiting to be swept while it was taken.
    sweep::everything(&mut state)?;
    let mut report = Report { commits: state.applied - from, ..Report::default() };
    compare(db.store().as_ref(), store.as_ref(), "the store", "its replayed log", &mut report)?;
    compare(store.as_ref(), db.store().as_ref(), "the replayed log", "the store", &mut report)?;
    Ok(report)
}

/// Whatever `one` has, `other` must have too.
fn compare(one: &dyn Store, other: &dyn Store, name: &str, other_name: &str, report: &mut Report) -> Result<()> {
    let mut failed = None;
    one.scan(&keys::everything(), false, &mut |key, value| {
        match other.get(key) {
            Ok(found) if found.as_deref() == Some(&*value) => {}
            Ok(found) => {
                let how = if found.is_some() { "has another value" } else { "does not have it" };
                report.problems.push(format!("{name} has {}, but {other_name} {how}", keys::describe(key)));
            }
            Err(e) => failed = Some(e),
        }
        if failed.is_some() || 100 < report.problems.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    failed.map_or(Ok(()), Err)
}
