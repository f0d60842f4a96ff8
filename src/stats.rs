//! What a server knows about its own work, in memory and bounded: requests by minute, the last ones in detail, slow queries.

mod area;
mod histogram;
mod minutes;
pub mod process;
mod queries;
mod recent;

pub use area::Area;
pub use histogram::Histogram;
pub use minutes::{Minute, Minutes, Work};
pub use queries::{Query, Slow, SlowQueries};
pub use recent::{Page, Recent, Request, Seen};

use crate::clock::Clock;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// All of it; one for each server.
pub struct Stats {
    started: Instant,
    started_at: i64,
    minutes: Minutes,
    /// The last requests.
    pub recent: Recent,
    /// The slow queries.
    pub queries: SlowQueries,
    connections: OnceLock<Arc<AtomicU64>>,
}

impl Stats {
    /// An empty one, as of now.
    pub fn new(clock: &Clock) -> Self {
        let started_at = clock.now();
        Stats {
            started: Instant::now(),
            started_at,
            minutes: Minutes::new(minute(started_at)),
            recent: Recent::default(),
            queries: SlowQueries::default(),
            connections: OnceLock::new(),
        }
    }

    /// Counts a request that was answered, and keeps it among the last ones. It costs well under a microsecond.
    pub fn note(&self, request: Request, took: Duration) {
        let area = Area::of(request.path);
        let now = self.now();
        // The page that looks at the requests would see little but itself.
        if area == Area::Own {
            return;
        }
        self.minutes.count(minute(now), area, request.status, took);
        if area != Area::Dashboard {
            self.recent.push(request, area, now, took);
        }
    }

    /// Now, in milliseconds since 1970: when the server started and what has passed since.
    pub fn now(&self) -> i64 {
        self.started_at + self.uptime().as_millis() as i64
    }

    /// When the server started, in milliseconds since 1970.
    pub fn started_at(&self) -> i64 {
        self.started_at
    }

    /// How long it runs.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// The last minutes, the one that runs now at the end.
    pub fn minutes(&self, most: usize) -> Vec<Minute> {
        self.minutes.last(minute(self.now()), most)
    }

    /// Everything since the start, by area.
    pub fn totals(&self) -> Vec<(Area, Work)> {
        self.minutes.totals()
    }

    /// Whoever takes the connections counts them here. Only the first listener is counted.
    pub fn count_connections(&self, open: Arc<AtomicU64>) {
        // A second listener is that of the metrics, which is no client's.
        let _ = self.connections.set(open);
    }

    /// How many HTTP connections are open.
    pub fn connections(&self) -> u64 {
        self.connections.get().map_or(0, |open| open.load(Ordering::Relaxed))
    }
}

fn minute(millis: i64) -> i64 {
    millis.div_euclid(60_000)
}
