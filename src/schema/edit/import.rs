//! Importing many collections at once: all are judged against the schema that they make together.

use super::draft::Draft;
use super::problems::{self, Case};
use super::{CheckRule, fields, indexes, refuse_views};
use crate::error::{Error, FieldErrors, Problem, Result};
use crate::schema::{Collection, Field, Kind, Schema, check};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What an import does, to be committed as one.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// New collections, with number 0.
    pub create: Vec<Collection>,
    /// Changed collections; one that is imported unchanged is among them.
    pub update: Vec<Collection>,
    /// Collections that go, with all their records.
    pub delete: Vec<Arc<Collection>>,
}

/// The plan for these collections. An existing one is found by id, else by name; what is sent is put over it. With `delete_missing`,
/// collections and fields that were not sent go, except those that Luge depends on.
pub fn import(schema: &Schema, collections: &[Json], delete_missing: bool, now: &str, check_rule: CheckRule) -> Result<ImportPlan> {
    if collections.is_empty() {
        let errors = FieldErrors::one("collections", Problem::required());
        return Err(Error::bad_request("An error occurred while validating the submitted data.").with_fields(errors));
    }
    let mut drafts: Vec<(Draft, Option<Arc<Collection>>)> = Vec::new();
    for json in collections {
        let body = json.as_object().ok_or_else(|| Error::bad_request("An error occurred while loading the submitted data."))?;
        drafts.push(draft(schema, body, delete_missing, now)?);
    }
    let sent = |c: &Arc<Collection>| drafts.iter().any(|(draft, _)| draft.collection.id == c.id);
    let goes = |c: &Arc<Collection>| delete_missing && !c.system && !c.internal && !sent(c);
    let delete: Vec<_> = schema.all().iter().filter(|c| goes(c)).cloned().collect();
    let stay = schema.all().iter().filter(|c| !goes(c)).cloned().collect();
    let with_indexes = |draft: &Draft| {
        let indexes = draft.statements.iter().filter_map(|sql| crate::schema::index::resolve(sql, &draft.collection).ok()).collect();
        Arc::new(Collection { indexes, ..draft.collection.clone() })
    };
    let world = Schema::new(schema.version, stay).with(drafts.iter().map(|(draft, _)| with_indexes(draft)));
    let mut plan = ImportPlan { delete, ..ImportPlan::default() };
    for (draft, original) in drafts {
        let case = Case { others: &world, original: original.as_deref(), taken_id: false, check_rule };
        let collection = judged(draft, &case, &world)?;
        if original.is_some() { plan.update.push(collection) } else { plan.create.push(collection) }
    }
    Ok(plan)
}

fn draft(schema: &Schema, body: &Map<String, Json>, delete_missing: bool, now: &str) -> Result<(Draft, Option<Arc<Collection>>)> {
    let text = |key: &str| body.get(key).and_then(Json::as_str).unwrap_or_default();
    let key = if text("id").is_empty() { text("name") } else { text("id") };
    let original = schema.find(key).filter(|c| !c.internal).cloned();
    let mut draft = match &original {
        Some(current) => Draft::of(current),
        None => {
            let kind = Kind::named(text("type")).unwrap_or(Kind::Base);
            refuse_views(kind, "import")?;
            Draft::scaffold(kind, text("name"))
        }
    };
    let unreadable = || {
        failed(&format!(
            "Failed to import the collections configuration. Raw error:\ncollection {}: a key has the wrong type, or a field has an unknown type",
            Json::from(key)
        ))
    };
    if delete_missing && original.is_some() && body.get("fields").is_none_or(Json::is_null) {
        draft.collection.fields.clear();
    }
    draft.merge(body, original.as_deref()).ok_or_else(unreadable)?;
    if let Some(current) = &original {
        // Found by its name, it keeps its own id.
        draft.collection.id.clone_from(&current.id);
        keep_fields(&mut draft.collection.fields, current, delete_missing);
    }
    draft.complete(schema, original.as_deref(), now);
    Ok((draft, original))
}

/// Fields that were not sent stay, and one that was sent with a new id but the old name and type is the old one.
fn keep_fields(list: &mut Vec<Field>, current: &Collection, delete_missing: bool) {
    for old in current.fields.iter().filter(|f| f.system || !delete_missing) {
        if list.iter().any(|f| f.id == old.id) {
            continue;
        }
        let same = |f: &&mut Field| f.name == old.name && f.type_name() == old.type_name();
        match list.iter_mut().find(same) {
            Some(sent) => sent.id.clone_from(&old.id),
            None => fields::add(list, old.clone()),
        }
    }
}

fn judged(draft: Draft, case: &Case, world: &Schema) -> Result<Collection> {
    let mut errors = problems::all(&draft, case, world);
    if errors.is_empty() {
        match indexes::resolve_all(&draft, case, world) {
            Ok(indexes) => return Ok(Collection { indexes, ..draft.collection }),
            Err(found) => errors = found,
        }
    }
    let all = serde_json::to_string_pretty(&spoken(errors.to_json())).unwrap_or_default();
    let Collection { name, id, .. } = &draft.collection;
    Err(failed(&format!("Data validations failed for collection {} ({id}):\n{all}", Json::from(name.as_str()))))
}

fn failed(message: &str) -> Error {
    let problem = Problem::new("validation_collections_import_failure", check::sentence(message));
    Error::bad_request("Failed to import collections.").with_fields(FieldErrors::one("collections", problem))
}

/// Only the messages, nested like the problems.
fn spoken(errors: Map<String, Json>) -> Json {
    let one = |value: Json| match value {
        Json::Object(problem) if problem.get("code").is_some_and(Json::is_string) => {
            Json::from(unsentence(problem.get("message").and_then(Json::as_str).unwrap_or_default()))
        }
        Json::Object(nested) => spoken(nested),
        other => other,
    };
    Json::Object(errors.into_iter().map(|(name, value)| (name, one(value))).collect())
}

/// Inside the text of the import's error, general messages are no sentences.
fn unsentence(message: &str) -> String {
    const GENERAL: &[&str] = &["Cannot be ", "Must ", "The length must ", "Either ", "Error parsing ", "Unsupported "];
    if !GENERAL.iter().any(|start| message.starts_with(start)) {
        return if message.starts_with("Invalid rule.") { message.trim_end_matches('.').to_owned() } else { message.to_owned() };
    }
    let mut chars = message.chars();
    let first: String = chars.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
    format!("{first}{}", chars.as_str().trim_end_matches('.'))
}
