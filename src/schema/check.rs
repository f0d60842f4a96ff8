//! The checks that many options share, each with the code, message and parameters that PocketBase's clients know.

use crate::error::Problem;
use crate::value::json;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// The largest whole number that JavaScript reads back exactly: the upper limit of sizes and lengths.
pub const MAX_SAFE_INT: i64 = 9_007_199_254_740_991;

/// A number as JSON: whole ones without a fraction, so that `5.0` is sent as `5`.
pub fn number(n: f64) -> Json {
    let mut out = Vec::new();
    json::write_number(&mut out, n);
    serde_json::from_slice(&out).unwrap_or(Json::Null)
}

/// A problem whose message ends in a number, which is also its only parameter.
pub fn limit(code: &str, message: &str, name: &str, value: Json) -> Problem {
    let text = match &value {
        Json::String(s) => Cow::Borrowed(s.as_str()),
        other => Cow::Owned(other.to_string()),
    };
    Problem::new(code, sentence(&message.replace("{}", &text))).with(Json::Object(Map::from_iter([(name.to_owned(), value)])))
}

/// The number must be at least `min`; 0 counts as unset and passes.
pub fn at_least(value: i64, min: i64) -> Option<Problem> {
    (value != 0 && value < min)
        .then(|| limit("validation_min_greater_equal_than_required", "Must be no less than {}.", "threshold", json!(min)))
}

/// The number must be at most `max`; 0 counts as unset and passes.
pub fn at_most(value: i64, max: i64) -> Option<Problem> {
    (value != 0 && max < value)
        .then(|| limit("validation_max_less_equal_than_required", "Must be no greater than {}.", "threshold", json!(max)))
}

/// The number must lie between the two; 0 counts as unset and passes.
pub fn between(value: i64, min: i64, max: i64) -> Option<Problem> {
    at_least(value, min).or_else(|| at_most(value, max))
}

/// The text must not be empty.
pub fn filled(value: &str) -> Option<Problem> {
    value.is_empty().then(Problem::required)
}

/// The text must have this many bytes; an empty one passes.
pub fn length(value: &str, min: usize, max: usize) -> Option<Problem> {
    let outside = !value.is_empty() && !(min..=max).contains(&value.len());
    outside.then(|| {
        Problem::new("validation_length_out_of_range", format!("The length must be between {min} and {max}."))
            .with(json!({"min": min, "max": max}))
    })
}

/// The text must consist of ASCII letters, digits and `_`; an empty one passes.
pub fn word(value: &str) -> Option<Problem> {
    let is_word = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (!is_word).then(malformed)
}

/// The text has a form that is not taken.
pub fn malformed() -> Problem {
    Problem::new("validation_match_invalid", "Must be in a valid format.")
}

/// The text is not one of those that are taken.
pub fn not_listed() -> Problem {
    Problem::new("validation_in_invalid", "Must be a valid value.")
}

/// The value must be left out here.
pub fn must_be_blank() -> Problem {
    Problem::new("validation_empty", "Must be blank.")
}

/// Two values that must be equal are not.
pub fn mismatch() -> Problem {
    Problem::new("validation_values_mismatch", "Values don't match.")
}

/// The text must not contain `_via_`, which names the way back along a relation.
pub fn no_via(value: &str) -> Option<Problem> {
    value.to_lowercase().contains("_via_").then(|| Problem::new("validation_found_via", "The value cannot contain \"_via_\"."))
}

/// The text up to this many bytes, cut between characters.
pub fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|i| text.is_char_boundary(*i));
    &text[..end.unwrap_or_default()]
}

/// A message as PocketBase sends it: without space around it, the first letter upper case, a full stop at the end.
pub fn sentence(message: &str) -> String {
    let mut chars = message.trim().chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}
