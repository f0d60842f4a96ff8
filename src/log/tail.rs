//! Following the log: each entry once, in order, as it is published.

use super::journal::Log;
use super::{Entry, Position};
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::watch;

/// So many entries are read ahead at most, and no more once they have so many bytes.
const AHEAD: usize = 256;
const AHEAD_BYTES: usize = 4 << 20;

/// A reader that waits at the end of the log.
pub struct Tail {
    log: Log,
    next: u64,
    ahead: VecDeque<Arc<Entry>>,
    visible: watch::Receiver<Position>,
}

impl Log {
    /// Follows the log from `from_seq` on.
    pub fn tail(&self, from_seq: u64) -> Tail {
        Tail { log: self.clone(), next: from_seq.max(1), ahead: VecDeque::new(), visible: self.0.visible.subscribe() }
    }
}

impl Tail {
    /// The next entry, as soon as it is published. Dropping the future loses nothing.
    ///
    /// # Errors
    /// As [`Log::read`]: when the log was trimmed past this reader, or is damaged.
    pub async fn next(&mut self) -> Result<Arc<Entry>> {
        loop {
            if let Some(entry) = self.ahead.pop_front() {
                self.next = entry.seq + 1;
                return Ok(entry);
            }
            let to = self.visible.borrow_and_update().seq;
            if self.next <= to {
                self.ahead = self.fetch(to).await?.into();
            } else {
                self.visible.changed().await.map_err(Error::internal)?;
            }
        }
    }

    /// The next entry if it is published already: for readers that work in batches.
    pub fn ready(&mut self) -> Option<Arc<Entry>> {
        if self.ahead.is_empty() {
            let to = self.log.position().seq;
            self.ahead = self.log.0.recent.read().read(self.next, to, AHEAD)?.into();
        }
        let entry = self.ahead.pop_front()?;
        self.next = entry.seq + 1;
        Some(entry)
    }

    /// The sequence number of the entry that comes next.
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    async fn fetch(&self, to: u64) -> Result<Vec<Arc<Entry>>> {
        if let Some(entries) = self.log.0.recent.read().read(self.next, to, AHEAD) {
            return Ok(entries);
        }
        let (log, next) = (self.log.clone(), self.next);
        // Files are read on a thread that may wait for the disk.
        let read = tokio::task::spawn_blocking(move || {
            let mut entries = Vec::new();
            let mut bytes = 0;
            log.read(next, &mut |entry| {
                bytes += entry.changes.iter().flat_map(|c| [&c.before, &c.after]).flatten().map(|row| row.len()).sum::<usize>();
                entries.push(Arc::new(entry));
                if entries.len() < AHEAD && bytes < AHEAD_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            Ok(entries)
        });
        read.await.map_err(Error::internal)?
    }
}
