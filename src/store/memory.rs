//! A store that ends with the process: for tests, and the oracle of the one on disk.

use super::{Batch, Held, KeyRange, Store, Visit};
use crate::error::Result;
use crate::log::{Faults, Step};
use bytes::Bytes;
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::ops::Bound;

/// A scan takes at most so many pairs under one lock.
const MOST_AT_ONCE: usize = 256;

/// An ordered map behind a lock.
#[derive(Default)]
pub struct Memory {
    map: RwLock<BTreeMap<Bytes, Bytes>>,
    faults: Faults,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Memory::default()
    }

    /// An empty store that fails when it is planned.
    pub fn with_faults(faults: Faults) -> Self {
        Memory { map: RwLock::default(), faults }
    }

    /// At most `limit` pairs between the bounds.
    fn chunk(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, reverse: bool, limit: usize) -> Vec<(Bytes, Bytes)> {
        let map = self.map.read();
        let range = map.range::<[u8], _>((from, to));
        let pair = |(key, value): (&Bytes, &Bytes)| (key.clone(), value.clone());
        if reverse { range.rev().take(limit).map(pair).collect() } else { range.take(limit).map(pair).collect() }
    }
}

impl Store for Memory {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        Ok(self.map.read().get(key).cloned())
    }

    /// The visitor runs without the lock, so that it may read and write the same store.
    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()> {
        let mut seen: Option<Bytes> = None;
        let mut limit = 16;
        loop {
            let (from, to) = match (&seen, reverse) {
                (Some(key), false) => (Bound::Excluded(&key[..]), Bound::Excluded(&range.to[..])),
                (Some(key), true) => (Bound::Included(&range.from[..]), Bound::Excluded(&key[..])),
                (None, _) => (Bound::Included(&range.from[..]), Bound::Excluded(&range.to[..])),
            };
            if is_empty(from, to) {
                return Ok(());
            }
            let pairs = self.chunk(from, to, reverse, limit);
            for (key, value) in &pairs {
                if visit(key, Held { bytes: value, whole: value }).is_break() {
                    return Ok(());
                }
            }
            match pairs.last() {
                Some((key, _)) if pairs.len() == limit => seen = Some(key.clone()),
                _ => return Ok(()),
            }
            limit = (2 * limit).min(MOST_AT_ONCE);
        }
    }

    fn apply(&self, batch: Batch) -> Result<()> {
        self.faults.pass(Step::Apply)?;
        let mut map = self.map.write();
        for (key, value) in batch.writes {
            match value {
                Some(value) => map.insert(key.into(), value.into()),
                None => map.remove(&key[..]),
            };
        }
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn size(&self) -> Result<u64> {
        Ok(self.map.read().iter().map(|(key, value)| (key.len() + value.len()) as u64).sum())
    }
}

/// `BTreeMap::range` panics when the bounds cross, or meet and exclude.
fn is_empty(from: Bound<&[u8]>, to: Bound<&[u8]>) -> bool {
    match (from, to) {
        (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to)) => to <= from,
        _ => false,
    }
}
