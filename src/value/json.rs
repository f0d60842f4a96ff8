//! JSON as it goes over the wire: sorted keys, no spaces, numbers in their shortest form (`1`, not `1.0`).

mod read;

pub use read::{MAX_DEPTH, Size, depth, parse, reread};

use super::Value;
use serde_json::Value as Json;
use std::io::Write;

/// Appends `value` as JSON.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Number(n) => write_number(out, *n),
        Value::Text(s) => write_string(out, s),
        Value::List(items) => write_list(out, items.iter().map(AsRef::as_ref)),
        Value::Json(raw) => out.extend_from_slice(raw.as_bytes()),
        Value::Geo { lon, lat } => {
            out.extend_from_slice(b"{\"lat\":");
            write_number(out, *lat);
            out.extend_from_slice(b",\"lon\":");
            write_number(out, *lon);
            out.push(b'}');
        }
    }
}

/// Appends the items as an array of strings.
pub fn write_list<'a>(out: &mut Vec<u8>, items: impl Iterator<Item = &'a str>) {
    out.push(b'[');
    for (i, item) in items.enumerate() {
        if 0 < i {
            out.push(b',');
        }
        write_string(out, item);
    }
    out.push(b']');
}

/// Appends `s` quoted and escaped.
pub fn write_string(out: &mut Vec<u8>, s: &str) {
    if !needs_escape(s.as_bytes()) {
        out.push(b'"');
        out.extend_from_slice(s.as_bytes());
        out.push(b'"');
        return;
    }
    serde_json::to_writer(out, s).expect("a Vec takes every write");
}

/// Whether a string has characters that JSON writes with a backslash.
pub fn needs_escape(bytes: &[u8]) -> bool {
    bytes.iter().any(|b| *b < 0x20 || *b == b'"' || *b == b'\\')
}

/// Appends a number as JavaScript and Go write it: whole numbers without a fraction, an exponent only below 1e-6 and from 1e21.
pub fn write_number(out: &mut Vec<u8>, n: f64) {
    // No JSON has these; they only live until a submitted value is validated.
    if !n.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    if n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0 {
        // -0 is written as Go writes it.
        let whole = n as i64;
        let sign = if whole == 0 && n.is_sign_negative() { "-" } else { "" };
        write!(out, "{sign}{whole}").expect("a Vec takes every write");
        return;
    }
    let size = n.abs();
    if (1e-6..1e21).contains(&size) {
        write!(out, "{n}").expect("a Vec takes every write");
        return;
    }
    let text = format!("{n:e}");
    let (digits, exponent) = text.split_once('e').expect("{:e} writes an exponent");
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', exponent),
    };
    write!(out, "{digits}e{sign}{exponent}").expect("a Vec takes every write");
}

/// The canonical text of a JSON document: what a json field stores.
pub fn canonical(json: &Json) -> String {
    let mut out = Vec::new();
    write_json(&mut out, json);
    String::from_utf8(out).expect("only UTF-8 was written")
}

/// Appends a JSON document in canonical form.
pub fn write_json(out: &mut Vec<u8>, json: &Json) {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Json::Number(n) => write_number(out, n.as_f64().unwrap_or(0.0)),
        Json::String(s) => write_string(out, s),
        Json::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if 0 < i {
                    out.push(b',');
                }
                write_json(out, item);
            }
            out.push(b']');
        }
        Json::Object(map) => {
            out.push(b'{');
            for (i, (key, item)) in map.iter().enumerate() {
                if 0 < i {
                    out.push(b',');
                }
                write_string(out, key);
                out.push(b':');
                write_json(out, item);
            }
            out.push(b'}');
        }
    }
}

/// The JSON document of a value.
pub fn to_json(value: &Value) -> Json {
    let mut out = Vec::new();
    write_value(&mut out, value);
    reread(&out).unwrap_or(Json::Null)
}
