//! `file`: names of stored files. Uploads come in beside the body; a plain text may only name a file that is already there.

use super::settings::note;
use super::{Field, FieldType, Modifier, Options, Surroundings, cast, read::Reader, select};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `file`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileOptions {
    /// Most bytes of one file; 0 is 5 MiB.
    pub max_size: i64,
    /// Most files; 0 and 1 make it single.
    pub max_select: i64,
    /// The types that are taken; empty is all.
    pub mime_types: Vec<String>,
    /// The sizes that thumbnails are made in.
    pub thumbs: Vec<String>,
    /// Whether a token is needed to read it.
    pub protected: bool,
    /// Whether empty is refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType = FieldType { name: "file", parse, write, normalise, modify, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::File(FileOptions {
        max_size: r.int("maxSize"),
        max_select: r.int("maxSelect"),
        mime_types: r.texts("mimeTypes"),
        thumbs: r.texts("thumbs"),
        protected: r.bool("protected"),
        required: r.bool("required"),
    })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::File(o) = options else { return };
    map.insert("maxSize".into(), json!(o.max_size));
    map.insert("maxSelect".into(), json!(o.max_select));
    map.insert("mimeTypes".into(), json!(o.mime_types));
    map.insert("thumbs".into(), json!(o.thumbs));
    map.insert("protected".into(), json!(o.protected));
    map.insert("required".into(), json!(o.required));
}

impl FileOptions {
    /// The limit of one file that is in force.
    pub fn max_bytes(&self) -> i64 {
        if self.max_size <= 0 { 5 << 20 } else { self.max_size }
    }
}

/// The names in a submitted value; an item that is itself a list counts when it holds one name.
fn names(json: &Json) -> Vec<Cow<'static, str>> {
    let Json::Array(items) = json else { return cast::list(json) };
    let single = |item: &Json| {
        let mut names = if item.is_array() { names(item) } else { cast::list(item) };
        if names.len() == 1 { names.pop() } else { None }
    };
    cast::unique(items.iter().filter_map(single))
}

fn normalise(field: &Field, json: &Json) -> Value<'static> {
    field.holding(names(json))
}

fn modify(field: &Field, current: &Value<'static>, modifier: Modifier, json: &Json) -> Option<Value<'static>> {
    select::modify_items(field, current, modifier, names(json))
}

fn validate(field: &Field, value: &Value, before: Option<&Value>) -> Option<Problem> {
    let Options::File(o) = &field.options else { return None };
    let names = value.items();
    if names.is_empty() {
        return o.required.then(Problem::required);
    }
    let stored = before.map(Value::items).unwrap_or_default();
    let unknown: Vec<&str> = names.iter().filter(|n| !stored.contains(n)).map(|n| check::cut(n, 250)).collect();
    if !unknown.is_empty() {
        let message = format!("Invalid new files: [{}].", unknown.join(" "));
        return Some(Problem::new("validation_invalid_file", message).with(json!({"invalidFiles": unknown})));
    }
    let max = o.max_select.max(1);
    let message = "The maximum allowed files is {}.";
    (max < names.len() as i64).then(|| check::limit("validation_too_many_files", message, "maxSelect", json!(max)))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::File(o) = &field.options else { return };
    note(errors, "maxSelect", check::between(o.max_select, 0, check::MAX_SAFE_INT));
    note(errors, "maxSize", check::between(o.max_size, 0, check::MAX_SAFE_INT));
    let mut inner = FieldErrors::new();
    for (i, size) in o.thumbs.iter().enumerate() {
        note(&mut inner, &i.to_string(), bad_size(size));
    }
    errors.nest("thumbs", inner);
}

fn bad_size(size: &str) -> Option<Problem> {
    if matches!(size, "0x0" | "0x0t" | "0x0b" | "0x0f") {
        return Some(Problem::new("validation_not_in_invalid", "Must not be in list."));
    }
    (!size.is_empty() && thumb_size(size).is_none()).then(check::malformed)
}

/// Width, height and fit (`t`, `b`, `f` or none) of a thumbnail size such as `100x50t`.
pub fn thumb_size(size: &str) -> Option<(u32, u32, Option<char>)> {
    let fit = size.chars().last().filter(|c| matches!(c, 't' | 'b' | 'f'));
    let (width, height) = size.trim_end_matches(['t', 'b', 'f']).split_once('x')?;
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let single = size.len() == width.len() + 1 + height.len() + usize::from(fit.is_some());
    if plain(width) && plain(height) && single { Some((width.parse().ok()?, height.parse().ok()?, fit)) } else { None }
}
