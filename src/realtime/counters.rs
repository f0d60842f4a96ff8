//! What the hub has done so far, as plain numbers for metrics and the dashboard.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters at work.
#[derive(Default)]
pub(super) struct Counters {
    pub connected: AtomicU64,
    pub deliveries: AtomicU64,
    pub catch_ups: AtomicU64,
    pub snapshots: AtomicU64,
    pub resets: AtomicU64,
    pub overflows: AtomicU64,
    pub messages: AtomicU64,
    pub refused: AtomicU64,
}

/// The counters at one moment. All but the first four only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// WebSocket connections that are open.
    pub websockets: u64,
    /// SSE connections that are open.
    pub event_streams: u64,
    /// Subscriptions that are open.
    pub subscriptions: u64,
    /// Distinct decisions that a change may need.
    pub groups: u64,
    /// Connections since the start.
    pub connected: u64,
    /// Changes that were put into the queue of a connection.
    pub deliveries: u64,
    /// Subscriptions that were brought up from the log.
    pub catch_ups: u64,
    /// Snapshots that were sent.
    pub snapshots: u64,
    /// Subscriptions that were told to load anew.
    pub resets: u64,
    /// Times that a queue was full.
    pub overflows: u64,
    /// Messages of clients.
    pub messages: u64,
    /// Connections and messages that a limit refused.
    pub refused: u64,
}

/// Counts one more.
pub(super) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Counters {
    /// The numbers that only grow.
    pub fn read(&self) -> Counts {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            connected: get(&self.connected),
            deliveries: get(&self.deliveries),
            catch_ups: get(&self.catch_ups),
            snapshots: get(&self.snapshots),
            resets: get(&self.resets),
            overflows: get(&self.overflows),
            messages: get(&self.messages),
            refused: get(&self.refused),
            ..Counts::default()
        }
    }
}
