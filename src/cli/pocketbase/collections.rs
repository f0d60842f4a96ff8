//! Collections of a PocketBase directory in the form that the API takes, secrets included.

use super::source::Source;
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json, json};

/// A collection of the directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id, which stays.
    pub id: String,
    /// Its name, and that of its table.
    pub name: String,
    /// `base`, `auth` or `view`.
    pub kind: String,
    /// Everything, as the API shows it and with the secrets that it does not show.
    pub json: Json,
}

const COLUMNS: &str =
    "id, name, type, system, fields, indexes, listRule, viewRule, createRule, updateRule, deleteRule, options, created, updated";

/// All collections in the order of their creation.
pub fn read(source: &Source) -> Result<Vec<Found>> {
    let sql = format!("SELECT {COLUMNS} FROM _collections ORDER BY rowid");
    let mut statement = source.db.prepare(&sql).map_err(|e| source.broken(&e))?;
    let mut rows = statement.query([]).map_err(|e| source.broken(&e))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|e| source.broken(&e))? {
        found.push(from_row(row).map_err(|e| source.broken(&e))??);
    }
    Ok(found)
}

fn from_row(row: &rusqlite::Row) -> rusqlite::Result<Result<Found>> {
    let text = |column: &str| row.get::<_, String>(column);
    let (id, name, kind) = (text("id")?, text("name")?, text("type")?);
    let mut json = Map::new();
    let parsed = |column: &str| -> rusqlite::Result<Result<Json>> {
        let found = serde_json::from_str::<Json>(&bytes(row, column)?);
        Ok(found.map_err(|e| Error::bad_request(format!("The {column} of the collection {name} are not JSON: {e}."))))
    };
    // The options of auth collections and views stand beside the other keys in the API.
    match parsed("options")? {
        Ok(Json::Object(options)) => json.extend(options),
        Ok(_) => {}
        Err(e) => return Ok(Err(e)),
    }
    for column in ["fields", "indexes"] {
        match parsed(column)? {
            Ok(value) => json.insert(column.to_owned(), value),
            Err(e) => return Ok(Err(e)),
        };
    }
    for rule in ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] {
        json.insert(rule.to_owned(), json!(row.get::<_, Option<String>>(rule)?));
    }
    for (key, value) in [("id", &id), ("name", &name), ("type", &kind)] {
        json.insert(key.to_owned(), json!(value));
    }
    json.insert("system".to_owned(), json!(row.get::<_, bool>("system")?));
    json.insert("created".to_owned(), json!(text("created")?));
    json.insert("updated".to_owned(), json!(text("updated")?));
    Ok(Ok(Found { id, name, kind, json: Json::Object(json) }))
}

/// A JSON column may hold text or a blob.
fn bytes(row: &rusqlite::Row, column: &str) -> rusqlite::Result<String> {
    let value = row.get_ref(column)?;
    Ok(value.as_bytes_or_null().ok().flatten().map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_else(|| "null".to_owned()))
}
