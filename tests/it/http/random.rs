//! Whatever JSON is sent to a route that writes, the answer is never a fault of the server.

use crate::support::app::{Actor, TestApp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};

/// Names that routes know, so that random bodies get further than the first check.
const NAMES: &[&str] = &[
    "id",
    "title",
    "count",
    "count+",
    "tags",
    "tags-",
    "+tags",
    "data",
    "doc",
    "name",
    "type",
    "fields",
    "indexes",
    "listRule",
    "viewQuery",
    "system",
    "options",
    "requests",
    "method",
    "url",
    "body",
    "identity",
    "password",
    "passwordConfirm",
    "email",
    "emailVisibility",
    "verified",
    "tokenKey",
    "oldPassword",
    "collections",
    "deleteMissing",
    "duration",
    "meta",
    "appName",
    "rateLimits",
    "rules",
    "label",
    "superuserIPs",
    "batch",
    "maxRequests",
    "enabled",
    "authRule",
    "passwordAuth",
    "identityFields",
    "authToken",
    "secret",
    "expand",
    "@jsonPayload",
    "required",
    "maxSelect",
    "values",
    "pattern",
    "min",
    "max",
    "collectionId",
    "hidden",
    "ifMatch",
];

const TEXTS: &[&str] = &[
    "",
    "text",
    "number",
    "auth",
    "view",
    "base",
    "posts",
    "users",
    "id = 1",
    "@request.auth.id != ''",
    "aaaaaaaaaaaaaaa",
    "a@b.co",
    "1234567890",
    "POST",
    "PATCH",
    "DELETE",
    "/api/collections/posts/records",
    "/api/collections/posts/records/aaaaaaaaaaaaaaa",
    "relation",
    "json",
    "select",
    "((((",
    "\u{0}",
    "ä\u{10ffff}",
    "9e999",
    "2024-01-01",
    "CREATE INDEX a ON posts (title)",
    "CREATE UNIQUE INDEX `b` ON `posts` (`title`) WHERE 1",
];

fn any_json() -> impl Strategy<Value = Json> {
    let text = prop_oneof![prop::sample::select(TEXTS).prop_map(str::to_owned), ".{0,12}"];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (-3i64..9).prop_map(Json::from),
        text.prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name = prop_oneof![4 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => ".{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((name, inner), 0..7).prop_map(|pairs| Json::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn routes() -> Vec<(&'static str, &'static str)> {
    vec![
        ("POST", "/api/collections/posts/records"),
        ("PATCH", "/api/collections/posts/records/aaaaaaaaaaaaaaa"),
        ("POST", "/api/collections/users/records"),
        ("POST", "/api/batch"),
        ("POST", "/api/collections"),
        ("PATCH", "/api/collections/posts"),
        ("PUT", "/api/collections/import"),
        ("PATCH", "/api/settings"),
        ("POST", "/api/collections/users/auth-with-password"),
        ("POST", "/api/collections/users/auth-refresh"),
        ("POST", "/api/collections/users/impersonate/aaaaaaaaaaaaaaa"),
        ("POST", "/api/collections/meta/dry-run-view"),
    ]
}

async fn send(actor: &Actor, method: &str, path: &str, body: &Json) {
    let answer = actor.call(method, path, body.clone()).await;
    assert!(answer.status < 500, "{method} {path} {body} answered {} {}", answer.status, answer.text);
    assert!(answer.text.is_empty() || !answer.json.is_null(), "{method} {path} {body} answered {}", answer.text);
}

#[tokio::test]
async fn no_body_is_a_fault_of_the_server() {
    let t = TestApp::new().await;
    t.posts().await;
    let (guest, root) = (t.guest(), t.superuser().await);
    assert_eq!(root.patch("/api/settings", json!({"batch": {"enabled": true}})).await.status, 200);
    let made = root.post("/api/collections/posts/records", json!({"id": "aaaaaaaaaaaaaaa", "title": "x"})).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (mut runner, bodies) = (TestRunner::deterministic(), any_json());
    for i in 0..1200 {
        let body = bodies.new_tree(&mut runner).expect("a body").current();
        let (method, path) = routes()[i % routes().len()];
        let actor = if i % 3 == 0 { &guest } else { &root };
        send(actor, method, path, &body).await;
    }
    assert_eq!(root.get("/api/settings").await.status, 200, "the settings must not have locked the superuser out");
}
