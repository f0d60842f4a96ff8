//! The newest entries in memory, so that tails at the end of the log read no files and decode nothing.

use super::Entry;
use std::collections::VecDeque;
use std::sync::Arc;

const MOST_ENTRIES: usize = 4096;
const MOST_BYTES: usize = 16 << 20;

/// A bounded run of entries that ends with the head of the log.
pub(super) struct Recent {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// Whether nothing is ever dropped: this is the log.
    all: bool,
}

impl Recent {
    /// An empty run; `all` for a log that has no files.
    pub fn new(all: bool) -> Self {
        Recent { entries: VecDeque::new(), bytes: 0, all }
    }

    /// Adds entries that were appended, and drops the oldest above the limits.
    pub fn push(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.bytes += weight(entry);
            self.entries.push_back(entry.clone());
        }
        while !self.all && (MOST_ENTRIES < self.entries.len() || MOST_BYTES < self.bytes) {
            match self.entries.pop_front() {
                Some(entry) => self.bytes -= weight(&entry),
                None => break,
            }
        }
    }

    /// At most `limit` entries from `from` to `to`, both included; `None` when the first of them is not here.
    pub fn read(&self, from: u64, to: u64, limit: usize) -> Option<Vec<Arc<Entry>>> {
        let first = self.entries.front()?.seq;
        let skip = usize::try_from(from.checked_sub(first)?).ok()?;
        let found: Vec<_> = self.entries.iter().skip(skip).take(limit).take_while(|e| e.seq <= to).cloned().collect();
        (!found.is_empty()).then_some(found)
    }

    /// Drops entries before `seq`: the trim of a log in memory.
    pub fn drop_before(&mut self, seq: u64) {
        while self.entries.front().is_some_and(|e| e.seq < seq) {
            self.entries.pop_front();
        }
    }
}

/// About how much memory an entry takes.
fn weight(entry: &Entry) -> usize {
    let row = |row: &Option<bytes::Bytes>| row.as_ref().map_or(0, |b| b.len());
    entry.changes.iter().map(|c| 128 + row(&c.before) + row(&c.after)).sum::<usize>() + 128
}
