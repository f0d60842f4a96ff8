//! Values between scripts, records and JSON. A whole number is an integer in a script, everything else a float.

use super::record::Rec;
use super::shown::Shown;
use crate::schema::Field;
use crate::value::{Value, json};
use rhai::{Dynamic, Map};
use serde_json::{Number, Value as Json};

/// How deep a value of a script may be nested when it leaves the script.
const DEPTH: usize = 32;

/// JSON as a script sees it.
pub fn from_json(json: &Json) -> Dynamic {
    match json {
        Json::Null => Dynamic::UNIT,
        Json::Bool(b) => Dynamic::from(*b),
        Json::Number(n) => match n.as_i64() {
            Some(whole) => Dynamic::from(whole),
            None => number(n.as_f64().unwrap_or(0.0)),
        },
        Json::String(s) => Dynamic::from(s.clone()),
        Json::Array(items) => Dynamic::from_array(items.iter().map(from_json).collect()),
        Json::Object(map) => Dynamic::from_map(map.iter().map(|(k, v)| (k.as_str().into(), from_json(v))).collect()),
    }
}

/// A number as a script sees it.
pub fn number(n: f64) -> Dynamic {
    if n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0 { Dynamic::from(n as i64) } else { Dynamic::from(n) }
}

/// What a script made, as JSON. What has no JSON, such as a function, becomes its text.
pub fn to_json(value: &Dynamic) -> Json {
    json_of(value, 0)
}

fn json_of(value: &Dynamic, depth: usize) -> Json {
    if DEPTH < depth || value.is_unit() {
        return Json::Null;
    }
    if let Ok(b) = value.as_bool() {
        return Json::Bool(b);
    }
    if let Ok(n) = value.as_int() {
        return Json::Number(n.into());
    }
    if let Ok(n) = value.as_float() {
        return Number::from_f64(n).map_or(Json::Null, Json::Number);
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Json::String(text.to_string());
    }
    if let Ok(items) = value.as_array_ref() {
        return items.iter().map(|item| json_of(item, depth + 1)).collect();
    }
    if let Ok(map) = value.as_map_ref() {
        return Json::Object(map.iter().map(|(k, v)| (k.to_string(), json_of(v, depth + 1))).collect());
    }
    if let Some(record) = value.read_lock::<Rec>() {
        return Json::Object(record.to_json());
    }
    if let Some(shown) = value.read_lock::<Shown>() {
        return shown.to_json();
    }
    Json::String(value.to_string())
}

/// The map of a script as a JSON object.
pub fn object(map: &Map) -> serde_json::Map<String, Json> {
    map.iter().map(|(k, v)| (k.to_string(), to_json(v))).collect()
}

/// The value of a field as a script sees it.
pub fn from_value(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(b) => Dynamic::from(*b),
        Value::Number(n) => number(*n),
        Value::Text(s) => Dynamic::from(s.to_string()),
        Value::List(items) => Dynamic::from_array(items.iter().map(|s| Dynamic::from(s.to_string())).collect()),
        Value::Json(text) => json::reread::<Json>(text.as_bytes()).map_or(Dynamic::UNIT, |json| from_json(&json)),
        Value::Geo { .. } => from_json(&json::to_json(value)),
    }
}

/// What a script made, as the value of a field.
pub fn to_value(field: &Field, value: &Dynamic) -> Value<'static> {
    field.normalise(&to_json(value))
}
