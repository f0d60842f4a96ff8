//! A cell of a file made into what a field takes, or a sentence on why it cannot be.

use super::{dates, infer};
use crate::schema::{Field, Options, Shape};
use crate::value::json as text;
use serde_json::{Value as Json, json};

/// The value for `field`. Nothing is turned into a zero silently: what does not fit is an error.
pub fn convert(field: &Field, cell: Json) -> Result<Json, String> {
    match (field.shape(), &field.options) {
        (Shape::Number, _) => number(cell),
        (Shape::Bool, _) => boolean(cell),
        (Shape::Json, _) | (Shape::Geo, _) => Ok(document(cell)),
        (Shape::List, _) => Ok(list(cell)),
        (Shape::Text, Options::Date(_) | Options::Autodate(_)) => date(cell),
        (Shape::Text, _) => text(cell),
    }
}

fn number(cell: Json) -> Result<Json, String> {
    match &cell {
        Json::Number(_) => Ok(cell),
        Json::Null => Ok(json!(0)),
        Json::Bool(b) => Ok(json!(u8::from(*b))),
        Json::String(s) => match s.trim().parse::<f64>() {
            Ok(n) if n.is_finite() => Ok(infer::plain_number(s.trim()).map_or_else(|| json!(n), Json::Number)),
            _ => Err(format!("{} is not a number", shortened(&cell))),
        },
        _ => Err(format!("{} is not a number", shortened(&cell))),
    }
}

fn boolean(cell: Json) -> Result<Json, String> {
    let word = match &cell {
        Json::Bool(_) => return Ok(cell),
        Json::Null => return Ok(json!(false)),
        Json::Number(n) => n.to_string(),
        Json::String(s) => s.trim().to_lowercase(),
        _ => String::new(),
    };
    match word.as_str() {
        "true" | "1" | "yes" | "t" | "y" => Ok(json!(true)),
        "false" | "0" | "no" | "f" | "n" => Ok(json!(false)),
        _ => Err(format!("{} is neither true nor false", shortened(&cell))),
    }
}

/// Texts that are JSON become it; other texts stay texts.
fn document(cell: Json) -> Json {
    match cell {
        Json::String(s) if s.trim_start().starts_with(['{', '[']) => text::parse(s.as_bytes()).unwrap_or(Json::String(s)),
        other => other,
    }
}

/// `["a","b"]` or one item.
fn list(cell: Json) -> Json {
    match document(cell) {
        Json::Null => json!([]),
        Json::Array(items) => Json::Array(items),
        item => json!([item]),
    }
}

fn date(cell: Json) -> Result<Json, String> {
    match &cell {
        Json::Null => Ok(json!("")),
        Json::String(s) if s.trim().is_empty() => Ok(json!("")),
        Json::String(s) => match dates::moment(s) {
            Some(moment) => Ok(Json::String(moment)),
            None => Err(format!("{} is not a date such as 2026-11-22 10:00:00", shortened(&cell))),
        },
        // Seconds since 1970, as the API takes them.
        Json::Number(_) => Ok(cell),
        _ => Err(format!("{} is not a date", shortened(&cell))),
    }
}

fn text(cell: Json) -> Result<Json, String> {
    match cell {
        Json::String(_) => Ok(cell),
        Json::Null => Ok(json!("")),
        Json::Bool(b) => Ok(Json::String(b.to_string())),
        // All digits, also of numbers that are too large for a number field.
        Json::Number(n) => Ok(Json::String(n.to_string())),
        _ => Err(format!("{} is not a text", shortened(&cell))),
    }
}

/// A value in a message: short enough for one line.
fn shortened(cell: &Json) -> String {
    let all = cell.to_string();
    match all.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &all[..end]),
        None => all,
    }
}
