//! The collections of these tests, and their records as plain data that child and parent can tell each other.

use luge::commit::{Db, Op, collections};
use luge::query::Authority;
use luge::schema::{Collection, Record};
use luge::value::json as values;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Collection and id.
pub type Key = (String, String);
/// A record's fields without its id; a note stands as `letter:length`.
pub type Fields = Map<String, Json>;

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub rev: u64,
    pub fields: Fields,
}

pub const SYSTEM: Authority = Authority::System("crash test");
pub const HOT: &str = "hot000000000000";
const NAMES: &[&str] = &["owners", "items", "scratch"];

/// Creates the collections and the counter that all writers increment.
pub async fn create(db: &Db) {
    let create = async |body: Json| collections::create(db, &SYSTEM, &object(body)).await.expect("the collection is right");
    let owners = create(json!({"name": "owners", "type": "base", "fields": [{"name": "name", "type": "text"}],
        "indexes": ["CREATE UNIQUE INDEX owner_name ON owners (name)"]}))
    .await;
    create(json!({"name": "items", "type": "base", "fields": [
            {"name": "code", "type": "text"}, {"name": "grp", "type": "number"}, {"name": "note", "type": "text", "max": 1_000_000},
            {"name": "owner", "type": "relation", "collectionId": owners.id, "maxSelect": 1, "cascadeDelete": true},
            {"name": "tags", "type": "relation", "collectionId": owners.id, "maxSelect": 9}],
        "indexes": ["CREATE UNIQUE INDEX item_code ON items (code COLLATE NOCASE)", "CREATE INDEX item_grp ON items (grp DESC, code)"]}))
    .await;
    create(json!({"name": "scratch", "type": "base", "fields": [{"name": "v", "type": "number"}],
        "indexes": ["CREATE INDEX scratch_v ON scratch (v)"]}))
    .await;
    let counters = create(json!({"name": "counters", "type": "base", "fields": [{"name": "n", "type": "number"}]})).await;
    let hot = Op::Create { collection: counters, body: object(json!({"id": HOT, "n": 0})) };
    luge::commit::commit(db, luge::commit::Transaction::system("crash test", vec![hot])).await.expect("the counter is right");
}

pub fn find(db: &Db, name: &str) -> Arc<Collection> {
    db.schema().find(name).unwrap_or_else(|| panic!("the collection {name} is there")).clone()
}

/// All records but the counter.
pub fn read_all(db: &Db) -> BTreeMap<Key, Seen> {
    let mut all = BTreeMap::new();
    for name in NAMES {
        let visit = &mut |row: luge::query::Row| {
            let record = row.to_record();
            all.insert(((*name).to_owned(), record.id().to_owned()), Seen { rev: record.rev, fields: fields(&record) });
            ControlFlow::Continue(())
        };
        db.view().each(&find(db, name), false, visit).expect("the store can be read");
    }
    all
}

pub fn counter(db: &Db) -> u64 {
    let record = db.view().get(&find(db, "counters"), HOT).expect("the store can be read").expect("the counter is there").to_record();
    record.get_named("n").as_number() as u64
}

/// The body that makes a record have these fields.
pub fn body(fields: &Fields) -> Fields {
    let mut body = fields.clone();
    if let Some((letter, length)) = fields.get("note").and_then(Json::as_str).and_then(|n| n.split_once(':')) {
        body.insert("note".into(), letter.repeat(length.parse().expect("a length")).into());
    }
    body
}

fn fields(record: &Record) -> Fields {
    let mut fields = Fields::new();
    for field in record.collection.fields.iter().skip(1) {
        let mut value = values::to_json(&record.get(field));
        if let (true, Some(note)) = (field.name == "note", value.as_str()) {
            let letter = note.chars().next().unwrap_or('-');
            assert!(note.chars().all(|c| c == letter), "a note is a mixture: {note}");
            value = format!("{letter}:{}", note.len()).into();
        }
        fields.insert(field.name.clone(), value);
    }
    fields
}

pub fn object(json: Json) -> Fields {
    match json {
        Json::Object(map) => map,
        other => panic!("{other} is not an object"),
    }
}
