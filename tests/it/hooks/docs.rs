//! `docs/hooks.md`: its tables are those of the code, and its examples run.

use super::{column, until};
use crate::support::app::TestApp;
use crate::support::socket::Socket;
use serde_json::json;
use std::fs;
use std::path::Path;

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hooks.md")).expect("the page is there")
}

#[test]
fn the_tables_are_those_of_the_code() {
    let page = page();
    let (text, tables) = page.split_once("-->\n").expect("a mark stands before the tables");
    let now = format!("\n{}", luge::hooks::docs::tables());
    if std::env::var("UPDATE").is_ok() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hooks.md"), format!("{text}-->\n{now}"))
            .expect("the page can be written");
        return;
    }
    assert!(tables == now, "docs/hooks.md is out of date: UPDATE=1 cargo test --test it hooks::docs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_run() {
    let page = page();
    let script: String = page.split("```rhai example\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    let t = TestApp::with_hooks(&[("docs.rhai", &script)]).await;
    assert!(t.app.scripts().diagnostics().is_empty(), "{:?}", t.app.scripts().diagnostics());
    let root = t.superuser().await;
    let text = |name: &str| json!({"name": name, "type": "text"});
    let number = |name: &str| json!({"name": name, "type": "number"});
    let orders = json!([text("number"), text("status"), number("total"), {"name": "items", "type": "json"},
        {"name": "owner", "type": "text"}, {"name": "created", "type": "autodate", "onCreate": true}]);
    for (name, fields) in [("orders", orders), ("ledger", json!([text("order"), number("amount")]))] {
        let body = json!({"name": name, "type": "base", "fields": fields, "listRule": "", "viewRule": "", "createRule": ""});
        assert_eq!(root.post("/api/collections", body).await.status, 200);
    }
    let ada = t.user("ada").await;
    let who = ada.post("/api/collections/users/auth-refresh", json!({})).await.json["record"]["id"].clone();
    let order = json!({"items": [{"price": 10, "qty": 2}, {"price": 1.5, "qty": 2}], "owner": who});
    assert_eq!(t.guest().post("/api/collections/orders/records", order.clone()).await.status, 401);
    let made = ada.post("/api/collections/orders/records", order).await;
    assert_eq!((&made.json["number"], &made.json["total"]), (&json!("INV-1"), &json!(23)), "{}", made.text);
    assert_eq!(column(&t, "ledger", "amount").await, [23]);
    let path = format!("/api/pay/{}", made.json["id"].as_str().unwrap());
    assert_eq!((t.guest().post(&path, json!({})).await.status, ada.post(&path, json!({})).await.status), (401, 200));
    assert_eq!(column(&t, "ledger", "amount").await, [23, -23]);
    let seen = ada.get(&format!("/api/collections/orders/records/{}", made.json["id"].as_str().unwrap())).await.json;
    assert_eq!((&seen["status"], &seen["gross"]), (&json!("paid"), &json!(28.75)));
    let (mut guest, mut signed_in) = (Socket::open(&t).await, Socket::signed_in(&t, &ada.token).await);
    let follow = json!({"type": "subscribe", "id": 1, "sub": "s", "topic": "ledger/*"});
    assert_eq!((&guest.ask(follow.clone()).await["status"], &signed_in.ask(follow).await["type"]), (&json!(403), &json!("ok")));
    until("the receipt", async || root.get("/api/hooks/jobs").await.json["items"] == json!([])).await;
    assert_eq!(root.post("/api/hooks/crons/hooks/cleanup", json!({})).await.status, 204);
    t.stop().await;
}
