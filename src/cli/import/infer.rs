//! What the columns of a file hold, found by reading all their values.

use super::{dates, names};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only true and false.
    Bool,
    /// Only whole numbers that a number field keeps exactly.
    Whole,
    /// Only numbers.
    Number,
    /// Only dates.
    Date,
    /// Only email addresses.
    Email,
    /// Only web addresses.
    Url,
    /// At least one object or array.
    Json,
    /// Anything else.
    Text,
}

/// A column as it was seen.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its name in the file.
    pub name: String,
    /// How many values of each kind, in the order of [`KINDS`].
    counts: [u64; KINDS.len()],
    /// The most characters of a text.
    pub longest: usize,
    /// The most bytes of a value as JSON.
    pub largest: usize,
    /// How many values can be the id of a record.
    record_ids: u64,
}

const KINDS: [Kind; 8] = [Kind::Bool, Kind::Whole, Kind::Number, Kind::Date, Kind::Email, Kind::Url, Kind::Json, Kind::Text];

/// The columns of a file, in the order in which they turned up.
#[derive(Debug, Default)]
pub struct Columns {
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    texts: bool,
}

impl Columns {
    /// No columns yet. With `texts`, all values come as text and are looked at for numbers, bools and JSON.
    pub fn new(texts: bool) -> Self {
        Columns { texts, ..Columns::default() }
    }

    /// Takes one row into account.
    pub fn see(&mut self, cells: &[(String, Json)]) {
        for (name, value) in cells {
            let i = match self.by_name.get(name) {
                Some(i) => *i,
                None => {
                    self.by_name.insert(name.clone(), self.columns.len());
                    self.columns.push(Column { name: name.clone(), ..Column::default() });
                    self.columns.len() - 1
                }
            };
            self.columns[i].see(value, self.texts);
        }
    }

    /// What was found.
    pub fn finish(self) -> Vec<Column> {
        self.columns
    }
}

impl Column {
    fn see(&mut self, value: &Json, texts: bool) {
        let kind = match value {
            Json::Null => return,
            Json::Bool(_) => Kind::Bool,
            Json::Number(n) => kind_of_number(n),
            Json::Array(_) | Json::Object(_) => Kind::Json,
            Json::String(s) if s.is_empty() => return,
            Json::String(s) => {
                self.longest = self.longest.max(s.chars().count());
                self.record_ids += u64::from(names::is_record_id(s));
                kind_of_text(s, texts)
            }
        };
        if kind == Kind::Json {
            self.largest = self.largest.max(value.to_string().len());
        }
        self.counts[KINDS.iter().position(|k| *k == kind).expect("KINDS lists every kind")] += 1;
    }

    /// The type that all its values fit.
    pub fn kind(&self) -> Kind {
        let of = |kind: Kind| KINDS.iter().zip(self.counts).find(|(k, _)| **k == kind).map_or(0, |(_, n)| n);
        let all: u64 = self.counts.iter().sum();
        if all == 0 {
            return Kind::Text;
        }
        if 0 < of(Kind::Whole) && of(Kind::Whole) + of(Kind::Number) == all && 0 < of(Kind::Number) {
            return Kind::Number;
        }
        match KINDS.iter().zip(self.counts).find(|(_, n)| *n == all) {
            Some((kind, _)) => *kind,
            None if 0 < of(Kind::Json) => Kind::Json,
            None => Kind::Text,
        }
    }

    /// Whether every value can be the id of a record.
    pub fn holds_record_ids(&self) -> bool {
        let all: u64 = self.counts.iter().sum();
        0 < all && self.record_ids == all
    }

    /// The definition of a field for it, as the API takes it.
    pub fn field(&self, name: &str) -> Json {
        match self.kind() {
            Kind::Bool => json!({"name": name, "type": "bool"}),
            Kind::Whole => json!({"name": name, "type": "number", "onlyInt": true}),
            Kind::Number => json!({"name": name, "type": "number"}),
            Kind::Date => json!({"name": name, "type": "date"}),
            Kind::Email => json!({"name": name, "type": "email"}),
            Kind::Url => json!({"name": name, "type": "url"}),
            // The defaults are 1 MiB and 5000 characters; what the file holds must fit, with room to be edited.
            Kind::Json if 1024 * 1024 < self.largest => json!({"name": name, "type": "json", "maxSize": self.largest * 2}),
            Kind::Json => json!({"name": name, "type": "json"}),
            Kind::Text if 5000 < self.longest => json!({"name": name, "type": "text", "max": self.longest * 2}),
            Kind::Text => json!({"name": name, "type": "text"}),
        }
    }
}

/// Numbers that lose digits in a number field are kept as text.
fn kind_of_number(n: &serde_json::Number) -> Kind {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match n.as_f64() {
        Some(f) if f.fract() != 0.0 => Kind::Number,
        Some(f) if f.abs() < EXACT => Kind::Whole,
        Some(_) if n.is_f64() => Kind::Number,
        _ => Kind::Text,
    }
}

fn kind_of_text(text: &str, texts: bool) -> Kind {
    if texts {
        if text == "true" || text == "false" {
            return Kind::Bool;
        }
        if let Some(number) = plain_number(text) {
            return kind_of_number(&number);
        }
        if text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            return Kind::Json;
        }
    }
    if dates::moment(text).is_some() {
        return Kind::Date;
    }
    if is_email(text) {
        return Kind::Email;
    }
    if is_web_address(text) { Kind::Url } else { Kind::Text }
}

/// A number that is written as numbers are: `00501` is a zip code and `+1` a telephone's, not numbers.
pub fn plain_number(text: &str) -> Option<serde_json::Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit());
    if !decimal || (1 < digits.len() && digits.starts_with('0') && !digits.starts_with("0.")) {
        return None;
    }
    serde_json::from_str(text).ok()
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let user_ok = !user.is_empty() && user.len() <= 64 && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b));
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !l.starts_with('-') && !l.ends_with('-');
    let dots_ok = !user.starts_with('.') && !user.ends_with('.') && !user.contains("..");
    user_ok && dots_ok && host.contains('.') && host.split('.').all(label)
}

fn is_web_address(text: &str) -> bool {
    let prefixed = text.starts_with("http://") || text.starts_with("https://");
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    prefixed && plain && url::Url::parse(text).is_ok_and(|u| u.host_str().is_some_and(|h| h.contains('.')))
}
