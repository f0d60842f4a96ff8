//! A collection as the API shows it: the keys in PocketBase's order, no secrets, no numbers.

use super::{Collection, Kind, auth_options, field};
use crate::value::json::{write_json, write_string};
use serde_json::{Map, Value as Json, json};

/// The JSON of a collection.
pub fn to_json(collection: &Collection) -> Vec<u8> {
    let statements: Vec<String> = collection.indexes.iter().map(|i| i.sql.clone()).collect();
    let map = to_map(collection, &statements);
    let mut out = Vec::with_capacity(2048);
    let mut separator = b'{';
    for key in keys(collection.kind) {
        out.push(std::mem::replace(&mut separator, b','));
        write_string(&mut out, key);
        out.push(b':');
        write_json(&mut out, map.get(key).unwrap_or(&Json::Null));
    }
    out.push(b'}');
    out
}

fn keys(kind: Kind) -> Vec<&'static str> {
    let mut keys = vec![
        "id",
        "listRule",
        "viewRule",
        "createRule",
        "updateRule",
        "deleteRule",
        "name",
        "type",
        "fields",
        "indexes",
        "created",
        "updated",
        "system",
    ];
    match kind {
        Kind::Base => {}
        Kind::Auth => keys.extend(auth_options::keys()),
        Kind::View => keys.push("viewQuery"),
    }
    keys
}

/// The same as an object, with these statements as its indexes.
pub(super) fn to_map(collection: &Collection, statements: &[String]) -> Map<String, Json> {
    let c = collection;
    let mut map = Map::new();
    if let Some(options) = &c.auth {
        map = auth_options::without_secrets(auth_options::to_json(options));
    }
    if c.kind == Kind::View {
        map.insert("viewQuery".into(), json!(c.view_query));
    }
    for (key, rule) in c.rules.by_key() {
        map.insert(key.into(), json!(rule));
    }
    let fields: Vec<Json> = c.fields.iter().map(field::to_json).collect();
    let rest = [
        ("id", json!(c.id)),
        ("name", json!(c.name)),
        ("type", json!(c.kind.name())),
        ("system", json!(c.system)),
        ("fields", Json::Array(fields)),
        ("indexes", json!(statements)),
        ("created", json!(c.created)),
        ("updated", json!(c.updated)),
    ];
    map.extend(rest.into_iter().map(|(key, value)| (key.to_owned(), value)));
    map
}
