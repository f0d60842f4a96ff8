//! The list of indexes: what is wrong with it, and which of the stored ones stay as they are.

use super::draft::Draft;
use super::problems::Case;
use crate::error::{FieldErrors, Problem};
use crate::schema::index::{Statement, parse, resolve, single_unique};
use crate::schema::{Collection, Index, Schema, check};
use serde_json::json;
use std::collections::HashSet;

/// Adds what is wrong with the statements, apart from the collection's fields.
pub fn check(errors: &mut FieldErrors, draft: &Draft, case: &Case) {
    let (mut names, mut definitions) = (HashSet::new(), HashSet::new());
    for (i, sql) in draft.statements.iter().enumerate() {
        if let Some(problem) = bad_statement(sql, draft, case, &mut names, &mut definitions) {
            return errors.nest("indexes", FieldErrors::one(&i.to_string(), problem));
        }
    }
    if let Some(problem) = lost_unique(draft, case.original).or_else(|| missing_unique(draft)) {
        errors.add("indexes", problem);
    }
}

fn bad_statement(sql: &str, draft: &Draft, case: &Case, names: &mut HashSet<String>, definitions: &mut HashSet<String>) -> Option<Problem> {
    let Some(mut statement) = parse(sql) else {
        return Some(Problem::new("validation_invalid_index_expression", "Invalid CREATE INDEX expression."));
    };
    if !names.insert(statement.name.to_lowercase()) {
        return Some(Problem::new("validation_duplicated_index_name", "The index name already exists."));
    }
    let has = |c: &Collection| c.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(&statement.name));
    if let Some(other) = case.others.all().iter().find(|c| c.id != draft.collection.id && has(c)) {
        let message = "The index name is already used in {} collection.";
        return Some(check::limit("validation_existing_index_name", message, "usedTableName", json!(other.name)));
    }
    (statement.schema, statement.name) = (String::new(), String::new());
    let repeated = !definitions.insert(statement.build());
    repeated.then(|| Problem::new("validation_duplicated_index_definition", "The index definition already exists."))
}

/// What makes two unique statements the same constraint: collation, order, condition and names do not matter.
fn constraint(statement: &Statement) -> (bool, Vec<&str>) {
    (statement.unique, statement.columns.iter().map(|c| c.name.as_str()).collect())
}

/// Unique indexes on system fields must stay: sign-in and the system collections rely on them.
fn lost_unique(draft: &Draft, original: Option<&Collection>) -> Option<Problem> {
    let original = original?;
    let kept: Vec<Statement> = draft.statements.iter().filter_map(|sql| parse(sql)).collect();
    for old in original.indexes.iter().filter_map(|i| parse(&i.sql)).filter(|s| s.unique) {
        let is_system = |name: &str| original.fields.iter().find(|f| f.system && f.name.eq_ignore_ascii_case(name));
        let Some(field) = old.columns.iter().find_map(|c| is_system(&c.name)) else { continue };
        if !kept.iter().any(|new| constraint(new) == constraint(&old)) {
            let message = "Unique index definition on system fields ({}) is invalid or missing.";
            return Some(check::limit("validation_invalid_unique_system_field_index", message, "fieldName", json!(field.name)));
        }
    }
    None
}

fn missing_unique(draft: &Draft) -> Option<Problem> {
    let required: &[&str] = if draft.collection.is_auth() { &["tokenKey", "email"] } else { &[] };
    let name = required.iter().find(|name| single_unique(&draft.statements, name).is_none())?;
    let message = "Missing required unique index for field \"{}\".";
    Some(check::limit("validation_missing_required_unique_index", message, "fieldName", json!(name)))
}

/// The indexes of the draft. One that did not change keeps its number and its state; a new or changed one gets number 0.
pub fn resolve_all(draft: &Draft, case: &Case, world: &Schema) -> Result<Vec<Index>, FieldErrors> {
    let (mut indexes, mut errors) = (Vec::new(), FieldErrors::new());
    let mut old: Vec<&Index> = case.original.map(|c| c.indexes.iter().collect()).unwrap_or_default();
    for (i, sql) in draft.statements.iter().enumerate() {
        let resolved = resolve(sql, &draft.collection).and_then(|index| match &index.filter {
            Some(filter) => (case.check_rule)(world, &draft.collection, filter).map(|()| index).map_err(|why| refused(&why)),
            None => Ok(index),
        });
        match resolved {
            Ok(mut index) => {
                if let Some(at) = old.iter().position(|o| is_same(o, &index, draft, case.original)) {
                    let kept = old.remove(at);
                    (index.number, index.ready) = (kept.number, kept.ready);
                }
                indexes.push(index);
            }
            Err(problem) => errors.add(&i.to_string(), problem),
        }
    }
    if errors.is_empty() {
        return Ok(indexes);
    }
    let mut all = FieldErrors::new();
    all.nest("indexes", errors);
    Err(all)
}

fn refused(why: &str) -> Problem {
    let message = check::sentence(&format!("The WHERE clause of the index cannot be used: {why}"));
    Problem::new("validation_invalid_index_expression", message)
}

/// Whether the entries of the stored index are those of the new one. The name does not matter: keys have the number.
fn is_same(old: &Index, new: &Index, draft: &Draft, original: Option<&Collection>) -> bool {
    let Some(original) = original else { return false };
    let filter = old.filter.as_deref().unwrap_or_default();
    // Values of a field that became single or multiple have other keys; a name in the filter may mean another field now.
    let unchanged = original.fields.iter().all(|field| {
        let used = old.columns.iter().any(|c| c.field == field.number) || filter.contains(&field.name);
        let same = draft.collection.field_by_number(field.number).is_some_and(|f| f.shape() == field.shape());
        let named = !filter.contains(&field.name) || draft.collection.field(&field.name).is_some_and(|f| f.number == field.number);
        !used || (same && named)
    });
    unchanged && (old.unique, &old.columns, &old.filter) == (new.unique, &new.columns, &new.filter)
}
