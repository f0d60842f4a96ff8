//! Whether something that a transaction relied on has changed since it was prepared, without reading the store again.
//!
//! A transaction names by hash what it *watched* (records it read, unique keys it found free, records it found
//! unreferenced) and what it *touches*. Two things with one hash only cost a needless second preparation.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many touches are remembered: far more than are sealed while one transaction is prepared.
const REMEMBERED: usize = 65_536;

/// The hash of a record.
pub(crate) fn record(collection: u32, id: &str) -> u64 {
    hash((0u8, collection, id))
}

/// The hash of a key of a unique index.
pub(crate) fn unique(key: &[u8]) -> u64 {
    hash((1u8, key))
}

/// The hash of "records of `collection` whose relation `field` holds `target`".
pub(crate) fn reference(collection: u32, field: u16, target: &str) -> u64 {
    hash((2u8, collection, field, target))
}

/// The hash of "which records a collection has".
pub(crate) fn members(collection: u32) -> u64 {
    hash((3u8, collection))
}

/// The hash of "records of a collection with this id, whatever the case of its letters".
pub(crate) fn twin(collection: u32, id: &str) -> u64 {
    hash((4u8, collection, id.to_ascii_lowercase()))
}

fn hash(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// What the last commits touched. Only the writer has one.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    last: HashMap<u64, u64>,
    order: VecDeque<(u64, u64)>,
    /// Commits up to this one may have been forgotten.
    floor: u64,
}

impl Recent {
    /// A memory that knows nothing of the commits up to `floor`.
    pub fn new(floor: u64) -> Self {
        Recent { floor, ..Recent::default() }
    }

    /// Whether any of `watched` was touched by a commit after `base`.
    pub fn is_stale(&self, base: u64, watched: &[u64]) -> bool {
        base < self.floor || watched.iter().any(|w| self.last.get(w).is_some_and(|seq| base < *seq))
    }

    /// Takes commits after `applied` for ones that did not happen: their numbers are given out again. What they touched counts
    /// as touched by `applied`, since what touched it before is forgotten.
    pub fn undo_after(&mut self, applied: u64) {
        self.last.values_mut().for_each(|seq| *seq = applied.min(*seq));
        self.order.iter_mut().for_each(|(seq, _)| *seq = applied.min(*seq));
        self.floor = self.floor.min(applied);
    }

    /// Notes the touches of commit `seq`.
    pub fn touch(&mut self, seq: u64, touched: &[u64]) {
        for &t in touched {
            self.last.insert(t, seq);
            self.order.push_back((seq, t));
        }
        while REMEMBERED < self.order.len() {
            let (seq, t) = self.order.pop_front().expect("longer than the limit, so not empty");
            self.floor = self.floor.max(seq);
            if self.last.get(&t) == Some(&seq) {
                self.last.remove(&t);
            }
        }
    }
}
