//! Strict reading of options: what has the wrong JSON type makes the whole body unreadable, what is missing or null is zero.

use crate::schema::moment;
use serde_json::{Map, Value as Json};

/// Reads the keys of one object and remembers whether any of them had the wrong type.
pub struct Reader<'j> {
    map: &'j Map<String, Json>,
    failed: bool,
}

impl<'j> Reader<'j> {
    /// A reader of this object.
    pub fn new(map: &'j Map<String, Json>) -> Self {
        Reader { map, failed: false }
    }

    /// Whether a key had the wrong type.
    pub fn failed(&self) -> bool {
        self.failed
    }

    fn read<T>(&mut self, key: &str, pick: impl FnOnce(&'j Json) -> Option<T>) -> Option<T> {
        let json = self.map.get(key).filter(|j| !j.is_null())?;
        let value = pick(json);
        self.failed |= value.is_none();
        value
    }

    /// A bool, false when missing.
    pub fn bool(&mut self, key: &str) -> bool {
        self.read(key, Json::as_bool).unwrap_or_default()
    }

    /// A whole number, 0 when missing.
    pub fn int(&mut self, key: &str) -> i64 {
        self.read(key, Json::as_i64).unwrap_or_default()
    }

    /// A number, `None` when missing.
    pub fn number(&mut self, key: &str) -> Option<f64> {
        self.read(key, Json::as_f64)
    }

    /// A text, `""` when missing.
    pub fn text(&mut self, key: &str) -> String {
        self.read(key, |j| j.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// A date as any text that reads as one, `""` when missing or unreadable.
    pub fn date(&mut self, key: &str) -> String {
        let text = self.text(key);
        moment::parse(&text)
    }

    /// A list of texts, empty when missing.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.read(key, texts).unwrap_or_default()
    }
}

/// An array of texts; null stands for an empty one.
pub fn texts(json: &Json) -> Option<Vec<String>> {
    let text = |item: &Json| if item.is_null() { Some(String::new()) } else { item.as_str().map(str::to_owned) };
    json.as_array()?.iter().map(text).collect()
}
