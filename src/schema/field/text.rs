//! `text`: plain text, and the id of every record.

use super::settings::{has_many_keys, note};
use super::{Field, FieldType, Modifier, Options, Surroundings, cast, read::Reader};
use crate::error::{FieldErrors, Problem};
use crate::schema::{check, pattern};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// The pattern of ids when a collection does not choose another: then the costlier checks of ids are not needed.
pub const DEFAULT_ID_PATTERN: &str = "^[a-z0-9]+$";

/// Characters that would make trouble in file names and paths.
const FORBIDDEN_IN_KEYS: &[char] = &['.', '/', '\\', '|', '"', '\'', '`', '<', '>', ':', '?', '*', '%', '$', '\0', '\t', '\n', '\r', ' '];

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &[
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "LPT1", "LPT2", "LPT3", "LPT4",
    "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Options of `text`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextOptions {
    /// Fewest characters; 0 is no limit.
    pub min: i64,
    /// Most characters; 0 is 5000.
    pub max: i64,
    /// What the whole value must match; `""` is anything.
    pub pattern: String,
    /// The pattern that an empty value is generated from on create; `""` is none.
    pub autogenerate_pattern: String,
    /// Whether `""` is refused.
    pub required: bool,
    /// Whether it is the id.
    pub primary_key: bool,
}

pub(super) static TYPE: FieldType = FieldType { name: "text", parse, write, normalise, modify, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Text(TextOptions {
        min: r.int("min"),
        max: r.int("max"),
        pattern: r.text("pattern"),
        autogenerate_pattern: r.text("autogeneratePattern"),
        required: r.bool("required"),
        primary_key: r.bool("primaryKey"),
    })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Text(o) = options else { return };
    map.insert("min".into(), json!(o.min));
    map.insert("max".into(), json!(o.max));
    map.insert("pattern".into(), json!(o.pattern));
    map.insert("autogeneratePattern".into(), json!(o.autogenerate_pattern));
    map.insert("required".into(), json!(o.required));
    map.insert("primaryKey".into(), json!(o.primary_key));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Text(Cow::Owned(cast::text(json).into_owned()))
}

fn modify(field: &Field, _: &Value<'static>, modifier: Modifier, json: &Json) -> Option<Value<'static>> {
    let Options::Text(o) = &field.options else { return None };
    if modifier != Modifier::Autogenerate {
        return None;
    }
    let mut text = cast::text(json).into_owned();
    if !o.autogenerate_pattern.is_empty() {
        text.push_str(&pattern::generate(&o.autogenerate_pattern).unwrap_or_default());
    }
    Some(Value::Text(Cow::Owned(text)))
}

fn validate(field: &Field, value: &Value, before: Option<&Value>) -> Option<Problem> {
    let Options::Text(o) = &field.options else { return None };
    let text = value.as_text();
    if o.primary_key
        && let Some(before) = before
    {
        let changed = before.as_text() != text;
        // Ids that came in by an import may break the rules of today; they cannot change anyway.
        return changed.then(|| Problem::new("validation_pk_change", "The record primary key cannot be changed."));
    }
    bad_text(o, text)
}

fn bad_text(o: &TextOptions, text: &str) -> Option<Problem> {
    if text.is_empty() {
        return (o.required || o.primary_key).then(Problem::required);
    }
    let length = text.chars().count() as i64;
    if 0 < o.min && length < o.min {
        return Some(check::limit("validation_min_text_constraint", "Must be at least {} character(s).", "min", json!(o.min)));
    }
    let max = if o.max == 0 { 5000 } else { o.max };
    if 0 < max && max < length {
        return Some(check::limit("validation_max_text_constraint", "Must be no more than {} character(s).", "max", json!(max)));
    }
    if !o.pattern.is_empty() && !pattern::is_match(&o.pattern, text) {
        return Some(Problem::new("validation_invalid_format", "Invalid value format."));
    }
    if o.primary_key && o.pattern != DEFAULT_ID_PATTERN { bad_key(text) } else { None }
}

fn bad_key(text: &str) -> Option<Problem> {
    // In the order of the table, not of the text: that is what clients were told so far.
    if let Some(ch) = FORBIDDEN_IN_KEYS.iter().find(|c| text.contains(**c)) {
        let message = "'{}' is not a valid primary key character.";
        return Some(check::limit("validation_forbidden_pk_character", message, "ch", json!(ch.to_string())));
    }
    let device = DEVICES.iter().find(|d| d.eq_ignore_ascii_case(text))?;
    let message = "The primary key '{}' is reserved and cannot be used.";
    Some(check::limit("validation_reserved_pk", message, "reserved", json!(device)))
}

fn check_options(field: &Field, around: &Surroundings, errors: &mut FieldErrors) {
    let Options::Text(o) = &field.options else { return };
    note(errors, "min", check::between(o.min, 0, check::MAX_SAFE_INT));
    note(errors, "max", check::between(o.max, o.min, check::MAX_SAFE_INT));
    note(errors, "pattern", pattern::problem(&o.pattern));
    note(errors, "autogeneratePattern", pattern::problem(&o.autogenerate_pattern).or_else(|| bad_generator(o)));
    if !o.primary_key {
        return;
    }
    if has_many_keys(around.collection) {
        let message = "Composite PKs are not supported and the collection must have only 1 PK.";
        errors.add("primaryKey", Problem::new("validation_unsupported_composite_pk", message));
    }
    note(errors, "pattern", check::filled(&o.pattern));
    note(errors, "required", (!o.required).then(Problem::required));
}

/// Ten samples show most generators that make values which the field itself refuses.
fn bad_generator(o: &TextOptions) -> Option<Problem> {
    if o.autogenerate_pattern.is_empty() {
        return None;
    }
    (0..10).find_map(|_| match pattern::generate(&o.autogenerate_pattern) {
        Err(message) => Some(Problem::new("validation_invalid_autogenerate_pattern", check::sentence(&message))),
        Ok(text) => bad_text(o, &text).map(|_| {
            let message = format!("The provided autogenerate pattern could produce invalid field values, ex.: {}.", json!(text));
            Problem::new("validation_invalid_autogenerate_pattern_value", message)
        }),
    })
}
