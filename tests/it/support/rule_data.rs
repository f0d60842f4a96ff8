//! The schema and records of `tests/cases/rules/data.json`, and a scope over them that keeps everything in maps.

use luge::error::Result;
use luge::rules::{Request, Scope};
use luge::schema::field::*;
use luge::schema::{Collection, Field, Index, IndexColumn, Kind, Options, Record, Rules, Schema};
use luge::value::{Value, json};
use serde_json::Value as Json;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Collections and their records in the order of creation.
pub struct Data {
    pub schema: Schema,
    pub records: Vec<Arc<Record>>,
}

/// A scope over [`Data`].
pub struct MapScope<'d> {
    pub data: &'d Data,
    pub request: Request,
    pub actor: Option<(Arc<Collection>, Arc<Record>)>,
}

/// The data of all rule tests.
pub fn load() -> Data {
    let file: Json = serde_json::from_str(include_str!("../../cases/rules/data.json")).unwrap();
    let mut collections: Vec<Arc<Collection>> =
        file["collections"].as_array().unwrap().iter().enumerate().map(|(i, c)| Arc::new(collection(i as u32 + 1, c))).collect();
    collections.push(Arc::new(superusers()));
    let schema = Schema::new(1, collections);
    let mut records = Vec::new();
    for collection in schema.all() {
        for raw in file["records"][&collection.name].as_array().into_iter().flatten() {
            records.push(Arc::new(record(collection, raw, records.len() as u64)));
        }
    }
    let admin = serde_json::json!({"id": "root00000000000", "email": "a@b.co", "verified": true});
    records.push(Arc::new(record(schema.find("_superusers").unwrap(), &admin, 0)));
    Data { schema, records }
}

impl Data {
    /// The records of a collection.
    pub fn of<'d>(&'d self, collection: &'d Collection) -> impl Iterator<Item = &'d Arc<Record>> {
        self.records.iter().filter(move |r| r.collection.number == collection.number)
    }

    /// The record with this id.
    pub fn find(&self, collection: &str, id: &str) -> &Arc<Record> {
        self.records.iter().find(|r| r.collection.name == collection && r.id() == id).unwrap()
    }
}

impl Scope for MapScope<'_> {
    type Row = Arc<Record>;

    fn value<'r>(&self, row: &'r Self::Row, field: &Field) -> Value<'r> {
        match row.values().binary_search_by_key(&field.number, |v| v.0) {
            Ok(i) => match &row.values()[i].1 {
                Value::Text(s) => field.adapt(Value::Text(s.as_ref().into())),
                Value::Json(s) => Value::Json(s.as_ref().into()),
                other => field.adapt(other.clone()),
            },
            Err(_) => field.zero(),
        }
    }

    fn find(&self, collection: &Arc<Collection>, id: &str) -> Result<Option<Self::Row>> {
        Ok(self.data.of(collection).find(|r| r.id() == id).cloned())
    }

    fn referring(
        &self,
        collection: &Arc<Collection>,
        field: &Field,
        id: &str,
        visit: &mut dyn FnMut(Self::Row) -> ControlFlow<()>,
    ) -> Result<()> {
        for record in self.data.of(collection).filter(|r| r.get(field).items().contains(&id)) {
            if visit(record.clone()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn each(
        &self,
        collection: &Arc<Collection>,
        equal: Option<(&Field, &Value)>,
        visit: &mut dyn FnMut(Self::Row) -> ControlFlow<()>,
    ) -> Result<()> {
        for record in self.data.of(collection).filter(|r| equal.is_none_or(|(field, value)| r.get(field) == *value)) {
            if visit(record.clone()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn request(&self) -> &Request {
        &self.request
    }

    fn auth(&self) -> Option<(&Arc<Collection>, &Self::Row)> {
        self.actor.as_ref().map(|(collection, row)| (collection, row))
    }
}

fn collection(number: u32, raw: &Json) -> Collection {
    let text = |key: &str| raw[key].as_str().unwrap().to_owned();
    let fields: Vec<Field> = raw["fields"].as_array().unwrap().iter().enumerate().map(|(i, f)| field(i as u16, f)).collect();
    let indexes = raw["indexes"].as_array().unwrap().iter().map(|sql| index(sql.as_str().unwrap(), &fields)).collect();
    Collection {
        number,
        id: text("id"),
        name: text("name"),
        kind: if raw["type"] == "auth" { Kind::Auth } else { Kind::Base },
        system: false,
        internal: false,
        next_field: fields.len() as u16,
        fields,
        indexes,
        rules: Rules { list: raw["listRule"].as_str().map(str::to_owned), ..Rules::default() },
        auth: None,
        view_query: String::new(),
        created: String::new(),
        updated: String::new(),
    }
}

fn superusers() -> Collection {
    let fields =
        serde_json::json!([{"name": "id", "type": "text"}, {"name": "email", "type": "email"}, {"name": "verified", "type": "bool"}]);
    let raw = serde_json::json!({"id": "pbc_superusers", "name": "_superusers", "type": "auth", "listRule": null, "indexes": [], "fields": fields});
    collection(900, &raw)
}

/// Only `CREATE UNIQUE INDEX name ON table (column)` is in the data.
fn index(sql: &str, fields: &[Field]) -> Index {
    let column = sql.split(['(', ')']).nth(1).unwrap();
    let field = fields.iter().find(|f| f.name == column).unwrap().number;
    let columns = vec![IndexColumn { field, nocase: false, descending: false }];
    Index { number: 1, sql: sql.to_owned(), name: "index".to_owned(), unique: true, columns, filter: None, ready: true }
}

fn field(number: u16, raw: &Json) -> Field {
    let max_select = raw["maxSelect"].as_i64().unwrap_or(1);
    let options = match raw["type"].as_str().unwrap() {
        "number" => Options::Number(NumberOptions::default()),
        "bool" => Options::Bool { required: false },
        "email" => Options::Email(DomainOptions::default()),
        "url" => Options::Url(DomainOptions::default()),
        "editor" => Options::Editor(EditorOptions::default()),
        "date" => Options::Date(DateOptions::default()),
        "json" => Options::Json(JsonOptions::default()),
        "geoPoint" => Options::GeoPoint { required: false },
        "password" => Options::Password(PasswordOptions::default()),
        "select" => Options::Select(SelectOptions { max_select, ..SelectOptions::default() }),
        "relation" => Options::Relation(RelationOptions {
            collection_id: raw["collectionId"].as_str().unwrap().to_owned(),
            max_select,
            ..RelationOptions::default()
        }),
        _ => Options::Text(TextOptions::default()),
    };
    Field {
        number,
        id: format!("field{number}"),
        name: raw["name"].as_str().unwrap().to_owned(),
        system: false,
        hidden: raw["hidden"].as_bool().unwrap_or(false),
        presentable: false,
        help: String::new(),
        options,
    }
}

fn record(collection: &Arc<Collection>, raw: &Json, rowid: u64) -> Record {
    let mut record = Record::new(collection.clone());
    record.rowid = Some(rowid);
    for field in &collection.fields {
        let raw = &raw[&field.name];
        if !raw.is_null() {
            record.set(field.number, value(field, raw));
        }
    }
    record
}

fn value(field: &Field, raw: &Json) -> Value<'static> {
    match field.shape() {
        luge::schema::Shape::Json => Value::Json(json::canonical(raw).into()),
        luge::schema::Shape::Geo => Value::Geo { lon: raw["lon"].as_f64().unwrap(), lat: raw["lat"].as_f64().unwrap() },
        luge::schema::Shape::Number => Value::Number(raw.as_f64().unwrap()),
        luge::schema::Shape::Bool => Value::Bool(raw.as_bool().unwrap()),
        luge::schema::Shape::List => Value::List(raw.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned().into()).collect()),
        luge::schema::Shape::Text => Value::text(raw.as_str().unwrap().to_owned()),
    }
}
