//! `editor`: rich text as HTML.

use super::settings::note;
use super::{Field, FieldType, Options, Surroundings, cast, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `editor`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EditorOptions {
    /// Most bytes; 0 is 5 MiB.
    pub max_size: i64,
    /// A hint for dashboards: make links relative.
    pub convert_urls: bool,
    /// Whether `""` is refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType =
    FieldType { name: "editor", parse, write, normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Editor(EditorOptions { max_size: r.int("maxSize"), convert_urls: r.bool("convertURLs"), required: r.bool("required") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Editor(o) = options else { return };
    map.insert("maxSize".into(), json!(o.max_size));
    map.insert("convertURLs".into(), json!(o.convert_urls));
    map.insert("required".into(), json!(o.required));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Text(Cow::Owned(cast::text(json).into_owned()))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Editor(o) = &field.options else { return None };
    let text = value.as_text();
    if text.is_empty() {
        return o.required.then(Problem::required);
    }
    let max = o.max_bytes();
    let message = "The maximum allowed content size is {} bytes.";
    (max < text.len() as i64).then(|| check::limit("validation_content_size_limit", message, "maxSize", json!(max)))
}

impl EditorOptions {
    /// The limit in force: a body with this field may be so much longer.
    pub fn max_bytes(&self) -> i64 {
        if self.max_size <= 0 { 5 << 20 } else { self.max_size }
    }
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::Editor(o) = &field.options else { return };
    note(errors, "maxSize", check::between(o.max_size, 0, check::MAX_SAFE_INT));
}
