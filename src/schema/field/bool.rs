//! `bool`: true or false.

use super::{Field, FieldType, Options, cast, read::Reader, unchecked, unmodified};
use crate::error::Problem;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

pub(super) static TYPE: FieldType = FieldType { name: "bool", parse, write, normalise, modify: unmodified, validate, check: unchecked };

fn parse(r: &mut Reader) -> Options {
    Options::Bool { required: r.bool("required") }
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Bool { required } = options else { return };
    map.insert("required".into(), json!(required));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Bool(cast::bool(json))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let required = matches!(field.options, Options::Bool { required: true });
    (required && !value.is_true()).then(Problem::required)
}
