//! Collections, their fields and indexes, as data. No I/O, no clock.

mod auth_options;
mod check;
pub mod collection;
pub mod diff;
pub mod edit;
pub mod field;
pub mod index;
pub mod moment;
pub mod patch;
pub mod pattern;
pub mod record;
mod scaffold;
pub mod stored;
pub mod system;
pub mod typescript;
pub mod validate;
pub mod wire;

pub use collection::{AuthOptions, Collection, Kind, Rules, TokenOptions};
pub use diff::Diff;
pub use field::{Field, FieldType, Modifier, Options, Shape, TYPES};
pub use index::{Index, IndexColumn};
pub use patch::Patched;
pub use record::Record;
pub use scaffold::scaffolds;

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

    /// The same schema with these collections put over those with their ids.
    #[must_use]
    pub fn with(&self, changed: impl IntoIterator<Item = Arc<Collection>>) -> Self {
        let mut collections = self.collections.clone();
        for new in changed {
            match collections.iter_mut().find(|c| c.id == new.id) {
                Some(slot) => *slot = new,
                None => collections.push(new),
            }
        }
        Schema::new(self.version, collections)
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
