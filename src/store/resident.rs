//! Rows in memory: a collection that is read much is kept, so that the next read does not go through sled's tree.
//!
//! Only rows, and only whole collections, in chunks that are copied when they change: a scan takes the chunks as they are
//! at its start and then needs no lock. Everything else, and every collection that does not fit, stays with the store below.

use super::{Batch, KeyRange, Store, Visit, keys};
use crate::error::Result;
use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// When rows are kept, and how many.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A scan that visits so many rows, or so many reads of single ones, make their collection resident. Fewer are cheap anyway.
    pub after: usize,
    /// Bytes of rows, of all collections together.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { after: 2000, bytes: 128 << 20 }
    }
}

/// A store with resident rows in front; clones are the same store.
#[derive(Clone)]
pub struct Resident(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    limits: Limits,
    state: RwLock<State>,
    /// How many single rows were read of collections that are not resident.
    misses: Mutex<HashMap<u32, usize>>,
}

#[derive(Default)]
struct State {
    held: HashMap<u32, Arc<Rows>>,
    /// What was written while a collection is being loaded; it is applied when the load is done.
    loading: HashMap<u32, Vec<(u64, Option<Bytes>)>>,
    /// Collections that did not fit. They are not tried again before the next start.
    refused: HashSet<u32>,
    bytes: usize,
}

impl Resident {
    /// Puts resident rows in front of a store.
    pub fn new(store: Arc<dyn Store>, limits: Limits) -> Self {
        Resident(Arc::new(Inner { store, limits, state: RwLock::default(), misses: Mutex::default() }))
    }

    fn held(&self, collection: u32) -> Option<Arc<Rows>> {
        self.0.state.read().held.get(&collection).cloned()
    }

    /// Counts a read of a single row that is not resident.
    fn miss(&self, collection: u32) {
        let mut misses = self.0.misses.lock();
        let count = misses.entry(collection).or_default();
        *count += 1;
        // Exactly then: a collection that does not fit is not tried at every read.
        if *count == self.0.limits.after {
            drop(misses);
            self.load(collection);
        }
    }

    /// Starts loading a collection, unless that was done or tried before.
    fn load(&self, collection: u32) {
        let mut state = self.0.state.write();
        if state.held.contains_key(&collection) || state.refused.contains(&collection) || state.loading.contains_key(&collection) {
            return;
        }
        state.loading.insert(collection, Vec::new());
        drop(state);
        let this = self.clone();
        // Nobody waits for it: until it is done, scans go to the store below.
        std::thread::spawn(move || this.finish_load(collection));
    }

    fn finish_load(&self, collection: u32) {
        let room = self.0.limits.bytes.saturating_sub(self.0.state.read().bytes);
        let mut rows = Rows::default();
        let scanned = self.0.store.scan(&keys::rows(collection), false, &mut |key, value| {
            if let Some(rowid) = keys::rowid(key) {
                rows.set(rowid, Some(value.clone()));
            }
            if rows.bytes <= room { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let mut state = self.0.state.write();
        for (rowid, value) in state.loading.remove(&collection).unwrap_or_default() {
            rows.set(rowid, value);
        }
        if scanned.is_err() || self.0.limits.bytes < state.bytes + rows.bytes {
            state.refused.insert(collection);
            return;
        }
        state.bytes += rows.bytes;
        state.held.insert(collection, Arc::new(rows));
    }
}

impl State {
    fn write(&mut self, limits: &Limits, collection: u32, rowid: u64, value: Option<Bytes>) {
        if let Some(missed) = self.loading.get_mut(&collection) {
            missed.push((rowid, value));
            return;
        }
        let Some(rows) = self.held.get_mut(&collection) else { return };
        let before = rows.bytes;
        Arc::make_mut(rows).set(rowid, value);
        self.bytes = self.bytes - before + rows.bytes;
        if limits.bytes < self.bytes {
            self.bytes -= rows.bytes;
            self.held.remove(&collection);
            self.refused.insert(collection);
        }
    }
}

impl Store for Resident {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        if keys::is_row(key)
            && let (Some(collection), Some(rowid)) = (keys::collection(key), keys::rowid(key))
        {
            if let Some(rows) = self.held(collection) {
                return Ok(rows.get(rowid).cloned());
            }
            self.miss(collection);
        }
        self.0.store.get(key)
    }

    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()> {
        let Some((collection, from, to)) = keys::row_range(range) else {
            return self.0.store.scan(range, reverse, visit);
        };
        if let Some(rows) = self.held(collection) {
            rows.scan(collection, from, to, reverse, visit);
            return Ok(());
        }
        let mut visited = 0;
        self.0.store.scan(range, reverse, &mut |key, value| {
            visited += 1;
            visit(key, value)
        })?;
        if self.0.limits.after <= visited {
            self.load(collection);
        }
        Ok(())
    }

    fn apply(&self, batch: &Batch) -> Result<()> {
        self.0.store.apply(batch)?;
        let mut state = self.0.state.write();
        if state.held.is_empty() && state.loading.is_empty() {
            return Ok(());
        }
        for (key, value) in batch.writes.iter().filter(|(key, _)| keys::is_row(key)) {
            if let (Some(collection), Some(rowid)) = (keys::collection(key), keys::rowid(key)) {
                state.write(&self.0.limits, collection, rowid, value.as_deref().map(Bytes::copy_from_slice));
            }
        }
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        self.0.store.flush()
    }

    fn size(&self) -> Result<u64> {
        self.0.store.size()
    }
}

/// So many rows share a chunk: a write copies their handles, a scan hops from chunk to chunk.
const CHUNK: usize = 256;

/// Moves the rows of a chunk side by side, so that a scan reads memory from front to back and counts references in one place.
fn pack(chunk: &mut [(u64, Bytes)]) {
    let packed = Bytes::from(chunk.iter().map(|r| r.1.as_ref()).collect::<Vec<_>>().concat());
    let mut start = 0;
    for (_, value) in chunk {
        let end = start + value.len();
        *value = packed.slice(start..end);
        start = end;
    }
}

/// All rows of a collection, in the order of their numbers. No chunk is empty.
#[derive(Clone, Default)]
struct Rows {
    chunks: Vec<Arc<Vec<(u64, Bytes)>>>,
    bytes: usize,
}

/// What a row costs beside its bytes.
const OVERHEAD: usize = 80;

impl Rows {
    fn get(&self, rowid: u64) -> Option<&Bytes> {
        let chunk = self.chunks.get(self.place(rowid)?)?;
        let i = chunk.binary_search_by_key(&rowid, |r| r.0).ok()?;
        Some(&chunk[i].1)
    }

    /// The chunk that a row is in, or belongs into.
    fn place(&self, rowid: u64) -> Option<usize> {
        let after = self.chunks.partition_point(|chunk| chunk[0].0 <= rowid);
        if self.chunks.is_empty() { None } else { Some(after.saturating_sub(1)) }
    }

    fn set(&mut self, rowid: u64, value: Option<Bytes>) {
        match value {
            Some(value) => self.put(rowid, value),
            None => self.remove(rowid),
        }
    }

    fn put(&mut self, rowid: u64, value: Bytes) {
        self.bytes += value.len() + OVERHEAD;
        let Some(place) = self.place(rowid) else {
            self.chunks.push(Arc::new(vec![(rowid, value)]));
            return;
        };
        // New rows come at the end; a full last chunk is left as it is, so that chunks of a growing collection are full.
        if self.chunks[place].len() == CHUNK && place + 1 == self.chunks.len() && self.chunks[place][CHUNK - 1].0 < rowid {
            let full: &mut Vec<_> = Arc::make_mut(&mut self.chunks[place]);
            pack(full);
            self.chunks.push(Arc::new(vec![(rowid, value)]));
            return;
        }
        let chunk = Arc::make_mut(&mut self.chunks[place]);
        match chunk.binary_search_by_key(&rowid, |r| r.0) {
            Ok(i) => {
                self.bytes -= chunk[i].1.len() + OVERHEAD;
                chunk[i].1 = value;
            }
            Err(i) => chunk.insert(i, (rowid, value)),
        }
        if 2 * CHUNK <= chunk.len() {
            let rest = chunk.split_off(CHUNK);
            self.chunks.insert(place + 1, Arc::new(rest));
        }
    }

    fn remove(&mut self, rowid: u64) {
        let Some(place) = self.place(rowid) else { return };
        let Ok(i) = self.chunks[place].binary_search_by_key(&rowid, |r| r.0) else { return };
        let chunk = Arc::make_mut(&mut self.chunks[place]);
        let (_, value) = chunk.remove(i);
        self.bytes -= value.len() + OVERHEAD;
        if chunk.is_empty() {
            self.chunks.remove(place);
        }
    }

    /// Visits the rows from `from` on and before `to`.
    fn scan(&self, collection: u32, from: u64, to: u64, reverse: bool, visit: Visit) {
        let Some(first) = self.place(from) else { return };
        let mut key = keys::row(collection, 0);
        let mut step = |(rowid, value): &(u64, Bytes)| {
            keys::set_rowid(&mut key, *rowid);
            visit(&key, value)
        };
        let within = |chunk: &Arc<Vec<(u64, Bytes)>>| {
            chunk.partition_point(|r| r.0 < from)..chunk.partition_point(|r| r.0 < to).max(chunk.partition_point(|r| r.0 < from))
        };
        let chunks = self.chunks[first..].iter().take_while(|chunk| chunk[0].0 < to);
        if reverse {
            let chunks: Vec<_> = chunks.collect();
            let _ = chunks.into_iter().rev().flat_map(|c| c[within(c)].iter().rev()).try_for_each(&mut step);
        } else {
            for chunk in chunks {
                if chunk[within(chunk)].iter().try_for_each(&mut step).is_break() {
                    return;
                }
            }
        }
    }
}
