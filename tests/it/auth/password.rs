//! `auth-with-password`.

use crate::support::app::{START, TestApp, check, problems, refusal, required};
use luge::commit::{Op, Transaction, commit};
use luge::value::Value;
use serde_json::{Value as Json, json};

const SIGN_IN: &str = "/api/collections/users/auth-with-password";

/// The bcrypt hash (cost 4) of `1234567890`, as an imported record has it.
fn bcrypt() -> String {
    bcrypt::hash("1234567890", 4).expect("a hash")
}

#[tokio::test]
async fn the_answer_is_record_and_token() {
    let t = TestApp::new().await;
    let user = t.user("ann").await;
    let answer = t.guest().post(SIGN_IN, json!({"identity": "ann@example.com", "password": "1234567890"})).await;
    let record = &answer.json["record"];
    assert_eq!((&record["email"], &record["name"], &record["emailVisibility"]), (&json!("ann@example.com"), &json!("ann"), &json!(false)));
    assert!(record.get("password").is_none() && record.get("tokenKey").is_none(), "{}", answer.text);
    let claims = luge::auth::token::unproven(&user.token).expect("a token");
    assert_eq!((claims.kind.as_str(), claims.refreshable), ("auth", true));
    assert_eq!((json!(claims.id), claims.exp), (record["id"].clone(), START / 1000 + 432_000));
    let picked =
        t.guest().post(&format!("{SIGN_IN}?fields=record.name"), json!({"identity": "ann@example.com", "password": "1234567890"})).await;
    assert_eq!(picked.json, json!({"record": {"name": "ann"}}));
}

#[tokio::test]
async fn refusals_are_those_of_the_wire() {
    let t = TestApp::new().await;
    t.user("ann").await;
    t.posts().await;
    let guest = t.guest();
    let failed = refusal(400, "Failed to authenticate.");
    let validating = "An error occurred while validating the submitted data.";
    let loading = refusal(400, "An error occurred while loading the submitted data.");
    let in_list = json!({"identityField": {"code": "validation_in_invalid", "message": "Must be a valid value."}});
    let blank = problems(validating, json!({"identity": required(), "password": required()}));
    let long = json!({"password": {
        "code": "validation_length_out_of_range", "message": "The length must be between 1 and 255.", "params": {"max": 255, "min": 1}
    }});
    let with = |identity: &str, password: &str| json!({"identity": identity, "password": password});
    check(vec![
        (&guest, "POST", SIGN_IN, Json::Null, 400, blank.clone()),
        (&guest, "POST", SIGN_IN, json!({}), 400, blank),
        (&guest, "POST", SIGN_IN, json!({"identity": 5, "password": "x"}), 400, loading.clone()),
        (&guest, "POST", SIGN_IN, json!([]), 400, loading),
        (&guest, "POST", SIGN_IN, with("ann@example.com", &"x".repeat(256)), 400, problems(validating, long)),
        (&guest, "POST", SIGN_IN, with("ann@example.com", "wrong"), 400, failed.clone()),
        (&guest, "POST", SIGN_IN, with("nobody@example.com", "1234567890"), 400, failed.clone()),
        (&guest, "POST", SIGN_IN, with("ann", "1234567890"), 400, failed),
        (
            &guest,
            "POST",
            SIGN_IN,
            json!({"identity": "ann@example.com", "password": "1234567890", "identityField": "name"}),
            400,
            problems(validating, in_list),
        ),
        (&guest, "POST", SIGN_IN, json!({"identity": "ann@example.com", "password": "1234567890", "identityField": "email"}), 200, None),
        (
            &guest,
            "POST",
            "/api/collections/posts/auth-with-password",
            json!({}),
            404,
            refusal(404, "Missing or invalid auth collection context."),
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_collection_decides_who_and_how() {
    let t = TestApp::new().await;
    t.user("ann").await;
    let (root, body) = (t.superuser().await, json!({"identity": "ann@example.com", "password": "1234567890"}));
    let refused = refusal(403, "The request doesn't satisfy the collection requirements to authenticate.");
    let off = refusal(403, "The collection is not configured to allow password authentication.");
    let cases = [
        (json!({"authRule": "verified = true"}), 403, refused.clone()),
        (json!({"authRule": null}), 403, refused),
        (json!({"authRule": "name = 'ann' && @request.context = 'password'"}), 200, None),
        (json!({"authRule": "", "passwordAuth": {"enabled": false}}), 403, off),
    ];
    for (options, status, expected) in cases {
        let changed = root.patch("/api/collections/users", options.clone()).await;
        assert_eq!(changed.status, 200, "{options}: {}", changed.text);
        check(vec![(&t.guest(), "POST", SIGN_IN, body.clone(), status, expected)]).await;
    }
}

#[tokio::test]
async fn other_identity_fields_count_as_their_index_says() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let users = root.get("/api/collections/users").await.json;
    let (mut fields, mut indexes) = (users["fields"].clone(), users["indexes"].clone());
    fields.as_array_mut().expect("fields").push(json!({"name": "handle", "type": "text"}));
    let index = "CREATE UNIQUE INDEX `idx_handle` ON `users` (`handle` COLLATE NOCASE) WHERE `handle` != ''";
    indexes.as_array_mut().expect("indexes").push(json!(index));
    let body = json!({"fields": fields, "indexes": indexes, "passwordAuth": {"enabled": true, "identityFields": ["handle", "email"]}});
    let changed = root.patch("/api/collections/users", body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let password = json!({"email": "bo@example.com", "password": "1234567890", "passwordConfirm": "1234567890", "handle": "Bo"});
    assert_eq!(root.post("/api/collections/users/records", password).await.status, 200);
    for (identity, status) in [("bo@example.com", 200), ("Bo", 200), ("bO", 200), ("Boo", 400)] {
        let answer = t.guest().post(SIGN_IN, json!({"identity": identity, "password": "1234567890"})).await;
        assert_eq!(answer.status, status, "{identity}: {}", answer.text);
    }
}

#[tokio::test]
async fn an_imported_hash_is_replaced_at_the_first_sign_in() {
    let t = TestApp::new().await;
    let user = t.user("ann").await;
    let db = t.app.db();
    let id = luge::auth::token::unproven(&user.token).expect("a token").id;
    let stored = || {
        let view = db.view();
        let users = view.schema.find("users").expect("users");
        view.get(users, &id).expect("a read").expect("the record").to_record()
    };
    let mut record = (*stored()).clone();
    record.set_named("password", Value::text(bcrypt()));
    commit(db, Transaction::system("import", vec![Op::Put { record }])).await.expect("a commit");
    for _ in 0..2 {
        t.signed_in("users", "ann@example.com", "1234567890").await;
        let hash = stored().get_named("password");
        assert!(hash.as_text().starts_with("$argon2id$"), "{hash:?}");
    }
    assert_eq!(user.post("/api/collections/users/auth-refresh", json!({})).await.status, 200, "the old token stays good");
}
