//! How many steps an evaluation may take: what keeps a costly filter from blocking a thread.

use crate::error::{Error, Result};

/// What one request may use up, if nothing else is said: about a second of work.
pub const DEFAULT_STEPS: u64 = 20_000_000;

/// Steps that are left. A comparison and a joined record cost one each.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
}

impl Budget {
    /// A budget of so many steps.
    pub fn new(steps: u64) -> Self {
        Budget { left: steps }
    }

    /// The steps that are left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Uses one step; the error is a 400, because the filter is what must change.
    #[inline]
    pub fn spend(&mut self) -> Result<()> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Error::bad_request("The filter takes too many steps. Narrow it down or use fewer relations.")),
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Budget::new(DEFAULT_STEPS)
    }
}
