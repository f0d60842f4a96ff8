//! Values of forms: texts that look like true, false or a number become that.

use super::body;
use crate::error::{Code, Error, Result};
use crate::value::json::Size;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The name of parts whose text is JSON and is merged as it is.
const JSON_PAYLOAD: &str = "@jsonPayload";

/// The most values of a form: Go, and so PocketBase, takes no more.
const MOST: usize = 10_000;

/// Refuses a form with too many values.
pub fn check_count(values: usize) -> Result<()> {
    match values {
        0..=MOST => Ok(()),
        _ => Err(Error::new(Code::TooLarge, format!("A form may have at most {MOST} values."))),
    }
}

/// The pairs of an urlencoded form. A `%` that does not begin a byte is an error, not a letter.
pub fn pairs(form: &[u8]) -> Result<Vec<(String, String)>> {
    check_count(1 + form.iter().filter(|b| **b == b'&').count())?;
    let is_byte = |at: usize| form.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let mut percents = form.iter().enumerate().filter(|(_, b)| **b == b'%');
    match percents.all(|(at, _)| is_byte(at)) {
        true => Ok(url::form_urlencoded::parse(form).into_owned().collect()),
        false => Err(Error::of(Code::BadRequest).because("the form has a % that does not begin a byte")),
    }
}

/// An object from the pairs of a form: a name that comes once has a value, one that comes again has an array.
pub fn object(pairs: Vec<(String, String)>) -> Result<Map<String, Json>> {
    let mut grouped: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    let mut payloads = Vec::new();
    for (name, text) in pairs {
        match name.as_str() {
            JSON_PAYLOAD => payloads.push(text),
            _ => grouped.entry(name).or_default().push(value(text)),
        }
    }
    body::check_memory(payloads.iter().map(|text| Size::of(text.as_bytes()).memory).sum())?;
    let single = |mut values: Vec<Json>| if values.len() == 1 { values.remove(0) } else { Json::Array(values) };
    let mut out: Map<String, Json> = grouped.into_iter().map(|(name, values)| (name, single(values))).collect();
    for payload in payloads {
        // As it is where a whole body is null: nothing was submitted.
        if payload.trim() == "null" {
            out.clear();
        }
        out.extend(body::json(payload.as_bytes())?);
    }
    Ok(out)
}

/// The value of one text. Only a number in its shortest form counts as one, so that `007` and `1.0` stay what they are.
pub fn value(text: String) -> Json {
    match text.as_str() {
        "true" => return Json::Bool(true),
        "false" => return Json::Bool(false),
        _ => {}
    }
    let begins = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let looks_so = begins && text.bytes().all(|b| matches!(b, b'-' | b'.' | b'0'..=b'9'));
    match text.parse::<f64>() {
        Ok(n) if looks_so && n.to_string() == text => whole(n).map_or_else(|| Json::from(n), Json::from),
        _ => Json::String(text),
    }
}

/// The same number without a fraction, where that loses nothing.
fn whole(n: f64) -> Option<i64> {
    (n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0).then_some(n as i64)
}
