//! Tokens: who they name, when they end, `auth-refresh` and `impersonate`.

use crate::support::app::{Actor, START, TestApp, check, problems, refusal};
use luge::auth::token::unproven;
use serde_json::{Value as Json, json};

const REFRESH: &str = "/api/collections/users/auth-refresh";

/// The status of what only this user may do.
async fn own(actor: &Actor) -> u16 {
    actor.post(REFRESH, json!({})).await.status
}

#[tokio::test]
async fn a_token_that_does_not_hold_makes_a_guest() {
    let t = TestApp::new().await;
    let user = t.user("ann").await;
    assert_eq!(own(&user).await, 200);
    let mut parts: Vec<String> = user.token.split('.').map(str::to_owned).collect();
    parts[2] = parts[2].chars().rev().collect();
    let forged = parts.join(".");
    for token in ["x", "a.b.c", "Bearer", "Bearer x", &forged, &user.token[1..]] {
        let actor = t.bearer(token);
        assert_eq!(actor.get("/api/health").await.status, 200, "{token}");
        assert_eq!(own(&actor).await, 401, "{token}");
    }
    for prefix in ["Bearer ", "bearer ", "BEARER "] {
        assert_eq!(own(&t.bearer(&format!("{prefix}{}", user.token))).await, 200, "{prefix}");
    }
}

#[tokio::test]
async fn tokens_end() {
    let t = TestApp::new().await;
    let user = t.user("ann").await;
    t.clock.set(START + 431_999_000);
    assert_eq!(own(&user).await, 200);
    t.clock.set(START + 432_000_000);
    assert_eq!(own(&user).await, 401);
}

#[tokio::test]
async fn a_new_password_or_secret_ends_all_tokens() {
    let t = TestApp::new().await;
    let (root, user, other) = (t.superuser().await, t.user("ann").await, t.user("bo").await);
    assert_eq!((own(&user).await, own(&other).await), (200, 200));
    let id = unproven(&user.token).expect("a token").id;
    let body = json!({"password": "0987654321", "passwordConfirm": "0987654321"});
    let changed = root.patch(&format!("/api/collections/users/records/{id}"), body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!((own(&user).await, own(&other).await), (401, 200));
    let changed = root.patch("/api/collections/users", json!({"authToken": {"secret": "s".repeat(50), "duration": 432_000}})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(own(&other).await, 401);
    let again = t.signed_in("users", "bo@example.com", "1234567890").await;
    let id = unproven(&again.token).expect("a token").id;
    assert_eq!(own(&again).await, 200);
    assert_eq!(root.delete(&format!("/api/collections/users/records/{id}")).await.status, 204);
    assert_eq!(own(&again).await, 401);
}

#[tokio::test]
async fn refresh_gives_a_new_token() {
    let t = TestApp::new().await;
    let (guest, root, user) = (t.guest(), t.superuser().await, t.user("ann").await);
    t.clock.set(START + 5_000);
    let answer = user.post(REFRESH, Json::Null).await;
    let claims = unproven(answer.json["token"].as_str().expect("a token")).expect("a token");
    assert_eq!((claims.exp, claims.refreshable), (START / 1000 + 5 + 432_000, true));
    assert_eq!(answer.json["record"]["email"], "ann@example.com");
    check(vec![
        (&guest, "POST", REFRESH, Json::Null, 401, refusal(401, "The request requires valid record authorization token.")),
        (&root, "POST", REFRESH, Json::Null, 403, refusal(403, "The request requires auth record from _superusers collection.")),
        (&root, "POST", "/api/collections/nope/auth-refresh", Json::Null, 404, refusal(404, "Missing or invalid collection context.")),
    ])
    .await;
}

#[tokio::test]
async fn superusers_may_act_as_others() {
    let t = TestApp::new().await;
    let (guest, root, user) = (t.guest(), t.superuser().await, t.user("ann").await);
    let id = unproven(&user.token).expect("a token").id;
    let path = format!("/api/collections/users/impersonate/{id}");
    let negative = json!({"duration": {
        "code": "validation_min_greater_equal_than_required", "message": "Must be no less than 0.", "params": {"threshold": 0}
    }});
    check(vec![
        (&guest, "POST", &path, json!({}), 401, refusal(401, "The request requires valid record authorization token.")),
        (&user, "POST", &path, json!({}), 403, refusal(403, "The authorized record is not allowed to perform this action.")),
        (&root, "POST", "/api/collections/users/impersonate/nope", json!({}), 404, refusal(404, "The requested resource wasn't found.")),
        (&root, "POST", &path, json!({"duration": "x"}), 400, refusal(400, "An error occurred while loading the submitted data.")),
        (&root, "POST", &path, json!({"duration": -1}), 400, problems("An error occurred while validating the submitted data.", negative)),
    ])
    .await;
    for (body, seconds) in [(Json::Null, 432_000), (json!({"duration": 0}), 432_000), (json!({"duration": 60}), 60)] {
        let answer = match body {
            Json::Null => root.send("POST", &path, "", Vec::new()).await,
            body => root.post(&path, body).await,
        };
        let token = answer.json["token"].as_str().expect("a token").to_owned();
        let claims = unproven(&token).expect("a token");
        assert_eq!((claims.exp - START / 1000, claims.refreshable, &claims.id), (seconds, false, &id));
        assert_eq!(answer.json["record"]["email"], "ann@example.com");
        let refreshed = t.bearer(&token).post(REFRESH, json!({})).await;
        assert_eq!(refreshed.json["token"], json!(token), "it is given back as it was");
    }
}
