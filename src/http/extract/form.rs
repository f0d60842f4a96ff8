//! Small bodies with known keys: reads single values and tells a wrong type from a wrong value.

use crate::error::{Error, FieldErrors, Problem, Result};
use serde_json::{Map, Value as Json, json};

/// Told when a value has the wrong type.
pub const LOADING: &str = "An error occurred while loading the submitted data.";

/// Told when values are missing or out of range.
pub const VALIDATING: &str = "An error occurred while validating the submitted data.";

/// The values of such a body.
#[derive(Debug, Default)]
pub struct Form {
    /// The values by name.
    pub values: Map<String, Json>,
    /// Whether it came as a form, whose values had no types but those that were inferred.
    pub untyped: bool,
}

impl Form {
    /// The values of a body that has groups: a form names what is inside a group with a dot.
    pub fn nested(self) -> Map<String, Json> {
        if !self.untyped {
            return self.values;
        }
        let mut out = Map::new();
        // No body has more levels, and the names come from outside: each dot is a step of recursion.
        for (name, value) in self.values.into_iter().filter(|(name, _)| name.matches('.').count() < 4) {
            place(&mut out, &name, value);
        }
        out
    }

    /// A text; `""` when it is missing or null.
    pub fn text(&self, name: &str) -> Result<String> {
        match self.values.get(name) {
            None | Some(Json::Null) => Ok(String::new()),
            Some(Json::String(text)) => Ok(text.clone()),
            // Only what prints as it was sent is inferred, so this gives back the text that was sent.
            Some(value @ (Json::Number(_) | Json::Bool(_))) if self.untyped => Ok(value.to_string()),
            Some(_) => Err(Error::bad_request(LOADING)),
        }
    }

    /// A whole number; 0 when it is missing or null.
    pub fn int(&self, name: &str) -> Result<i64> {
        match self.values.get(name) {
            None | Some(Json::Null) => Ok(0),
            Some(Json::String(text)) if self.untyped && text.is_empty() => Ok(0),
            Some(value) => value.as_i64().ok_or_else(|| Error::bad_request(LOADING)),
        }
    }

    /// Yes or no; no when it is missing or null.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.values.get(name) {
            None | Some(Json::Null) => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| Error::bad_request(LOADING)),
        }
    }
}

/// Puts a value under a dotted name.
fn place(map: &mut Map<String, Json>, name: &str, value: Json) {
    match name.split_once('.') {
        None => {
            map.insert(name.to_owned(), value);
        }
        Some((group, rest)) => {
            let inner = map.entry(group).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(inner) = inner {
                place(inner, rest, value);
            }
        }
    }
}

/// Adds the problem of a text that must have 1 to `max` characters.
pub fn require(problems: &mut FieldErrors, name: &str, text: &str, max: usize) {
    if text.is_empty() {
        problems.add(name, Problem::required());
    } else if max < text.chars().count() {
        problems.add(name, too_long(max));
    }
}

/// The problem of a text with more than `max` characters.
pub fn too_long(max: usize) -> Problem {
    Problem::new("validation_length_out_of_range", format!("The length must be between 1 and {max}.")).with(json!({"max": max, "min": 1}))
}

/// A 400 with these problems, if there are any.
pub fn check(problems: FieldErrors) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::bad_request(VALIDATING).with_fields(problems)) }
}
