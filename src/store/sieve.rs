//! Conditions on single fields, asked of stored rows while a scan goes over them: most rows are judged without being taken out.

use super::row::{self, Row};
use crate::value::Value;
use std::cmp::Ordering;

/// What a field must be, compared with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The number of the field.
    pub field: u16,
    /// A text, a number or a bool. What a row holds in another shape is left to others.
    pub value: Value<'static>,
    /// Whether it may be less than the value, equal to it, greater than it.
    pub allowed: [bool; 3],
}

/// All of them must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sieve {
    /// In the order in which they are asked.
    pub conditions: Vec<Condition>,
    /// Nothing else is asked: a row of which all conditions hold is surely wanted.
    pub complete: bool,
}

impl Condition {
    /// Whether it holds for a row; `None` when the row holds something of another shape. A field that was never set holds its zero value.
    pub fn holds(&self, row: &Row) -> Option<bool> {
        let order = match (row.get(self.field), &self.value) {
            (Some(Value::Text(own)), Value::Text(wanted)) => own.as_bytes().cmp(wanted.as_bytes()),
            (Some(Value::Number(own)), Value::Number(wanted)) => own.partial_cmp(wanted)?,
            (Some(Value::Bool(own)), Value::Bool(wanted)) => own.cmp(wanted),
            (None, Value::Text(wanted)) => "".cmp(wanted),
            (None, Value::Number(wanted)) => 0.0_f64.partial_cmp(wanted)?,
            (None, Value::Bool(wanted)) => false.cmp(wanted),
            _ => return None,
        };
        Some(self.allows(order))
    }

    /// Whether a value that stands so to the wanted one will do.
    pub fn allows(&self, order: Ordering) -> bool {
        match order {
            Ordering::Less => self.allowed[0],
            Ordering::Equal => self.allowed[1],
            Ordering::Greater => self.allowed[2],
        }
    }
}

impl Sieve {
    /// Whether a stored row is wanted: `None` when something else must decide.
    pub fn judge(&self, stored: &[u8]) -> Option<bool> {
        let row = Row::new(row::split(stored)?.1);
        let mut sure = self.complete;
        for condition in &self.conditions {
            match condition.holds(&row) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => sure = false,
            }
        }
        sure.then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_judged_by_what_they_hold() {
        let row = row::stored(1, &row::encode(&[(1, Value::text("b")), (2, Value::Number(2.0)), (3, Value::Null)]));
        let cases = [
            (1, Value::text("b"), [false, true, false], Some(true)),
            (1, Value::text("b"), [true, false, true], Some(false)),
            (2, Value::Number(3.0), [true, false, false], Some(true)),
            (2, Value::text("2"), [true, true, true], None),
            (3, Value::text(""), [false, true, false], None),
            (9, Value::text(""), [false, true, false], Some(true)),
            (9, Value::Number(1.0), [true, false, false], Some(true)),
            (9, Value::Bool(true), [false, true, false], Some(false)),
        ];
        for (field, value, allowed, expected) in cases {
            let sieve = Sieve { conditions: vec![Condition { field, value, allowed }], complete: true };
            assert_eq!(sieve.judge(&row), expected, "{sieve:?}");
            let open = Sieve { complete: false, ..sieve };
            assert_eq!(open.judge(&row), expected.filter(|yes| !yes), "{open:?}");
        }
        assert_eq!(Sieve::default().judge(b"short"), None);
    }
}
