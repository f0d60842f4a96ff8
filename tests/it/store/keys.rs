//! The order of encoded values is the order of the values.

use super::{any_value, pairs};
use luge::store::keys::{self, encode_value};
use luge::store::{Batch, Memory, Store};
use luge::value::{Value, json};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::ops::Bound;

/// How SQLite orders two values of a column.
fn compare(a: &Value, b: &Value, nocase: bool) -> Ordering {
    fn class(value: &Value) -> u8 {
        match value {
            Value::Null => 0,
            Value::Bool(_) | Value::Number(_) => 1,
            _ => 2,
        }
    }
    fn number(value: &Value) -> f64 {
        if value.is_true() { 1.0 } else { value.as_number() }
    }
    let text = |value: &Value| -> Vec<u8> {
        let mut out = Vec::new();
        match value {
            Value::Text(s) => out.extend_from_slice(s.as_bytes()),
            other => json::write_value(&mut out, other),
        }
        if nocase { out.to_ascii_lowercase() } else { out }
    };
    class(a).cmp(&class(b)).then_with(|| match class(a) {
        0 => Ordering::Equal,
        1 => number(a).partial_cmp(&number(b)).unwrap(),
        _ => text(a).cmp(&text(b)),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn encoded_order_is_value_order(columns in proptest::collection::vec((any_value(), any_value(), any::<bool>(), any::<bool>(), any::<bool>()), 1..4)) {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let mut expected = Ordering::Equal;
        for (left, right, same, nocase, descending) in &columns {
            let right = if *same { left } else { right };
            encode_value(&mut a, left, *nocase, *descending);
            encode_value(&mut b, right, *nocase, *descending);
            let order = compare(left, right, *nocase);
            expected = expected.then(if *descending { order.reverse() } else { order });
        }
        prop_assert_eq!(a.cmp(&b), expected);
    }
}

#[test]
fn zero_has_one_key() {
    let key = |n: f64| {
        let mut out = Vec::new();
        encode_value(&mut out, &Value::Number(n), false, false);
        out
    };
    assert_eq!(key(0.0), key(-0.0));
}

#[test]
fn index_bounds_include_all_that_begins_with_them() {
    let store = Memory::new();
    let encoded = |a: &str, b: f64| {
        let mut out = Vec::new();
        encode_value(&mut out, &Value::text(a.to_owned()), false, false);
        encode_value(&mut out, &Value::Number(b), false, true);
        out
    };
    let first = |a: &str| {
        let mut out = Vec::new();
        encode_value(&mut out, &Value::text(a.to_owned()), false, false);
        out
    };
    let mut batch = Batch::default();
    for (rowid, (a, b)) in [("a", 1.0), ("a", 2.0), ("a\0", 1.0), ("b", -1.0), ("b", 3.0), ("c", 0.0)].into_iter().enumerate() {
        batch.put(keys::index(7, 1, &encoded(a, b), Some(rowid as u64)), Vec::new());
    }
    batch.put(keys::index(7, 2, &encoded("b", 1.0), None), keys::number_value(99));
    batch.put(keys::index(8, 1, &encoded("b", 1.0), Some(98)), Vec::new());
    store.apply(batch.clone()).unwrap();
    let found = |from: Bound<&[u8]>, to: Bound<&[u8]>| -> Vec<u64> {
        pairs(&store, &keys::index_range(7, 1, from, to), false).iter().map(|(k, v)| keys::index_rowid(k, v).unwrap()).collect()
    };
    use Bound::{Excluded, Included, Unbounded};
    let (a, b) = (first("a"), first("b"));
    assert_eq!(found(Unbounded, Unbounded), [1, 0, 2, 4, 3, 5]);
    assert_eq!(found(Included(&a), Included(&a)), [1, 0]);
    assert_eq!(found(Excluded(&a), Excluded(&b)), [2]);
    assert_eq!(found(Excluded(&b), Unbounded), [5]);
    assert_eq!(found(Included(&b), Included(&b)), [4, 3]);
    assert_eq!(found(Included(&b), Included(&encoded("b", 3.0))), [4]);
    let unique = pairs(&store, &keys::index_all(7, 2), false);
    assert_eq!(keys::index_rowid(&unique[0].0, &unique[0].1), Some(99));
}

#[test]
fn each_range_holds_its_own_keys_only() {
    let collections = [0, 1, 2, 0xff, 0x100, u32::MAX - 1, u32::MAX];
    let mut all = Vec::new();
    for c in collections {
        for n in [0, 1, u64::MAX] {
            all.extend([
                keys::row(c, n),
                keys::reference(c, 5, "x\0y", n),
                keys::reference(c, u16::MAX, "x", n),
                keys::index(c, u32::MAX, b"\xff", Some(n)),
            ]);
        }
        all.extend([keys::id(c, "abc"), keys::count(c), keys::index(c, 0, b"", None)]);
    }
    let inside = |range: &luge::store::KeyRange| all.iter().filter(|k| range.from <= **k && **k < range.to).count();
    for c in collections {
        assert_eq!(inside(&keys::rows(c)), 3);
        assert_eq!(inside(&keys::rows_between(c, 1, None)), 2);
        assert_eq!(inside(&keys::rows_between(c, 0, Some(2))), 2);
        assert_eq!(inside(&keys::ids(c)), 1);
        assert_eq!(inside(&keys::references(c, 5, "x\0y")), 3);
        assert_eq!(inside(&keys::references(c, 5, "x")), 0);
        assert_eq!(inside(&keys::references_of_field(c, u16::MAX)), 3);
        assert_eq!(inside(&keys::index_all(c, u32::MAX)), 3);
        assert_eq!(keys::collection_ranges(c).iter().map(inside).sum::<usize>(), 15);
    }
    assert_eq!(keys::rowid(&keys::row(3, 77)), Some(77));
    assert_eq!(keys::rowid(&keys::reference(3, 4, "x", 78)), Some(78));
    assert_eq!(keys::collection(&keys::row(3, 77)), Some(3));
    assert_eq!(keys::collection(&keys::meta("format")), None);
    assert_eq!(keys::id_text(&keys::id(3, "abc")), Some("abc"));
    assert_eq!(keys::describe(&keys::row(3, 77)), "row 3 77");
    for bytes in [&b""[..], b"\x01", b"\x02\0\0", b"\x02\0\0\0\x01", b"\xffx"] {
        let _ = (keys::describe(bytes), keys::rowid(bytes), keys::collection(bytes), keys::id_text(bytes));
    }
}
