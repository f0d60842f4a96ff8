//! The thread that merges the frozen table into the blocks below.

use super::block::{Block, Draft};
use super::layered::{REACHED, Shared};
use super::table::Table;
use super::{Batch, keys, upgrade};
use crate::error::{Error, Result};
use bytes::Bytes;
use parking_lot::{Condvar, Mutex};
use std::iter::Peekable;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// So many bytes of blocks are written at once, more or less: readers of the store below wait as long.
const BATCH_BYTES: usize = 64 << 10;
/// When one block becomes more than so many, nearly all of what is in them is new, and whoever reads it will unpack it: only the first
/// and the last, where the next pairs will come, stay in memory.
const MANY: usize = 8;
/// The disk must have room for so much before anything is written.
const RESERVE: u64 = 8 << 20;
/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// The way to the thread.
pub(super) struct Merger {
    state: Arc<(Mutex<State>, Condvar)>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    stop: bool,
    /// Somebody waits for both tables to be empty.
    all: bool,
    /// How often a merge has ended, well or not.
    rounds: u64,
    /// Why the last one failed.
    failed: Option<Error>,
}

impl Merger {
    /// Starts the thread.
    pub fn start(shared: Arc<Shared>) -> Result<Merger> {
        let state = Arc::new((Mutex::new(State::default()), Condvar::new()));
        let (its, seen) = (state.clone(), shared.clone());
        let thread = std::thread::Builder::new().name("luge-merger".into()).spawn(move || run(&seen, &its))?;
        Ok(Merger { state, shared, thread: Some(thread) })
    }

    /// Tells that a table was frozen.
    pub fn wake(&self) {
        // Under the lock, so that the thread is not just between its look and its sleep.
        let _state = self.state.0.lock();
        self.state.1.notify_all();
    }

    /// Waits while there is too much in memory.
    ///
    /// # Errors
    /// What keeps the merger from making room.
    pub fn wait_while(&self, full: &dyn Fn() -> bool) -> Result<()> {
        if !full() {
            return Ok(());
        }
        let mut state = self.state.0.lock();
        while full() {
            if let Some(error) = &state.failed {
                return Err(error.clone());
            }
            self.state.1.notify_all();
            self.state.1.wait_for(&mut state, AGAIN);
        }
        Ok(())
    }

    /// Merges everything that is in memory now.
    pub fn merge_all(&self) -> Result<()> {
        let mut state = self.state.0.lock();
        let began = state.rounds;
        while !self.is_empty() {
            // A failure of the past may be over, so one more round is waited for.
            if let Some(error) = state.failed.clone().filter(|_| began < state.rounds) {
                return Err(error);
            }
            state.all = true;
            self.state.1.notify_all();
            self.state.1.wait_for(&mut state, AGAIN);
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        let tables = self.shared.tables.read();
        tables.recent.is_empty() && tables.frozen.is_none()
    }
}

impl Drop for Merger {
    /// What is not merged is in the log.
    fn drop(&mut self) {
        self.state.0.lock().stop = true;
        self.state.1.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, state: &(Mutex<State>, Condvar)) {
    let is_stopped = || state.0.lock().stop;
    while !is_stopped() {
        let Some(frozen) = next(shared, state) else { continue };
        let merged = merge(shared, &frozen, &is_stopped);
        let mut now = state.0.lock();
        now.rounds += 1;
        match merged {
            Ok(true) => {
                now.failed = None;
                shared.tables.write().frozen = None;
            }
            Ok(false) => return,
            Err(error) => {
                if now.failed.is_none() {
                    tracing::error!(%error, "the store could not take what was committed; it is in the log, and tried again");
                }
                now.failed = Some(error);
            }
        }
        state.1.notify_all();
        if now.failed.is_some() && !now.stop {
            state.1.wait_for(&mut now, AGAIN);
        }
        drop(now);
        drop(frozen);
    }
}

/// The table to be merged next. When there is none, waits a while for one.
fn next(shared: &Shared, state: &(Mutex<State>, Condvar)) -> Option<Arc<Table>> {
    let mut now = state.0.lock();
    let look = |all: &mut bool| {
        let mut tables = shared.tables.write();
        if *all || shared.limits.recent_bytes <= tables.recent.bytes() {
            tables.freeze();
        }
        *all = false;
        tables.frozen.clone()
    };
    let found = look(&mut now.all);
    if found.is_none() && !now.stop {
        state.1.wait(&mut now);
    }
    found
}

/// Rewrites the blocks that a table touches. Answers false when it was stopped before the end.
fn merge(shared: &Shared, frozen: &Table, is_stopped: &dyn Fn() -> bool) -> Result<bool> {
    let mut out = Output { shared, batch: Batch::default(), bytes: 0, gone: Vec::new(), new: Vec::new(), unkept: Vec::new() };
    if let Some(Some(applied)) = frozen.get(&upgrade::applied_key()) {
        // The blocks are about to run ahead: a log that ends before this is not theirs.
        out.batch.put(keys::hidden(REACHED), applied.to_vec());
    }
    for with_applied in [false, true] {
        let mut pairs = frozen.from(&[]).filter(|(key, _)| keys::goes_with_applied(key, shared.collections) == with_applied).peekable();
        while let Some((key, _)) = pairs.peek() {
            let base = base(shared, key)?;
            if out.batch.writes.last().is_some_and(|(name, _)| **name == *base.first) {
                // It was read before that write, which it would undo. The cache knows where blocks end, so this does not happen.
                return Err(Error::internal("a merge came to one block twice"));
            }
            out.rewrite(&base, &mut pairs);
            // What goes with `applied` is one batch, however large.
            if BATCH_BYTES <= out.bytes && !with_applied {
                out.write()?;
                if is_stopped() {
                    return Ok(false);
                }
            }
        }
        out.write()?;
    }
    Ok(true)
}

/// The block that a key belongs into, as it is now. Blocks end with their zone.
fn base(shared: &Shared, key: &[u8]) -> Result<Arc<Block>> {
    let zone = keys::zone(key);
    let found = match shared.cache.get(key) {
        Ok(block) => block,
        Err(_) => Arc::new(shared.read(key)?),
    };
    match zone.from[..] <= *found.first {
        true => Ok(found),
        false => Ok(Arc::new(Block::void(zone.from.into(), found.end.clone()))),
    }
}

/// Blocks that are to be written together.
struct Output<'s> {
    shared: &'s Shared,
    batch: Batch,
    bytes: usize,
    gone: Vec<Box<[u8]>>,
    new: Vec<Block>,
    /// The names of new blocks that do not stay in memory.
    unkept: Vec<Box<[u8]>>,
}

impl Output<'_> {
    /// Makes new blocks of an old one and of the pairs of the table that belong into it.
    fn rewrite<'t>(&mut self, base: &Block, pairs: &mut Peekable<impl Iterator<Item = (&'t [u8], &'t Option<Bytes>)>>) {
        let zone = keys::zone(&base.first);
        let mut draft = Draft::default();
        let put = |draft: &mut Draft, (key, value): (&[u8], &Option<Bytes>)| {
            if let Some(value) = value {
                draft.push(key, &[], value);
            }
        };
        let mut key = Vec::new();
        for i in 0..base.len() {
            key.clear();
            key.extend_from_slice(base.prefix());
            key.extend_from_slice(base.suffix(i));
            while let Some(pair) = pairs.next_if(|(newer, _)| *newer < &key[..]) {
                put(&mut draft, pair);
            }
            match pairs.next_if(|(newer, _)| *newer == &key[..]) {
                Some(pair) => put(&mut draft, pair),
                None => draft.push(&key, &[], base.value(i)),
            }
        }
        while let Some(pair) = pairs.next_if(|(key, _)| base.is_before_end(key) && *key < &zone.to[..]) {
            put(&mut draft, pair);
        }
        self.put(base, &draft);
    }

    fn put(&mut self, base: &Block, draft: &Draft) {
        if draft.is_empty() {
            if 0 < base.len() {
                self.batch.delete(base.first.to_vec());
                self.gone.push(base.first.clone());
            }
            return;
        }
        let pieces = draft.pieces(&base.first, base.end.as_deref());
        let last = pieces.len() - 1;
        for (n, piece) in pieces.into_iter().enumerate() {
            self.bytes += piece.packed.len();
            self.batch.put(piece.block.first.to_vec(), piece.packed);
            match last < MANY || n == 0 || n == last {
                true => self.new.push(piece.block),
                false => self.unkept.push(piece.block.first),
            }
        }
    }

    /// Writes what there is. The cache follows at once, so that it never has what is not below.
    fn write(&mut self) -> Result<()> {
        if self.batch.writes.is_empty() {
            return Ok(());
        }
        self.shared.below.reserve(RESERVE + 4 * self.bytes as u64)?;
        self.shared.below.apply(std::mem::take(&mut self.batch))?;
        self.bytes = 0;
        let (gone, unkept) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.unkept));
        self.shared.cache.follow(&gone, &unkept, std::mem::take(&mut self.new));
        Ok(())
    }
}
