//! Where the columns of a file go: the fields of a collection that is there, or of one that is made for them.

use super::convert;
use super::infer::{Column, Columns};
use super::names::{self, Names};
use super::read::{Format, Reader, Row};
use crate::commit::{Db, collections};
use crate::error::{Error, Result};
use crate::query::Authority;
use crate::schema::{Collection, Field, Options};
use indicatif::ProgressBar;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// What each column of a file becomes.
pub struct Target {
    /// Where the records go.
    pub collection: Arc<Collection>,
    /// By the name of the column; `None` for one that has no field.
    fields: HashMap<String, Option<Field>>,
    names: Names,
    /// Whether the column `id` is the id of the records; unknown until one is seen.
    keeps_id: Option<bool>,
    /// The columns that are left out, in the order of the file.
    pub ignored: Vec<String>,
}

/// A value that does not fit its field.
pub struct Misfit {
    /// The field.
    pub field: String,
    /// Why.
    pub problem: String,
}

/// Reads a whole file (or its first `sample` rows) to see what its columns hold.
pub fn look(path: &Path, format: Format, sample: u64, bar: &ProgressBar) -> Result<Vec<Column>> {
    let mut reader = Reader::open(path, format)?;
    let mut columns = Columns::new(format.is_text());
    let mut rows = 0;
    while let Some(row) = reader.next_row()? {
        if let Ok(row) = row {
            columns.see(&row.cells);
        }
        rows += 1;
        if rows % 1000 == 0 {
            bar.set_position(reader.bytes());
        }
        if rows == sample {
            break;
        }
    }
    Ok(columns.finish())
}

impl Target {
    /// A collection that is there.
    pub fn of(collection: Arc<Collection>) -> Self {
        Target { collection, fields: HashMap::new(), names: Names::default(), keeps_id: None, ignored: Vec::new() }
    }

    /// Makes a collection for these columns. Only superusers can use it until its rules are set. A `key` column gets a unique index.
    pub async fn create(db: &Db, name: &str, columns: &[Column], key: Option<&str>) -> Result<Self> {
        let mut names = Names::default();
        let mut fields = Vec::new();
        let mut indexes = Vec::new();
        let keeps_id = columns.iter().any(|c| c.name == "id" && c.holds_record_ids());
        for column in columns {
            let field = names.name(&column.name);
            if column.name == "id" && keeps_id {
                continue;
            }
            if key.is_some_and(|key| key == column.name || key == field) {
                indexes.push(format!("CREATE UNIQUE INDEX `idx_{name}_{field}` ON `{name}` (`{field}`)"));
            }
            fields.push(column.field(&field));
        }
        if let Some(key) = key.filter(|_| indexes.is_empty() && !(keeps_id && key == Some("id"))) {
            let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            return Err(Error::bad_request(format!("--key {key}: the file has no such column. It has {}.", names.join(", "))));
        }
        let body = json!({"name": name, "type": "base", "fields": fields, "indexes": indexes});
        let body = body.as_object().cloned().unwrap_or_default();
        let collection = collections::create(db, &Authority::System("import"), &body).await?;
        Ok(Target { keeps_id: Some(keeps_id), ..Target::of(collection) })
    }

    /// The submitted values of a row, and its key when there is a key column.
    pub fn body(&mut self, row: Row) -> Result<Map<String, Json>, Misfit> {
        let mut body = Map::new();
        for (column, value) in row.cells {
            let Some(field) = self.field(&column, &value) else { continue };
            let misfit = |problem| Misfit { field: field.name.clone(), problem };
            let value = convert::convert(field, value).map_err(misfit)?;
            if matches!(field.options, Options::Password(_)) {
                body.insert(format!("{}Confirm", field.name), value.clone());
            }
            body.insert(field.name.clone(), value);
        }
        Ok(body)
    }

    /// The name of the field that a key column goes to.
    pub fn key_field(&self, key: &str) -> Result<Field> {
        let safe = names::safe(key);
        let found = self.collection.fields.iter().find(|f| f.name == key || f.name.eq_ignore_ascii_case(&safe));
        found.cloned().ok_or_else(|| {
            let names: Vec<&str> = self.collection.fields.iter().map(|f| f.name.as_str()).collect();
            Error::bad_request(format!("--key {key}: {} has no such field. It has {}.", self.collection.name, names.join(", ")))
        })
    }

    /// Names are given in the order in which the columns turn up, so a second import of a file finds the fields that the first one made.
    fn field(&mut self, column: &str, value: &Json) -> Option<&Field> {
        if !self.fields.contains_key(column) {
            let mut name = self.names.name(column);
            if column == "id" && self.id_is_kept(value) {
                name = "id".to_owned();
            }
            let found = self.collection.fields.iter().find(|f| f.name.eq_ignore_ascii_case(&name)).cloned();
            if found.is_none() {
                self.ignored.push(column.to_owned());
            }
            self.fields.insert(column.to_owned(), found);
        }
        self.fields.get(column)?.as_ref()
    }

    fn id_is_kept(&mut self, value: &Json) -> bool {
        let elsewhere = self.collection.field("source_id").is_some() && !value.as_str().is_some_and(names::is_record_id);
        *self.keeps_id.get_or_insert(!elsewhere)
    }
}
