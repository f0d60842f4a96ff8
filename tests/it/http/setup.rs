//! `/api/setup`, and how often one may fail to sign in.

use crate::support::app::{START, TestApp, check, refusal, required};
use luge::auth::setup::LIFE;
use luge::auth::throttle::WINDOW;
use serde_json::{Value as Json, json};

const SETUP: &str = "/api/setup";

fn owner(token: &str) -> Json {
    json!({"token": token, "email": "own@example.com", "password": "1234567890"})
}

#[tokio::test]
async fn the_link_makes_the_first_superuser_and_no_other() {
    let t = TestApp::unowned().await;
    let guest = t.guest();
    check(vec![(&guest, "GET", SETUP, Json::Null, 200, Some(json!({"needed": true, "open": false})))]).await;
    let token = t.app.setup().open(START);
    check(vec![(&guest, "GET", SETUP, Json::Null, 200, Some(json!({"needed": true, "open": true})))]).await;
    let bad = guest.post(SETUP, json!({"token": token, "email": "x", "password": "short"})).await;
    assert_eq!(bad.status, 400, "{}", bad.text);
    assert!(bad.json["data"]["email"].is_object() && bad.json["data"]["password"].is_object(), "{}", bad.text);
    let made = guest.post(SETUP, owner(&token)).await;
    assert_eq!((made.status, &made.json["record"]["email"]), (200, &json!("own@example.com")), "{}", made.text);
    let root = t.bearer(made.json["token"].as_str().expect("a token"));
    assert_eq!(root.get("/api/settings").await.status, 200);
    let used = refusal(403, "This setup link is not valid: there is a superuser already. Sign in instead.");
    check(vec![
        (&guest, "GET", SETUP, Json::Null, 200, Some(json!({"needed": false, "open": false}))),
        (&guest, "POST", SETUP, owner(&token), 403, used),
    ])
    .await;
    // A link that was opened in spite of it is worth nothing.
    let late = t.app.setup().open(START);
    assert_eq!(guest.post(SETUP, owner(&late)).await.status, 403);
}

#[tokio::test]
async fn a_link_is_exact_and_expires() {
    let t = TestApp::unowned().await;
    let guest = t.guest();
    let never = "This setup link is not valid: it was used, or the server has never printed one.";
    let blank = json!({"token": required(), "email": required(), "password": required()});
    check(vec![(&guest, "POST", SETUP, owner("x"), 403, refusal(403, never))]).await;
    assert_eq!(guest.post(SETUP, json!({})).await.json["data"], blank);
    let token = t.app.setup().open(START);
    let other = refusal(403, "This setup link is not valid: it is not the one that the server has printed last.");
    check(vec![(&guest, "POST", SETUP, owner(&token[1..]), 403, other)]).await;
    t.clock.set(START + LIFE);
    let expired = refusal(403, "This setup link is not valid: it has expired. Restart the server to get a new one.");
    check(vec![
        (&guest, "POST", SETUP, owner(&token), 403, expired),
        (&guest, "GET", SETUP, Json::Null, 200, Some(json!({"needed": true, "open": false}))),
    ])
    .await;
}

#[tokio::test]
async fn guessing_a_link_is_limited() {
    let t = TestApp::unowned().await;
    let token = t.app.setup().open(START);
    for _ in 0..10 {
        assert_eq!(t.guest().post(SETUP, owner("wrong")).await.status, 403);
    }
    let limited = t.guest().post(SETUP, owner(&token)).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "300"), "{}", limited.text);
    t.clock.set(START + WINDOW);
    assert_eq!(t.guest().post(SETUP, owner(&token)).await.status, 200);
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_that_name_for_that_address() {
    let t = TestApp::new().await;
    t.user("ann").await;
    t.user("bob").await;
    let sign_in = "/api/collections/users/auth-with-password";
    let with = |name: &str, password: &str| json!({"identity": format!("{name}@example.com"), "password": password});
    for _ in 0..9 {
        assert_eq!(t.guest().post(sign_in, with("ann", "wrong")).await.status, 400);
    }
    assert_eq!(t.guest().post(sign_in, with("ann", "1234567890")).await.status, 200, "a right one clears the count");
    for _ in 0..10 {
        assert_eq!(t.guest().post(sign_in, with("ann", "wrong")).await.status, 400);
    }
    let locked = t.guest().post(sign_in, with("ann", "1234567890")).await;
    assert_eq!((locked.status, locked.header("retry-after")), (429, "300"));
    assert_eq!(locked.json, refusal(429, "Too many failed sign-ins. Try again in 5 minutes.").expect("a body"));
    assert_eq!(t.guest().post(sign_in, with("bob", "1234567890")).await.status, 200, "others are not locked");
    t.clock.set(START + WINDOW);
    assert_eq!(t.guest().post(sign_in, with("ann", "1234567890")).await.status, 200);
}
