//! Everything that is wrong with a draft, under the keys of the wire.

use super::draft::Draft;
use super::{CheckRule, indexes};
use crate::error::{FieldErrors, Problem};
use crate::schema::field::{Surroundings, check_settings};
use crate::schema::{Collection, Kind, Schema, auth_options, check};
use serde_json::json;

/// Names that PocketBase's own tables have; an app that is moved back there would collide with them.
const RESERVED: &[&str] = &["_collections", "_params", "_migrations", "_logs", "sqlite_master", "sqlite_sequence", "sqlite_schema"];

/// What a draft is judged against.
pub struct Case<'a> {
    /// The collections that it must not collide with and may point to.
    pub others: &'a Schema,
    /// The collection as it is stored, on an edit.
    pub original: Option<&'a Collection>,
    /// Whether an id that is in use is a problem: yes for a new collection, no within an import.
    pub taken_id: bool,
    /// Compiles a rule.
    pub check_rule: CheckRule<'a>,
}

/// All problems. `world` is the schema with the draft in it, against which rules compile.
pub fn all(draft: &Draft, case: &Case, world: &Schema) -> FieldErrors {
    let c = &draft.collection;
    let mut errors = FieldErrors::new();
    let mut note = |key: &str, problem: Option<Problem>| problem.into_iter().for_each(|p| errors.add(key, p));
    note("id", bad_id(c, case));
    note("system", case.original.filter(|o| o.system != c.system).map(|_| system_changed()));
    note("type", bad_type(draft, case));
    note("name", bad_name(&c.name, c, case));
    let bad_rule = |key: &str, rule: Option<&str>| bad_rule(key, rule, c, case, world);
    for (key, rule) in c.rules.by_key() {
        note(key, bad_rule(key, rule.as_deref()));
    }
    check_fields(&mut errors, draft, case);
    indexes::check(&mut errors, draft, case);
    // An option's problem stands before one of the same key above, as there it replaces it.
    errors.merge(auth_options::check(c, &draft.statements, &bad_rule));
    errors
}

fn bad_id(c: &Collection, case: &Case) -> Option<Problem> {
    if case.original.is_some() {
        return None;
    }
    let taken = || {
        let used = case.taken_id && case.others.all().iter().any(|other| other.id == c.id);
        used.then(|| Problem::new("validation_invalid_or_existing_id", "The model id is invalid or already exists."))
    };
    check::filled(&c.id).or_else(|| check::length(&c.id, 1, 100)).or_else(|| check::word(&c.id)).or_else(taken)
}

fn system_changed() -> Problem {
    Problem::new("validation_collection_system_flag_change", "System collection state cannot be changed.")
}

fn bad_type(draft: &Draft, case: &Case) -> Option<Problem> {
    if Kind::named(&draft.type_name).is_none() {
        return Some(check::not_listed());
    }
    let changed = case.original.is_some_and(|o| o.kind.name() != draft.type_name);
    changed.then(|| Problem::new("validation_collection_type_change", "Collection type cannot be changed."))
}

fn bad_name(name: &str, c: &Collection, case: &Case) -> Option<Problem> {
    let form = check::filled(name).or_else(|| check::length(name, 1, 255)).or_else(|| check::no_via(name)).or_else(|| check::word(name));
    if form.is_some() {
        return form;
    }
    if case.original.is_some_and(|o| o.system && o.name != name) {
        return Some(Problem::new("validation_collection_system_name_change", "System collection name cannot be changed."));
    }
    let same = |other: &&std::sync::Arc<Collection>| other.id != c.id && other.name.eq_ignore_ascii_case(name);
    let other = case.others.all().iter().find(same);
    if other.is_some_and(|o| !o.internal) {
        let message = "Collection name must be unique (case insensitive).";
        return Some(Problem::new("validation_collection_name_exists", message));
    }
    if case.others.all().iter().any(|other| other.id == name) {
        let message = "The name must not match an existing collection id.";
        return Some(Problem::new("validation_collection_name_id_duplicate", message));
    }
    let reserved = other.is_some() || RESERVED.iter().any(|r| r.eq_ignore_ascii_case(name));
    let changed = case.original.is_none_or(|o| o.name != name);
    let message = "The name shouldn't match with an existing internal table.";
    (reserved && changed).then(|| Problem::new("validation_collection_name_invalid", message))
}

/// A rule must compile, and those of system collections must stay.
fn bad_rule(key: &str, rule: Option<&str>, c: &Collection, case: &Case, world: &Schema) -> Option<Problem> {
    if let Some(text) = rule.filter(|r| !r.is_empty())
        && let Err(why) = (case.check_rule)(world, c, text)
    {
        return Some(Problem::new("validation_invalid_rule", check::sentence(&format!("Invalid rule. Raw error: {why}"))));
    }
    let original = case.original.filter(|o| o.system)?;
    let before = rule_of(original, key);
    (before != rule).then(|| Problem::new("validation_collection_system_rule_change", "System collection API rule cannot be changed."))
}

fn rule_of<'c>(c: &'c Collection, key: &str) -> Option<&'c str> {
    let auth = c.auth.as_deref();
    match key {
        "authRule" => auth.and_then(|o| o.auth_rule.as_deref()),
        "manageRule" => auth.and_then(|o| o.manage_rule.as_deref()),
        "mfa" => auth.and_then(|o| o.mfa["rule"].as_str()),
        _ => c.rules.by_key().into_iter().find(|(k, _)| *k == key).and_then(|(_, rule)| rule.as_deref()),
    }
}

/// The first kind of problem that the list has; single fields are looked at when the list is in order.
fn check_fields(errors: &mut FieldErrors, draft: &Draft, case: &Case) {
    let c = &draft.collection;
    if let Some((i, inner)) = duplicate(c) {
        let mut item = FieldErrors::new();
        item.nest(&i.to_string(), inner);
        return errors.nest("fields", item);
    }
    if let Some(problem) = missing_key(c).or_else(|| lost_system_field(c, case.original)) {
        return errors.add("fields", problem);
    }
    let checks: [&dyn Fn() -> FieldErrors; 3] = [&|| changed_types(c, case.original), &|| reserved_names(c), &|| field_settings(c, case)];
    if let Some(inner) = checks.iter().map(|check| check()).find(|inner| !inner.is_empty()) {
        errors.nest("fields", inner);
    }
}

fn duplicate(c: &Collection) -> Option<(usize, FieldErrors)> {
    c.fields.iter().enumerate().find_map(|(i, field)| {
        let before = &c.fields[..i];
        if before.iter().any(|f| f.id == field.id) {
            let message = format!("Duplicated or invalid field id {}.", json!(field.id));
            return Some((i, FieldErrors::one("id", Problem::new("validation_duplicated_field_id", message))));
        }
        if before.iter().any(|f| f.name.eq_ignore_ascii_case(&field.name)) {
            let message = "Duplicated or invalid field name {}.";
            let problem = check::limit("validation_duplicated_field_name", message, "fieldName", json!(field.name));
            return Some((i, FieldErrors::one("name", problem)));
        }
        None
    })
}

fn missing_key(c: &Collection) -> Option<Problem> {
    if c.fields.is_empty() {
        return Some(Problem::required());
    }
    let present = c.field("id").is_some_and(|f| f.is_primary_key());
    (!present).then(|| Problem::new("validation_missing_primary_key", "Missing or invalid \"id\" PK field."))
}

fn lost_system_field(c: &Collection, original: Option<&Collection>) -> Option<Problem> {
    let kept = |old: &&crate::schema::Field| c.field_by_id(&old.id).is_some_and(|new| new.name == old.name);
    original?.fields.iter().filter(|f| f.system).find(|old| !kept(old))?;
    Some(Problem::new("validation_system_field_change", "System fields cannot be deleted or renamed."))
}

fn changed_types(c: &Collection, original: Option<&Collection>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (i, field) in c.fields.iter().enumerate() {
        let before = original.and_then(|o| o.field_by_id(&field.id));
        if before.is_some_and(|old| old.type_name() != field.type_name()) {
            errors.add(&i.to_string(), Problem::new("validation_field_type_change", "Field type cannot be changed."));
        }
    }
    errors
}

fn reserved_names(c: &Collection) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (i, field) in c.fields.iter().enumerate() {
        if c.is_auth() && matches!(field.name.as_str(), "passwordConfirm" | "oldPassword") {
            let problem = Problem::new("validation_reserved_field_name", "The field name is reserved and cannot be used.");
            errors.nest(&i.to_string(), FieldErrors::one("name", problem));
        }
    }
    errors
}

fn field_settings(c: &Collection, case: &Case) -> FieldErrors {
    let around = Surroundings { schema: case.others, collection: c, original: case.original };
    let mut errors = FieldErrors::new();
    for (i, field) in c.fields.iter().enumerate() {
        errors.nest(&i.to_string(), check_settings(field, &around));
    }
    errors
}
