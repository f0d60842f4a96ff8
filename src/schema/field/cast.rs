//! From loosely typed JSON to the value of a field: forms send everything as text, scripts send numbers for text.

use serde_json::Value as Json;
use std::borrow::Cow;

/// The text of a scalar; `""` for null, arrays and objects.
pub fn text(json: &Json) -> Cow<'_, str> {
    match json {
        Json::String(s) => Cow::Borrowed(s),
        other => Cow::Owned(scalar(other).unwrap_or_default()),
    }
}

/// The text of anything but arrays and objects.
fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::Null => Some(String::new()),
        Json::Bool(b) => Some(b.to_string()),
        Json::Number(n) => Some(n.as_f64().unwrap_or(0.0).to_string()),
        Json::String(s) => Some(s.clone()),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// The number of a number, a bool or a text; 0 for everything else. May be NaN or infinite, which validation refuses.
pub fn number(json: &Json) -> f64 {
    match json {
        Json::Number(n) => n.as_f64().unwrap_or(0.0),
        Json::Bool(b) => f64::from(u8::from(*b)),
        Json::String(s) => number_text(s),
        _ => 0.0,
    }
}

fn number_text(text: &str) -> f64 {
    let text = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    let n: f64 = text.parse().unwrap_or(0.0);
    // `1e400` overflows: that is no number, but the word "Inf" is one that validation must refuse.
    if n.is_infinite() && text.bytes().any(|b| b.is_ascii_digit()) { 0.0 } else { n }
}

/// Whether a bool, number or text means true.
pub fn bool(json: &Json) -> bool {
    match json {
        Json::Bool(b) => *b,
        Json::Number(n) => n.as_f64().is_some_and(|n| n != 0.0),
        Json::String(s) => matches!(s.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"),
        _ => false,
    }
}

/// The texts of an array, of a text that is a JSON array, or of one scalar: without empty ones and without repetitions.
pub fn list(json: &Json) -> Vec<Cow<'static, str>> {
    let items = match json {
        Json::String(s) if s.contains('[') => serde_json::from_str::<Vec<Option<String>>>(s)
            .map_or_else(|_| vec![s.clone()], |items| items.into_iter().map(Option::unwrap_or_default).collect()),
        // One item that is no scalar makes the whole list unreadable.
        Json::Array(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>().unwrap_or_default(),
        other => scalar(other).into_iter().collect(),
    };
    unique(items.into_iter().map(Cow::Owned))
}

/// The items without empty ones and without repetitions, in their first order.
pub fn unique(items: impl Iterator<Item = Cow<'static, str>>) -> Vec<Cow<'static, str>> {
    let mut out: Vec<Cow<'static, str>> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in items {
        // A short list is searched faster than a set is filled.
        let known = if out.len() < 16 { out.contains(&item) } else { !seen.insert(item.clone()) || out[..16].contains(&item) };
        if !item.is_empty() && !known {
            out.push(item);
        }
    }
    out
}
