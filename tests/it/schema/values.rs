//! Values as PocketBase answered them: `cases/schema/values.jsonl` has the field, what was sent, and what was stored or refused.

use super::{start, with_new};
use luge::schema::{Record, moment, patch, validate};
use luge::value::json::to_json;
use serde_json::{Map, Value as Json, json};

#[test]
fn values_are_stored_and_refused_as_in_pocketbase() {
    let schema = start();
    let mut failures = Vec::new();
    for line in include_str!("../../cases/schema/values.jsonl").lines() {
        let case: Json = serde_json::from_str(line).expect("JSON");
        let (_, collection) = with_new(&schema, json!({"name": "cases", "fields": [case["field"]]}));
        let body = Map::from_iter([(case["key"].as_str().expect("a key").to_owned(), case["value"].clone())]);
        let mut patched = patch::apply(&collection, &Record::new(collection.clone()), &body, true);
        patch::fill_generated(&mut patched.record).expect("a generator");
        let problems = validate::record(&patched.record, None, &patched.passwords).to_json();
        let name = case["field"]["name"].as_str().expect("a name");
        let field = collection.field(name).expect("the field");
        let (wanted, got) = match case.get("problem") {
            Some(problem) => (problem.clone(), problems.get(name).cloned().unwrap_or_default()),
            None if problems.is_empty() => (shortest(&case["stored"]), shortest(&to_json(&patched.record.get(field)))),
            None => (case["stored"].clone(), Json::Object(problems)),
        };
        if wanted != got {
            failures.push(format!("{name} {} {}\n   want {wanted}\n   got  {got}", case["key"], case["value"]));
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_day_of_the_week_follows_from_the_date() {
    for (text, expected) in [
        ("Mon, 02 Jan 2024 15:04:05 MST", "2024-01-02 15:04:05.000Z"),
        ("Tue, 02 Jan 2024 15:04:05 +0200", "2024-01-02 13:04:05.000Z"),
        ("Sunday, 02-Jan-24 15:04:05 UTC", "2024-01-02 15:04:05.000Z"),
        ("Sun Jan  2 15:04:05 2024", "2024-01-02 15:04:05.000Z"),
        ("Sun, 02-Jan-24 15:04:05 UTC", ""),
        ("Day, 02 Jan 2024 15:04:05 MST", ""),
        (", 02 Jan 2024 15:04:05 MST", ""),
        ("Mon", ""),
    ] {
        assert_eq!(moment::parse(text), expected, "{text}");
    }
}

/// The same JSON with `2.0` as `2`.
fn shortest(json: &Json) -> Json {
    serde_json::from_str(&luge::value::json::canonical(json)).expect("JSON")
}
