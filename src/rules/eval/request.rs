//! Values of the request: submitted data, query, headers.

use crate::rules::plan::{Area, Reading, RequestTerm};
use crate::rules::request::Request;
use crate::rules::scalar::Scalar;
use crate::value::json;
use serde_json::Value as Json;
use std::borrow::Cow;

/// The value of a term.
pub fn value<'r>(request: &'r Request, term: &RequestTerm) -> Scalar<'r> {
    let found = find(request, term);
    match term.reading {
        Reading::IsSet => Scalar::truth(found.is_some()),
        Reading::Plain => found.map_or(Scalar::Null, |f| f.scalar(term.numeric)),
        Reading::Lower => found.map_or(Scalar::Null, |f| f.scalar(term.numeric)).lower(),
        Reading::LowerText => Scalar::Text(Cow::Owned(found.map_or(String::new(), |f| f.text()).to_ascii_lowercase())),
    }
}

/// The value as `~` looks for it: a bool by its word.
pub fn plain_text(request: &Request, term: &RequestTerm, value: &Scalar) -> String {
    match find(request, term) {
        Some(Found::Json(Json::Bool(b))) if term.reading == Reading::Plain => b.to_string(),
        _ => crate::rules::check::like_text(value),
    }
}

/// The items that were submitted for a field: those of an array, or the single value.
pub fn items<'r>(request: &'r Request, name: &str) -> Vec<&'r Json> {
    match request.body.get(name) {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items.iter().collect(),
        Some(single) => vec![single],
    }
}

/// The ids that were submitted for a relation, each once.
pub fn ids(request: &Request, name: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for item in items(request, name) {
        let id = Found::Json(item).text();
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// An item of an array as SQLite's `json_each` gives it.
pub fn json_scalar(value: &Json) -> Scalar<'_> {
    match value {
        Json::Null => Scalar::Null,
        Json::Bool(b) => Scalar::truth(*b),
        Json::Number(n) => Scalar::number(n.as_f64().unwrap_or(0.0)),
        Json::String(s) => Scalar::text(s),
        other => Scalar::Text(Cow::Owned(json::canonical(other))),
    }
}

enum Found<'r> {
    Text(&'r str),
    Json(&'r Json),
}

impl<'r> Found<'r> {
    fn scalar(self, numeric: bool) -> Scalar<'r> {
        let text = match self {
            Found::Text(text) => text,
            Found::Json(Json::String(text)) => text,
            Found::Json(Json::Number(n)) => return Scalar::real(n.as_f64().unwrap_or(0.0)),
            Found::Json(other) => return json_scalar(other),
        };
        match text.parse::<f64>() {
            Ok(number) if numeric && number.is_finite() => Scalar::real(number),
            _ => Scalar::text(text),
        }
    }

    fn text(self) -> String {
        match self {
            Found::Text(text) => text.to_owned(),
            Found::Json(Json::String(text)) => text.clone(),
            Found::Json(Json::Bool(b)) => b.to_string(),
            Found::Json(Json::Number(n)) => Scalar::number(n.as_f64().unwrap_or(0.0)).to_text().unwrap_or_default().into_owned(),
            Found::Json(_) => String::new(),
        }
    }
}

fn find<'r>(request: &'r Request, term: &RequestTerm) -> Option<Found<'r>> {
    let single = || match term.path.as_slice() {
        [name] => Some(name),
        _ => None,
    };
    match term.area {
        Area::Context => Some(Found::Text(request.context)),
        Area::Method => Some(Found::Text(&request.method)),
        Area::Query => request.query.get(single()?).map(|s| Found::Text(s)),
        Area::Headers => request.headers.get(single()?).map(|s| Found::Text(s)),
        Area::Body => {
            let (first, rest) = term.path.split_first()?;
            let start = request.body.get(first)?;
            rest.iter()
                .try_fold(start, |at, key| match at {
                    Json::Object(map) => map.get(key),
                    Json::Array(items) => items.get(key.parse::<usize>().ok()?),
                    _ => None,
                })
                .map(Found::Json)
        }
    }
}
