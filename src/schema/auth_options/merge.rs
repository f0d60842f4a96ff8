//! Putting submitted JSON over stored JSON of a known shape: wrong types are refused, unknown keys ignored, null sets to zero.

use serde_json::{Map, Value as Json, json};

/// The keys of an object with the types of their values.
pub type Keys = &'static [(&'static str, Want)];

/// The type that a value must have.
#[derive(Debug, PartialEq)]
pub enum Want {
    /// A bool.
    Bool,
    /// A bool or null.
    MaybeBool,
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A text or null.
    MaybeText,
    /// An array of texts.
    Texts,
    /// An object of any content.
    Any,
    /// An object, merged key by key.
    Object(Keys),
    /// An array of objects; one keeps what it had under the same `name`, so that secrets need not be sent again.
    Providers(Keys),
}

/// The value of what was never set.
pub fn zero(want: &Want) -> Json {
    match want {
        Want::Bool => json!(false),
        Want::MaybeBool | Want::MaybeText => Json::Null,
        Want::Int => json!(0),
        Want::Text => json!(""),
        Want::Texts | Want::Providers(_) => json!([]),
        Want::Any => json!({}),
        Want::Object(keys) => Json::Object(zero_of(keys)),
    }
}

/// An object in which nothing was ever set.
pub fn zero_of(keys: Keys) -> Map<String, Json> {
    keys.iter().map(|(key, want)| ((*key).to_owned(), zero(want))).collect()
}

/// Puts `value` over `target`; `None` when it has the wrong type, and then `target` may be half changed.
pub fn merge(target: &mut Json, value: &Json, want: &Want) -> Option<()> {
    if value.is_null() {
        *target = zero(want);
        return Some(());
    }
    let fits = match want {
        Want::Bool | Want::MaybeBool => value.is_boolean(),
        Want::Int => value.is_i64(),
        Want::Text | Want::MaybeText => value.is_string(),
        Want::Texts => value.as_array().is_some_and(|items| items.iter().all(Json::is_string)),
        Want::Any => value.is_object(),
        Want::Object(keys) => return merge_keys(target.as_object_mut()?, value.as_object()?, keys),
        Want::Providers(keys) => return merge_providers(target, value.as_array()?, keys),
    };
    fits.then(|| *target = value.clone())
}

fn merge_keys(target: &mut Map<String, Json>, value: &Map<String, Json>, keys: Keys) -> Option<()> {
    for (key, want) in keys {
        if let Some(value) = value.get(*key) {
            let slot = target.entry(*key).or_insert_with(|| zero(want));
            merge(slot, value, want)?;
        }
    }
    Some(())
}

fn merge_providers(target: &mut Json, values: &[Json], keys: Keys) -> Option<()> {
    let before = target.take();
    let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
    let one = |value: &Json| {
        let known = before.iter().find(|b| b["name"] == value["name"]).and_then(Json::as_object);
        let mut provider = known.cloned().unwrap_or_else(|| zero_of(keys));
        merge_keys(&mut provider, value.as_object()?, keys)?;
        Some(Json::Object(provider))
    };
    *target = Json::Array(values.iter().map(one).collect::<Option<_>>()?);
    Some(())
}
