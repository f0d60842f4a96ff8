//! Deleting key ranges that nothing uses any more: of deleted collections, dropped indexes, removed relation fields.

use super::state::{State, World};
use crate::error::Result;
use crate::store::{Batch, KeyRange, keys};
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
        state.store.apply(batch)?;
    }
    Ok(!state.garbage.is_empty())
}

/// Deletes all garbage at once.
pub(crate) fn all(state: &mut State) -> Result<()> {
    while step(state)? {}
    Ok(())
}

/// Deletes all garbage at once, that of which nobody knows any more included.
pub(crate) fn everything(state: &mut State) -> Result<()> {
    let orphans = orphans(state)?;
    state.garbage.extend(orphans);
    all(state)
}

/// Garbage that a stop left behind. Jumps from one part of the store to the next, so it costs a read for each part.
pub(crate) fn orphans(state: &State) -> Result<Vec<KeyRange>> {
    let mut orphans = Vec::new();
    let mut rest = keys::everything();
    loop {
        let mut first = None;
        state.store.scan(&rest, false, &mut |key, _| {
            first = Some(key.to_vec());
            ControlFlow::Break(())
        })?;
        let Some(key) = first else { return Ok(orphans) };
        match keys::part(&key) {
            Some((collection, part, range)) => {
                rest.from.clone_from(&range.to);
                if !is_live(&state.world, collection, part) {
                    orphans.push(range);
                }
            }
            // What the store knows of itself: a handful of keys.
            None => rest.from = [&key[..], &[0]].concat(),
        }
    }
}

fn is_live(world: &World, number: u32, part: keys::Part) -> bool {
    let Some(collection) = world.schema.by_number(number) else { return false };
    match part {
        keys::Part::Index(index) => world.has_index(number, index),
        keys::Part::References(field) => collection.field_by_number(field).is_some_and(|f| f.relation().is_some()),
        keys::Part::Records => true,
    }
}
