//! The best so many of many records, holding no more than their sort values.

use super::Row;
use super::cursor::Cursor;
use super::walk::Spot;
use crate::error::{Error, Result};
use std::collections::BinaryHeap;

/// How much memory the sort values of one list may take.
const MAX_BYTES: usize = 256 << 20;
/// What an entry takes beside its bytes.
const OVERHEAD: usize = 64;

/// A bounded heap: the worst of the kept records is on top, and goes when a better one comes.
pub struct Top {
    limit: u64,
    ties_descending: bool,
    after: Option<(Vec<u8>, u64)>,
    heap: BinaryHeap<Kept>,
    bytes: usize,
    over: bool,
}

struct Kept {
    key: Vec<u8>,
    rank: u64,
    /// A staged record, which cannot be loaded by its number.
    staged: Option<Row>,
}

impl Top {
    /// Keeps the first `limit` in order; with a cursor, of those after it.
    pub fn new(limit: u64, ties_descending: bool, cursor: Option<&Cursor>) -> Self {
        let rank = |rowid: u64| if ties_descending { !rowid } else { rowid };
        let after = cursor.map(|c| (c.key.concat(), rank(c.rowid)));
        Top { limit, ties_descending, after, heap: BinaryHeap::new(), bytes: 0, over: false }
    }

    /// Looks at a record; an error when the sort values kept are too much for the memory.
    pub fn offer(&mut self, key: &[u8], row: Row) -> Result<()> {
        let rank = self.rank(row.rowid());
        if self.after.as_ref().is_some_and(|after| (key, rank) <= (after.0.as_slice(), after.1)) {
            return Ok(());
        }
        let full = self.limit <= self.heap.len() as u64;
        self.over |= full;
        if full && self.heap.peek().is_none_or(|worst| (worst.key.as_slice(), worst.rank) <= (key, rank)) {
            return Ok(());
        }
        if let Some(worst) = full.then(|| self.heap.pop()).flatten() {
            self.bytes -= worst.key.len() + OVERHEAD;
        }
        self.bytes += key.len() + OVERHEAD;
        if MAX_BYTES < self.bytes {
            return Err(Error::bad_request("This page lies too deep to be sorted in memory. Use a cursor, or an index for this sort."));
        }
        let staged = matches!(row, Row::Record(_)).then_some(row);
        self.heap.push(Kept { key: key.to_vec(), rank, staged });
        Ok(())
    }

    /// Whether there were more than the limit.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The kept records in order.
    pub fn into_sorted(self) -> Vec<Spot<'static>> {
        let ties = self.ties_descending;
        let spot = |kept: Kept| match kept.staged {
            Some(row) => Spot::Row(row),
            None => Spot::Number(if ties { !kept.rank } else { kept.rank }),
        };
        self.heap.into_sorted_vec().into_iter().map(spot).collect()
    }

    fn rank(&self, rowid: u64) -> u64 {
        if self.ties_descending { !rowid } else { rowid }
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.key, self.rank).cmp(&(&other.key, other.rank))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept {}
