//! `e`, what a handler is given: its properties are those that the table of events names.

use super::convert;
use super::fault::{Thrown, refuse};
use super::record::Rec;
use crate::query::Authority;
use crate::rules::Request;
use parking_lot::Mutex;
use rhai::{Dynamic, Engine, Map};
use std::sync::Arc;

/// What a handler is given; clones are the same.
#[derive(Clone)]
pub struct E(Arc<Inner>);

struct Inner {
    values: Mutex<Map>,
    request: Option<Request>,
}

impl E {
    /// An event with these properties.
    pub fn new(name: &'static str, values: impl IntoIterator<Item = (&'static str, Dynamic)>) -> Self {
        let mut map: Map = values.into_iter().map(|(k, v)| (k.into(), v)).collect();
        map.insert("event".into(), name.into());
        E(Arc::new(Inner { values: Mutex::new(map), request: None }))
    }

    /// The same event, caused by a request.
    #[must_use]
    pub fn by(self, authority: &Authority, request: &Request) -> Self {
        let mut values = std::mem::take(&mut *self.0.values.lock());
        values.insert("auth".into(), authority.record().map_or(Dynamic::UNIT, |r| Dynamic::from(Rec::copy(r))));
        values.insert("superuser".into(), matches!(authority, Authority::Superuser(_)).into());
        E(Arc::new(Inner { values: Mutex::new(values), request: Some(request.clone()) }))
    }

    /// A property, as the handlers left it.
    pub fn value(&self, name: &str) -> Dynamic {
        self.0.values.lock().get(name).cloned().unwrap_or(Dynamic::UNIT)
    }

    /// A property for a script.
    pub fn get(&self, name: &str) -> Thrown<Dynamic> {
        if let Some(value) = self.0.values.lock().get(name) {
            return Ok(value.clone());
        }
        match (name, &self.0.request) {
            ("request", Some(request)) => Ok(request_map(request)),
            // Who asks is unknown where nobody does.
            ("request" | "auth" | "before" | "superuser", _) => Ok(Dynamic::UNIT),
            _ => {
                let known: Vec<String> = self.0.values.lock().keys().map(ToString::to_string).collect();
                Err(refuse(format!("e has no {name:?}, but: {}", known.join(", "))))
            }
        }
    }

    /// Puts a property back that a script has changed.
    pub fn set(&self, name: &str, value: Dynamic) -> Thrown<()> {
        match self.0.values.lock().get_mut(name) {
            // `e.record.title = …` puts the record, which is the same one, back into e.
            Some(slot) if slot.type_id() == value.type_id() => *slot = value,
            _ => return Err(refuse(format!("e.{name} cannot be replaced"))),
        }
        Ok(())
    }
}

/// What a script can know of a request.
pub fn request_map(request: &Request) -> Dynamic {
    let texts = |map: &std::collections::BTreeMap<String, String>| {
        Dynamic::from_map(map.iter().map(|(k, v)| (k.as_str().into(), Dynamic::from(v.clone()))).collect())
    };
    let mut map = Map::new();
    map.insert("method".into(), request.method.clone().into());
    map.insert("context".into(), request.context.into());
    map.insert("query".into(), texts(&request.query));
    map.insert("headers".into(), texts(&request.headers));
    map.insert("body".into(), Dynamic::from_map(request.body.iter().map(|(k, v)| (k.as_str().into(), convert::from_json(v))).collect()));
    Dynamic::from_map(map)
}

/// Makes events known to an engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<E>("Event");
    engine.register_indexer_get(|e: &mut E, name: &str| e.get(name));
    engine.register_indexer_set(|e: &mut E, name: &str, value: Dynamic| e.set(name, value));
}
