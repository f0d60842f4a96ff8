//! The store: keys that sort, rows that are read in part, two stores that agree, checkpoints.

mod checkpoint;
mod keys;
mod layered;
mod model;
mod row;

use luge::store::{KeyRange, Store, keys as key};
use luge::value::Value;
use proptest::prelude::*;
use std::ops::ControlFlow;

/// The pairs of a range.
pub fn pairs(store: &dyn Store, range: &KeyRange, reverse: bool) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    store
        .scan(range, reverse, &mut |key, value| {
            found.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

/// Everything but what the store knows of itself.
pub fn content(store: &dyn Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    pairs(store, &KeyRange { from: vec![2], ..key::everything() }, false)
}

/// Values that are likely to meet at the edges of an encoding.
pub fn any_value() -> impl Strategy<Value = Value<'static>> {
    let text = || prop_oneof!["[a-bA\0\u{1}é\u{ffff}\"\\\\\n,]{0,4}", any::<String>()];
    const EDGES: &[f64] =
        &[0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e300, -1e300, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -5e-324, 9_007_199_254_740_993.0];
    let number = || prop_oneof![proptest::sample::select(EDGES), (-300i32..300).prop_map(f64::from), proptest::num::f64::NORMAL];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        text().prop_map(Value::text),
        proptest::collection::vec(text(), 0..4).prop_map(|items| Value::List(items.into_iter().map(Into::into).collect())),
        text().prop_map(|s| Value::Json(serde_json::json!([[s], [[]]]).to_string().into())),
        (number(), number()).prop_map(|(lon, lat)| Value::Geo { lon, lat }),
    ]
}
