//! Collections, fields, records and indexes as data.

mod bodies;
mod collections;
mod imports;
mod indexes;
mod patches;
mod values;

use luge::schema::{Collection, Schema, edit, system};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

const NOW: &str = "2026-01-02 03:04:05.000Z";

/// The collections of a new server.
fn start() -> Schema {
    Schema::new(1, system::collections(NOW).into_iter().map(Arc::new).collect())
}

/// A stand-in for the rule compiler: the field `zz` is the only unknown one, unless a name is gone.
fn check_rule(_: &Schema, collection: &Collection, rule: &str) -> Result<(), String> {
    let word = rule.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '@').next().unwrap_or_default();
    let known = word.starts_with('@') || collection.field(word).is_some();
    if known { Ok(()) } else { Err(format!("invalid left operand \"{word}\" - unknown field \"{word}\"")) }
}

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

fn create(schema: &Schema, body: Json) -> luge::error::Result<Collection> {
    edit::create(schema, &object(body), NOW, &check_rule)
}

fn update(schema: &Schema, current: &Collection, body: Json) -> luge::error::Result<Collection> {
    edit::update(schema, current, &object(body), NOW, &check_rule)
}

/// The schema with a new collection, which is given the next number.
fn with_new(schema: &Schema, body: Json) -> (Schema, Arc<Collection>) {
    let mut collection = create(schema, body).expect("a valid collection");
    collection.number = 100 + schema.all().len() as u32;
    for (number, index) in (1000..).zip(&mut collection.indexes) {
        (index.number, index.ready) = (number, true);
    }
    let collection = Arc::new(collection);
    (schema.with([collection.clone()]), collection)
}
