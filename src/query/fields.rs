//! `?fields=`: which parts of an answer are sent.

use super::excerpt::{self, Excerpt};
use crate::error::{Code, Error, Result};
use crate::value::json::{reread, write_json};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// A parsed `?fields=`: the picked keys of one level, each with what is picked below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    keys: BTreeMap<String, Picked>,
}

/// What is picked of a key.
#[derive(Debug, Clone, Default, PartialEq)]
struct Picked {
    /// The whole value is; with the modifier to apply to it.
    whole: Option<Option<Excerpt>>,
    /// Only these keys of it are.
    below: Fields,
}

/// The parts of a JSON document that `fields` names; everything when `fields` is empty. For all endpoints but lists.
pub fn pick(body: &[u8], fields: &str) -> Result<Vec<u8>> {
    let fields = Fields::parse(fields)?;
    if fields.is_all() {
        return Ok(body.to_vec());
    }
    let mut json = decode(body)?;
    fields.apply(&mut json);
    Ok(encode(&json))
}

/// The same for a list answer: the items are picked from, the counters beside them stay.
pub fn pick_items(body: &[u8], fields: &str) -> Result<Vec<u8>> {
    let fields = Fields::parse(fields)?;
    if fields.is_all() {
        return Ok(body.to_vec());
    }
    let mut json = decode(body)?;
    if let Some(items) = json.get_mut("items") {
        fields.apply(items);
    }
    Ok(encode(&json))
}

impl Fields {
    /// Reads `a,b.c,*,text:excerpt(200,true)`; an unknown modifier or open bracket is a 400.
    pub fn parse(text: &str) -> Result<Self> {
        let mut fields = Fields::default();
        for token in tokens(text)? {
            let (path, modifier) = match token.split_once(':') {
                Some((path, modifier)) => (path, Some(excerpt::parse(modifier)?)),
                None => (token.as_str(), None),
            };
            fields.insert(path, modifier);
        }
        Ok(fields)
    }

    /// Whether nothing was named, so that everything is sent.
    pub fn is_all(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether only whole keys of the first level are named, so that a renderer can leave the others out from the start.
    pub fn is_flat(&self) -> bool {
        self.keys.iter().all(|(key, picked)| key != "*" && picked.whole == Some(None))
    }

    /// Whether a flat selection has this key.
    pub fn has(&self, key: &str) -> bool {
        self.is_all() || self.keys.contains_key(key)
    }

    /// Removes what is not picked. A list of objects is passed through to its items.
    pub fn apply(&self, json: &mut Json) {
        if self.is_all() {
            return;
        }
        match json {
            Json::Object(map) => self.apply_to_map(map),
            Json::Array(items) if items.first().is_some_and(Json::is_object) => {
                items.iter_mut().for_each(|item| self.apply(item));
            }
            _ => {}
        }
    }

    fn apply_to_map(&self, map: &mut Map<String, Json>) {
        // Only at the end of a path is a star every key: `a.*.b` names a key `*`.
        let star = self.keys.get("*").filter(|picked| picked.whole.is_some());
        map.retain(|key, value| match self.keys.get(key).or(star) {
            Some(Picked { whole: Some(modifier), .. }) => {
                if let (Some(excerpt), Json::String(text)) = (modifier, &mut *value) {
                    *text = excerpt.of(text);
                }
                true
            }
            Some(picked) => {
                picked.below.apply(value);
                true
            }
            None => false,
        });
    }

    fn insert(&mut self, path: &str, modifier: Option<Excerpt>) {
        match path.split_once('.') {
            Some((key, rest)) => self.keys.entry(key.to_owned()).or_default().below.insert(rest, modifier),
            None => self.keys.entry(path.to_owned()).or_default().whole = Some(modifier),
        }
    }
}

/// Splits at the commas that are not inside brackets or quotes.
fn tokens(text: &str) -> Result<Vec<String>> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let (mut depth, mut quote, mut before) = (0_u32, None, ' ');
    for c in text.chars() {
        if before != '\\' {
            match (c, quote) {
                ('(', None) => depth += 1,
                (')', None) => depth = depth.saturating_sub(1),
                ('\'' | '"' | '`', None) => quote = Some(c),
                (_, Some(q)) if q == c => quote = None,
                _ => {}
            }
        }
        before = c;
        if c == ',' && depth == 0 && quote.is_none() {
            tokens.push(std::mem::take(&mut token));
        } else {
            token.push(c);
        }
    }
    if 0 < depth || quote.is_some() {
        return Err(invalid("a bracket or quote of `fields` is not closed"));
    }
    tokens.push(token);
    Ok(tokens.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect())
}

/// A 400 as the wire has it: the cause goes to the log output.
pub(super) fn invalid(why: impl std::fmt::Display) -> Error {
    Error::of(Code::BadRequest).because(why)
}

fn decode(body: &[u8]) -> Result<Json> {
    reread(body).map_err(Error::internal)
}

fn encode(json: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    write_json(&mut out, json);
    out
}
