//! Failures on demand: what a full or dying disk does, at the moment that a test chooses.

use parking_lot::Mutex;
use std::io;
use std::sync::Arc;

/// Where a failure can be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Writing a group to the log: half of the bytes arrive, then the write fails.
    Append,
    /// Syncing the log: the bytes are written, but nobody knows whether they are on the disk.
    Sync,
    /// Applying a batch to the store: nothing of it arrives.
    Apply,
}

/// A plan of failures that the log and the memory store share; cheap to clone. The default never fails.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<(Step, u64, io::ErrorKind)>>>);

impl Faults {
    /// Lets the `nth` such step from now on (1 is the next) fail once with this kind of error.
    pub fn fail(&self, step: Step, nth: u64, kind: io::ErrorKind) {
        self.0.lock().push((step, nth, kind));
    }

    /// Drops what is planned and has not happened.
    pub fn forget(&self) {
        self.0.lock().clear();
    }

    /// Called at each step: counts it, and fails it when that was planned.
    pub fn pass(&self, step: Step) -> io::Result<()> {
        let mut plan = self.0.lock();
        let mut hit = None;
        for (planned, left, kind) in plan.iter_mut().filter(|p| p.0 == step && 0 < p.1) {
            *left -= 1;
            if *left == 0 {
                hit = Some((*planned, *kind));
            }
        }
        plan.retain(|p| 0 < p.1);
        match hit {
            Some((step, kind)) => Err(io::Error::new(kind, format!("planned failure of {step:?}"))),
            None => Ok(()),
        }
    }
}
