//! What is made once per schema version: compiled rules, and the layout of each collection's records.

use super::layout::Layout;
use crate::error::Result;
use crate::rules::{self, Part, Rule, Who};
use crate::schema::{Collection, Schema};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// Compiled rules and layouts. Entries of another schema version are never used, so one cache may outlive a schema.
#[derive(Default)]
pub struct RuleCache {
    rules: rules::RuleCache,
    layouts: RwLock<HashMap<(u64, u32), Arc<Layout>>>,
}

impl RuleCache {
    /// An empty cache.
    pub fn new() -> Self {
        RuleCache::default()
    }

    /// The compiled form of a rule or filter; the error says where the text is wrong.
    pub fn rule(&self, schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Result<Arc<Rule>> {
        self.rules.get(schema, collection, text, who)
    }

    /// The compiled form of texts that must hold together, such as a rule and a filter.
    pub fn parts(&self, schema: &Schema, collection: &Arc<Collection>, parts: &[Part]) -> Result<Arc<Rule>> {
        self.rules.get_parts(schema, collection, parts)
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
