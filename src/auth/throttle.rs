//! How often someone may fail to prove who they are: what makes guessing passwords pointless.

use crate::error::{Code, Error, Result};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many failures a window has, if nothing else is said.
pub const DEFAULT_LIMIT: u32 = 10;

/// How long failures are remembered, from the first one, in milliseconds.
pub const WINDOW: i64 = 5 * 60 * 1000;

/// How many identities are remembered at once; the memory has this bound under any attack.
const MOST: usize = 20_000;

/// Failures by who was tried from where.
pub struct Throttle {
    limit: AtomicU32,
    hasher: RandomState,
    failures: Mutex<HashMap<u64, Failures>>,
}

struct Failures {
    since: i64,
    count: u32,
}

/// Who is tried from where. Only a hash is kept: what was typed may be a password in the wrong box.
#[derive(Debug, Clone, Copy)]
pub struct Tried(u64);

impl Default for Throttle {
    fn default() -> Self {
        Throttle { limit: AtomicU32::new(DEFAULT_LIMIT), hasher: RandomState::new(), failures: Mutex::default() }
    }
}

impl Throttle {
    /// Sets how many failures a window has; 0 is no limit.
    pub fn set_limit(&self, limit: u32) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// The key of an identity within `realm`, such as a collection, tried from an address.
    pub fn tried(&self, realm: &str, identity: &str, from: IpAddr) -> Tried {
        Tried(self.hasher.hash_one((realm, identity.to_lowercase(), network(from))))
    }

    /// A 429 with the time to wait when there were too many failures.
    pub fn check(&self, tried: Tried, now: i64) -> Result<()> {
        let limit = self.limit.load(Ordering::Relaxed);
        let failures = self.failures.lock();
        match failures.get(&tried.0) {
            Some(f) if limit != 0 && limit <= f.count && now < f.since + WINDOW => Err(locked(f.since + WINDOW - now)),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, tried: Tried, now: i64) {
        let mut failures = self.failures.lock();
        if MOST <= failures.len() && !failures.contains_key(&tried.0) {
            failures.retain(|_, f| now < f.since + WINDOW);
            make_room(&mut failures);
        }
        let known = failures.entry(tried.0).or_insert(Failures { since: now, count: 0 });
        if known.since + WINDOW <= now {
            *known = Failures { since: now, count: 0 };
        }
        known.count += 1;
    }

    /// Forgets the failures of someone who has proved it.
    pub fn succeeded(&self, tried: Tried) {
        self.failures.lock().remove(&tried.0);
    }
}

/// What one client has: an address of IPv4, but of IPv6 at least a /64, in which it may take any address.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

/// Those with the fewest failures are forgotten first, so that new names do not free one that is locked.
fn make_room(failures: &mut HashMap<u64, Failures>) {
    if MOST <= failures.len() {
        let fewest = failures.values().map(|f| f.count).min().unwrap_or_default();
        let spare: Vec<u64> = failures.iter().filter(|(_, f)| f.count == fewest).map(|(key, _)| *key).take(MOST / 10).collect();
        for key in spare {
            failures.remove(&key);
        }
    }
}

fn locked(left: i64) -> Error {
    let seconds = left.max(0).unsigned_abs().div_ceil(1000).max(1);
    let wait = match seconds {
        0..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    Error::new(Code::TooManyRequests, format!("Too many failed sign-ins. Try again in {wait}.")).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> IpAddr {
        "10.0.0.1".parse().expect("an address")
    }

    #[test]
    fn locks_for_the_rest_of_the_window() {
        let throttle = Throttle::default();
        let ann = throttle.tried("users", "Ann@example.com", address());
        for i in 0..10 {
            throttle.check(ann, i).expect("not yet");
            throttle.failed(throttle.tried("users", "ann@example.com", address()), i);
        }
        let locked = throttle.check(ann, 1000).expect_err("locked");
        assert_eq!((locked.code, locked.retry_after), (Code::TooManyRequests, Some(299)));
        assert_eq!(locked.message, "Too many failed sign-ins. Try again in 5 minutes.");
        for other in [throttle.tried("admins", "ann@example.com", address()), throttle.tried("users", "bob@example.com", address())] {
            throttle.check(other, 1000).expect("someone else");
        }
        throttle.check(ann, WINDOW).expect("a new window");
        throttle.failed(ann, WINDOW);
        throttle.check(ann, WINDOW + 1).expect("the count began anew");
    }

    #[test]
    fn all_addresses_that_one_client_has_count_as_one() {
        let throttle = Throttle::default();
        let tried = |from: &str| throttle.tried("users", "ann", from.parse().expect("an address")).0;
        assert_eq!(tried("2001:db8:1:2::1"), tried("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(tried("2001:db8:1:2::1"), tried("2001:db8:1:3::1"));
        assert_eq!(tried("::ffff:10.0.0.1"), tried("10.0.0.1"));
        assert_ne!(tried("10.0.0.1"), tried("10.0.0.2"));
    }

    #[test]
    fn many_names_neither_fill_the_memory_nor_free_one_that_is_locked() {
        let throttle = Throttle::default();
        let ann = throttle.tried("users", "ann", address());
        (0..10).for_each(|_| throttle.failed(ann, 0));
        for i in 0..2 * MOST {
            throttle.failed(throttle.tried("users", &i.to_string(), address()), 1);
        }
        assert!(throttle.failures.lock().len() <= MOST);
        throttle.check(ann, 2).expect_err("still locked");
        throttle.set_limit(0);
        throttle.check(ann, 2).expect("no limit");
    }
}
