//! Records by the value of one field, with the help of an index where there is one.

use super::walk::{self, Source, Spot};
use super::{Row, View};
use crate::error::Result;
use crate::schema::{Collection, Field, Index, Shape};
use crate::store::{Sieve, keys};
use crate::value::Value;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

/// Visits at least all records whose field equals the value, in the order of creation; without a fitting index, all records.
pub fn each_equal(
    view: &View,
    collection: &Arc<Collection>,
    field: &Field,
    value: &Value,
    visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<()> {
    if view.is_staged(collection) || !is_exact(field, value) {
        return view.each(collection, false, visit);
    }
    if field.number == 0 {
        return match view.get(collection, value.as_text())? {
            Some(row) => {
                let _ = visit(row);
                Ok(())
            }
            None => Ok(()),
        };
    }
    if field.relation().is_some() {
        return view.referring(collection, field, value.as_text(), visit);
    }
    match collection.indexes.iter().find(|i| leads_with(i, field)) {
        Some(index) => in_creation_order(view, collection, &equal_range(collection, index, value), visit),
        None => view.each(collection, false, visit),
    }
}

/// The record whose unique field has this value: how a sign-in finds its identity. With a `COLLATE NOCASE` index, the case of ASCII letters does not matter.
pub fn find_unique(view: &View, collection: &Arc<Collection>, field: &Field, value: &str) -> Result<Option<Row>> {
    let single = |i: &&Index| i.unique && i.columns.len() == 1 && i.columns[0].field == field.number;
    let nocase = collection.indexes.iter().find(single).is_some_and(|i| i.columns[0].nocase);
    let wanted = Value::text(value);
    let mut found = None;
    each_equal(view, collection, field, &wanted, &mut |row| {
        let own = row.value(field);
        let same = if nocase { own.as_text().eq_ignore_ascii_case(value) } else { own.as_text() == value };
        if same {
            found = Some(row.clone());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Whether every record that equals the value has exactly this encoding. Empty text is left out: the rules let it equal nulls too.
fn is_exact(field: &Field, value: &Value) -> bool {
    match (field.shape(), value) {
        (Shape::Text, Value::Text(s)) => !s.is_empty(),
        (Shape::Number, Value::Number(_)) | (Shape::Bool, Value::Bool(_)) => true,
        _ => false,
    }
}

/// A partial index may lack records, except one that only leaves out the empty value.
fn leads_with(index: &Index, field: &Field) -> bool {
    let first = index.columns.first().is_some_and(|c| c.field == field.number);
    let whole = match index.filter.as_deref() {
        None => true,
        Some(filter) => filter.replace('"', "'").replace(' ', "") == format!("{}!=''", field.name),
    };
    index.ready && first && whole
}

/// Further columns of an index would give another order, so the numbers are sorted before the rows are loaded.
fn in_creation_order(
    view: &View,
    collection: &Arc<Collection>,
    source: &Source,
    visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<()> {
    let mut rowids = Vec::new();
    walk::spots(view, collection, source, false, &Sieve::default(), &mut |spot| {
        if let Spot::Number(rowid) = spot {
            rowids.push(rowid);
        }
        ControlFlow::Continue(())
    })?;
    rowids.sort_unstable();
    for rowid in rowids {
        let Some(row) = view.at(collection, rowid)? else { continue };
        if visit(row).is_break() {
            break;
        }
    }
    Ok(())
}

fn equal_range(collection: &Collection, index: &Index, value: &Value) -> Source {
    let mut equal = Vec::new();
    let column = &index.columns[0];
    keys::encode_value(&mut equal, value, column.nocase, column.descending);
    let range = keys::index_range(collection.number, index.number, Bound::Included(&equal), Bound::Included(&equal));
    Source::Index { index: index.number, range }
}
