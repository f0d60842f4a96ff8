//! Where the state lives: an ordered map of bytes that the log builds, on sled or in memory.

pub mod checkpoint;
pub mod keys;
pub mod memory;
pub mod resident;
pub mod row;
pub mod sled;
pub mod upgrade;

pub use memory::Memory;
pub use resident::Resident;
pub use row::Row;
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

/// What a visitor of a scan is given.
pub type Visit<'v> = &'v mut dyn FnMut(&[u8], &Bytes) -> ControlFlow<()>;

/// An ordered map from keys to values.
pub trait Store: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>>;

    /// Visits the pairs of a range in the order of their keys (or against it) until the visitor breaks. What is written meanwhile may or may not be seen.
    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()>;

    /// Applies all writes of the batch or none. Only the writer, replay, index backfill and checkpoint restore call it.
    fn apply(&self, batch: &Batch) -> Result<()>;

    /// Hands everything written to the operating system.
    fn flush(&self) -> Result<()>;

    /// Bytes on disk (or in memory). Slow: not for hot paths.
    fn size(&self) -> Result<u64>;
}
