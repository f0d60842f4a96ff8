//! A record on its way to a client, in a script: values can be added, and the whole can be hidden.

use super::convert;
use parking_lot::Mutex;
use rhai::{Dynamic, Engine};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A record that is about to be sent; clones are the same record.
#[derive(Clone)]
pub struct Shown(Arc<Mutex<State>>);

struct State {
    values: Map<String, Json>,
    hidden: bool,
}

impl Shown {
    /// A record with these values.
    pub fn new(values: Map<String, Json>) -> Self {
        Shown(Arc::new(Mutex::new(State { values, hidden: false })))
    }

    /// Its values.
    pub fn to_json(&self) -> Json {
        Json::Object(self.0.lock().values.clone())
    }

    /// A value for a script.
    pub fn get(&self, name: &str) -> Dynamic {
        self.0.lock().values.get(name).map_or(Dynamic::UNIT, convert::from_json)
    }

    /// Whether a script hid it.
    pub fn is_hidden(&self) -> bool {
        self.0.lock().hidden
    }
}

/// Makes such records known to an engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Shown>("ShownRecord");
    engine.register_indexer_get(|shown: &mut Shown, name: &str| shown.get(name));
    engine.register_indexer_set(|shown: &mut Shown, name: &str, value: Dynamic| {
        shown.0.lock().values.insert(name.to_owned(), convert::to_json(&value));
    });
    engine.register_fn("hide", |shown: &mut Shown| shown.0.lock().hidden = true);
    engine.register_fn("remove", |shown: &mut Shown, name: &str| drop(shown.0.lock().values.remove(name)));
    engine.register_fn("to_map", |shown: &mut Shown| convert::from_json(&shown.to_json()));
}
