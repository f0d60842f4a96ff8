//! The store at work: what was written last is a table in memory, which a thread of its own merges into packed blocks below.
//!
//! A commit goes into the `recent` table. When that is large enough it is `frozen`, a new one begins, and the merger rewrites the
//! blocks that it touches: many changes for one block are one write, and sled below sees few large values instead of many small
//! ones. A read looks into recent, frozen and blocks, in this order, and takes what it finds first.
//!
//! Invariants:
//! - Whoever reads looks into the tables before the blocks, and the merger changes the blocks before it drops the frozen table:
//!   so nothing is ever between the two.
//! - Blocks may be ahead of what the store says it has applied, for a process may be killed in the middle of a merge. Entries of
//!   the log are full images, so the replay that follows gets there again. What would not bear that ([`keys::goes_with_applied`])
//!   is written in one batch together with it, after everything else.
//! - Nothing in the tables is lost in a crash, because the log has it. So nothing here waits for a disk but who must: a writer
//!   when both tables are full.

use super::block::Block;
use super::cache::Cache;
use super::merge::Merger;
use super::overlay::{self, Walk};
use super::sieve::Sieve;
use super::table::Table;
use super::{Batch, KeyRange, Store, Visit, VisitPassed, keys};
use crate::error::{Error, Result};
use crate::log::{Faults, Step};
use bytes::Bytes;
use parking_lot::RwLock;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How much of a store is in memory.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A recent table of so many bytes is frozen and merged. While the merge goes on, a second one may be twice as large.
    pub recent_bytes: usize,
    /// Bytes of unpacked blocks that are kept.
    pub cache_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { recent_bytes: 16 << 20, cache_bytes: super::memory_size::share_of_memory() }
    }
}

const LAYOUT: &str = "layout";
/// The layout of the blocks below; another one is not read, but built anew from the log.
const BLOCKS: u64 = 2;
const CONDEMNED: &str = "condemned";
pub(super) const REACHED: &str = "reached";
/// A scan takes so many pairs out of the recent table at once, at first and at most.
const CHUNK: (usize, usize) = (32, 1024);

/// The store in its three layers.
pub struct Layered {
    shared: Arc<Shared>,
    merger: Merger,
    faults: Faults,
}

/// What readers, the writer and the merger share.
pub(super) struct Shared {
    pub below: Arc<dyn Store>,
    pub tables: RwLock<Tables>,
    pub cache: Cache,
    pub limits: Limits,
    /// The number of the collection that describes all others.
    pub collections: u32,
}

#[derive(Default)]
pub(super) struct Tables {
    pub recent: Table,
    pub frozen: Option<Arc<Table>>,
}

impl Tables {
    /// Makes the recent table the frozen one, if there is none.
    pub fn freeze(&mut self) {
        if self.frozen.is_none() && !self.recent.is_empty() {
            self.frozen = Some(Arc::new(std::mem::take(&mut self.recent)));
        }
    }
}

impl Layered {
    /// Puts the layers over a store that holds nothing but their blocks, or nothing at all. `collections` is the number of the
    /// collection whose rows say what all others are.
    ///
    /// # Errors
    /// When the store below has another layout, or a damaged block was found in it: set it aside and rebuild.
    pub fn open(below: Arc<dyn Store>, limits: Limits, collections: u32, faults: Faults) -> Result<Layered> {
        match below.get(&keys::hidden(LAYOUT))?.and_then(|v| keys::read_number(&v)) {
            Some(BLOCKS) => {}
            None if first_key(below.as_ref(), &keys::everything())?.is_none() => {
                let mut batch = Batch::default();
                batch.put(keys::hidden(LAYOUT), keys::number_value(BLOCKS));
                below.apply(batch)?;
            }
            _ => return Err(Error::internal("the store was written by another version of the program")),
        }
        if below.get(&keys::hidden(CONDEMNED))?.is_some() {
            return Err(Error::internal("a block of it is damaged"));
        }
        let cache = Cache::new(limits.cache_bytes);
        let shared = Arc::new(Shared { below, tables: RwLock::default(), cache, limits, collections });
        Ok(Layered { merger: Merger::start(shared.clone())?, shared, faults })
    }

    /// What [`super::upgrade::set_applied`] wrote last before a merge was begun: the blocks may hold something of everything up to it.
    pub fn reached(&self) -> Result<Option<Bytes>> {
        self.shared.below.get(&keys::hidden(REACHED))
    }

    /// The part of the recent table that a scan goes over next, and how far that is; and the frozen table as it is at the same moment.
    fn part(&self, range: &KeyRange, reverse: bool, limit: usize) -> (overlay::Pairs, KeyRange, Option<Arc<Table>>) {
        let tables = self.shared.tables.read();
        let found = tables.recent.range(range);
        let pair = |(key, value): (&[u8], &Option<Bytes>)| (key.to_vec(), value.clone());
        let mut pairs: overlay::Pairs = match reverse {
            false => found.take(limit).map(pair).collect(),
            true => found.rev().take(limit).map(pair).collect(),
        };
        let mut part = range.clone();
        if let Some((last, _)) = pairs.last().filter(|_| pairs.len() == limit) {
            match reverse {
                false => part.to = [last, &[0][..]].concat(),
                true => part.from.clone_from(last),
            }
        }
        if reverse {
            pairs.reverse();
        }
        (pairs, part, tables.frozen.clone())
    }

    /// Scans a range part by part. Answers how many pairs were passed over.
    fn walk(&self, range: &KeyRange, mut walk: Walk) -> Result<u64> {
        let mut rest = range.clone();
        let mut limit = CHUNK.0;
        while rest.from < rest.to {
            // The visitor runs without a lock, so that it may read and write the same store.
            let (recent, part, frozen) = self.part(&rest, walk.reverse, limit);
            let over = overlay::over(&recent, frozen.as_deref(), &part);
            if walk.go(&self.shared, &part, &over)?.is_break() {
                break;
            }
            match walk.reverse {
                false => rest.from = part.to,
                true => rest.to = part.from,
            }
            limit = (2 * limit).min(CHUNK.1);
        }
        Ok(walk.out)
    }
}

impl Store for Layered {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        {
            let tables = self.shared.tables.read();
            let frozen = || tables.frozen.as_ref().and_then(|t| t.get(key));
            if let Some(known) = tables.recent.get(key).or_else(frozen) {
                return Ok(known.clone());
            }
        }
        Ok(self.shared.block(key)?.get(key))
    }

    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()> {
        let mut key = Vec::with_capacity(64);
        self.walk(
            range,
            Walk::new(None, reverse, &mut |pair| {
                key.clear();
                pair.write_key(&mut key);
                visit(&key, pair.value())
            }),
        )?;
        Ok(())
    }

    fn sift(&self, range: &KeyRange, reverse: bool, sieve: &Sieve, visit: VisitPassed) -> Result<u64> {
        self.walk(range, Walk::new(Some(sieve), reverse, visit))
    }

    fn apply(&self, batch: Batch) -> Result<()> {
        self.make_room()?;
        self.faults.pass(Step::Apply)?;
        let mut tables = self.shared.tables.write();
        for (key, value) in batch.writes {
            tables.recent.write(key, value);
        }
        if self.shared.limits.recent_bytes <= tables.recent.bytes() && tables.frozen.is_none() {
            tables.freeze();
            drop(tables);
            self.merger.wake();
        }
        Ok(())
    }

    fn make_room(&self) -> Result<()> {
        self.merger.wait_while(&|| 2 * self.shared.limits.recent_bytes <= self.shared.tables.read().recent.bytes())
    }

    fn flush(&self) -> Result<()> {
        self.merger.merge_all()?;
        self.shared.below.flush()
    }

    fn reserve(&self, bytes: u64) -> Result<()> {
        self.shared.below.reserve(bytes)
    }

    fn size(&self) -> Result<u64> {
        let tables = self.shared.tables.read();
        let memory = tables.recent.bytes() + tables.frozen.as_ref().map_or(0, |t| t.bytes());
        Ok(self.shared.below.size()? + memory as u64)
    }
}

impl Shared {
    /// The block that answers for a key.
    pub fn block(&self, key: &[u8]) -> Result<Arc<Block>> {
        match self.cache.get(key) {
            Ok(block) => Ok(block),
            Err(generation) => {
                let block = Arc::new(self.read(key)?);
                self.cache.keep(&block, generation);
                Ok(block)
            }
        }
    }

    /// The block that answers for a key, and at most `limit` in all of those that follow it, as far as they are at hand.
    pub fn run(&self, key: &[u8], limit: usize) -> Result<Vec<Arc<Block>>> {
        match self.cache.get_run(key, limit) {
            Ok(run) => Ok(run),
            Err(_) => Ok(vec![self.block(key)?]),
        }
    }

    /// The block that answers for the keys just before this one.
    pub fn block_before(&self, key: &[u8]) -> Result<Arc<Block>> {
        loop {
            let generation = match self.cache.get_before(key) {
                Ok(block) => return Ok(block),
                Err(generation) => generation,
            };
            let before = KeyRange { to: key.to_vec(), ..keys::shown() };
            let name = last_pair(self.below.as_ref(), &before)?.map_or_else(Vec::new, |(name, _)| name);
            let block = Arc::new(self.read(&name)?);
            // Unless a merge has just split it: then this is its first part, and the last one is wanted.
            if block.is_before_end(key) || block.end.as_deref() == Some(key) {
                self.cache.keep(&block, generation);
                return Ok(block);
            }
        }
    }

    /// Reads the block that answers for a key from below. Its end may be nearer than its last pair, when a merge has just split it.
    pub fn read(&self, key: &[u8]) -> Result<Block> {
        let after = [key, &[0]].concat();
        let shown = keys::shown();
        let found = last_pair(self.below.as_ref(), &KeyRange { to: after.clone(), ..shown.clone() })?;
        let end = first_key(self.below.as_ref(), &KeyRange { from: after.max(shown.from), to: shown.to })?.map(Into::into);
        match found {
            Some((first, packed)) => Block::unpack(first.into(), end, &packed).inspect_err(|_| self.condemn()),
            None => Ok(Block::void(Box::default(), end)),
        }
    }

    /// The next start builds the store anew.
    fn condemn(&self) {
        tracing::error!("a block of the store is damaged; the next start rebuilds the store from the log");
        let mut batch = Batch::default();
        batch.put(keys::hidden(CONDEMNED), Vec::new());
        if let Err(error) = self.below.apply(batch).and_then(|()| self.below.flush()) {
            tracing::error!(%error, "that could not be noted down: move the store away before the next start");
        }
    }
}

fn last_pair(store: &dyn Store, range: &KeyRange) -> Result<Option<(Vec<u8>, Bytes)>> {
    let mut found = None;
    store.scan(range, true, &mut |key, value| {
        found = Some((key.to_vec(), value.to_bytes()));
        ControlFlow::Break(())
    })?;
    Ok(found)
}

fn first_key(store: &dyn Store, range: &KeyRange) -> Result<Option<Vec<u8>>> {
    let mut found = None;
    store.scan(range, false, &mut |key, _| {
        found = Some(key.to_vec());
        ControlFlow::Break(())
    })?;
    Ok(found)
}
