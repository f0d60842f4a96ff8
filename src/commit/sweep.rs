//! Deleting key ranges that nothing uses any more: of deleted collections, dropped indexes, removed relation fields.

use super::state::State;
use crate::error::Result;
use crate::store::{Batch, KeyRange, keys};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// How many keys one step deletes.
const STEP: usize = 1000;

/// Deletes the next keys of the garbage. Answers whether there is more.
pub(crate) fn step(state: &mut State) -> Result<bool> {
    let Some(range) = state.garbage.last().cloned() else { return Ok(false) };
    let mut batch = Batch::default();
    state.store.scan(&range, false, &mut |key, _| {
        batch.delete(key.to_vec());
        if batch.writes.len() < STEP { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if batch.writes.len() < STEP {
        state.garbage.pop();
    }
    if !batch.writes.is_empty() {
        state.store.apply(&batch)?;
    }
    Ok(!state.garbage.is_empty())
}

/// Deletes all garbage at once.
pub(crate) fn all(state: &mut State) -> Result<()> {
    while step(state)? {}
    Ok(())
}

/// Garbage that a stop left behind: ranges whose collection, index or field is not in the schema.
pub(crate) fn orphans(state: &State) -> Result<Vec<KeyRange>> {
    let schema = &state.world.schema;
    let mut live = HashSet::new();
    for collection in schema.all() {
        live.extend(keys::live_prefixes(
            collection.number,
            collection.indexes.iter().map(|i| i.number),
            collection.fields.iter().filter(|f| f.relation().is_some()).map(|f| f.number),
        ));
    }
    keys::prefixes_not_in(state.store.as_ref(), &live)
}
