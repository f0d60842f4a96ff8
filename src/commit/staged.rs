//! The changes of a transaction so far, one for each record that it touches.

use crate::query::entries::Entry;
use crate::schema::{Collection, Record};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;

/// What is stored of a record before the transaction.
#[derive(Debug, Clone)]
pub(crate) struct Original {
    pub rowid: u64,
    pub rev: u64,
    pub row: Bytes,
}

/// One record that the transaction touches: as it was, and as it will be.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    pub collection: Arc<Collection>,
    pub id: String,
    pub before: Option<Original>,
    /// `None` when it is deleted.
    pub after: Option<Arc<Record>>,
    /// The index entries of `after`.
    pub gained: Vec<Entry>,
}

/// All staged records, in the order in which they were touched first.
#[derive(Debug, Default)]
pub(crate) struct StagedSet {
    list: Vec<Staged>,
    places: HashMap<(u32, String), usize>,
}

impl StagedSet {
    /// Notes the newest state of a record. `before` counts only when it is touched for the first time.
    pub fn put(
        &mut self,
        collection: &Arc<Collection>,
        id: &str,
        before: Option<Original>,
        after: Option<Arc<Record>>,
        gained: Vec<Entry>,
    ) {
        let key = (collection.number, id.to_owned());
        match self.places.get(&key) {
            Some(&i) => {
                self.list[i].after = after;
                self.list[i].gained = gained;
            }
            None => {
                self.places.insert(key, self.list.len());
                self.list.push(Staged { collection: collection.clone(), id: id.to_owned(), before, after, gained });
            }
        }
    }

    /// The staged state of a record, if the transaction touched it.
    pub fn get(&self, collection: u32, id: &str) -> Option<&Staged> {
        self.places.get(&(collection, id.to_owned())).map(|i| &self.list[*i])
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Staged> {
        self.list
    }
}
