//! What comparisons compare: a value as SQLite would see it. Text borrows from the row wherever it can.

use super::json_path;
use crate::value::{Value, json};
use std::borrow::Cow;

/// A value during evaluation.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing: a missing record, key or request value.
    Null,
    /// A number, or a bool as 1 or 0.
    Number {
        /// The number itself.
        value: f64,
        /// Whether it is a floating-point number even when it is whole: then its text is `5.0` instead of `5`.
        real: bool,
    },
    /// A text; lists, objects and geo points as their JSON.
    Text(Cow<'a, str>),
    /// A date text that was made from the time of the request, without an allocation.
    Moment(Stamp),
}

/// A date text such as `2026-11-22 10:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp([u8; 24]);

impl Stamp {
    /// The text of a moment given as year, month, day, hour, minute, second, millisecond. Years beyond four digits are cut.
    pub fn new(date: (i64, u32, u32), time: (u32, u32, u32, u32)) -> Self {
        let mut out = *b"0000-00-00 00:00:00.000Z";
        let mut put = |at: usize, width: usize, mut n: u32| {
            for i in (at..at + width).rev() {
                out[i] = b'0' + (n % 10) as u8;
                n /= 10;
            }
        };
        put(0, 4, date.0.clamp(0, 9999) as u32);
        put(5, 2, date.1);
        put(8, 2, date.2);
        put(11, 2, time.0);
        put(14, 2, time.1);
        put(17, 2, time.2);
        put(20, 3, time.3);
        Stamp(out)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII was written")
    }
}

impl<'a> Scalar<'a> {
    /// A whole number, as columns, lengths and bools give it.
    pub fn number(value: f64) -> Self {
        Scalar::Number { value, real: false }
    }

    /// A floating-point number, as literals and request bodies give it.
    pub fn real(value: f64) -> Self {
        Scalar::Number { value, real: true }
    }

    /// A bool.
    pub fn truth(value: bool) -> Self {
        Scalar::number(f64::from(u8::from(value)))
    }

    /// A borrowed text.
    pub fn text(text: &'a str) -> Self {
        Scalar::Text(Cow::Borrowed(text))
    }

    /// The value of a field.
    pub fn of(value: Value<'a>) -> Self {
        match value {
            Value::Null => Scalar::Null,
            Value::Bool(b) => Scalar::truth(b),
            Value::Number(n) => Scalar::number(n),
            Value::Text(s) => Scalar::Text(s),
            Value::Json(s) => json_path::extract(s, &[]),
            Value::Geo { lon, lat } => {
                let mut out = b"{\"lon\":".to_vec();
                json::write_number(&mut out, lon);
                out.extend_from_slice(b",\"lat\":");
                json::write_number(&mut out, lat);
                out.push(b'}');
                Scalar::Text(String::from_utf8_lossy(&out).into_owned().into())
            }
            list @ Value::List(_) => {
                let mut out = Vec::new();
                json::write_value(&mut out, &list);
                Scalar::Text(String::from_utf8_lossy(&out).into_owned().into())
            }
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Scalar::Text(s) => Some(s),
            Scalar::Moment(stamp) => Some(stamp.as_str()),
            _ => None,
        }
    }

    /// How many bytes its text has; nothing else is long.
    pub fn weight(&self) -> usize {
        match self {
            Scalar::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// Whether it is nothing or a text without characters.
    pub fn is_empty(&self) -> bool {
        match self {
            Scalar::Null => true,
            Scalar::Text(s) => s.is_empty(),
            _ => false,
        }
    }

    /// Its text; a number is written as SQLite writes it. `None` for nothing.
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Scalar::Null => None,
            Scalar::Number { value, real } => Some(Cow::Owned(number_text(*value, *real))),
            Scalar::Text(s) => Some(Cow::Borrowed(s)),
            Scalar::Moment(stamp) => Some(Cow::Borrowed(stamp.as_str())),
        }
    }

    /// Its number, with texts that look like one converted; `None` for anything else.
    pub fn to_number(&self) -> Option<f64> {
        match self {
            Scalar::Number { value, .. } => Some(*value),
            _ => parse_number(self.as_str()?),
        }
    }

    /// The same text with its ASCII letters in lower case; a number becomes its text.
    #[must_use]
    pub fn lower(self) -> Scalar<'a> {
        match self {
            Scalar::Null => Scalar::Null,
            Scalar::Text(s) if s.bytes().any(|b| b.is_ascii_uppercase()) => Scalar::Text(Cow::Owned(s.to_ascii_lowercase())),
            Scalar::Text(s) => Scalar::Text(s),
            other => Scalar::Text(Cow::Owned(other.to_text().unwrap_or_default().to_ascii_lowercase())),
        }
    }

    /// The same value, tied to nothing.
    pub fn into_owned(self) -> Scalar<'static> {
        match self {
            Scalar::Null => Scalar::Null,
            Scalar::Number { value, real } => Scalar::Number { value, real },
            Scalar::Text(s) => Scalar::Text(Cow::Owned(s.into_owned())),
            Scalar::Moment(stamp) => Scalar::Moment(stamp),
        }
    }

    /// The same value, borrowed.
    pub fn borrowed(&self) -> Scalar<'_> {
        match self {
            Scalar::Null => Scalar::Null,
            Scalar::Number { value, real } => Scalar::Number { value: *value, real: *real },
            Scalar::Text(s) => Scalar::text(s),
            Scalar::Moment(stamp) => Scalar::Moment(*stamp),
        }
    }

    /// As a field's value: what the planner and sort keys work with.
    pub fn into_value(self) -> Value<'a> {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Number { value, .. } => Value::Number(value),
            Scalar::Text(s) => Value::Text(s),
            Scalar::Moment(stamp) => Value::Text(Cow::Owned(stamp.as_str().to_owned())),
        }
    }
}

/// The number that a text is, if all of it is one: blanks around it are allowed, `inf` and hexadecimals are not.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let looks_right = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    if looks_right && has_digit { text.parse().ok() } else { None }
}

/// The text of a number: whole ones without a fraction unless `real`, others with the 15 digits that suffice, else 17.
pub fn number_text(value: f64, real: bool) -> String {
    if !real && value.fract() == 0.0 && value.abs() < 9.2e18 {
        return format!("{}", value as i64);
    }
    if value == 0.0 {
        return "0.0".to_owned();
    }
    let mut written = format!("{value:.14e}");
    if written.parse() != Ok(value) {
        written = format!("{value:.16e}");
    }
    let (mantissa, exponent) = written.split_once('e').expect("{:e} writes an exponent");
    let exponent: i32 = exponent.parse().expect("{:e} writes a number as the exponent");
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    format!("{sign}{}", place_point(digits, exponent))
}

fn place_point(digits: &str, exponent: i32) -> String {
    let or_zero = |s: &str| if s.is_empty() { "0".to_owned() } else { s.to_owned() };
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{first}.{}e{sign}{:02}", or_zero(rest), exponent.abs());
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{digits}{}.0", "0".repeat(whole - digits.len()));
    }
    format!("{}.{}", &digits[..whole], &digits[whole..])
}
