//! How two values compare: SQLite's type affinity and order, and PocketBase's reading of "nothing equals the empty text".

use super::ast::Operator;
use super::scalar::{Scalar, number_text, parse_number};
use crate::value::{Value, json};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What the type of a column does to the value it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affinity {
    /// Text columns: a number on the other side becomes text.
    Text,
    /// Number and bool columns: a text on the other side becomes a number if it looks like one.
    Numeric,
    /// Literals, request values and functions.
    None,
}

/// How `=` and `!=` treat nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing equals the empty text.
    Auto,
    /// Nothing equals only nothing: json and geo paths.
    Strict,
    /// As `Auto`, and its value is never taken as known: functions that may give nothing.
    Enforced,
}

/// Where a value comes from, which decides whether it can be nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A column or an expression over one.
    Column,
    /// A literal or a request value: its value is looked at.
    Parameter,
    /// `true`, `false` and other values that are never nothing.
    Certain,
    /// `null`.
    Nothing,
}

/// One side of a comparison with its value.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    /// The value.
    pub value: Scalar<'a>,
    /// What it does to the other side.
    pub affinity: Affinity,
    /// How `=` treats it when it is nothing.
    pub fallback: Fallback,
    /// Where it comes from.
    pub origin: Origin,
}

impl Side<'_> {
    fn is_known_empty(&self) -> bool {
        match self.origin {
            Origin::Nothing => true,
            Origin::Parameter => match self.fallback {
                Fallback::Auto => self.value.is_empty(),
                _ => self.value == Scalar::Null,
            },
            Origin::Column | Origin::Certain => false,
        }
    }

    fn is_known_full(&self) -> bool {
        match (self.fallback, self.origin) {
            (Fallback::Enforced, _) => false,
            (_, Origin::Certain) => true,
            (_, Origin::Parameter) => !self.value.is_empty(),
            _ => false,
        }
    }

    /// The same side, tied to nothing.
    pub fn into_owned(self) -> Side<'static> {
        Side { value: self.value.into_owned(), affinity: self.affinity, fallback: self.fallback, origin: self.origin }
    }
}

/// Whether `left operator right` holds; `None` when SQL would say NULL. `~` is not decided here.
pub fn holds(left: &Side, operator: Operator, right: &Side) -> Option<bool> {
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => Some(!equal_or_same(left, right)),
        _ => {
            let ordering = compare(&left.value, left.affinity, &right.value, right.affinity)?;
            Some(match operator {
                Operator::Less => ordering.is_lt(),
                Operator::LessOrEqual => ordering.is_le(),
                Operator::Greater => ordering.is_gt(),
                _ => ordering.is_ge(),
            })
        }
    }
}

fn is_strict(left: &Side, right: &Side) -> bool {
    left.fallback == Fallback::Strict || right.fallback == Fallback::Strict
}

fn equal(left: &Side, right: &Side) -> Option<bool> {
    if is_strict(left, right) || !(left.is_known_full() || right.is_known_full()) {
        return Some(equal_or_same(left, right));
    }
    let (l, r) = (emptied(left), emptied(right));
    compare(l, left.affinity, r, right.affinity).map(Ordering::is_eq)
}

/// Equality that is never NULL: two nothings are the same.
fn equal_or_same(left: &Side, right: &Side) -> bool {
    if is_strict(left, right) {
        return same(&left.value, left.affinity, &right.value, right.affinity);
    }
    let (left_empty, right_empty) = (left.is_known_empty(), right.is_known_empty());
    if left_empty && right_empty {
        return true;
    }
    if left.is_known_full() || right.is_known_full() {
        return same(emptied(left), left.affinity, emptied(right), right.affinity);
    }
    if left_empty {
        return right.value.is_empty();
    }
    if right_empty {
        return left.value.is_empty();
    }
    // Between two columns SQL compares COALESCE(…, ''), and expressions have no affinity.
    let filled = |s: &Side| s.value.is_empty();
    match (filled(left), filled(right)) {
        (true, true) => true,
        (false, false) => same(&left.value, Affinity::None, &right.value, Affinity::None),
        _ => false,
    }
}

const EMPTY: &Scalar<'static> = &Scalar::Text(Cow::Borrowed(""));

fn emptied<'s>(side: &'s Side<'s>) -> &'s Scalar<'s> {
    if side.is_known_empty() { EMPTY } else { &side.value }
}

fn same(left: &Scalar, la: Affinity, right: &Scalar, ra: Affinity) -> bool {
    match (left, right) {
        (Scalar::Null, Scalar::Null) => true,
        _ => compare(left, la, right, ra).is_some_and(Ordering::is_eq),
    }
}

/// The order of two values of these affinities; `None` if one is nothing.
pub fn compare(left: &Scalar, la: Affinity, right: &Scalar, ra: Affinity) -> Option<Ordering> {
    if *left == Scalar::Null || *right == Scalar::Null {
        return None;
    }
    let (to_left, to_right) = match (la, ra) {
        (Affinity::Numeric, Affinity::Text | Affinity::None) => (Affinity::None, Affinity::Numeric),
        (Affinity::Text | Affinity::None, Affinity::Numeric) => (Affinity::Numeric, Affinity::None),
        (Affinity::Text, Affinity::None) => (Affinity::None, Affinity::Text),
        (Affinity::None, Affinity::Text) => (Affinity::Text, Affinity::None),
        _ => (Affinity::None, Affinity::None),
    };
    Some(order_scalars(&converted(left, to_left), &converted(right, to_right)))
}

/// A value as the other side's column wants it.
pub fn converted<'s>(value: &'s Scalar<'s>, to: Affinity) -> Scalar<'s> {
    match (to, value) {
        (Affinity::Text, Scalar::Number { value, real }) => Scalar::Text(Cow::Owned(number_text(*value, *real))),
        (Affinity::Numeric, Scalar::Text(text)) => parse_number(text).map_or_else(|| Scalar::text(text), Scalar::number),
        _ => value.borrowed(),
    }
}

/// Numbers before texts; texts by their bytes.
fn order_scalars(left: &Scalar, right: &Scalar) -> Ordering {
    match (left, right) {
        (Scalar::Number { value: l, .. }, Scalar::Number { value: r, .. }) => l.partial_cmp(r).unwrap_or(Ordering::Equal),
        (Scalar::Number { .. }, _) => Ordering::Less,
        (_, Scalar::Number { .. }) => Ordering::Greater,
        _ => left.as_str().cmp(&right.as_str()),
    }
}

/// The order of two field values, as sorts and index keys have it: nothing, then numbers and bools, then texts by their bytes; lists, json and geo points as their JSON text.
pub fn order(left: &Value, right: &Value) -> Ordering {
    match (rank(left), rank(right)) {
        (Rank::Number(l), Rank::Number(r)) => l.partial_cmp(&r).unwrap_or(Ordering::Equal),
        (Rank::Text(l), Rank::Text(r)) => l.as_bytes().cmp(r.as_bytes()),
        (l, r) => l.class().cmp(&r.class()),
    }
}

enum Rank<'a> {
    Null,
    Number(f64),
    Text(Cow<'a, str>),
}

impl Rank<'_> {
    fn class(&self) -> u8 {
        match self {
            Rank::Null => 0,
            Rank::Number(_) => 1,
            Rank::Text(_) => 2,
        }
    }
}

fn rank<'a>(value: &'a Value) -> Rank<'a> {
    match value {
        Value::Null => Rank::Null,
        Value::Bool(b) => Rank::Number(f64::from(u8::from(*b))),
        Value::Number(n) => Rank::Number(*n),
        Value::Text(s) | Value::Json(s) => Rank::Text(Cow::Borrowed(s)),
        Value::List(_) | Value::Geo { .. } => {
            let mut out = Vec::new();
            json::write_value(&mut out, value);
            Rank::Text(Cow::Owned(String::from_utf8_lossy(&out).into_owned()))
        }
    }
}
