//! Whatever JSON a client sends, nothing panics, and what is accepted can be stored and read again.

use super::{NOW, check_rule, start, with_new};
use luge::schema::{Record, edit, patch, stored, validate};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

const TYPES: &[&str] = &[
    "text", "number", "bool", "email", "url", "editor", "date", "autodate", "select", "json", "relation", "file", "geoPoint", "password",
    "zz",
];

/// Keys that mean something somewhere.
const KEYS: &[&str] = &[
    "id",
    "name",
    "type",
    "fields",
    "indexes",
    "listRule",
    "system",
    "hidden",
    "min",
    "max",
    "pattern",
    "autogeneratePattern",
    "maxSelect",
    "values",
    "required",
    "primaryKey",
    "collectionId",
    "mfa",
    "otp",
    "oauth2",
    "providers",
    "authToken",
    "passwordAuth",
    "enabled",
    "lon",
    "lat",
    "onlyDomains",
    "f_text+",
    "+f_select",
    "f_number-",
    "f_text:autogenerate",
];

fn any_json() -> impl Strategy<Value = Json> {
    let text = prop::sample::select(vec![
        "",
        "a",
        "id",
        "users",
        "auth",
        "base",
        "2024-01-02",
        "{\"lon\":1}",
        "[\"a\"]",
        "(",
        "[a-z]{3}",
        "a@b.co",
        "http://a.co",
        "é\u{10ffff}",
        "CREATE INDEX i ON t (a)",
        "1e999",
        "NaN",
        "-0",
    ]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<i32>().prop_map(|n| Json::from(f64::from(n) / 64.0)),
        prop::sample::select(vec![1e300, -1e-300, 1e21, 0.1]).prop_map(Json::from),
        text.prop_map(Json::from),
        prop::sample::select(TYPES).prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let keys = prop::sample::select(KEYS).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(keys, inner, 0..8).prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Json>> {
    prop::collection::btree_map(prop::sample::select(KEYS).prop_map(str::to_owned), any_json(), 0..8).prop_map(|m| m.into_iter().collect())
}

fn any_field() -> impl Strategy<Value = Json> {
    (any_object(), prop::sample::select(TYPES), "[a-z]{1,3}").prop_map(|(mut map, type_name, name)| {
        map.insert("type".into(), json!(type_name));
        map.insert("name".into(), json!(name));
        map.remove("id");
        Json::Object(map)
    })
}

proptest! {
    #[test]
    fn any_collection_is_taken_or_refused(mut body in any_object(), fields in prop::collection::vec(any_field(), 0..4), named in any::<bool>()) {
        if named {
            body.insert("name".into(), json!("t"));
            body.insert("fields".into(), Json::Array(fields));
        }
        let schema = start();
        if let Ok(collection) = edit::create(&schema, &body, NOW, &check_rule) {
            prop_assert_eq!(&stored::from_json(&stored::to_json(&collection)).expect("a stored collection"), &collection);
        }
        let users = schema.find("users").expect("users");
        let _ = edit::update(&schema, users, &body, NOW, &check_rule);
        let _ = edit::import(&schema, &[Json::Object(body)], named, NOW, &check_rule);
    }

    #[test]
    fn any_record_is_taken_or_refused(values in prop::collection::vec(any_json(), TYPES.len()), extra in any_object(), superuser in any::<bool>()) {
        let fields: Vec<Json> = TYPES[..14].iter().map(|t| json!({
            "name": format!("f_{t}"), "type": t, "onCreate": true, "values": ["a", "b"], "collectionId": "_pb_users_auth_", "maxSelect": 2,
        })).collect();
        let (_, collection) = with_new(&start(), json!({"name": "t", "fields": fields}));
        let mut body = extra;
        body.remove("id");
        body.extend(TYPES.iter().zip(values).map(|(t, value)| (format!("f_{t}"), value)));
        let mut patched = patch::apply(&collection, &Record::new(collection.clone()), &body, superuser);
        patch::fill_generated(&mut patched.record).expect("a generator");
        let problems = validate::record(&patched.record, None, &patched.passwords);
        // What is sent again as it is stored does not change.
        if problems.is_empty() {
            let again = patch::apply(&collection, &patched.record, &patched.body, superuser);
            prop_assert_eq!(again.record, patched.record);
        }
    }
}
