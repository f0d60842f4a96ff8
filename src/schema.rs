//! Collections, their fields and indexes, as data. No I/O, no clock.

pub mod collection;
pub mod field;
pub mod index;
pub mod record;

pub use collection::{AuthOptions, Collection, Kind, Rules};
pub use field::{Field, Options, Shape};
pub use index::{Index, IndexColumn};
pub use record::Record;

use std::collections::HashMap;
use std::sync::Arc;

/// All collections at one moment. Never changed in place: an edit makes a new one.
#[derive(Debug, Default, Clone)]
pub struct Schema {
    /// Grows with every edit; what was compiled for one version is not used for another.
    pub version: u64,
    collections: Vec<Arc<Collection>>,
    by_key: HashMap<String, usize>,
    by_number: HashMap<u32, usize>,
}

impl Schema {
    /// A schema of these collections, kept in the order of their numbers.
    pub fn new(version: u64, mut collections: Vec<Arc<Collection>>) -> Self {
        collections.sort_by_key(|c| c.number);
        let mut by_key = HashMap::new();
        let mut by_number = HashMap::new();
        for (i, c) in collections.iter().enumerate() {
            by_key.insert(c.id.clone(), i);
            by_number.insert(c.number, i);
        }
        for (i, c) in collections.iter().enumerate() {
            by_key.entry(c.name.to_lowercase()).or_insert(i);
        }
        Schema { version, collections, by_key, by_number }
    }

    /// The collection with this id, or with this name in any case.
    pub fn find(&self, id_or_name: &str) -> Option<&Arc<Collection>> {
        let i = self.by_key.get(id_or_name).or_else(|| self.by_key.get(&id_or_name.to_lowercase()))?;
        self.collections.get(*i)
    }

    /// The collection with this number.
    pub fn by_number(&self, number: u32) -> Option<&Arc<Collection>> {
        self.collections.get(*self.by_number.get(&number)?)
    }

    /// All collections, internal ones included, in the order of their creation.
    pub fn all(&self) -> &[Arc<Collection>] {
        &self.collections
    }

    /// The relation fields of any collection that point to the collection with this id.
    pub fn referring<'s>(&'s self, collection_id: &'s str) -> impl Iterator<Item = (&'s Arc<Collection>, &'s Field)> {
        self.collections.iter().flat_map(move |c| {
            let to = move |f: &&Field| f.relation().is_some_and(|r| r.collection_id == collection_id);
            c.fields.iter().filter(to).map(move |f| (c, f))
        })
    }
}
