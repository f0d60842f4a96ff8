//! A collection as it is stored: what the API shows, and numbers, secrets and the state of its indexes.

use super::collection::Rules;
use super::{Collection, Field, Index, IndexColumn, Kind, auth_options, field, wire};
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json, json};

/// Everything, as one object.
pub fn to_json(collection: &Collection) -> Json {
    let mut map = wire::to_map(collection, &[]);
    if let Some(options) = &collection.auth {
        map.extend(auth_options::to_json(options));
    }
    let fields = collection.fields.iter().map(|f| {
        let mut json = field::to_json(f);
        json["number"] = json!(f.number);
        json
    });
    map.insert("number".into(), json!(collection.number));
    map.insert("internal".into(), json!(collection.internal));
    map.insert("nextField".into(), json!(collection.next_field));
    map.insert("fields".into(), Json::Array(fields.collect()));
    map.insert("indexes".into(), Json::Array(collection.indexes.iter().map(index_to_json).collect()));
    Json::Object(map)
}

/// The collection of such an object; an error names what is missing, so that a damaged store is told from an old one.
pub fn from_json(json: &Json) -> Result<Collection> {
    let name = json["name"].as_str().unwrap_or_default();
    let read = || {
        let map = json.as_object()?;
        let kind = Kind::named(json["type"].as_str()?)?;
        let mut rules = Rules::default();
        for (key, value) in map {
            if let Some(rule) = rules.by_key_mut(key) {
                *rule = value.as_str().map(str::to_owned);
            }
        }
        Some(Collection {
            number: number(&json["number"])?,
            id: text(map, "id")?,
            name: text(map, "name")?,
            kind,
            system: json["system"] == true,
            internal: json["internal"] == true,
            fields: json["fields"].as_array()?.iter().map(read_field).collect::<Option<_>>()?,
            indexes: json["indexes"].as_array()?.iter().map(read_index).collect::<Option<_>>()?,
            rules,
            auth: (kind == Kind::Auth).then(|| Box::new(auth_options::from_json(map))),
            view_query: text(map, "viewQuery").unwrap_or_default(),
            created: text(map, "created")?,
            updated: text(map, "updated")?,
            next_field: number(&json["nextField"])?,
        })
    };
    read().ok_or_else(|| Error::internal(format!("the stored collection {name:?} cannot be read: restore a backup or use a newer Luge")))
}

fn text(map: &Map<String, Json>, key: &str) -> Option<String> {
    map.get(key)?.as_str().map(str::to_owned)
}

fn number<N: TryFrom<u64>>(json: &Json) -> Option<N> {
    N::try_from(json.as_u64()?).ok()
}

fn read_field(json: &Json) -> Option<Field> {
    Some(Field { number: number(&json["number"])?, ..field::from_json(json)? })
}

fn index_to_json(index: &Index) -> Json {
    let column = |c: &IndexColumn| json!({"field": c.field, "nocase": c.nocase, "descending": c.descending});
    json!({
        "number": index.number,
        "sql": index.sql,
        "name": index.name,
        "unique": index.unique,
        "columns": index.columns.iter().map(column).collect::<Vec<_>>(),
        "filter": index.filter,
        "ready": index.ready,
    })
}

fn read_index(json: &Json) -> Option<Index> {
    let column =
        |c: &Json| Some(IndexColumn { field: number(&c["field"])?, nocase: c["nocase"] == true, descending: c["descending"] == true });
    let map = json.as_object()?;
    Some(Index {
        number: number(&json["number"])?,
        sql: text(map, "sql")?,
        name: text(map, "name")?,
        unique: json["unique"] == true,
        columns: json["columns"].as_array()?.iter().map(column).collect::<Option<_>>()?,
        filter: text(map, "filter"),
        ready: json["ready"] == true,
    })
}
