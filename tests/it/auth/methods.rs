//! `auth-methods`.

use crate::support::app::{TestApp, check, refusal};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn anyone_may_ask() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let off = json!({"enabled": false, "duration": 0});
    let mut expected = json!({
        "password": {"identityFields": ["email"], "enabled": true}, "oauth2": {"providers": [], "enabled": false},
        "mfa": off, "otp": off, "authProviders": [], "usernamePassword": false, "emailPassword": true
    });
    check(vec![
        (&guest, "GET", "/api/collections/users/auth-methods", Json::Null, 200, Some(expected.clone())),
        (&guest, "GET", "/api/collections/USERS/auth-methods?fields=mfa", Json::Null, 200, Some(json!({"mfa": off}))),
        (
            &guest,
            "GET",
            "/api/collections/posts/auth-methods",
            Json::Null,
            404,
            refusal(404, "Missing or invalid auth collection context."),
        ),
        (&guest, "GET", "/api/collections/nope/auth-methods", Json::Null, 404, refusal(404, "Missing or invalid collection context.")),
    ])
    .await;
    let body = json!({"passwordAuth": {"enabled": false}});
    assert_eq!(t.superuser().await.patch("/api/collections/users", body).await.status, 200);
    expected["password"] = json!({"identityFields": [], "enabled": false});
    expected["emailPassword"] = json!(false);
    check(vec![(&guest, "GET", "/api/collections/users/auth-methods", Json::Null, 200, Some(expected))]).await;
}
