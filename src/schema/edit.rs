//! Creating and editing collections: the body over what is stored, all problems in one answer, nothing written.
//!
//! Numbers of collections and indexes are given by the commit, because only the writer knows which are free: 0 asks for one.

mod draft;
mod fields;
mod import;
mod indexes;
mod problems;

pub use import::{ImportPlan, import};

use super::{Collection, Field, Kind, Schema, index};
use crate::error::{Code, Error, FieldErrors, Result};
use draft::Draft;
use problems::Case;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Says what is wrong with a rule of a collection; the rules compile above this layer.
pub type CheckRule<'a> = &'a dyn Fn(&Schema, &Collection, &str) -> Result<(), String>;

/// A new collection from a submitted body, with number 0. `now` is a date text.
pub fn create(schema: &Schema, body: &Map<String, Json>, now: &str, check_rule: CheckRule) -> Result<Collection> {
    let text = |key: &str| match body.get(key) {
        None | Some(Json::Null) => Ok(""),
        Some(Json::String(s)) => Ok(s.as_str()),
        Some(_) => Err(Error::bad_request("Failed to load the collection type data due to invalid formatting.")),
    };
    let (type_name, name) = (text("type")?, text("name")?);
    let kind = Kind::named(type_name).unwrap_or(Kind::Base);
    refuse_views(kind, "create")?;
    let mut draft = Draft::scaffold(kind, name);
    draft.merge(body, None).ok_or_else(unreadable)?;
    draft.complete(schema, None, now);
    let case = Case { others: schema, original: None, taken_id: true, check_rule };
    finish(draft, &case, "create")
}

/// The collection that a submitted body makes of `current`, with all its field numbers. `now` is a date text.
pub fn update(schema: &Schema, current: &Collection, body: &Map<String, Json>, now: &str, check_rule: CheckRule) -> Result<Collection> {
    let mut draft = Draft::of(current);
    draft.merge(body, Some(current)).ok_or_else(unreadable)?;
    if draft.collection.id != current.id {
        return Err(Error::of(Code::NotFound));
    }
    refuse_views(current.kind, "update")?;
    draft.complete(schema, Some(current), now);
    let case = Case { others: schema, original: Some(current), taken_id: false, check_rule };
    finish(draft, &case, "update")
}

/// Whether a collection may be deleted: not when Luge depends on it or a relation of another collection points to it.
pub fn deletable(schema: &Schema, collection: &Collection) -> Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for (other, _) in schema.referring(&collection.id).filter(|(other, _)| other.id != collection.id) {
        if !names.contains(&other.name.as_str()) {
            names.push(&other.name);
        }
    }
    if !names.is_empty() {
        let names = names.join(", ");
        return Err(Error::bad_request(format!("Failed to delete collection probably due to existing reference in {names}.")));
    }
    if collection.system || collection.internal {
        return Err(Error::bad_request("Failed to delete collection."));
    }
    Ok(())
}

/// The finished collection of a draft, or everything that is wrong with it.
fn finish(draft: Draft, case: &Case, verb: &str) -> Result<Collection> {
    let failed = |errors: FieldErrors| Error::bad_request(format!("Failed to {verb} collection.")).with_fields(errors);
    let world = case.others.with([Arc::new(draft.collection.clone())]);
    let errors = problems::all(&draft, case, &world);
    if !errors.is_empty() {
        return Err(failed(errors));
    }
    let indexes = indexes::resolve_all(&draft, case, &world).map_err(failed)?;
    Ok(Collection { indexes, ..draft.collection })
}

fn unreadable() -> Error {
    Error::bad_request("Failed to load the submitted data due to invalid formatting.")
}

fn refuse_views(kind: Kind, verb: &str) -> Result<()> {
    match kind {
        Kind::View => Err(Error::bad_request(format!(
            "Failed to {verb} collection. View collections are not supported yet: use a base collection and filters instead."
        ))),
        _ => Ok(()),
    }
}

/// A collection of this kind with nothing filled in, and the statements of its indexes.
pub(super) fn scaffold(kind: Kind, id: &str) -> (Collection, Vec<String>) {
    let mut draft = Draft::blank(kind, "", id.to_owned());
    if kind != Kind::View {
        fields::add_defaults(&mut draft);
    }
    (draft.collection, draft.statements)
}

/// A collection that the server starts with, its indexes resolved but not numbered. Its fields follow those that its kind has.
pub(super) fn complete_system(kind: Kind, name: &str, id: Option<&str>, fields: Vec<Field>, statements: Vec<String>) -> Collection {
    let mut draft = Draft::scaffold(kind, name);
    if let Some(id) = id {
        draft = Draft::blank(kind, name, id.to_owned());
        fields::add_defaults(&mut draft);
    }
    fields.into_iter().for_each(|field| fields::add(&mut draft.collection.fields, field));
    draft.statements.extend(statements);
    fields::number(&mut draft.collection, None);
    let resolve = |sql: &String| index::resolve(sql, &draft.collection).expect("the statements of system collections are correct");
    let indexes = draft.statements.iter().map(resolve).collect();
    Collection { indexes, ..draft.collection }
}
