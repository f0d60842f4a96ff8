//! `/api/health`.

use crate::support::app::{TestApp, check};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn tells_superusers_more() {
    let t = TestApp::new().await;
    let (guest, user, root) = (t.guest(), t.user("ann").await, t.superuser().await);
    let plain = json!({"message": "API is healthy.", "code": 200, "data": {}});
    check(vec![
        (&guest, "GET", "/api/health", Json::Null, 200, Some(plain.clone())),
        (&guest, "GET", "/api/health?fields=", Json::Null, 200, Some(plain.clone())),
        (&guest, "GET", "/api/health?fields=,", Json::Null, 200, Some(plain.clone())),
        (&guest, "GET", "/api/health?fields=code", Json::Null, 200, Some(json!({"code": 200}))),
        (&user, "GET", "/api/health", Json::Null, 200, Some(plain)),
    ])
    .await;
    let data = root.get("/api/health").await.json["data"].clone();
    assert_eq!((&data["canBackup"], &data["realIP"], &data["possibleProxyHeader"]), (&json!(false), &json!("127.0.0.1"), &json!("")));
    assert_eq!(data["version"], env!("CARGO_PKG_VERSION"));
    assert!(data["position"].as_str().is_some_and(|p| p.contains(':')), "{data}");
}
