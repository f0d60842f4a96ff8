//! How long things took, in buckets that are a fifth of their value wide: enough to tell p50 and p99.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Four for each doubling, from a microsecond to more than an hour.
pub const BUCKETS: usize = 128;

/// A histogram that many threads count in.
pub struct Live([AtomicU32; BUCKETS]);

impl Default for Live {
    fn default() -> Self {
        Live([const { AtomicU32::new(0) }; BUCKETS])
    }
}

impl Live {
    /// Counts one.
    #[inline]
    pub fn count(&self, took: Duration) {
        self.0[bucket(took)].fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted.
    pub fn read(&self) -> Histogram {
        Histogram::of(self.0.iter().map(|n| n.load(Ordering::Relaxed)))
    }

    /// What was counted; it is empty afterwards.
    pub fn take(&self) -> Histogram {
        Histogram::of(self.0.iter().map(|n| n.swap(0, Ordering::Relaxed)))
    }
}

/// What was counted: only the buckets that hold something, in ascending order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram(Vec<(u8, u64)>);

impl Histogram {
    fn of(counts: impl Iterator<Item = u32>) -> Self {
        Histogram((0..).zip(counts).filter(|(_, n)| *n != 0).map(|(bucket, n)| (bucket, u64::from(n))).collect())
    }

    /// Adds what another one holds.
    pub fn add(&mut self, other: &Histogram) {
        for (bucket, n) in &other.0 {
            match self.0.binary_search_by_key(bucket, |(b, _)| *b) {
                Ok(at) => self.0[at].1 += n,
                Err(at) => self.0.insert(at, (*bucket, *n)),
            }
        }
    }

    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, n)| n).sum()
    }

    /// What this share (0 to 1) took at most, in milliseconds; `None` when nothing was counted.
    pub fn share(&self, share: f64) -> Option<f64> {
        let wanted = (self.total() as f64 * share).ceil().max(1.0) as u64;
        let mut passed = 0;
        let found = self.0.iter().find(|(_, n)| {
            passed += n;
            wanted <= passed
        });
        found.map(|(bucket, _)| (begin(*bucket) + begin(bucket + 1)) / 2.0 / 1000.0)
    }

    /// How many took less than this many microseconds, which must be a power of two.
    pub fn below(&self, micros: u64) -> u64 {
        let end = bucket(Duration::from_micros(micros));
        self.0.iter().filter(|(b, _)| usize::from(*b) < end).map(|(_, n)| n).sum()
    }

    /// About how long all of them took together, in seconds.
    pub fn sum(&self) -> f64 {
        self.0.iter().map(|(b, n)| (begin(*b) + begin(b + 1)) / 2.0 * *n as f64).sum::<f64>() / 1e6
    }
}

/// The highest bit says which doubling, the two after it which quarter.
#[inline]
fn bucket(took: Duration) -> usize {
    let micros = (took.as_micros() as u64).max(1);
    let doubling = micros.ilog2() as usize;
    let quarter = if 2 <= doubling { (micros >> (doubling - 2)) & 3 } else { (micros << (2 - doubling)) & 3 };
    (doubling * 4 + quarter as usize).min(BUCKETS - 1)
}

/// Where a bucket begins, in microseconds.
fn begin(bucket: u8) -> f64 {
    2f64.powi(i32::from(bucket / 4)) * (1.0 + f64::from(bucket % 4) / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_right_within_a_bucket() {
        let live = Live::default();
        (1..=1000).for_each(|millis| live.count(Duration::from_millis(millis)));
        let read = live.read();
        assert_eq!((read.total(), read.below(1 << 40)), (1000, 1000));
        for (share, expected) in [(0.5, 500.0), (0.99, 990.0), (0.0, 1.0)] {
            let found = read.share(share).expect("there are some");
            assert!((found - expected).abs() <= expected * 0.15, "{share}: {found}");
        }
        assert!((read.sum() - 500.5).abs() < 50.0, "{}", read.sum());
        assert_eq!(live.take(), read);
        assert_eq!(live.read().share(0.5), None);
    }

    #[test]
    fn buckets_are_in_order() {
        let times = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 1 << 31, 1 << 40];
        let buckets: Vec<usize> = times.into_iter().map(|m| bucket(Duration::from_micros(m))).collect();
        assert!(buckets.is_sorted() && buckets[14] == BUCKETS - 1, "{buckets:?}");
        let mut sum = live_sum(3);
        sum.add(&live_sum(900));
        assert_eq!(sum.total(), 2);
    }

    fn live_sum(micros: u64) -> Histogram {
        let live = Live::default();
        live.count(Duration::from_micros(micros));
        live.read()
    }
}
