//! What is made once per schema version: compiled rules, and the layout of each collection's records.

use super::layout::Layout;
use crate::error::Result;
use crate::rules::{self, Rule, Who};
use crate::schema::{Collection, Schema};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// How many rules are kept. Clients choose filters freely, so without a bound they could fill the memory.
const MAX_RULES: usize = 2000;

/// Compiled rules and layouts. Entries of another schema version are never used, so one cache may outlive a schema.
#[derive(Default)]
pub struct RuleCache {
    rules: RwLock<HashMap<RuleKey, HashMap<String, Arc<Rule>>>>,
    layouts: RwLock<HashMap<(u64, u32), Arc<Layout>>>,
}

/// Schema version, collection number, and who wrote the rule.
type RuleKey = (u64, u32, Who);

impl RuleCache {
    /// An empty cache.
    pub fn new() -> Self {
        RuleCache::default()
    }

    /// The compiled form of a rule or filter; the error says where the text is wrong.
    pub fn rule(&self, schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Result<Arc<Rule>> {
        let key = (schema.version, collection.number, who);
        if let Some(rule) = self.rules.read().get(&key).and_then(|rules| rules.get(text)) {
            return Ok(rule.clone());
        }
        let rule = Arc::new(rules::compile(schema, collection, text, who)?);
        let mut cached = self.rules.write();
        if MAX_RULES <= cached.values().map(HashMap::len).sum() {
            // Dropping everything is rare and cheap to recover from; an order of use would cost every read a write lock.
            cached.clear();
        }
        cached.entry(key).or_default().insert(text.to_owned(), rule.clone());
        Ok(rule)
    }

    /// The layout of a collection's records.
    pub fn layout(&self, schema: &Schema, collection: &Collection) -> Arc<Layout> {
        let key = (schema.version, collection.number);
        if let Some(layout) = self.layouts.read().get(&key) {
            return layout.clone();
        }
        let layout = Arc::new(Layout::of(collection));
        let mut layouts = self.layouts.write();
        layouts.retain(|(version, _), _| schema.version <= *version);
        layouts.insert(key, layout.clone());
        layout
    }
}
