//! What is wrong with a record, as far as it can be said without reading anything else.

use super::{Field, Record, field};
use crate::error::{FieldErrors, Problem};
use std::collections::BTreeMap;

/// All problems of a record's values; `original` is the stored record on an update, `passwords` the plain ones of `patch`. Whether related
/// records exist, whether values are unique and whether the old password was right, the commit says.
pub fn record(record: &Record, original: Option<&Record>, passwords: &BTreeMap<u16, String>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for field in &record.collection.fields {
        if let Some(problem) = problem(field, record, original, passwords) {
            errors.add(&field.name, problem);
        }
    }
    errors
}

fn problem(field: &Field, record: &Record, original: Option<&Record>, passwords: &BTreeMap<u16, String>) -> Option<Problem> {
    if let Some(plain) = passwords.get(&field.number) {
        return field::check_password(field, plain);
    }
    record.with(field, |value| match original {
        Some(original) => original.with(field, |before| field.validate(value, Some(before))),
        None => field.validate(value, None),
    })
}
