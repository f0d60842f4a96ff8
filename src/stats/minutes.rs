//! Requests by minute and area, for the last 24 hours. The minute that runs is counted without a lock.

use super::area::Area;
use super::histogram::{Histogram, Live};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

/// How many minutes are kept.
pub const KEPT: usize = 24 * 60;

const AREAS: usize = Area::COUNTED.len();

/// The requests of some time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Work {
    /// How long they took; its total is how many there were.
    pub took: Histogram,
    /// How many were answered with 4xx.
    pub client_errors: u64,
    /// How many were answered with 5xx.
    pub server_errors: u64,
}

impl Work {
    /// Adds the requests of another time.
    pub fn add(&mut self, other: &Work) {
        self.took.add(&other.took);
        self.client_errors += other.client_errors;
        self.server_errors += other.server_errors;
    }

    /// How many there were.
    pub fn requests(&self) -> u64 {
        self.took.total()
    }
}

/// One minute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Minute {
    /// Minutes since 1970.
    pub number: i64,
    /// Its areas; those without a request are left out.
    pub areas: Vec<(Area, Work)>,
}

/// The minutes up to now.
pub struct Minutes {
    running: AtomicI64,
    live: [Counters; AREAS],
    past: Mutex<Past>,
}

#[derive(Default)]
struct Past {
    minutes: VecDeque<Minute>,
    totals: [Work; AREAS],
}

#[derive(Default)]
struct Counters {
    took: Live,
    client_errors: AtomicU32,
    server_errors: AtomicU32,
}

impl Counters {
    fn read(&self) -> Work {
        let errors = |n: &AtomicU32| u64::from(n.load(Ordering::Relaxed));
        Work { took: self.took.read(), client_errors: errors(&self.client_errors), server_errors: errors(&self.server_errors) }
    }

    fn take(&self) -> Work {
        let errors = |n: &AtomicU32| u64::from(n.swap(0, Ordering::Relaxed));
        Work { took: self.took.take(), client_errors: errors(&self.client_errors), server_errors: errors(&self.server_errors) }
    }
}

impl Minutes {
    /// None before the minute `now`.
    pub fn new(now: i64) -> Self {
        Minutes { running: AtomicI64::new(now), live: Default::default(), past: Mutex::default() }
    }

    /// Counts a request. One that ends while the minute does may be counted in the one before or after.
    #[inline]
    pub fn count(&self, now: i64, area: Area, status: u16, took: Duration) {
        if self.running.load(Ordering::Relaxed) != now {
            self.turn(now);
        }
        let Some(counters) = self.live.get(area as usize) else { return };
        counters.took.count(took);
        match status {
            400..=499 => _ = counters.client_errors.fetch_add(1, Ordering::Relaxed),
            500.. => _ = counters.server_errors.fetch_add(1, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Puts the minute that has ended to the others.
    fn turn(&self, now: i64) {
        let mut past = self.past.lock();
        let number = self.running.load(Ordering::Relaxed);
        if now <= number {
            return;
        }
        let mut areas = Vec::new();
        for (area, counters) in Area::COUNTED.into_iter().zip(&self.live) {
            let work = counters.take();
            past.totals[area as usize].add(&work);
            if work != Work::default() {
                areas.push((area, work));
            }
        }
        if !areas.is_empty() {
            past.minutes.push_back(Minute { number, areas });
        }
        while past.minutes.front().is_some_and(|m| m.number <= now - KEPT as i64) {
            past.minutes.pop_front();
        }
        self.running.store(now, Ordering::Relaxed);
    }

    /// The last minutes that had requests, the one that runs now at the end.
    pub fn last(&self, now: i64, most: usize) -> Vec<Minute> {
        self.turn(now);
        let past = self.past.lock();
        let first = now - most as i64 + 1;
        let running = Minute { number: now, areas: self.running().filter(|(_, work)| *work != Work::default()).collect() };
        past.minutes.iter().filter(|m| first <= m.number).cloned().chain([running]).collect()
    }

    /// Everything since the start.
    pub fn totals(&self) -> Vec<(Area, Work)> {
        let past = self.past.lock();
        let with_past = |(area, mut work): (Area, Work)| {
            work.add(&past.totals[area as usize]);
            (area, work)
        };
        self.running().map(with_past).collect()
    }

    fn running(&self) -> impl Iterator<Item = (Area, Work)> {
        Area::COUNTED.into_iter().zip(self.live.iter().map(Counters::read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_follow_each_other_and_the_oldest_goes() {
        let minutes = Minutes::new(100);
        let took = Duration::from_millis(2);
        minutes.count(100, Area::Records, 200, took);
        minutes.count(100, Area::Records, 404, took);
        minutes.count(102, Area::Auth, 500, took);
        let read = minutes.last(102, 60);
        assert_eq!(read.iter().map(|m| m.number).collect::<Vec<_>>(), [100, 102]);
        let (area, work) = &read[0].areas[0];
        assert_eq!((*area, work.requests(), work.client_errors, work.server_errors), (Area::Records, 2, 1, 0));
        assert_eq!(minutes.last(103, 2).len(), 2, "102 and the running one");
        assert_eq!(minutes.last(102 + KEPT as i64, KEPT).len(), 1, "all are too old");
        let totals: u64 = minutes.totals().iter().map(|(_, work)| work.requests()).sum();
        assert_eq!(totals, 3);
    }
}
