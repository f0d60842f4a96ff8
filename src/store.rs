//! Where the state lives: an ordered map of bytes that the log builds, in layers over sled, or in memory.

mod block;
mod cache;
pub mod checkpoint;
mod column;
pub mod keys;
pub mod layered;
pub mod memory;
mod memory_size;
mod merge;
mod overlay;
pub mod row;
pub mod sieve;
pub mod sled;
mod table;
pub mod upgrade;

pub use layered::{Layered, Limits};
pub use memory::Memory;
pub use row::Row;
pub use sieve::{Condition, Sieve};
pub use sled::{Options as SledOptions, Sled};

use crate::error::Result;
use bytes::Bytes;
use std::ops::ControlFlow;

/// Bounds of a scan: `from` is included, `to` is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key.
    pub from: Vec<u8>,
    /// The key after the last one.
    pub to: Vec<u8>,
}

/// Writes that become visible together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Key and new value; `None` removes. Later writes of a key win.
    pub writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Sets a key.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.writes.push((key, Some(value)));
    }

    /// Removes a key.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.writes.push((key, None));
    }
}

/// A value as a scan comes across it: looking at it costs nothing, keeping it a reference count.
#[derive(Clone, Copy)]
pub struct Held<'v> {
    bytes: &'v [u8],
    /// What it is a part of.
    whole: &'v Bytes,
}

impl Held<'_> {
    /// The value, to be kept.
    pub fn to_bytes(&self) -> Bytes {
        self.whole.slice_ref(self.bytes)
    }
}

impl std::ops::Deref for Held<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

/// What visits the pairs of a scan.
pub type Visit<'v> = &'v mut dyn FnMut(&[u8], Held) -> ControlFlow<()>;

/// A stored row as a sieve lets it pass. What is not asked for is not read, not even its key.
#[derive(Clone, Copy)]
pub struct Passed<'p> {
    place: Place<'p>,
    /// Whether it is surely wanted; else something else must decide.
    pub sure: bool,
}

/// Where a row stands.
#[derive(Clone, Copy)]
enum Place<'p> {
    Pair(&'p [u8], Held<'p>),
    Block(&'p block::Block, usize),
}

impl<'p> Passed<'p> {
    /// Its key.
    pub fn key(&self) -> Vec<u8> {
        let mut key = Vec::new();
        self.write_key(&mut key);
        key
    }

    /// Appends its key.
    fn write_key(&self, out: &mut Vec<u8>) {
        match self.place {
            Place::Pair(key, _) => out.extend_from_slice(key),
            Place::Block(block, i) => {
                out.extend_from_slice(block.prefix());
                out.extend_from_slice(block.suffix(i));
            }
        }
    }

    /// What is stored under it.
    pub fn value(&self) -> Held<'p> {
        match self.place {
            Place::Pair(_, value) => value,
            Place::Block(block, i) => Held { bytes: block.value(i), whole: block.body() },
        }
    }
}

/// What visits the rows that a sieve lets pass.
pub type VisitPassed<'v> = &'v mut dyn FnMut(Passed) -> ControlFlow<()>;

/// An ordered map from keys to values.
pub trait Store: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>>;

    /// Visits the pairs of a range in the order of their keys (or against it) until the visitor breaks. What is written meanwhile may or may not be seen.
    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()>;

    /// As [`Store::scan`] for a range of rows, but those that the sieve rules out are passed over. Answers how many those were.
    fn sift(&self, range: &KeyRange, reverse: bool, sieve: &Sieve, visit: VisitPassed) -> Result<u64> {
        let mut out = 0;
        self.scan(range, reverse, &mut |key, value| match sieve.judge(&value) {
            Some(false) => {
                out += 1;
                ControlFlow::Continue(())
            }
            verdict => visit(Passed { place: Place::Pair(key, value), sure: verdict.is_some() }),
        })?;
        Ok(out)
    }

    /// Applies all writes of the batch or none. Only the writer, replay, index backfill and checkpoint restore call it.
    fn apply(&self, batch: Batch) -> Result<()>;

    /// Waits until the next batch can be taken. For the writer, before it puts a commit into the log that the store must take then.
    ///
    /// # Errors
    /// `DiskFull` when there is no room for what was applied before.
    fn make_room(&self) -> Result<()> {
        Ok(())
    }

    /// Sees to it that so many bytes can be written, whoever else fills the disk meanwhile.
    fn reserve(&self, bytes: u64) -> Result<()> {
        let _ = bytes;
        Ok(())
    }

    /// Hands everything written to the operating system.
    fn flush(&self) -> Result<()>;

    /// Bytes on disk (or in memory). Slow: not for hot paths.
    fn size(&self) -> Result<u64>;
}
