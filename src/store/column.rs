//! One field of all rows of a block, beside each other: a scan that asks for it need not look at the rows, of which each lies in other
//! lines of the memory.
//!
//! A value stands there as a number that compares as the values do. That of a longer text is made of its beginning, so two that are
//! equal say nothing, and the rows are asked.

use super::row::{self, Row};
use super::sieve::Condition;
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// A block has at most so many; with conditions on further fields its rows are asked.
const MOST: usize = 4;
/// What one takes beside its numbers, more or less.
const OVERHEAD: usize = 96;

/// What is no value of the column's shape: the row must be asked.
const UNKNOWN: u64 = u64::MAX;
/// So many bytes of a text are in its number; the lowest byte says how many it has.
const BEGINNING: usize = 7;
/// In the lowest byte: the text goes on.
const LONGER: u8 = BEGINNING as u8 + 1;

/// The columns of a block, in the order in which they were first asked for.
#[derive(Default)]
pub(super) struct Columns(OnceLock<Box<Column>>);

/// What the rows hold in one field.
pub(super) struct Column {
    field: u16,
    shape: Shape,
    codes: Box<[u64]>,
    next: Columns,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Number,
    Bool,
}

impl Columns {
    /// The column that a condition needs, and whether it was made now, of these rows. `None` when there is none and should be none.
    pub fn of<'b>(&self, condition: &Condition, rows: impl Iterator<Item = &'b [u8]>) -> Option<(&Column, bool)> {
        let (field, shape) = (condition.field, Shape::of(&condition.value)?);
        let mut place = self;
        for _ in 0..MOST {
            let Some(column) = place.0.get() else {
                let codes = rows.map(|stored| code_in(stored, field, shape)).collect();
                // Whoever came first with another one has it: then the rows are asked this time.
                let made = place.0.get_or_init(|| Box::new(Column { field, shape, codes, next: Columns::default() }));
                return Some((&**made, true)).filter(|(made, _)| made.is(field, shape));
            };
            if column.is(field, shape) {
                return Some((column, false));
            }
            place = &column.next;
        }
        None
    }

    /// About how much memory they take.
    pub fn weight(&self) -> usize {
        self.0.get().map_or(0, |column| OVERHEAD + size_of_val(&*column.codes) + column.next.weight())
    }
}

impl Column {
    fn is(&self, field: u16, shape: Shape) -> bool {
        self.field == field && self.shape == shape
    }

    /// Whether a condition holds for each row, to be looked up with the number of the row; `None` where the row must be asked.
    pub fn judge(&self, condition: &Condition) -> impl Fn(usize) -> Option<bool> {
        let wanted = code(Some(&condition.value), self.shape);
        let decided = self.shape != Shape::Text || wanted as u8 != LONGER;
        move |i| match self.codes[i] {
            UNKNOWN => None,
            own => match own.cmp(&wanted) {
                Ordering::Equal if !decided => None,
                order => Some(condition.allows(order)),
            },
        }
    }
}

impl Shape {
    fn of(value: &Value) -> Option<Shape> {
        match value {
            Value::Text(_) => Some(Shape::Text),
            Value::Number(_) => Some(Shape::Number),
            Value::Bool(_) => Some(Shape::Bool),
            _ => None,
        }
    }
}

fn code_in(stored: &[u8], field: u16, shape: Shape) -> u64 {
    row::split(stored).map_or(UNKNOWN, |(_, row)| code(Row::new(row).get(field).as_ref(), shape))
}

/// The number of a value, or of the zero value when there is none.
fn code(value: Option<&Value>, shape: Shape) -> u64 {
    match (shape, value) {
        (Shape::Text, None) => 0,
        (Shape::Text, Some(Value::Text(text))) => text_code(text.as_bytes()),
        (Shape::Number, None) => number_code(0.0),
        (Shape::Number, Some(Value::Number(n))) => number_code(*n),
        (Shape::Bool, None) => 0,
        (Shape::Bool, Some(Value::Bool(b))) => u64::from(*b),
        _ => UNKNOWN,
    }
}

fn text_code(text: &[u8]) -> u64 {
    let mut bytes = [0; BEGINNING + 1];
    let kept = text.len().min(BEGINNING);
    bytes[..kept].copy_from_slice(&text[..kept]);
    // Of two texts with one beginning the shorter comes first, also where only zeros follow.
    bytes[BEGINNING] = if kept < text.len() { LONGER } else { kept as u8 };
    u64::from_be_bytes(bytes)
}

/// All bits of a negative number are turned, and the sign of the others: so they sort as numbers do.
fn number_code(n: f64) -> u64 {
    // One zero: the sum of the negative one and the positive one is the positive one.
    let bits = (n + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[Value<'static>]) {
        let rows: Vec<_> = values.iter().map(|v| row::stored(1, &row::encode(&[(1, v.clone())]))).collect();
        for wanted in values {
            for allowed in [[true, false, false], [false, true, false], [false, false, true], [true, false, true]] {
                let condition = Condition { field: 1, value: wanted.clone(), allowed };
                let columns = Columns::default();
                let Some((column, made)) = columns.of(&condition, rows.iter().map(|r| &r[..])) else { continue };
                assert!(made && 0 < columns.weight());
                let judge = column.judge(&condition);
                for (i, row) in rows.iter().enumerate() {
                    let holds = condition.holds(&Row::new(row::split(row).expect("a row").1));
                    assert!(judge(i).is_none_or(|is| Some(is) == holds), "{:?} for {condition:?}", values[i]);
                }
            }
        }
    }

    #[test]
    fn a_column_says_what_the_rows_say() {
        let numbers = [-1e300, -2.5, -1.0, -0.0, 0.0, 1e-300, 1.0, 17.0, 1e300];
        let texts = ["", "\0", "a", "a\0", "abcdefg", "abcdefg\0", "abcdefgh", "abcdefgi", "b", "ä", "\u{10ffff}\u{10ffff}"];
        let mixed = numbers.map(Value::Number).into_iter().chain(texts.map(Value::text));
        check(&mixed.chain([Value::Bool(false), Value::Bool(true), Value::Null]).collect::<Vec<_>>());
    }

    #[test]
    fn there_are_only_so_many() {
        let row = row::stored(1, &row::encode(&[(1, Value::Number(1.0))]));
        let columns = Columns::default();
        let of = |field: u16| {
            let condition = Condition { field, value: Value::Number(1.0), allowed: [false, true, false] };
            columns.of(&condition, [&row[..]].into_iter()).map(|(column, made)| (column.field, made))
        };
        assert_eq!((0..6).map(of).collect::<Vec<_>>(), [Some((0, true)), Some((1, true)), Some((2, true)), Some((3, true)), None, None]);
        assert_eq!(of(3), Some((3, false)));
    }
}
