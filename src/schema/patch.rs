//! A submitted body over a record: modifiers, normalised values, and what the writer may not set.

use super::field::Modifier;
use super::{Collection, Field, Options, Record, pattern};
use crate::error::Result;
use crate::value::{Value, json};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record after a body was put over it.
#[derive(Debug, Clone)]
pub struct Patched {
    /// The record with the new values. Passwords are not in it: a field keeps its old hash until the commit has made the new one.
    pub record: Record,
    /// The body with modifiers resolved, as rules see it under `@request.body`.
    pub body: Map<String, Json>,
    /// The fields that were sent and may be set, by name.
    pub sent: Vec<String>,
    /// The plain passwords that were sent and are not empty, by field number.
    pub passwords: BTreeMap<u16, String>,
}

/// Puts `body` over `base`, which is an empty record on create. Shorter keys come first, so `tags` is set before `tags+` adds to it.
/// Hidden fields are only for superusers, except the password of an auth record; keys that name no field stay in the body for rules.
pub fn apply(collection: &Arc<Collection>, base: &Record, body: &Map<String, Json>, superuser: bool) -> Patched {
    let mut record = base.clone();
    record.collection = collection.clone();
    let mut patched = Patched { record, body: Map::new(), sent: Vec::new(), passwords: BTreeMap::new() };
    let mut keys: Vec<(&String, &Json)> = body.iter().collect();
    // A stable sort: keys of the same length stay in alphabetical order, whatever the client's order was.
    keys.sort_by_key(|(key, _)| key.len());
    for (key, value) in keys {
        let known = target(collection, key);
        let is_set = known.is_some_and(|(field, modifier)| {
            let may_set = superuser || !field.hidden || collection.is_auth() && field.name == "password";
            set(&mut patched, field, modifier, value, may_set)
        });
        if !is_set {
            patched.body.insert(key.clone(), value.clone());
        }
    }
    patched
}

/// The field that a key means, and how it changes it.
fn target<'c>(collection: &'c Collection, key: &str) -> Option<(&'c Field, Option<Modifier>)> {
    let (name, modifier) = if let Some(name) = key.strip_prefix('+') {
        (name, Some(Modifier::Prepend))
    } else if let Some(name) = key.strip_suffix('+') {
        (name, Some(Modifier::Append))
    } else if let Some(name) = key.strip_suffix('-') {
        (name, Some(Modifier::Remove))
    } else if let Some(name) = key.strip_suffix(":autogenerate") {
        (name, Some(Modifier::Autogenerate))
    } else {
        (key, None)
    };
    collection.field(name).map(|field| (field, modifier))
}

/// Sets one field; false when its type does not know the modifier, and the key then means nothing.
fn set(patched: &mut Patched, field: &Field, modifier: Option<Modifier>, value: &Json, may_set: bool) -> bool {
    let modify = |m| patched.record.with(field, |current| (field.field_type().modify)(field, current, m, value));
    let value = match modifier.map(modify) {
        None => field.normalise(value),
        Some(Some(value)) => value,
        Some(None) => return false,
    };
    if !may_set {
        return true;
    }
    let resolved = match &field.options {
        // The server's own: rules see the value that stays.
        Options::Autodate(_) => patched.record.with(field, resolved),
        Options::Password(_) => set_password(patched, field, value),
        _ => {
            let resolved = resolved(&value);
            patched.record.set(field.number, value);
            resolved
        }
    };
    patched.body.insert(field.name.clone(), resolved);
    if !patched.sent.contains(&field.name) {
        patched.sent.push(field.name.clone());
    }
    true
}

/// The JSON of a value, without the way through its text where there is a shorter one.
fn resolved(value: &Value<'static>) -> Json {
    match value {
        Value::Bool(b) => Json::Bool(*b),
        Value::Text(s) => Json::String(s.to_string()),
        Value::List(items) => items.iter().map(|s| Json::String(s.to_string())).collect(),
        other => json::to_json(other),
    }
}

/// An empty password takes the stored one away, which a required field then refuses.
fn set_password(patched: &mut Patched, field: &Field, value: Value<'static>) -> Json {
    let plain = value.as_text().to_owned();
    if plain.is_empty() {
        patched.passwords.remove(&field.number);
        patched.record.set(field.number, Value::text(""));
    } else {
        patched.passwords.insert(field.number, plain.clone());
    }
    Json::String(plain)
}

/// Fills the empty fields of a new record that have a pattern to generate from: the id, the token key, and those of the user.
pub fn fill_generated(record: &mut Record) -> Result<()> {
    let collection = record.collection.clone();
    for field in &collection.fields {
        let Options::Text(o) = &field.options else { continue };
        if !o.autogenerate_pattern.is_empty() && record.with(field, |v| v.as_text().is_empty()) {
            let text = pattern::generate(&o.autogenerate_pattern).map_err(crate::error::Error::internal)?;
            record.set(field.number, Value::Text(Cow::Owned(text)));
        }
    }
    Ok(())
}
