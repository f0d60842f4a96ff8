//! Where the time comes from: the machine, or a hand-set clock in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the time, in milliseconds since 1970; cheap to clone.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Clock(None)
    }

    /// A clock that stands still until [`Clock::set`].
    pub fn manual(millis: i64) -> Self {
        Clock(Some(Arc::new(AtomicI64::new(millis))))
    }

    /// Sets a manual clock; the machine's clock is not changed.
    pub fn set(&self, millis: i64) {
        if let Some(time) = &self.0 {
            time.store(millis, Ordering::SeqCst);
        }
    }

    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Some(time) => time.load(Ordering::SeqCst),
            None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64),
        }
    }
}
