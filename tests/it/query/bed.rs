//! A schema and a memory store with rows and entries, written as the writer would.

use luge::query::{self, Ask, Authority, Overlay, Row, RuleCache, Stored, View};
use luge::rules::Request;
use luge::schema::field::{NumberOptions, RelationOptions, TextOptions};
use luge::schema::{AuthOptions, Collection, Field, Index, IndexColumn, Kind, Options, Record, Rules, Schema, Shape};
use luge::store::{Batch, Memory, Store, keys, row};
use luge::value::{Value, json};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A store to read from.
pub struct Bed {
    pub store: Arc<Memory>,
    pub schema: Arc<Schema>,
    pub rules: Arc<RuleCache>,
    seq: u64,
}

impl Bed {
    pub fn new(collections: Vec<Collection>) -> Self {
        let collections = collections.into_iter().map(Arc::new).collect();
        let (schema, rules) = (Arc::new(Schema::new(1, collections)), Arc::new(RuleCache::new()));
        Bed { store: Arc::new(Memory::new()), schema, rules, seq: 0 }
    }

    pub fn collection(&self, name: &str) -> &Arc<Collection> {
        self.schema.find(name).expect(name)
    }

    pub fn view(&self) -> View {
        View::new(self.store.clone(), self.schema.clone(), self.rules.clone())
    }

    pub fn staged(&self, overlay: Overlay) -> View {
        self.view().with(Arc::new(overlay))
    }

    pub fn record(&self, collection: &str, body: &Json) -> Record {
        let collection = self.collection(collection);
        let mut record = Record::new(collection.clone());
        for (name, value) in body.as_object().expect("an object") {
            let field = collection.field(name).expect(name);
            record.set(field.number, of_json(field, value));
        }
        record
    }

    /// Creates the record or replaces the one with its id.
    pub fn put(&mut self, collection: &str, body: Json) -> u64 {
        let mut record = self.record(collection, &body);
        let old = self.view().stored(self.collection(collection), record.id()).unwrap();
        self.seq += 1;
        let rowid = old.as_ref().map_or(self.seq, |o| o.rowid);
        let mut batch = Batch::default();
        if let Some(old) = old {
            self.remove_entries(&mut batch, old);
        } else {
            self.count(&mut batch, collection, 1);
        }
        record.rowid = Some(rowid);
        record.rev = self.seq;
        let number = record.collection.number;
        batch.put(keys::row(number, rowid), row::stored(self.seq, &row::encode(record.values())));
        batch.put(keys::id(number, record.id()), rowid.to_be_bytes().to_vec());
        for entry in query::entries(&self.schema, &self.rules, &Row::Record(Arc::new(record))).unwrap() {
            let (key, value) = entry.key_value(number, rowid);
            batch.put(key, value);
        }
        self.store.apply(batch).unwrap();
        rowid
    }

    pub fn delete(&mut self, collection: &str, id: &str) {
        let old = self.view().stored(self.collection(collection), id).unwrap().expect(id);
        let mut batch = Batch::default();
        batch.delete(keys::row(old.collection.number, old.rowid));
        batch.delete(keys::id(old.collection.number, id));
        self.remove_entries(&mut batch, old);
        self.count(&mut batch, collection, -1);
        self.store.apply(batch).unwrap();
    }

    fn remove_entries(&self, batch: &mut Batch, old: Stored) {
        let (number, rowid) = (old.collection.number, old.rowid);
        for entry in query::entries(&self.schema, &self.rules, &Row::Stored(old)).unwrap() {
            batch.delete(entry.key_value(number, rowid).0);
        }
    }

    fn count(&self, batch: &mut Batch, collection: &str, by: i64) {
        let collection = self.collection(collection);
        let count = self.view().count(collection).unwrap().checked_add_signed(by).unwrap();
        batch.put(keys::count(collection.number), count.to_be_bytes().to_vec());
    }

    /// Asks for a list as `who`; the parameters are those of the address.
    pub fn list(&self, who: &Authority, collection: &str, query: &[(&str, &str)]) -> luge::error::Result<Json> {
        self.list_in(&self.view(), who, collection, query)
    }

    pub fn list_in(&self, view: &View, who: &Authority, collection: &str, query: &[(&str, &str)]) -> luge::error::Result<Json> {
        let query: BTreeMap<String, String> = query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let ask = Ask::parse(&query)?;
        let body = query::list(view, who, &request(), self.collection(collection), &ask)?;
        Ok(serde_json::from_slice(&body).unwrap())
    }

    pub fn ids(&self, who: &Authority, collection: &str, query: &[(&str, &str)]) -> Vec<String> {
        ids(&self.list(who, collection, query).unwrap())
    }

    pub fn actor(&self, collection: &str, id: &str) -> Authority {
        let row = self.view().get(self.collection(collection), id).unwrap().expect(id);
        Authority::of(Some(row.to_record()))
    }
}

pub fn ids(list: &Json) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

pub fn request() -> Request {
    Request { context: "default", method: "GET".to_owned(), ..Request::default() }
}

pub fn system() -> Authority {
    Authority::System("test")
}

fn of_json(field: &Field, value: &Json) -> Value<'static> {
    match (field.shape(), value) {
        (Shape::Text, Json::String(s)) => Value::text(s.clone()),
        (Shape::Number, Json::Number(n)) => Value::Number(n.as_f64().unwrap()),
        (Shape::Bool, Json::Bool(b)) => Value::Bool(*b),
        (Shape::Json, value) => Value::Json(json::canonical(value).into()),
        (Shape::List, Json::Array(items)) => Value::List(items.iter().map(|i| i.as_str().unwrap().to_owned().into()).collect()),
        (shape, value) => panic!("{value} is no {shape:?}"),
    }
}

/// A collection of these fields, numbered from 1, that everyone may read; change what differs.
pub fn collection(number: u32, name: &str, fields: Vec<Field>) -> Collection {
    let mut all = vec![text("id")];
    all.extend(fields);
    for (i, field) in all.iter_mut().enumerate() {
        field.number = i as u16;
    }
    Collection {
        number,
        id: format!("pbc_{name}"),
        name: name.to_owned(),
        kind: Kind::Base,
        system: false,
        internal: false,
        next_field: all.len() as u16,
        fields: all,
        indexes: Vec::new(),
        rules: Rules { list: Some(String::new()), view: Some(String::new()), ..Rules::default() },
        auth: None,
        view_query: String::new(),
        created: String::new(),
        updated: String::new(),
    }
}

/// The same as an auth collection.
pub fn auth(collection: Collection, manage_rule: Option<&str>) -> Collection {
    let options = AuthOptions { manage_rule: manage_rule.map(str::to_owned), ..AuthOptions::default() };
    Collection { kind: Kind::Auth, auth: Some(Box::new(options)), ..collection }
}

pub fn field(name: &str, options: Options) -> Field {
    let (id, name) = (format!("f_{name}"), name.to_owned());
    Field { number: 0, id, name, system: false, hidden: false, presentable: false, help: String::new(), options }
}

pub fn text(name: &str) -> Field {
    field(name, Options::Text(TextOptions::default()))
}

pub fn number(name: &str) -> Field {
    field(name, Options::Number(NumberOptions::default()))
}

pub fn bool(name: &str) -> Field {
    field(name, Options::Bool { required: false })
}

pub fn relation(name: &str, to: &str, max_select: i64) -> Field {
    field(name, Options::Relation(RelationOptions { collection_id: format!("pbc_{to}"), max_select, ..RelationOptions::default() }))
}

pub fn hidden(field: Field) -> Field {
    Field { hidden: true, ..field }
}

/// An index from `name`, `-name` (from high to low) and `name:nocase`.
pub fn index(collection: &mut Collection, unique: bool, columns: &[&str], filter: Option<&str>) {
    let column = |text: &&str| {
        let name = text.trim_start_matches('-').trim_end_matches(":nocase");
        IndexColumn {
            field: collection.field(name).expect(name).number,
            nocase: text.ends_with(":nocase"),
            descending: text.starts_with('-'),
        }
    };
    let number = collection.indexes.len() as u32 + 1;
    let index = Index {
        number,
        sql: String::new(),
        name: format!("idx_{number}"),
        unique,
        columns: columns.iter().map(column).collect(),
        filter: filter.map(str::to_owned),
        ready: true,
    };
    collection.indexes.push(index);
}

/// Numbers that only look random, so that a failing test fails again.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u64) as usize]
    }
}

/// A handy record id.
pub fn id(prefix: &str, n: u64) -> String {
    format!("{prefix}{n:0>width$}", width = 15 - prefix.len())
}

/// What stands below a path like `items.0.expand`.
pub fn at<'j>(json: &'j Json, path: &str) -> &'j Json {
    path.split('.').fold(json, |json, key| match key.parse::<usize>() {
        Ok(i) => &json[i],
        Err(_) => &json[key],
    })
}
