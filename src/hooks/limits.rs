//! What a script may use up. Every limit has a number, and an error that names it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The limits of one run of a handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Milliseconds of a handler that a write waits for.
    pub before_ms: u64,
    /// Milliseconds of any other handler, waiting included.
    pub timeout_ms: u64,
    /// Operations of one run.
    pub operations: u64,
    /// How deep functions may call each other.
    pub depth: usize,
    /// Bytes of a string.
    pub string_bytes: usize,
    /// Items of an array, or bytes of a blob.
    pub array_items: usize,
    /// Keys of a map.
    pub map_keys: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            before_ms: 1_000,
            timeout_ms: 30_000,
            operations: 10_000_000,
            depth: 24,
            string_bytes: 4 << 20,
            array_items: 100_000,
            map_keys: 10_000,
        }
    }
}

/// How long a handler may hold up a worker thread. One that takes longer is run again on a thread of its own.
pub const INLINE: Duration = Duration::from_millis(2);

/// How many quick runs on a thread of its own bring such a handler back: it may only have been interrupted.
pub const QUICK_RUNS: u32 = 16;

impl Limits {
    /// For a handler that a write waits for.
    pub fn before(&self) -> Duration {
        Duration::from_millis(self.before_ms)
    }

    /// For any other handler.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}
