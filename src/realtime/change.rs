//! One change of the log as it is judged: the record before and after, and what stood around it.

use crate::error::Result;
use crate::log::{Change, Entry};
use crate::query::row::record;
use crate::query::{Overlay, Row, Stored, View};
use crate::schema::Collection;
use bytes::Bytes;
use std::cell::OnceCell;
use std::sync::Arc;

/// An entry that is being told.
pub struct Told<'e> {
    /// The entry.
    pub entry: &'e Entry,
    /// What is stored now.
    pub view: &'e View,
    past: OnceCell<View>,
}

impl<'e> Told<'e> {
    /// An entry, with a view that has it.
    pub fn new(entry: &'e Entry, view: &'e View) -> Self {
        Told { entry, view, past: OnceCell::new() }
    }

    /// A view where what the entry changed is as it was before. What a record was shown by may have gone in the same transaction.
    pub fn past(&self) -> &View {
        self.past.get_or_init(|| {
            let mut overlay = Overlay::default();
            for change in &self.entry.changes {
                let Some(collection) = self.view.schema.by_number(change.collection) else { continue };
                match image(collection, change, &change.before, change.before_rev) {
                    Some(Row::Stored(before)) => overlay.put(Arc::new(record(&before))),
                    _ => overlay.delete(change.collection, &change.id),
                }
            }
            self.view.with(Arc::new(overlay))
        })
    }
}

/// A record before and after.
pub struct Images<'t> {
    /// The entry.
    pub told: &'t Told<'t>,
    /// The change.
    pub change: &'t Change,
    /// Its collection, as it is now.
    pub collection: Arc<Collection>,
    /// The record before, unless it is new.
    pub before: Option<Row>,
    /// The record after, unless it is gone.
    pub after: Option<Row>,
}

impl<'t> Images<'t> {
    /// The images of a change; `None` when its collection is gone.
    pub fn of(told: &'t Told<'t>, change: &'t Change) -> Option<Images<'t>> {
        let collection = told.view.schema.by_number(change.collection)?;
        let before = image(collection, change, &change.before, change.before_rev);
        let after = image(collection, change, &change.after, told.entry.seq);
        Some(Images { told, change, collection: collection.clone(), before, after })
    }

    /// The record as it is told: after the change, or the last that was seen of it.
    pub fn shown(&self) -> Result<&Row> {
        let shown = self.after.as_ref().or(self.before.as_ref());
        shown.ok_or_else(|| crate::error::Error::internal("a change has neither an image before nor after"))
    }
}

fn image(collection: &Arc<Collection>, change: &Change, row: &Option<Bytes>, rev: u64) -> Option<Row> {
    let row = row.clone()?;
    Some(Row::Stored(Stored { collection: collection.clone(), rowid: change.rowid, rev, row }))
}
