//! A record in a script: `e.record.title` reads a field, `e.record.title = …` sets it.

use super::convert;
use super::fault::{Thrown, refuse};
use crate::schema::{Field, Options, Record};
use crate::value::json;
use parking_lot::Mutex;
use rhai::{Dynamic, Engine, Map};
use serde_json::{Map as JsonMap, Value as Json};
use std::sync::Arc;

/// A record in a script; clones are the same record.
#[derive(Clone)]
pub struct Rec {
    record: Arc<Mutex<Record>>,
    /// Why its fields cannot be set; `None` when they can.
    fixed: Option<&'static str>,
}

/// Told when a copy is to be changed.
const COPY: &str = "This record is a copy: change it with records::update";

impl Rec {
    /// A record whose fields can be set.
    pub fn open(record: Record) -> Self {
        Rec { record: Arc::new(Mutex::new(record)), fixed: None }
    }

    /// A record that can only be read.
    pub fn copy(record: &Record) -> Self {
        Rec { record: Arc::new(Mutex::new(record.clone())), fixed: Some(COPY) }
    }

    /// The record as it is now.
    pub fn to_record(&self) -> Record {
        self.record.lock().clone()
    }

    /// The same, when handlers are done with it.
    pub fn into_record(self) -> Record {
        // Nearly always nobody else has it any more.
        Arc::try_unwrap(self.record).map_or_else(|shared| shared.lock().clone(), Mutex::into_inner)
    }

    /// Its readable fields.
    pub fn to_json(&self) -> JsonMap<String, Json> {
        let record = self.record.lock();
        let fields = record.collection.fields.iter().filter(|f| is_readable(f));
        fields.map(|f| (f.name.clone(), record.with(f, |v| json::to_json(v)))).collect()
    }

    /// What the API would show to someone without special rights.
    fn visible(&self) -> Map {
        self.map_of(|f| is_readable(f) && !f.hidden)
    }

    fn to_map(&self) -> Map {
        self.map_of(is_readable)
    }

    fn map_of(&self, wanted: impl Fn(&Field) -> bool) -> Map {
        let record = self.record.lock();
        let fields = record.collection.fields.iter().filter(|f| wanted(f));
        fields.map(|f| (f.name.as_str().into(), record.with(f, convert::from_value))).collect()
    }

    /// A field for a script.
    pub fn get(&self, name: &str) -> Dynamic {
        let record = self.record.lock();
        match name {
            "collection" if record.collection.field(name).is_none() => Dynamic::from(record.collection.name.clone()),
            _ => record.collection.field(name).filter(|f| is_readable(f)).map_or(Dynamic::UNIT, |f| record.with(f, convert::from_value)),
        }
    }

    /// Sets a field.
    pub fn set(&self, name: &str, value: &Dynamic) -> Thrown<()> {
        let mut record = self.record.lock();
        let collection = record.collection.clone();
        let field = collection.field(name).ok_or_else(|| refuse(format!("{} has no field {name:?}", collection.name)))?;
        // rhai puts a value back after each method that is called on it, such as `record.tags.len()`.
        if is_readable(field) && record.with(field, |now| *now == convert::to_value(field, value)) {
            return Ok(());
        }
        if let Some(why) = self.fixed {
            return Err(refuse(why));
        }
        match &field.options {
            Options::Password(_) => return Err(refuse("A password is set with records::update, which hashes it")),
            Options::Autodate(_) => return Err(refuse(format!("{name} is set by the server"))),
            _ if name == "id" && record.rowid.is_some() => return Err(refuse("The id of a record stays as it is")),
            _ => {}
        }
        record.set(field.number, convert::to_value(field, value));
        Ok(())
    }
}

/// Hashes and keys are nobody's business.
fn is_readable(field: &Field) -> bool {
    !matches!(field.options, Options::Password(_)) && field.name != "tokenKey"
}

/// Makes records known to an engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Rec>("Record");
    engine.register_indexer_get(|record: &mut Rec, name: &str| record.get(name));
    engine.register_indexer_set(|record: &mut Rec, name: &str, value: Dynamic| record.set(name, &value));
    engine.register_fn("visible", |record: &mut Rec| record.visible());
    engine.register_fn("to_map", |record: &mut Rec| record.to_map());
    engine.register_fn("get", |record: &mut Rec, name: &str| record.get(name));
    engine.register_fn("set", |record: &mut Rec, name: &str, value: Dynamic| record.set(name, &value));
}
