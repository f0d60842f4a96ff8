//! Reads one place of a JSON text without building the document.

use super::scalar::Scalar;
use std::borrow::Cow;

/// One step into a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The value of a key of an object.
    Key(String),
    /// An item of an array.
    Index(usize),
}

/// The steps of the parts of a path: all digits are an index.
pub fn steps(parts: &[&str]) -> Vec<Step> {
    let step = |part: &&str| match part.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Key(part.replace(':', "")),
    };
    parts.iter().map(step).collect()
}

/// The value at the end of `steps`: `Null` if the path leads nowhere, JSON text for an array or object.
pub fn extract<'a>(text: Cow<'a, str>, steps: &[Step]) -> Scalar<'a> {
    match text {
        Cow::Borrowed(text) => locate(text, steps).map_or(Scalar::Null, scalar),
        Cow::Owned(text) => locate(&text, steps).map_or(Scalar::Null, |found| scalar(found).into_owned()),
    }
}

/// The part of the text that is the value at the end of `steps`.
pub fn locate<'t>(text: &'t str, steps: &[Step]) -> Option<&'t str> {
    let mut at = Reader { bytes: text.as_bytes(), at: 0 };
    at.blank();
    for step in steps {
        let found = match step {
            Step::Key(key) => at.enter_object(text, key)?,
            Step::Index(index) => at.enter_array(*index)?,
        };
        if !found {
            return None;
        }
    }
    let start = at.at;
    at.skip_value()?;
    text.get(start..at.at)
}

/// A JSON value as a scalar.
pub fn scalar(text: &str) -> Scalar<'_> {
    match text.as_bytes().first() {
        None | Some(b'n') => Scalar::Null,
        Some(b't') => Scalar::truth(true),
        Some(b'f') => Scalar::truth(false),
        Some(b'"') => Scalar::Text(unquote(text)),
        Some(b'{' | b'[') => Scalar::text(text),
        Some(_) => match text.parse::<f64>() {
            Ok(value) => Scalar::Number { value, real: text.contains(['.', 'e', 'E']) },
            Err(_) => Scalar::Null,
        },
    }
}

fn unquote(text: &str) -> Cow<'_, str> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(serde_json::from_str(text).unwrap_or_default())
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn blank(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Moves past `byte` and blanks, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        if self.peek() != byte {
            return false;
        }
        self.at += 1;
        self.blank();
        true
    }

    fn enter_array(&mut self, index: usize) -> Option<bool> {
        if !self.take(b'[') || self.peek() == b']' {
            return Some(false);
        }
        for _ in 0..index {
            self.skip_value()?;
            self.blank();
            if !self.take(b',') {
                return Some(false);
            }
        }
        Some(true)
    }

    fn enter_object(&mut self, text: &str, key: &str) -> Option<bool> {
        if !self.take(b'{') {
            return Some(false);
        }
        while self.peek() == b'"' {
            let start = self.at;
            self.skip_string()?;
            let found = unquote(text.get(start..self.at)?) == key;
            self.blank();
            self.take(b':');
            if found {
                return Some(true);
            }
            self.skip_value()?;
            self.blank();
            self.take(b',');
        }
        Some(false)
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// Moves past one value, counting brackets instead of recursing: depth costs nothing.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if 0 < depth => {
                    self.at += 1;
                    continue;
                }
                0 => return None,
                _ => self.skip_word()?,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn skip_word(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.') {
            self.at += 1;
        }
        (start < self.at).then_some(())
    }
}
