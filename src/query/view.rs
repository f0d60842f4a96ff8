//! What a reader is given: the store, the schema, and what its own transaction has staged.

use super::{Overlay, Row, RuleCache, Stored};
use crate::error::{Error, Result};
use crate::schema::{Collection, Field, Schema};
use crate::store::{Held, KeyRange, Store, keys};
use parking_lot::Mutex;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Records by collection number and id.
pub type Noted = Mutex<Vec<(u32, String)>>;

/// A reader's view; cheap to clone. It is not a snapshot: each single read sees whole commits, two reads may see different ones.
#[derive(Clone)]
pub struct View {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// The collections at the moment the view was made.
    pub schema: Arc<Schema>,
    /// What was compiled for this schema.
    pub rules: Arc<RuleCache>,
    /// What the reading transaction has staged; every read sees it in place of what is stored.
    pub overlay: Option<Arc<Overlay>>,
    /// The records that were looked up, by collection number and id: a transaction must not rely on one that changes before it is sealed.
    pub noted: Option<Arc<Noted>>,
}

impl View {
    /// A view of what is stored.
    pub fn new(store: Arc<dyn Store>, schema: Arc<Schema>, rules: Arc<RuleCache>) -> Self {
        View { store, schema, rules, overlay: None, noted: None }
    }

    /// The same view with staged records in front.
    #[must_use]
    pub fn with(&self, overlay: Arc<Overlay>) -> Self {
        View { overlay: Some(overlay), ..self.clone() }
    }

    /// The collection with this id or name, or the 404 of the wire.
    pub fn collection(&self, id_or_name: &str) -> Result<&Arc<Collection>> {
        let found = self.schema.find(id_or_name).filter(|c| !c.internal);
        found.ok_or_else(|| Error::new(crate::error::Code::NotFound, "Missing collection context."))
    }

    /// The record with this id.
    pub fn get(&self, collection: &Arc<Collection>, id: &str) -> Result<Option<Row>> {
        self.note(collection, id);
        match self.staged(collection, id) {
            Some(staged) => Ok(staged),
            None => Ok(self.stored(collection, id)?.map(Row::Stored)),
        }
    }

    /// The record with this id as it is stored, whatever is staged. The row's checksum is verified.
    pub fn stored(&self, collection: &Arc<Collection>, id: &str) -> Result<Option<Stored>> {
        match self.rowid(collection, id)? {
            Some(rowid) => self.stored_at(collection, rowid),
            None => Ok(None),
        }
    }

    /// The number of the stored record with this id.
    pub fn rowid(&self, collection: &Collection, id: &str) -> Result<Option<u64>> {
        let value = self.store.get(&keys::id(collection.number, id))?;
        value.map(|bytes| number(&bytes)).transpose()
    }

    /// The stored record with this number. The row's checksum is verified.
    pub fn stored_at(&self, collection: &Arc<Collection>, rowid: u64) -> Result<Option<Stored>> {
        let value = self.store.get(&keys::row(collection.number, rowid))?;
        value.map(|bytes| Stored::parse(collection, rowid, bytes, true)).transpose()
    }

    /// The record with this number, or what is staged in its place.
    pub fn at(&self, collection: &Arc<Collection>, rowid: u64) -> Result<Option<Row>> {
        let row = self.stored_at(collection, rowid)?.map(Row::Stored);
        Ok(row.and_then(|row| self.restage(collection, row)))
    }

    /// Visits all records in the order of creation, or against it, until the visitor breaks.
    pub fn each(&self, collection: &Arc<Collection>, reverse: bool, visit: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<()> {
        self.each_in(collection, &keys::rows(collection.number), reverse, visit)
    }

    /// Visits the records whose row keys are in `range`; staged new records come last (or first, in reverse).
    pub fn each_in(
        &self,
        collection: &Arc<Collection>,
        range: &KeyRange,
        reverse: bool,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<()> {
        if reverse && self.each_new(collection, visit).is_break() {
            return Ok(());
        }
        let mut outcome = Ok(ControlFlow::Continue(()));
        self.store.scan(range, reverse, &mut |key, value| {
            outcome = self.scanned(collection, key, value).map(|row| row.map_or(ControlFlow::Continue(()), &mut *visit));
            *outcome.as_ref().unwrap_or(&ControlFlow::Break(()))
        })?;
        let broke = outcome?.is_break();
        if !reverse && !broke {
            let _ = self.each_new(collection, visit);
        }
        Ok(())
    }

    /// Visits the records whose relation field holds `id`, in the order of creation.
    pub fn referring(
        &self,
        collection: &Arc<Collection>,
        field: &Field,
        id: &str,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<()> {
        let range = keys::references(collection.number, field.number, id);
        let mut outcome = Ok(ControlFlow::Continue(()));
        self.store.scan(&range, false, &mut |key, _| {
            outcome = keys::rowid(key)
                .map_or(Ok(None), |rowid| self.unstaged_at(collection, rowid))
                .map(|row| row.map_or(ControlFlow::Continue(()), &mut *visit));
            *outcome.as_ref().unwrap_or(&ControlFlow::Break(()))
        })?;
        let broke = outcome?.is_break();
        if !broke {
            self.referring_staged(collection, field, id, visit);
        }
        Ok(())
    }

    /// How many records a collection has: the count that the writer keeps, and what is staged.
    pub fn count(&self, collection: &Arc<Collection>) -> Result<u64> {
        let value = self.store.get(&keys::count(collection.number))?;
        let mut count = value.map_or(Ok(0), |bytes| number(&bytes))?;
        let Some(overlay) = &self.overlay else { return Ok(count) };
        for (id, record) in overlay.of(collection.number) {
            let was = self.rowid(collection, id)?.is_some();
            count = (count + u64::from(record.is_some())).saturating_sub(u64::from(was));
        }
        Ok(count)
    }

    /// Whether something is staged for the collection: then indexes and counters do not tell the whole truth.
    pub fn is_staged(&self, collection: &Collection) -> bool {
        self.overlay.as_ref().is_some_and(|o| o.touches(collection.number))
    }

    fn note(&self, collection: &Collection, id: &str) {
        if let Some(noted) = &self.noted {
            noted.lock().push((collection.number, id.to_owned()));
        }
    }

    fn staged(&self, collection: &Collection, id: &str) -> Option<Option<Row>> {
        let staged = self.overlay.as_ref()?.get(collection.number, id)?;
        Some(staged.clone().map(Row::Record))
    }

    /// The stored record with this number, unless something is staged for it.
    fn unstaged_at(&self, collection: &Arc<Collection>, rowid: u64) -> Result<Option<Row>> {
        let row = self.stored_at(collection, rowid)?.map(Row::Stored);
        row.iter().for_each(|row| self.note(collection, &row.id()));
        Ok(row.filter(|row| self.overlay.is_none() || self.staged(collection, &row.id()).is_none()))
    }

    /// A row that a scan came across, or what is staged in its place.
    fn scanned(&self, collection: &Arc<Collection>, key: &[u8], value: Held) -> Result<Option<Row>> {
        let rowid = keys::rowid(key).unwrap_or_default();
        let stored = Stored::parse(collection, rowid, value.to_bytes(), false)?;
        Ok(self.restage(collection, Row::Stored(stored)))
    }

    /// What stands in place of a stored row.
    fn restage(&self, collection: &Collection, row: Row) -> Option<Row> {
        if self.overlay.is_none() {
            return Some(row);
        }
        let staged = self.staged(collection, &row.id());
        staged.unwrap_or(Some(row))
    }

    fn each_new(&self, collection: &Collection, visit: &mut dyn FnMut(Row) -> ControlFlow<()>) -> ControlFlow<()> {
        let Some(overlay) = &self.overlay else { return ControlFlow::Continue(()) };
        let new = overlay.of(collection.number).filter_map(|(_, record)| record).filter(|r| r.rowid.is_none());
        new.cloned().map(Row::Record).try_for_each(visit)
    }

    fn referring_staged(&self, collection: &Collection, field: &Field, id: &str, visit: &mut dyn FnMut(Row) -> ControlFlow<()>) {
        let Some(overlay) = &self.overlay else { return };
        let holds = |r: &&Arc<crate::schema::Record>| r.get(field).items().contains(&id);
        let staged = overlay.of(collection.number).filter_map(|(_, record)| record).filter(holds);
        let _ = staged.cloned().map(Row::Record).try_for_each(visit);
    }
}

fn number(bytes: &[u8]) -> Result<u64> {
    keys::read_number(bytes).ok_or_else(|| Error::internal("a stored number is damaged: rebuild the store from the log"))
}
