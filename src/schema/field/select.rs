//! `select`: one or some of fixed values; and the modifiers that all lists share.

use super::settings::note;
use super::{Field, FieldType, Modifier, Options, Surroundings, cast, read::Reader};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `select`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SelectOptions {
    /// The values to choose from.
    pub values: Vec<String>,
    /// Most values; 0 and 1 make it single.
    pub max_select: i64,
    /// Whether empty is refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType = FieldType { name: "select", parse, write, normalise, modify, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Select(SelectOptions { values: r.texts("values"), max_select: r.int("maxSelect"), required: r.bool("required") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Select(o) = options else { return };
    map.insert("values".into(), json!(o.values));
    map.insert("maxSelect".into(), json!(o.max_select));
    map.insert("required".into(), json!(o.required));
}

pub(super) fn normalise(field: &Field, json: &Json) -> Value<'static> {
    field.holding(cast::list(json))
}

pub(super) fn modify(field: &Field, current: &Value<'static>, modifier: Modifier, json: &Json) -> Option<Value<'static>> {
    modify_items(field, current, modifier, cast::list(json))
}

/// Appends, prepends or removes items.
pub(super) fn modify_items(
    field: &Field,
    current: &Value<'static>,
    modifier: Modifier,
    changed: Vec<Cow<'static, str>>,
) -> Option<Value<'static>> {
    let current = current.items().into_iter().map(|s| Cow::Owned(s.to_owned()));
    let items = match modifier {
        Modifier::Append => cast::unique(current.chain(changed)),
        Modifier::Prepend => cast::unique(changed.into_iter().chain(current)),
        Modifier::Remove => current.filter(|item| !changed.contains(item)).collect(),
        Modifier::Autogenerate => return None,
    };
    Some(field.holding(items))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Select(o) = &field.options else { return None };
    let items = value.items();
    if items.is_empty() {
        return o.required.then(Problem::required);
    }
    if let Some(problem) = too_many(items.len(), o.max_select) {
        return Some(problem);
    }
    let unknown = items.iter().find(|item| !o.values.iter().any(|v| v == *item))?;
    Some(check::limit("validation_invalid_value", "Invalid value {}", "value", json!(unknown)))
}

pub(super) fn too_many(count: usize, max_select: i64) -> Option<Problem> {
    let max = max_select.max(1);
    (max < count as i64).then(|| check::limit("validation_too_many_values", "Select no more than {}.", "maxSelect", json!(max)))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::Select(o) = &field.options else { return };
    note(errors, "values", o.values.is_empty().then(Problem::required));
    note(errors, "maxSelect", check::between(o.max_select, 0, o.values.len().max(1) as i64));
}
