//! `password`: only a hash is kept. The plain text is checked here and hashed by the commit.

use super::settings::note;
use super::{Field, FieldType, Options, Surroundings, cast, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::schema::{check, pattern};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `password`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PasswordOptions {
    /// Fewest characters.
    pub min: i64,
    /// Most characters; 0 is 71.
    pub max: i64,
    /// What the plain password must match; `""` is anything.
    pub pattern: String,
    /// Kept for PocketBase's clients; argon2id has its own settings.
    pub cost: i64,
    /// Whether it must be set.
    pub required: bool,
}

pub(super) static TYPE: FieldType =
    FieldType { name: "password", parse, write, normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Password(PasswordOptions {
        min: r.int("min"),
        max: r.int("max"),
        pattern: r.text("pattern"),
        cost: r.int("cost"),
        required: r.bool("required"),
    })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Password(o) = options else { return };
    map.insert("min".into(), json!(o.min));
    map.insert("max".into(), json!(o.max));
    map.insert("pattern".into(), json!(o.pattern));
    map.insert("cost".into(), json!(o.cost));
    map.insert("required".into(), json!(o.required));
}

/// The plain text; `patch` keeps it apart from the record.
fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Text(Cow::Owned(cast::text(json).into_owned()))
}

/// The hash can only be missing.
fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let required = matches!(&field.options, Options::Password(o) if o.required);
    (required && value.as_text().is_empty()).then(Problem::required)
}

/// What is wrong with a new plain password.
pub fn check_plain(field: &Field, plain: &str) -> Option<Problem> {
    let Options::Password(o) = &field.options else { return None };
    let length = plain.chars().count() as i64;
    let max = if o.max <= 0 { 71 } else { o.max };
    // These two have no parameters on the wire.
    if length < o.min {
        return Some(Problem::new("validation_min_text_constraint", format!("Must be at least {} character(s).", o.min)));
    }
    if max < length {
        return Some(Problem::new("validation_max_text_constraint", format!("Must be less than {max} character(s).")));
    }
    let matches = o.pattern.is_empty() || pattern::is_match(&o.pattern, plain);
    (!matches).then(|| Problem::new("validation_invalid_format", "Invalid value format."))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::Password(o) = &field.options else { return };
    note(errors, "min", check::between(o.min, 1, 71));
    note(errors, "max", check::between(o.max, o.min, 71));
    note(errors, "cost", check::between(o.cost, 4, 31));
    note(errors, "pattern", pattern::problem(&o.pattern));
}
