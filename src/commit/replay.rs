//! Building the store from the log, from where it stands or from a checkpoint.

use super::state::{self, State};
use super::sweep;
use crate::error::{Error, Result};
use crate::log::{Entry, Log, Position};
use crate::store::{Batch, Store, checkpoint, keys, upgrade};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// How many changes are applied in one store batch, more or less: an entry is never cut.
const BATCH: usize = 2000;

/// Loads the newest checkpoint that is whole (if there is one) into an empty store; the log from there follows in [`catch_up`].
pub(super) fn rebuild(store: Arc<dyn Store>, log: &Log, dir: &Path) -> Result<State> {
    let epoch = log.position().epoch;
    let mut loaded = false;
    // One of an older epoch is as good, as long as the log still goes on from there: a power cut under relaxed durability begins a
    // new epoch, but loses only what came last.
    for checkpoint in checkpoint::list(&dir.join("checkpoints"))?.iter().filter(|c| log.holds(c.position)) {
        tracing::info!(position = %checkpoint.position, "loading a checkpoint");
        match checkpoint::load(checkpoint, store.as_ref(), &mut |_| {}) {
            Ok(_) => loaded = true,
            // Half of it may be in the store already, and another one on top of that would be a mixture. The next start begins anew.
            Err(error) if !is_empty(store.as_ref())? => return Err(error),
            Err(error) => tracing::warn!(%error, "the checkpoint is damaged; trying the one before it"),
        }
        if loaded {
            break;
        }
    }
    if !loaded && 1 < log.first_seq() {
        let why = format!("the log begins at {} and there is no whole checkpoint before it: restore a backup", log.first_seq());
        return Err(Error::internal(why));
    }
    upgrade::prepare(store.as_ref())?;
    set_epoch(store.as_ref(), epoch)?;
    let mut state = State::new(store, epoch)?;
    state.recount = loaded;
    Ok(state)
}

/// Makes a store that has applied something of an older epoch one of this epoch.
pub(super) fn set_epoch(store: &dyn Store, epoch: u32) -> Result<()> {
    match upgrade::applied(store)? {
        Some(applied) if applied.epoch != epoch => {
            let mut batch = Batch::default();
            upgrade::set_applied(&mut batch, Position { epoch, ..applied });
            store.apply(batch)
        }
        _ => Ok(()),
    }
}

fn is_empty(store: &dyn Store) -> Result<bool> {
    let mut empty = true;
    store.scan(&keys::everything(), false, &mut |_, _| {
        empty = false;
        ControlFlow::Break(())
    })?;
    Ok(empty)
}

/// Applies everything of the log that the store does not have yet.
pub(super) fn catch_up(state: &mut State, log: &Log) -> Result<()> {
    let (from, head) = (state.applied, log.head());
    if from == head {
        return Ok(());
    }
    // Reading goes up to the published position, which nobody has moved yet.
    log.publish(head);
    let started = Instant::now();
    let mut told = Instant::now();
    let mut batch: Vec<(Entry, Option<Vec<state::Delta>>)> = Vec::new();
    let mut changes = 0;
    let mut failed = None;
    log.read(from + 1, &mut |entry| {
        changes += entry.changes.len();
        batch.push((entry, None));
        if changes < BATCH {
            return ControlFlow::Continue(());
        }
        changes = 0;
        if let Err(e) = state.apply(std::mem::take(&mut batch)) {
            failed = Some(e);
            return ControlFlow::Break(());
        }
        if 2 <= told.elapsed().as_secs() {
            told = Instant::now();
            tracing::info!("replaying the log: {} of {head}", state.applied);
        }
        ControlFlow::Continue(())
    })?;
    if let Some(e) = failed {
        return Err(e);
    }
    state.apply(batch)?;
    if state.recount {
        state.count_all()?;
    }
    sweep::all(state)?;
    tracing::info!(commits = head - from, milliseconds = started.elapsed().as_millis() as u64, "replayed the log");
    Ok(())
}
