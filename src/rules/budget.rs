//! How many steps an evaluation may take: what keeps a costly filter from blocking a thread.

use crate::error::{Error, Result};
use std::cell::Cell;

/// What one request may use up, if nothing else is said: about a second of work.
pub const DEFAULT_STEPS: u64 = 20_000_000;

/// A step is worth looking at so many bytes one by one.
const BYTES: i64 = 32;

/// Steps that are left. A comparison and a joined record cost one each, and long texts more: as much as their bytes cost to look at.
#[derive(Debug, Clone)]
pub struct Budget {
    /// In bytes; below zero it is used up. In a cell because values are found, and patterns searched for, where nothing can be changed.
    left: Cell<i64>,
}

impl Budget {
    /// A budget of so many steps.
    pub fn new(steps: u64) -> Self {
        Budget { left: Cell::new(i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(BYTES)) }
    }

    /// The whole steps that are left.
    pub fn left(&self) -> u64 {
        u64::try_from(self.left.get() / BYTES).unwrap_or_default()
    }

    /// Uses one step; the error is a 400, because the filter is what must change.
    #[inline]
    pub fn spend(&self) -> Result<()> {
        self.left.set(self.left.get().saturating_sub(BYTES));
        self.check()
    }

    /// Uses what it costs to look at so many bytes. `false`: there was not so much left, and what is found is refused by [`Budget::check`].
    #[inline]
    pub fn look(&self, bytes: usize) -> bool {
        let left = self.left.get().saturating_sub(i64::try_from(bytes).unwrap_or(i64::MAX));
        self.left.set(left);
        0 <= left
    }

    /// Refuses what more was used for than there was.
    #[inline]
    pub fn check(&self) -> Result<()> {
        match self.left.get() {
            0.. => Ok(()),
            _ => Err(Error::bad_request("The filter takes too many steps. Narrow it down, use fewer relations, or search shorter texts.")),
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Budget::new(DEFAULT_STEPS)
    }
}
