//! The model: collections as maps, rules of the engine restated in the simplest way.

use luge::schema::Record;
use luge::value::json as values;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

pub type Fields = Map<String, Json>;

/// One step of a transaction.
#[derive(Debug, Clone)]
pub enum Step {
    Create { collection: &'static str, body: Fields },
    Update { collection: &'static str, id: String, body: Fields },
    Delete { collection: &'static str, id: String },
}

/// Why a step is refused.
#[derive(Debug)]
pub struct No;

/// All records, and what of the collections changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub records: BTreeMap<(&'static str, String), Fields>,
    /// Whether `n` is unique among the items.
    pub n_is_unique: bool,
    /// Whether items have the field `extra`.
    pub has_extra: bool,
    /// Whether the collection `temps` is there.
    pub has_temps: bool,
}

impl Model {
    /// All steps, or the reason why none of them.
    pub fn after(&self, steps: &[Step]) -> Result<Model, No> {
        let mut next = self.clone();
        for step in steps {
            match step {
                Step::Create { collection, body } => next.create(collection, body)?,
                Step::Update { collection, id, body } => next.update(collection, id, body)?,
                Step::Delete { collection, id } => next.delete(collection, id)?,
            }
        }
        Ok(next)
    }

    pub fn ids(&self, collection: &'static str) -> Vec<&str> {
        let of = self.records.range((collection, String::new())..).take_while(|((c, _), _)| *c == collection);
        of.map(|((_, id), _)| id.as_str()).collect()
    }

    fn all(&self, collection: &'static str) -> impl Iterator<Item = (&str, &Fields)> {
        self.records
            .range((collection, String::new())..)
            .take_while(move |((c, _), _)| *c == collection)
            .map(|((_, id), f)| (id.as_str(), f))
    }

    fn create(&mut self, collection: &'static str, body: &Fields) -> Result<(), No> {
        let id = body["id"].as_str().expect("the tests choose ids").to_owned();
        if self.records.contains_key(&(collection, id.clone())) {
            return Err(No);
        }
        let mut fields = match collection {
            "owners" => object(json!({"name": ""})),
            "items" => object(json!({"code": "", "n": 0, "tags": [], "owner": "", "links": []})),
            "notes" => object(json!({"text": "", "must": ""})),
            _ => object(json!({"to": ""})),
        };
        if collection == "items" && self.has_extra {
            fields.insert("extra".into(), json!(0));
        }
        patch(&mut fields, body);
        self.save(collection, id, fields)
    }

    fn update(&mut self, collection: &'static str, id: &str, body: &Fields) -> Result<(), No> {
        let mut fields = self.records.get(&(collection, id.to_owned())).ok_or(No)?.clone();
        patch(&mut fields, body);
        self.save(collection, id.to_owned(), fields)
    }

    fn save(&mut self, collection: &'static str, id: String, fields: Fields) -> Result<(), No> {
        for (field, target) in relations(collection) {
            let missing = ids(&fields[*field]).into_iter().any(|i| !self.records.contains_key(&(*target, i)));
            if missing || (*field == "must" && fields[*field] == "") {
                return Err(No);
            }
        }
        let others = || self.all(collection).filter(|(other, _)| **other != id);
        let lower = |f: &Fields| f["code"].as_str().map(str::to_ascii_lowercase);
        let taken = match collection {
            "owners" => others().any(|(_, o)| o["name"] == fields["name"]),
            "items" => others().any(|(_, o)| lower(o) == lower(&fields) || self.n_is_unique && o["n"] == fields["n"]),
            _ => false,
        };
        if taken {
            return Err(No);
        }
        self.records.insert((collection, id), fields);
        Ok(())
    }

    /// Items go with their owner; a note forbids the end of what it must have; all other relations let go.
    fn delete(&mut self, collection: &'static str, id: &str) -> Result<(), No> {
        self.records.get(&(collection, id.to_owned())).ok_or(No)?;
        if collection == "owners" && self.all("notes").any(|(_, note)| note["must"] == id) {
            return Err(No);
        }
        let mut gone = vec![(collection, id.to_owned())];
        if collection == "owners" {
            gone.extend(self.all("items").filter(|(_, item)| item["owner"] == id).map(|(i, _)| ("items", i.to_owned())));
        }
        for key in &gone {
            self.records.remove(key);
        }
        for ((holder, _), fields) in &mut self.records {
            for (field, target) in relations(holder) {
                let is_gone = |i: &str| gone.iter().any(|(c, g)| c == target && g == i);
                match &mut fields[*field] {
                    Json::Array(items) => items.retain(|i| !i.as_str().is_some_and(is_gone)),
                    one if one.as_str().is_some_and(is_gone) => *one = json!(""),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Whether the edit that makes `n` unique is possible.
    pub fn n_can_be_unique(&self) -> bool {
        let mut all: Vec<i64> = self.all("items").filter_map(|(_, item)| item["n"].as_i64()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        all.len() == count
    }

    pub fn set_extra(&mut self, has: bool) {
        self.has_extra = has;
        for (_, fields) in self.records.iter_mut().filter(|((c, _), _)| *c == "items") {
            match has {
                true => drop(fields.insert("extra".into(), json!(0))),
                false => drop(fields.remove("extra")),
            }
        }
    }

    pub fn forget_all(&mut self, collection: &'static str) {
        self.records.retain(|(c, _), _| *c != collection);
    }
}

/// Relation fields and the collections that they point to.
fn relations(collection: &str) -> &'static [(&'static str, &'static str)] {
    match collection {
        "items" => &[("owner", "owners"), ("links", "items")],
        "notes" => &[("must", "owners")],
        "temps" => &[("to", "items")],
        _ => &[],
    }
}

fn ids(value: &Json) -> Vec<String> {
    let one = |v: &Json| v.as_str().unwrap_or_default().to_owned();
    match value {
        Json::Array(items) => items.iter().map(one).collect(),
        one_id if one_id == "" => Vec::new(),
        one_id => vec![one(one_id)],
    }
}

/// Puts a body over a record. No body has two keys for one field.
fn patch(fields: &mut Fields, body: &Fields) {
    for (key, value) in body {
        let name = key.trim_matches(['+', '-']);
        let Some(current) = fields.get_mut(name) else { continue };
        let (is, given) = (list(current), list(value));
        *current = match current.as_i64() {
            Some(n) if key.ends_with('+') => json!(n + value.as_i64().unwrap_or(0)),
            Some(n) if key.ends_with('-') => json!(n - value.as_i64().unwrap_or(0)),
            None if key.ends_with('+') => unique(is.into_iter().chain(given)),
            None if key.starts_with('+') => unique(given.into_iter().chain(is)),
            None if key.ends_with('-') => unique(is.into_iter().filter(|i| !given.contains(i))),
            _ if current.is_array() => unique(given.into_iter()),
            _ => value.clone(),
        };
    }
}

fn list(value: &Json) -> Vec<Json> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn unique(items: impl Iterator<Item = Json>) -> Json {
    let mut all: Vec<Json> = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    Json::Array(all)
}

/// The fields of a stored record as the model has them.
pub fn fields(record: &Record) -> Fields {
    record.collection.fields.iter().skip(1).map(|f| (f.name.clone(), values::to_json(&record.get(f)))).collect()
}

pub fn object(json: Json) -> Fields {
    super::super::object(json)
}
