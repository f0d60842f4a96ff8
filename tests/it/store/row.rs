//! Rows: what is written comes back field by field, and damage is noticed.

use super::any_value;
use luge::store::row::{self, Row};
use luge::value::{Value, json};
use proptest::prelude::*;
use std::collections::BTreeMap;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn every_field_comes_back_and_renders_as_it_was(values in proptest::collection::btree_map(0u16..40, any_value(), 0..12)) {
        check(&values);
    }
}

fn check(values: &BTreeMap<u16, Value<'static>>) {
    let list: Vec<_> = values.clone().into_iter().collect();
    let bytes = row::encode(&list);
    let row = Row::new(&bytes);
    row.check().unwrap();
    assert_eq!(row.values().collect::<Vec<_>>(), list);
    for number in 0..41 {
        assert_eq!(row.get(number).as_ref(), values.get(&number));
        let mut out = b"x".to_vec();
        let mut expected = out.clone();
        assert_eq!(row.write_json(number, &mut out), values.contains_key(&number));
        if let Some(value) = values.get(&number) {
            json::write_value(&mut expected, value);
        }
        assert_eq!(String::from_utf8(out), String::from_utf8(expected));
    }
}

#[test]
fn wide_rows_read_as_narrow_ones() {
    for length in [65_533, 65_534, 65_535, 70_000] {
        let long = Value::text("x".repeat(length));
        check(&BTreeMap::from([
            (0, Value::text("id")),
            (3, long),
            (9, Value::List(vec!["a".into(), "b\"".into()])),
            (12, Value::Number(-0.0)),
        ]));
    }
}

#[test]
fn any_wrong_byte_is_noticed() {
    let bytes =
        row::encode(&[(0, Value::text("abc")), (1, Value::Number(1.5)), (2, Value::Bool(true)), (7, Value::List(vec!["a".into()]))]);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bad = bytes.clone();
            bad[at] ^= 1 << bit;
            assert!(Row::new(&bad).check().is_err(), "byte {at}");
        }
        assert!(Row::new(&bytes[..at]).check().is_err(), "cut at {at}");
    }
}

#[test]
fn a_stored_row_has_its_revision_before_it() {
    let row = row::encode(&[(0, Value::text("abc"))]);
    let stored = bytes::Bytes::from(row::stored(1 << 33, &row));
    assert_eq!(row::split(&stored), Some((1 << 33, &row[..])));
    assert_eq!(row::split_bytes(&stored), Some((1 << 33, row.into())));
    assert_eq!(row::split(b"1234567"), None);
}
