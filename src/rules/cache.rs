//! Compiled rules, kept as long as their schema: reading a rule costs more than judging a record with it.

use super::rule::{Part, Rule, Who, compile_parts};
use crate::error::Result;
use crate::schema::{Collection, Schema};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// How many rules are kept. Clients send any filters they like, so there must be an end.
pub const CAPACITY: usize = 500;

/// Compiled rules by schema version, collection and text. Shared between threads; when it is full, the oldest rule goes.
pub struct RuleCache {
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: HashMap<u64, Entry>,
    order: VecDeque<u64>,
}

struct Entry {
    version: u64,
    collection: u32,
    parts: Vec<(String, Who)>,
    rule: Arc<Rule>,
}

impl Default for RuleCache {
    fn default() -> Self {
        RuleCache { hasher: RandomState::new(), state: Mutex::new(State::default()) }
    }
}

impl RuleCache {
    /// The compiled form of one text.
    pub fn get(&self, schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Result<Arc<Rule>> {
        self.get_parts(schema, collection, &[Part { text, who }])
    }

    /// The compiled form of texts that must hold together: see [`compile_parts`]. What does not compile is not kept.
    pub fn get_parts(&self, schema: &Schema, collection: &Arc<Collection>, parts: &[Part]) -> Result<Arc<Rule>> {
        let hash = self.hasher.hash_one((schema.version, collection.number, parts));
        if let Some(entry) = self.state.lock().rules.get(&hash)
            && entry.is_for(schema.version, collection.number, parts)
        {
            return Ok(entry.rule.clone());
        }
        // Compiled outside of the lock: two threads may do the same work once, none waits for the other.
        let rule = Arc::new(compile_parts(schema, collection, parts)?);
        let parts = parts.iter().map(|p| (p.text.to_owned(), p.who)).collect();
        self.keep(hash, Entry { version: schema.version, collection: collection.number, parts, rule: rule.clone() });
        Ok(rule)
    }

    /// How many rules are kept at the moment.
    pub fn len(&self) -> usize {
        self.state.lock().rules.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keep(&self, hash: u64, entry: Entry) {
        let state = &mut *self.state.lock();
        if state.rules.insert(hash, entry).is_none() {
            state.order.push_back(hash);
        }
        while CAPACITY < state.order.len() {
            if let Some(oldest) = state.order.pop_front() {
                state.rules.remove(&oldest);
            }
        }
    }
}

impl Entry {
    /// The hash alone could be that of another text.
    fn is_for(&self, version: u64, collection: u32, parts: &[Part]) -> bool {
        let same = |(own, asked): (&(String, Who), &Part)| own.0 == asked.text && own.1 == asked.who;
        self.version == version
            && self.collection == collection
            && self.parts.len() == parts.len()
            && self.parts.iter().zip(parts).all(same)
    }
}
