//! Slow queries, those that differ only in their values together.

use super::recent::cut;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What takes at least so long is slow.
pub const SLOW: Duration = Duration::from_millis(20);

/// How many groups are kept.
const MOST: usize = 200;

/// Longer texts of a filter or a sort are cut.
const LONGEST: usize = 1000;

/// What queries have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The name of the collection.
    pub collection: String,
    /// The rule that was asked too; `""` without one.
    pub rule: String,
    /// The filter without its values.
    pub filter: String,
    /// The sort.
    pub sort: String,
}

/// A group of slow queries.
#[derive(Debug, Clone, Default)]
pub struct Slow {
    /// How many there were.
    pub count: u64,
    /// How long all of them took.
    pub total: Duration,
    /// How long the worst one took.
    pub worst: Duration,
    /// When the last one was, in milliseconds since 1970.
    pub last_at: i64,
    /// How many rows the worst one read.
    pub read: u64,
    /// How many of them belonged to the answer.
    pub kept: u64,
    /// How the worst one was read.
    pub plan: String,
    /// The statement of an index that would have helped it, and its fields.
    pub suggestion: Option<(String, Vec<String>)>,
}

/// All groups.
pub struct SlowQueries {
    micros: AtomicU64,
    groups: Mutex<HashMap<Query, Slow>>,
}

impl Default for SlowQueries {
    fn default() -> Self {
        SlowQueries { micros: AtomicU64::new(SLOW.as_micros() as u64), groups: Mutex::default() }
    }
}

impl SlowQueries {
    /// What takes at least so long is slow.
    pub fn threshold(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }

    /// Sets what is slow.
    pub fn set_threshold(&self, threshold: Duration) {
        self.micros.store(threshold.as_micros() as u64, Ordering::Relaxed);
    }

    /// Adds one query, a group with a count of 1.
    pub fn note(&self, mut query: Query, one: Slow) {
        for text in [&mut query.rule, &mut query.filter, &mut query.sort] {
            text.truncate(cut(text, LONGEST).len());
        }
        let mut groups = self.groups.lock();
        if MOST <= groups.len() && !groups.contains_key(&query) {
            let least = groups.iter().min_by_key(|(_, slow)| slow.total).map(|(query, _)| query.clone());
            least.map(|query| groups.remove(&query));
        }
        let known = groups.entry(query).or_default();
        let (count, total) = (known.count + 1, known.total + one.total);
        let last_at = one.last_at;
        if known.worst <= one.worst {
            *known = one;
        }
        *known = Slow { count, total, last_at, ..std::mem::take(known) };
    }

    /// All groups, those that took most time first.
    pub fn all(&self) -> Vec<(Query, Slow)> {
        let mut all: Vec<(Query, Slow)> = self.groups.lock().iter().map(|(query, slow)| (query.clone(), slow.clone())).collect();
        all.sort_by_key(|(_, slow)| std::cmp::Reverse(slow.total));
        all
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.groups.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_bounded_and_keep_the_worst() {
        let queries = SlowQueries::default();
        let query = |filter: &str| Query { collection: "posts".into(), rule: String::new(), filter: filter.into(), sort: String::new() };
        let took = |millis, plan: &str| {
            let time = Duration::from_millis(millis);
            Slow { count: 1, total: time, worst: time, last_at: millis as i64, plan: plan.into(), ..Slow::default() }
        };
        queries.note(query("a = ?"), took(900, "worst"));
        queries.note(query("a = ?"), took(30, "other"));
        (0..2 * MOST).for_each(|i| queries.note(query(&i.to_string()), took(20, "")));
        let all = queries.all();
        assert_eq!(all.len(), MOST);
        let (first, slow) = &all[0];
        assert_eq!((first.filter.as_str(), slow.count, slow.plan.as_str(), slow.last_at), ("a = ?", 2, "worst", 30));
        assert_eq!((slow.total, slow.worst), (Duration::from_millis(930), Duration::from_millis(900)));
    }
}
