//! Building the store from the log, from where it stands or from a checkpoint.

use super::state::{self, State};
use super::sweep;
use crate::error::{Error, Result};
use crate::log::{Entry, Log, Position};
use crate::store::{Batch, Store, checkpoint, upgrade};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// How many entries are applied in one store batch.
const BATCH: usize = 1000;

/// Loads the newest checkpoint (if there is one) into an empty store; the log from there follows in [`catch_up`].
pub(super) fn rebuild(store: Arc<dyn Store>, log: &Log, dir: &Path) -> Result<State> {
    let epoch = log.position().epoch;
    let found = checkpoint::newest(&dir.join("checkpoints"), epoch)?;
    match found {
        Some(found) => {
            tracing::info!(seq = found.seq, "loading a checkpoint");
            checkpoint::load(&found.path, store.as_ref())?;
            // Commits from the time of the dump may be in it already; they are applied again, which changes nothing.
            let mut batch = Batch::default();
            upgrade::set_applied(&mut batch, Position { epoch, seq: found.seq });
            store.apply(&batch)?;
        }
        None if 1 < log.first_seq() => {
            let why = format!("the log begins at {} and there is no checkpoint before it; restore a backup", log.first_seq());
            return Err(Error::internal(why));
        }
        None => {}
    }
    upgrade::prepare(store.as_ref())?;
    State::new(store, epoch)
}

/// Applies everything of the log that the store does not have yet.
pub(super) fn catch_up(state: &mut State, log: &Log) -> Result<()> {
    let (from, head) = (state.applied, log.head());
    if from == head {
        return Ok(());
    }
    let started = Instant::now();
    let mut told = Instant::now();
    let mut batch: Vec<(Entry, Option<Vec<state::Delta>>)> = Vec::new();
    let mut failed = None;
    log.read(from + 1, &mut |entry| {
        batch.push((entry, None));
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        if let Err(e) = apply(state, &mut batch) {
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
    apply(state, &mut batch)?;
    state.recount()?;
    sweep::all(state)?;
    tracing::info!(commits = head - from, milliseconds = started.elapsed().as_millis() as u64, "replayed the log");
    Ok(())
}

/// Applies a batch, cut where an entry edits the collections: what comes after is to be read with the new ones.
fn apply(state: &mut State, batch: &mut Vec<(Entry, Option<Vec<state::Delta>>)>) -> Result<()> {
    state.apply(std::mem::take(batch))?;
    Ok(())
}
