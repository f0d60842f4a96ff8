//! Rows of a PocketBase table as records, exactly as they are: ids, password hashes, token keys and dates included.

use super::source::Source;
use crate::error::{Error, Result};
use crate::schema::{Collection, Field, Record, Shape};
use crate::value::{Value, json};
use rusqlite::types::ValueRef;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::Arc;

/// How many rows the table of a collection has.
pub fn count(source: &Source, table: &str) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM {}", quoted(table));
    let rows: i64 = source.db.query_row(&sql, [], |row| row.get(0)).map_err(|e| source.broken(&e))?;
    Ok(rows.unsigned_abs())
}

/// The rows in the order of their rowid, which is the order of their creation; starts after `after` and returns at most `limit`, with the last rowid.
pub fn page(source: &Source, collection: &Arc<Collection>, after: i64, limit: usize) -> Result<(Vec<Record>, i64)> {
    let columns: Vec<String> = collection.fields.iter().map(|f| quoted(&f.name)).collect();
    let table = quoted(&collection.name);
    let sql = format!("SELECT rowid, {} FROM {table} WHERE rowid > ?1 ORDER BY rowid LIMIT ?2", columns.join(", "));
    let mut statement = source.db.prepare_cached(&sql).map_err(|e| source.broken(&e))?;
    let mut rows = statement.query((after, limit as i64)).map_err(|e| source.broken(&e))?;
    let (mut records, mut last) = (Vec::new(), after);
    while let Some(row) = rows.next().map_err(|e| source.broken(&e))? {
        last = row.get(0).map_err(|e| source.broken(&e))?;
        let mut record = Record::new(collection.clone());
        for (i, field) in collection.fields.iter().enumerate() {
            let cell = row.get_ref(i + 1).map_err(|e| source.broken(&e))?;
            let value = value(field, cell).map_err(|what| unreadable(collection, field, last, &what))?;
            record.set(field.number, value);
        }
        records.push(record);
    }
    Ok((records, last))
}

fn unreadable(collection: &Collection, field: &Field, rowid: i64, what: &str) -> Error {
    Error::bad_request(format!("{}.{} in the row {rowid} {what}.", collection.name, field.name))
}

/// A name between backquotes, as SQLite takes any name.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The value of a cell in the shape of its field.
pub fn value(field: &Field, cell: ValueRef) -> Result<Value<'static>, String> {
    match field.shape() {
        Shape::Text => Ok(Value::Text(Cow::Owned(text(cell)))),
        Shape::Number => Ok(Value::Number(number(cell))),
        Shape::Bool => Ok(Value::Bool(number(cell) != 0.0)),
        Shape::List => Ok(Value::List(items(&text(cell)).into_iter().map(Cow::Owned).collect())),
        Shape::Geo => Ok(place(&text(cell))),
        Shape::Json => match cell {
            ValueRef::Null => Ok(Value::Null),
            _ => document(&text(cell)),
        },
    }
}

fn text(cell: ValueRef) -> String {
    match cell {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => n.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// SQLite keeps what it was given: a column of numbers may hold a text that looks like one.
fn number(cell: ValueRef) -> f64 {
    match cell {
        ValueRef::Integer(n) => n as f64,
        ValueRef::Real(n) => n,
        ValueRef::Text(_) | ValueRef::Blob(_) => match text(cell).trim() {
            "true" => 1.0,
            other => other.parse().ok().filter(|n: &f64| n.is_finite()).unwrap_or(0.0),
        },
        ValueRef::Null => 0.0,
    }
}

/// A list is a JSON array; one left from when the field was single is the plain value.
fn items(text: &str) -> Vec<String> {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(items) => items,
        Err(_) if text.is_empty() || text == "null" => Vec::new(),
        Err(_) => vec![text.to_owned()],
    }
}

fn place(text: &str) -> Value<'static> {
    let point: Json = serde_json::from_str(text).unwrap_or(Json::Null);
    let part = |name: &str| point.get(name).and_then(Json::as_f64).unwrap_or(0.0);
    Value::Geo { lon: part("lon"), lat: part("lat") }
}

fn document(text: &str) -> Result<Value<'static>, String> {
    match json::parse::<Json>(text.as_bytes()) {
        Ok(Json::Null) => Ok(Value::Null),
        Ok(document) => Ok(Value::Json(Cow::Owned(json::canonical(&document)))),
        Err(e) => Err(format!("is not JSON: {e}")),
    }
}
