//! Filling a new index in chunks, between the writer's groups, so that no request waits for a whole collection.

use super::Db;
use super::state::State;
use crate::error::{Error, FieldErrors, Problem, Result};
use crate::query::{Row, Stored, entries};
use crate::schema::Collection;
use crate::store::{Batch, keys};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many records one chunk handles: a few milliseconds of the writer's time.
const CHUNK: usize = 500;

/// Writes the entries of the next records from `from` on. Answers where to go on; `None` when all are done.
pub(crate) fn chunk(state: &State, collection: &Arc<Collection>, indexes: &[u32], from: u64) -> Result<Option<u64>> {
    let mut rows = Vec::with_capacity(CHUNK);
    state.store.scan(&keys::rows_between(collection.number, from, None), false, &mut |key, value| {
        rows.extend(keys::rowid(key).map(|rowid| (rowid, value.to_bytes())));
        if rows.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let mut batch = Batch::default();
    for (rowid, value) in &rows {
        let row = Row::Stored(Stored::parse(collection, *rowid, value.clone(), true)?);
        for entry in entries::entries(&state.world.schema, &state.world.rules, &row)? {
            if indexes.iter().any(|i| entry.is_of(*i)) {
                add(state, &mut batch, collection, &entry, *rowid)?;
            }
        }
    }
    state.store.apply(batch)?;
    Ok((rows.len() == CHUNK).then(|| rows.last().map_or(from, |r| r.0 + 1)))
}

fn add(state: &State, batch: &mut Batch, collection: &Collection, entry: &entries::Entry, rowid: u64) -> Result<()> {
    let (key, value) = entry.key_value(collection.number, rowid);
    if entry.is_unique() {
        let in_batch = batch.writes.iter().any(|(k, _)| *k == key);
        let stored = state.store.get(&key)?;
        // In a replay rows may be newer than the entry that is being applied, so that two of them seem to have one key. The log says
        // that they have not, and what follows in it sets that right.
        if state.replaying {
            batch.put(key, value);
            return Ok(());
        }
        if in_batch || stored.is_some_and(|v| keys::read_number(&v) != Some(rowid)) {
            return Err(not_unique(collection, entry));
        }
    }
    batch.put(key, value);
    Ok(())
}

pub(super) fn not_unique(collection: &Collection, entry: &entries::Entry) -> Error {
    let position = collection.indexes.iter().position(|i| entry.is_of(i.number)).unwrap_or(0);
    let name = collection.indexes.get(position).map_or("", |i| i.name.as_str());
    let message = format!("Failed to create index {name} - the values of the existing records are not unique.");
    let problem = FieldErrors::one(&position.to_string(), Problem::new("validation_invalid_index_expression", message.clone()));
    let mut errors = FieldErrors::new();
    errors.nest("indexes", problem);
    Error::bad_request(message).with_fields(errors)
}

/// Fills indexes of a pending edit while everything else goes on.
pub(super) async fn fill(db: &Db, collection: &Arc<Collection>, indexes: Vec<u32>) -> Result<()> {
    let mut from = Some(0);
    while let Some(start) = from {
        let (collection, indexes) = (collection.clone(), indexes.clone());
        from = db.in_writer(move |state| chunk(state, &collection, &indexes, start)).await??;
    }
    Ok(())
}
