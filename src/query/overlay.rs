//! Records that a transaction has staged but not stored: what its own rules, hooks and answers must already see.

use crate::schema::Record;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Staged records by collection number and id; `None` is a staged delete.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Later puts of a key replace earlier ones.
    pub records: BTreeMap<(u32, String), Option<Arc<Record>>>,
}

impl Overlay {
    /// Stages a record under its own id.
    pub fn put(&mut self, record: Arc<Record>) {
        self.records.insert((record.collection.number, record.id().to_owned()), Some(record));
    }

    /// Stages a delete.
    pub fn delete(&mut self, collection: u32, id: &str) {
        self.records.insert((collection, id.to_owned()), None);
    }

    /// What is staged for an id: nothing, a delete, or a record.
    pub fn get(&self, collection: u32, id: &str) -> Option<&Option<Arc<Record>>> {
        self.records.get(&(collection, id.to_owned()))
    }

    /// Everything that is staged for a collection, in the order of the ids.
    pub fn of(&self, collection: u32) -> impl Iterator<Item = (&str, Option<&Arc<Record>>)> {
        let entries = self.records.range((collection, String::new())..);
        entries.take_while(move |(key, _)| key.0 == collection).map(|(key, record)| (key.1.as_str(), record.as_ref()))
    }

    /// Whether anything is staged for a collection: then its indexes do not tell the whole truth.
    pub fn touches(&self, collection: u32) -> bool {
        self.of(collection).next().is_some()
    }
}
