//! Unique keys: who holds them in the store, and who in the transaction at hand.

use super::conflicts;
use super::stage::Stage;
use crate::error::{FieldErrors, Problem, Result};
use crate::query::{self, Row, entries};
use crate::schema::field::DEFAULT_ID_PATTERN;
use crate::schema::{Collection, Field, Options, Record};
use crate::store::keys;
use std::collections::HashMap;
use std::sync::Arc;

/// The unique keys that staged records hold.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    holders: HashMap<Vec<u8>, (u32, String)>,
    held: HashMap<(u32, String), Vec<Vec<u8>>>,
}

impl Claims {
    /// Notes that a staged record now holds exactly the unique keys among `entries`.
    pub fn replace(&mut self, collection: u32, id: &str, entries: &[entries::Entry]) {
        let holder = (collection, id.to_owned());
        for key in self.held.remove(&holder).unwrap_or_default() {
            self.holders.remove(&key);
        }
        let keys: Vec<_> = entries.iter().filter(|e| e.is_unique()).map(|e| e.key_value(collection, 0).0).collect();
        if keys.is_empty() {
            return;
        }
        for key in &keys {
            self.holders.insert(key.clone(), holder.clone());
        }
        self.held.insert(holder, keys);
    }

    fn holder(&self, key: &[u8]) -> Option<&(u32, String)> {
        self.holders.get(key)
    }
}

impl Stage<'_> {
    /// The problems of the unique keys that a record would hold, of which `entries` are all.
    pub(super) fn claim(&mut self, before: Option<&Row>, record: &Record, entries: &[entries::Entry]) -> Result<FieldErrors> {
        let collection = &record.collection;
        let mut errors = FieldErrors::new();
        for entry in entries.iter().filter(|e| e.is_unique()) {
            let key = entry.key_value(collection.number, 0).0;
            self.watch(conflicts::unique(&key));
            if self.is_taken(collection, before, record.id(), &key)? {
                let pending = self.world.pending.get(&collection.number).unwrap_or(collection);
                for name in columns(collection, entry).into_iter().chain(columns(pending, entry)) {
                    errors.add(name, Problem::new("validation_not_unique", "Value must be unique."));
                }
            }
        }
        Ok(errors)
    }

    fn is_taken(&self, collection: &Arc<Collection>, before: Option<&Row>, id: &str, key: &[u8]) -> Result<bool> {
        if let Some(holder) = self.claims.holder(key) {
            return Ok(*holder != (collection.number, id.to_owned()));
        }
        let Some(value) = self.view.store.get(key)? else { return Ok(false) };
        let Some(rowid) = keys::read_number(&value) else { return Ok(false) };
        if before.is_some_and(|b| b.rowid() == rowid) {
            return Ok(false);
        }
        // The stored holder no longer counts when this transaction has changed or deleted it: what it holds now is in the claims.
        let stored = self.view.stored_at(collection, rowid)?;
        Ok(stored.is_some_and(|s| self.set.get(collection.number, &Row::Stored(s).id()).is_none()))
    }

    /// The problem of a new id that differs from another one only in case: some file systems and tools take the two for one.
    pub(super) fn similar_id(&mut self, original: Option<&Record>, record: &Record) -> Result<FieldErrors> {
        let mut errors = FieldErrors::new();
        if original.is_some() || !may_have_twins(&record.collection) {
            return Ok(errors);
        }
        // One that is being created at this moment is not in the store yet.
        self.watch(conflicts::twin(record.collection.number, record.id()));
        if query::has_id_in_any_case(&self.view, &record.collection, record.id())? {
            errors.add("id", Problem::new("validation_pk_invalid", "The record primary key is invalid or already exists."));
        }
        Ok(errors)
    }

    /// The problem of an id that is in use already.
    pub(super) fn taken_id(&mut self, original: Option<&Record>, record: &Record) -> Result<FieldErrors> {
        let mut errors = FieldErrors::new();
        if original.is_some() {
            return Ok(errors);
        }
        if self.view.get(&record.collection, record.id())?.is_some() {
            errors.add("id", Problem::new("validation_not_unique", "Value must be unique."));
        }
        if !record.collection.is_auth() {
            return Ok(errors);
        }
        // A rule that compares only ids must not take a record of one auth collection for one of another.
        let others: Vec<_> =
            self.view.schema.all().iter().filter(|c| c.is_auth() && c.number != record.collection.number).cloned().collect();
        for other in others {
            if self.view.get(&other, record.id())?.is_some() {
                errors.add("id", Problem::new("validation_invalid_auth_id", "Invalid or duplicated auth record id."));
            }
        }
        Ok(errors)
    }
}

/// Whether two ids can differ in case alone. The default pattern has only small letters.
pub(super) fn may_have_twins(collection: &Collection) -> bool {
    let is_default = |f: &Field| matches!(&f.options, Options::Text(o) if o.pattern == DEFAULT_ID_PATTERN);
    !collection.field("id").is_none_or(is_default)
}

fn columns<'c>(collection: &'c Collection, entry: &entries::Entry) -> Vec<&'c str> {
    let index = collection.indexes.iter().find(|i| entry.is_of(i.number));
    let fields = index.into_iter().flat_map(|i| &i.columns).filter_map(|c| collection.field_by_number(c.field));
    fields.map(|f| f.name.as_str()).collect()
}
