//! `json`: any JSON, kept in canonical form.

use super::settings::note;
use super::{Field, FieldType, Options, Surroundings, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use crate::value::json::{MAX_DEPTH, canonical, depth, parse as parse_text};
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonOptions {
    /// Most bytes; 0 is 1 MiB.
    pub max_size: i64,
    /// Whether null, "", [] and {} are refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType = FieldType { name: "json", parse, write, normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Json(JsonOptions { max_size: r.int("maxSize"), required: r.bool("required") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Json(o) = options else { return };
    map.insert("maxSize".into(), json!(o.max_size));
    map.insert("required".into(), json!(o.required));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    match json {
        Json::String(s) => document(s).map_or_else(|| of(json), |parsed| of(&parsed)),
        other => of(other),
    }
}

fn of(json: &Json) -> Value<'static> {
    if json.is_null() { Value::Null } else { Value::Json(Cow::Owned(canonical(json))) }
}

/// Forms can only send text, so text that is clearly JSON is taken as such; all other text is a JSON string.
fn document(text: &str) -> Option<Json> {
    let first = text.bytes().next()?;
    let clear = first.is_ascii_digit() || b"-\"[{".contains(&first) || matches!(text, "null" | "true" | "false");
    // A body of this field holds it one level deeper, and must be one that is taken.
    if clear && depth(text.as_bytes()) < MAX_DEPTH { parse_text(text.as_bytes()).ok() } else { None }
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Json(o) = &field.options else { return None };
    let text = match value {
        Value::Json(text) => text,
        _ => "null",
    };
    let max = o.max_bytes();
    if max < text.len() as i64 {
        let message = "The maximum allowed JSON size is {} bytes.";
        return Some(check::limit("validation_json_size_limit", message, "maxSize", json!(max)));
    }
    (o.required && matches!(text, "null" | "\"\"" | "[]" | "{}")).then(Problem::required)
}

impl JsonOptions {
    /// The limit in force: a body with this field may be so much longer.
    pub fn max_bytes(&self) -> i64 {
        if self.max_size <= 0 { 1 << 20 } else { self.max_size }
    }
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::Json(o) = &field.options else { return };
    note(errors, "maxSize", check::between(o.max_size, 0, check::MAX_SAFE_INT));
}
