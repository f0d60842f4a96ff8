//! Merging submitted JSON into what is there.

use serde_json::{Map, Value as Json};

/// Merges `body` into `all`. Unknown keys are ignored, and the case of known ones; `null` empties a value.
pub fn into(all: &mut Json, body: &Map<String, Json>) {
    let Json::Object(known) = all else { return };
    for (key, value) in body {
        let name = if known.contains_key(key) { Some(key.clone()) } else { known.keys().find(|k| k.eq_ignore_ascii_case(key)).cloned() };
        let Some(target) = name.and_then(|name| known.get_mut(&name)) else { continue };
        match (&mut *target, value) {
            (_, Json::Null) => empty(target),
            (Json::Object(_), Json::Object(inner)) => into(target, inner),
            _ => *target = value.clone(),
        }
    }
}

/// Makes a value the empty one of its kind.
fn empty(value: &mut Json) {
    match value {
        Json::Object(map) => map.values_mut().for_each(empty),
        Json::Array(items) => items.clear(),
        Json::String(text) => text.clear(),
        Json::Bool(b) => *b = false,
        Json::Number(n) => *n = 0.into(),
        Json::Null => {}
    }
}
