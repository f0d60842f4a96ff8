//! Collections as PocketBase answered them: `cases/schema/collections.jsonl` has what was there, what was sent, and the answer.

use super::{create, start, update, with_new};
use luge::schema::{Collection, wire};
use serde_json::{Value as Json, json};

#[test]
fn collections_are_saved_and_refused_as_in_pocketbase() {
    let mut failures = Vec::new();
    for line in include_str!("../../cases/schema/collections.jsonl").lines() {
        let case: Json = serde_json::from_str(line).expect("JSON");
        let schema = start();
        let result = match case.get("current") {
            Some(current) => {
                let (schema, current) = with_new(&schema, current.clone());
                update(&schema, &current, case["body"].clone())
            }
            None => create(&schema, case["body"].clone()),
        };
        let got = match result {
            Ok(collection) => sent(&collection),
            Err(e) => json!({"status": e.status(), "message": e.message, "data": e.fields.to_json()}),
        };
        let (wanted, got) = (comparable(case["answer"].clone()), comparable(got));
        if wanted != got {
            failures.push(format!("{} {}\n   want {wanted}\n   got  {got}", case.get("current").unwrap_or(&Json::Null), case["body"]));
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

fn sent(collection: &Collection) -> Json {
    serde_json::from_slice(&wire::to_json(collection)).expect("JSON")
}

/// Without times, and without the texts of mails, which are Luge's own.
fn comparable(mut answer: Json) -> Json {
    let Some(map) = answer.as_object_mut().filter(|m| m.contains_key("fields")) else { return answer };
    for key in ["created", "updated", "verificationTemplate", "resetPasswordTemplate", "confirmEmailChangeTemplate"] {
        map.remove(key);
    }
    for key in ["otp", "authAlert"] {
        map.get_mut(key).and_then(Json::as_object_mut).and_then(|o| o.remove("emailTemplate"));
    }
    answer
}
