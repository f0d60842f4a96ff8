//! What scripts write, and what goes wrong in them: the last lines in memory, for whoever looks.

use parking_lot::Mutex;
use serde::Serialize;
use std::collections::VecDeque;
use tokio::sync::watch;

/// So many lines are kept, of so many characters each.
const LINES: usize = 2_000;
const WIDTH: usize = 4_000;

/// A line of the log of scripts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Grows by one with each line since the start.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub time: i64,
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// `hooks`, or the name of the plugin.
    pub unit: String,
    /// The handler or file.
    pub source: String,
    /// What was written.
    pub message: String,
}

/// The last lines.
pub struct Console {
    lines: Mutex<VecDeque<Line>>,
    last: watch::Sender<u64>,
    clock: crate::clock::Clock,
}

impl Default for Console {
    fn default() -> Self {
        Console { lines: Mutex::default(), last: watch::Sender::new(0), clock: crate::clock::Clock::system() }
    }
}

impl Console {
    /// Adds a line.
    pub fn write(&self, unit: &str, level: &str, source: &str, message: &str) {
        let mut lines = self.lines.lock();
        let seq = *self.last.borrow() + 1;
        let message: String = message.chars().take(WIDTH).collect();
        lines.push_back(Line { seq, time: self.clock.now(), level: level.into(), unit: unit.into(), source: source.into(), message });
        if LINES < lines.len() {
            lines.pop_front();
        }
        self.last.send_replace(seq);
    }

    /// The lines after `seq`, at most `limit`, the newest ones.
    pub fn after(&self, seq: u64, limit: usize) -> Vec<Line> {
        let lines = self.lines.lock();
        let newer: Vec<&Line> = lines.iter().filter(|l| seq < l.seq).collect();
        newer[newer.len().saturating_sub(limit)..].iter().map(|l| (*l).clone()).collect()
    }

    /// Waits until there is a line after `seq`.
    pub async fn reached(&self, seq: u64) {
        // The sender lives as long as the console.
        let _ = self.last.subscribe().wait_for(|last| seq < *last).await;
    }
}
