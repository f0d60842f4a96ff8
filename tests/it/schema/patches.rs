//! Bodies over records: modifiers, hidden fields, passwords, and what rules see of them.

use super::{NOW, create, start, with_new};
use luge::schema::{Collection, Record, diff, edit, patch, pattern, scaffolds, stored, system, validate};
use luge::value::Value;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

fn things() -> Arc<Collection> {
    let body = json!({"name": "things", "fields": [
        {"name": "n", "type": "number"},
        {"name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "one", "type": "select", "values": ["a", "b"]},
        {"name": "slug", "type": "text", "autogeneratePattern": "[0-9]{4}"},
        {"name": "secret", "type": "text", "hidden": true},
        {"name": "made", "type": "autodate", "onCreate": true},
        {"name": "files", "type": "file", "maxSelect": 3},
        {"name": "pin", "type": "password", "min": 2, "max": 4},
    ]});
    with_new(&start(), body).1
}

fn base(collection: &Arc<Collection>) -> Record {
    let mut record = Record::new(collection.clone());
    record.set_named("n", Value::Number(5.0));
    record.set_named("tags", Value::List(vec!["a".into(), "b".into()]));
    record.set_named("secret", Value::text("old"));
    record.set_named("made", Value::text("2020-01-01 00:00:00.000Z"));
    record.set_named("files", Value::List(vec!["x.txt".into(), "y.txt".into()]));
    record.set_named("pin", Value::text("HASH"));
    record
}

/// Body, whether a superuser sends it, and the body that rules see.
fn cases() -> Vec<(Json, bool, Json)> {
    vec![
        (json!({"n+": 3}), false, json!({"n": 8})),
        (json!({"n+": 3, "n": 1}), false, json!({"n": 4})),
        (json!({"n-": 3, "n+": 1}), false, json!({"n": 3})),
        (json!({"+n": 3}), false, json!({"+n": 3})),
        (json!({"tags+": "c"}), false, json!({"tags": ["a", "b", "c"]})),
        (json!({"+tags": ["c", "a"]}), false, json!({"tags": ["c", "a", "b"]})),
        (json!({"tags-": "[\"a\"]"}), false, json!({"tags": ["b"]})),
        (json!({"one+": "b"}), false, json!({"one": "b"})),
        (json!({"files-": "x.txt"}), false, json!({"files": ["y.txt"]})),
        (json!({"slug:autogenerate": 7}), false, json!({"slug": "7????"})),
        (json!({"secret": "new", "secret:autogenerate": "x"}), false, json!({})),
        (json!({"secret": "new"}), true, json!({"secret": "new"})),
        (json!({"made": "2024-01-01"}), true, json!({"made": "2020-01-01 00:00:00.000Z"})),
        (json!({"unknown": {"a": 1}, "zz+": 1, "expand": []}), false, json!({"unknown": {"a": 1}, "zz+": 1, "expand": []})),
        (json!({"pin": 1234}), false, json!({"pin": "1234"})),
    ]
}

#[test]
fn bodies_resolve_against_the_stored_record() {
    let collection = things();
    for (body, superuser, wanted) in cases() {
        let sent = body.as_object().expect("an object").clone();
        let patched = patch::apply(&collection, &base(&collection), &sent, superuser);
        let mut got = patched.body.clone();
        if let Some(Json::String(slug)) = got.get_mut("slug") {
            *slug = slug.char_indices().map(|(i, c)| if i == 0 { c } else { '?' }).collect();
        }
        assert_eq!(Json::Object(got), wanted, "{body}");
        let kept = patched.record.get_named("secret").as_text() == "old";
        assert_eq!(kept, !(superuser && wanted.get("secret").is_some()), "{body}");
        assert_eq!(patched.record.get_named("pin").as_text(), "HASH");
    }
}

#[test]
fn passwords_are_checked_in_the_plain_and_empty_ones_take_the_hash_away() {
    let collection = things();
    for (sent, code, hash) in
        [("1", "validation_min_text_constraint", "HASH"), ("12345", "validation_max_text_constraint", "HASH"), ("", "", "")]
    {
        let body = Map::from_iter([("pin".to_owned(), json!(sent))]);
        let patched = patch::apply(&collection, &base(&collection), &body, false);
        let problems = validate::record(&patched.record, Some(&base(&collection)), &patched.passwords).to_json();
        assert_eq!(problems.get("pin").map_or("", |p| p["code"].as_str().unwrap_or_default()), code, "{sent}");
        assert_eq!(patched.record.get_named("pin").as_text(), hash);
    }
}

#[test]
fn empty_fields_with_a_pattern_are_generated() {
    let mut record = Record::new(things());
    patch::fill_generated(&mut record).expect("a generator");
    assert_eq!(record.id().len(), 15);
    let slug = record.get_named("slug");
    assert!(slug.as_text().len() == 4 && slug.as_text().bytes().all(|b| b.is_ascii_digit()), "{slug:?}");
}

#[test]
fn generated_texts_match_their_pattern() {
    for text in ["[a-z]{3}-\\d{2,4}", "(ab|cd)?e+", "a.c", "[^a]", "\\w\\s\\Qx.y\\E", "é[à-ü]", "(?i)abc", "(?:x{3}){2}", "[a[b]", "a{,5}"]
    {
        let anchored = format!("^(?:{text})$");
        for _ in 0..50 {
            let made = pattern::generate(text).expect("a generator");
            assert!(pattern::is_match(&anchored, &made), "{text}: {made:?}");
        }
    }
    assert_eq!(pattern::generate("^a"), Err("unsupported pattern operator 9".into()));
    // Nested repetitions multiply, but no text grows without a bound.
    assert!(pattern::generate("((a{30}){30}){30}").expect("a generator").len() < 20_000);
}

/// Patterns that Go refuses, with its words; and patterns that it takes.
const PATTERNS: &[(&str, &str)] = &[
    ("a**", "invalid nested repetition operator: `**`"),
    ("*a", "missing argument to repetition operator: `*`"),
    ("a)", "unexpected ): `a)`"),
    ("(a", "missing closing ): `(a`"),
    ("[z-a]", "invalid character class range: `z-a`"),
    ("\\y", "invalid escape sequence: `\\y`"),
    ("a\\", "trailing backslash at end of expression: ``"),
    ("a{1001}", "invalid repeat count: `{1001}`"),
    ("(?P<n", "invalid named capture: `(?P<n`"),
    ("(?z)", "invalid or unsupported Perl syntax: `(?z`"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    ("(?<=a)", "invalid named capture: `(?<=a)`"),
    ("[[:zz:]]", "invalid character class range: `[:zz:]`"),
    ("\\p{Zz}", "invalid character class range: `\\p{Zz}`"),
    ("\\1", "invalid escape sequence: `\\1`"),
    ("[]", "missing closing ]: `[]`"),
    ("[^]", "missing closing ]: `[^]`"),
    ("\\C", "invalid escape sequence: `\\C`"),
    ("x{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
    ("\\x{110000}", "invalid escape sequence: `\\x{110000`"),
    ("\\u00e9", "invalid escape sequence: `\\u`"),
    ("[a-\\d]", "invalid escape sequence: `\\d`"),
    ("(?P<a>x)(?P<a>y)", ""),
    ("\\d+\\b", ""),
    ("(?<x>a)", ""),
    ("[]a]", ""),
    ("[\\d-z]", ""),
    ("\\x41\\x{42}\\101", ""),
    ("[&&--~~a]", ""),
    ("\\pL\\PN[\\pL]", ""),
    ("^$|\\A\\z", ""),
    ("\\Bx", ""),
];

#[test]
fn patterns_are_those_of_go() {
    for (text, wanted) in PATTERNS {
        let got = pattern::problem(text).map(|p| p.message).unwrap_or_default();
        let wanted = if wanted.is_empty() { String::new() } else { format!("Error parsing regexp: {wanted}.") };
        assert_eq!(got, wanted, "{text}");
    }
    assert!(!pattern::is_match("^\\w+$", "é") && !pattern::is_match("^\\d$", "٣") && pattern::is_match("^[a[]$", "["));
}

#[test]
fn system_collections_are_whole() {
    let schema = start();
    let names: Vec<&str> = schema.all().iter().map(|c| c.name.as_str()).collect();
    let wanted = [
        "_collections",
        "_params",
        "_idempotency",
        "_mfas",
        "_otps",
        "_externalAuths",
        "_authOrigins",
        "_superusers",
        "users",
        "_jobs",
        "_deadLetters",
        "_outbox",
        "_scripts",
    ];
    assert_eq!(names, wanted);
    let ids = [("_superusers", "pbc_3142635823"), ("_mfas", "pbc_2279338944"), ("_otps", "pbc_1638494021"), ("users", "_pb_users_auth_")];
    for (name, id) in ids {
        assert_eq!(schema.find(name).expect("a collection").id, id);
    }
    assert_eq!(schema.find("_params").map(|c| c.number), Some(system::PARAMS));
    let indexes: Vec<u32> = schema.all().iter().flat_map(|c| c.indexes.iter().map(|i| i.number)).collect();
    assert_eq!(indexes, (1..=indexes.len() as u32).collect::<Vec<_>>());
    for name in ["_mfas", "_params"] {
        assert!(edit::deletable(&schema, schema.find(name).expect("a collection")).is_err());
    }
    assert!(edit::deletable(&schema, schema.find("users").expect("users")).is_ok());
}

#[test]
fn stored_collections_come_back_as_they_were() {
    for collection in system::collections(NOW) {
        let again = stored::from_json(&stored::to_json(&collection)).expect("a stored collection");
        assert_eq!(again, collection);
        assert!(diff::between(&collection, &again).is_empty());
    }
    assert!(stored::from_json(&json!({"name": "x"})).is_err());
    let shown = String::from_utf8(luge::schema::wire::to_json(&system::collections(NOW)[7])).expect("UTF-8");
    assert!(!shown.contains("secret") && shown.starts_with("{\"id\":\"pbc_3142635823\",\"listRule\":null,"), "{shown}");
}

#[test]
fn scaffolds_have_no_id() {
    let all = scaffolds();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["auth", "base", "view"]);
    assert!(all.values().all(|c| c["id"] == "" && c["name"] == ""));
    assert!(all["auth"]["indexes"][0].as_str().expect("a statement").starts_with("CREATE UNIQUE INDEX `idx_tokenKey_"));
    assert_eq!(all["view"]["fields"], json!([]));
}

#[test]
fn views_are_refused_clearly() {
    let error = create(&start(), json!({"name": "v", "type": "view", "viewQuery": "select 1"})).expect_err("no views yet");
    assert!(error.status() == 400 && error.message.contains("not supported yet"), "{error}");
}
