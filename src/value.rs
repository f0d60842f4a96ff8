//! A field's value at work: borrowed from a stored row or owned, with its JSON.

pub mod json;
pub mod time;

use std::borrow::Cow;

/// The value of one field. Text and json borrow from the row they were read from; [`Value::into_owned`] cuts the tie.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing: a json field that was never set, or a path that leads nowhere.
    Null,
    /// bool.
    Bool(bool),
    /// number; never NaN or infinite.
    Number(f64),
    /// text, email, url, editor, date (`2026-11-22 10:00:00.000Z`), password hash, and single select, relation, file.
    Text(Cow<'a, str>),
    /// Multiple select, relation, file: unique, in order.
    List(Vec<Cow<'a, str>>),
    /// json: canonical text (sorted keys, no spaces, shortest numbers), copied as it is into answers.
    Json(Cow<'a, str>),
    /// geoPoint in degrees.
    Geo {
        /// Longitude, -180 to 180.
        lon: f64,
        /// Latitude, -90 to 90.
        lat: f64,
    },
}

impl<'a> Value<'a> {
    /// An owned or borrowed text.
    pub fn text(s: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(s.into())
    }

    /// The same value, tied to nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(b) => Value::Bool(b),
            Value::Number(n) => Value::Number(n),
            Value::Text(s) => Value::Text(Cow::Owned(s.into_owned())),
            Value::List(l) => Value::List(l.into_iter().map(|s| Cow::Owned(s.into_owned())).collect()),
            Value::Json(s) => Value::Json(Cow::Owned(s.into_owned())),
            Value::Geo { lon, lat } => Value::Geo { lon, lat },
        }
    }

    /// The text of a [`Value::Text`], else `""`.
    pub fn as_text(&self) -> &str {
        match self {
            Value::Text(s) => s,
            _ => "",
        }
    }

    /// Whether a [`Value::Bool`] is true.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// The number of a [`Value::Number`], else 0.
    pub fn as_number(&self) -> f64 {
        match self {
            Value::Number(n) => *n,
            _ => 0.0,
        }
    }

    /// The ids or names held: the items of a list, or a single text that is not empty.
    pub fn items(&self) -> Vec<&str> {
        match self {
            Value::List(l) => l.iter().map(AsRef::as_ref).collect(),
            Value::Text(s) if !s.is_empty() => vec![s],
            _ => Vec::new(),
        }
    }
}
