//! Walking over candidates: the records that a source names, in the order that it has.

use super::{Row, Stored, View};
use crate::error::{Error, Result};
use crate::schema::Collection;
use crate::store::{KeyRange, Passed, Sieve, keys};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Where the candidates of a query come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// One record, by its id.
    Id(String),
    /// A part of an index, in its order.
    Index {
        /// Its number.
        index: u32,
        /// The part.
        range: KeyRange,
    },
    /// The records that a relation field points to `target` from, in the order of creation.
    References {
        /// The relation field's name, for the explanation.
        field: String,
        /// The part of the relation index.
        range: KeyRange,
    },
    /// Rows themselves, in the order of creation.
    Rows(KeyRange),
}

/// A candidate: its row, or only its number where the source knows no more.
pub enum Spot<'s> {
    /// The row must still be loaded.
    Number(u64),
    /// The row is at hand.
    Row(Row),
    /// The row is at hand as a scan came across it. The sieve may be sure of it.
    Scanned(Passed<'s>),
}

impl Spot<'_> {
    /// The row; `None` when it was deleted since its entry was read.
    pub fn load(self, view: &View, collection: &Arc<Collection>) -> Result<Option<Row>> {
        match self {
            Spot::Row(row) => Ok(Some(row)),
            Spot::Number(rowid) => view.at(collection, rowid),
            Spot::Scanned(passed) => {
                let rowid = keys::rowid(&passed.key()).unwrap_or_default();
                Ok(Some(Row::Stored(Stored::parse(collection, rowid, passed.value().to_bytes(), false)?)))
            }
        }
    }

    /// Whether it surely belongs to the answer.
    pub fn is_sure(&self) -> bool {
        matches!(self, Spot::Scanned(passed) if passed.sure)
    }
}

/// Visits the candidates of a source in its order, or against it; rows that are scanned only as far as the sieve lets them pass. Answers how many
/// it held back.
pub fn spots(
    view: &View,
    collection: &Arc<Collection>,
    source: &Source,
    reverse: bool,
    sieve: &Sieve,
    visit: &mut dyn FnMut(Spot) -> ControlFlow<()>,
) -> Result<u64> {
    match source {
        Source::Id(id) => {
            let _ = view.get(collection, id)?.map(|row| visit(Spot::Row(row)));
        }
        Source::Rows(range) if view.is_staged(collection) => view.each_in(collection, range, reverse, &mut |row| visit(Spot::Row(row)))?,
        Source::Rows(range) => return view.store.sift(range, reverse, sieve, &mut |passed| visit(Spot::Scanned(passed))),
        Source::References { range, .. } => numbers(view, range, reverse, |key, _| keys::rowid(key), visit)?,
        Source::Index { range, .. } => numbers(view, range, reverse, keys::index_rowid, visit)?,
    }
    Ok(0)
}

/// Visits the entries of a range; `number` reads the rowid from key and value.
fn numbers(
    view: &View,
    range: &KeyRange,
    reverse: bool,
    number: fn(&[u8], &[u8]) -> Option<u64>,
    visit: &mut dyn FnMut(Spot) -> ControlFlow<()>,
) -> Result<()> {
    let mut damaged = false;
    view.store.scan(range, reverse, &mut |key, value| match number(key, &value) {
        Some(rowid) => visit(Spot::Number(rowid)),
        None => {
            damaged = true;
            ControlFlow::Break(())
        }
    })?;
    if damaged { Err(Error::internal("an index entry names no row: rebuild the store from the log")) } else { Ok(()) }
}
