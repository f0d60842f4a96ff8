//! Plugins: off until they are enabled, and then within their permissions.

use super::until;
use crate::support::app::{TestApp, check};
use serde_json::{Value as Json, json};

const MANIFEST: &str = r#"
[plugin]
name = "shop"
version = "1.2.0"
title = "Shop"
[permissions]
network = ["api.example.com"]
collections = { read = ["posts"], write = ["shop_orders"] }
routes = ["/api/shop/*"]
secrets = ["SHOP_KEY"]
[[settings]]
key = "currency"
type = "select"
values = ["usd", "eur"]
default = "usd"
[schema]
file = "schema.json"
"#;

const SCRIPT: &str = r#"
route("POST", "/api/shop/try", |req| switch req.body.what {
    "setting" => settings::get("currency"),
    "secret" => secrets::get("SHOP_KEY"),
    "other secret" => secrets::get("STRIPE_KEY"),
    "env" => env::get("PATH"),
    "read" => records::count("posts"),
    "users" => records::find("users", ""),
    "superusers" => records::find("_superusers", ""),
    "join" => records::find("posts", "@collection.users.email ?~ 'a'"),
    "write" => records::create("shop_orders", #{ total: 1 }).total,
    "write posts" => records::create("posts", #{ title: "a" }),
    "in a transaction" => db::tx(|tx| tx.update("posts", "x", #{ title: "a" })),
    "call" => http::get("https://other.example.com/"),
    "private" => http::get("http://localhost:1/"),
    "mail" => mail::send(#{ to: "a@b.com", subject: "x", text: "y" }),
});
"#;

const SCHEMA: &str = r#"[{"name": "shop_orders", "type": "base", "fields": [{"name": "total", "type": "number"}]}]"#;

async fn shop(script: &str) -> TestApp {
    let files = [
        ("a.rhai", ""),
        ("../plugins/shop/plugin.toml", MANIFEST),
        ("../plugins/shop/main.rhai", script),
        ("../plugins/shop/schema.json", SCHEMA),
    ];
    TestApp::with_hooks(&files).await
}

fn of_shop(plugins: &Json) -> Json {
    plugins["items"].as_array().unwrap().iter().find(|p| p["name"] == "shop").expect("the shop is there").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_lives_within_its_permissions() {
    let t = shop(SCRIPT).await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let before = of_shop(&root.get("/api/plugins").await.json);
    assert_eq!(
        (&before["enabled"], &before["missing"], &before["accepted"]),
        (&json!(false), &json!(["shop_orders"]), &Json::Null),
        "{before}"
    );
    assert_eq!(guest.post("/api/shop/try", json!({})).await.status, 404);
    assert_eq!(guest.post("/api/plugins/shop/enable", json!({})).await.status, 401);
    let enabled = root.post("/api/plugins/shop/enable", json!({})).await;
    assert_eq!((enabled.status, &enabled.json["enabled"], &enabled.json["missing"]), (200, &json!(true), &json!([])), "{}", enabled.text);
    let sent = json!({"settings": {"currency": "eur"}, "secrets": {"SHOP_KEY": "s3cret"}});
    let set = root.call("PATCH", "/api/plugins/shop", sent).await;
    assert_eq!(
        (&set.json["secrets"], &set.json["settings"][0]["value"]),
        (&json!([{"name": "SHOP_KEY", "set": true}]), &json!("eur")),
        "{}",
        set.text
    );
    assert!(!set.text.contains("s3cret"));
    let bad = root.call("PATCH", "/api/plugins/shop", json!({"settings": {"currency": "yen"}})).await;
    assert_eq!((bad.status, &bad.json["data"]["settings"]["currency"]["code"]), (400, &json!("validation_invalid_value")), "{}", bad.text);
    assert_eq!(root.call("PATCH", "/api/plugins/shop", json!({"secrets": {"STRIPE_KEY": "x"}})).await.status, 400);
    let path = "/api/shop/try";
    let ask = |what: &str| json!({"what": what});
    check(vec![
        (&guest, "POST", path, ask("setting"), 200, Some(json!("eur"))),
        (&guest, "POST", path, ask("secret"), 200, Some(json!("s3cret"))),
        (&guest, "POST", path, ask("read"), 200, Some(json!(0))),
        (&guest, "POST", path, ask("write"), 200, Some(json!(1))),
    ])
    .await;
    for what in ["other secret", "env", "users", "superusers", "join", "write posts", "in a transaction", "call", "private", "mail"] {
        let refused = guest.post(path, ask(what)).await;
        assert!(refused.status == 403 && refused.text.contains("lugin"), "{what}: {} {}", refused.status, refused.text);
    }
    assert_eq!(root.post("/api/plugins/shop/disable", json!({})).await.json["enabled"], false);
    assert_eq!(guest.post(path, ask("setting")).await.status, 404);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_permissions_must_be_accepted_again() {
    let t = shop(SCRIPT).await;
    let root = t.superuser().await;
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    let file = t.hooks_dir().join("../plugins/shop/plugin.toml");
    std::fs::write(&file, MANIFEST.replace("network = [\"api.example.com\"]", "network = [\"*\"]")).unwrap();
    t.app.scripts().load();
    assert_eq!(t.guest().post("/api/shop/try", json!({"what": "setting"})).await.status, 404);
    let shown = of_shop(&root.get("/api/plugins").await.json);
    assert!(shown["diagnostics"].to_string().contains("other permissions"), "{shown}");
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    assert_eq!(t.guest().post("/api/shop/try", json!({"what": "setting"})).await.json, "usd");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_hears_only_of_what_it_may_read() {
    let t =
        shop("after_create(\"*\", |e| log::info(`after ${e.collection}`)); on_create(\"*\", |e| log::info(`on ${e.collection}`));").await;
    t.posts().await;
    let root = t.superuser().await;
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    t.user("ada").await;
    for collection in ["shop_orders", "posts"] {
        let made = root.post(&format!("/api/collections/{collection}/records"), json!({"title": "a", "total": 1})).await;
        assert_eq!(made.status, 200, "{}", made.text);
    }
    let told = || t.app.scripts().log(0, 100).into_iter().map(|line| line.message).collect::<Vec<_>>();
    until("the last event", async || told().contains(&"after posts".to_owned())).await;
    until("all events", async || {
        let after = root.get("/api/hooks/jobs").await.json["after"].clone();
        after["done"] == after["head"]
    })
    .await;
    let mut told: Vec<String> = told().into_iter().filter(|m| m.starts_with("on ") || m.starts_with("after ")).collect();
    told.sort();
    assert_eq!(told, ["after posts", "after shop_orders", "on shop_orders"]);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_plugin_is_loaded_again() {
    let t = shop("lib::nothing();").await;
    let file = t.hooks_dir().join("../plugins/shop/main.rhai");
    std::fs::write(&file, "route(\"GET\", \"/api/shop/x\", |r| first::word());").unwrap();
    std::fs::create_dir_all(t.hooks_dir().join("../plugins/shop/lib")).unwrap();
    // A library may use one that comes later in the alphabet.
    std::fs::write(t.hooks_dir().join("../plugins/shop/lib/first.rhai"), "fn word() { second::word() }").unwrap();
    let second = t.hooks_dir().join("../plugins/shop/lib/second.rhai");
    std::fs::write(&second, "fn word() { \"one\" }").unwrap();
    let enabled = t.superuser().await.post("/api/plugins/shop/enable", json!({})).await;
    assert_eq!(enabled.status, 200, "{}", enabled.text);
    let guest = t.guest();
    assert_eq!(guest.get("/api/shop/x").await.json, "one");
    std::fs::write(&second, "fn word() { \"another\" }").unwrap();
    until("the new file", async || guest.get("/api/shop/x").await.json == "another").await;
    std::fs::write(&second, "fn word() { nothing }").unwrap();
    until("its mistake", async || !t.app.scripts().diagnostics().is_empty()).await;
    assert_eq!(t.app.scripts().diagnostics()[0].file, "shop/lib/second.rhai");
    assert_eq!(guest.get("/api/shop/x").await.json, "another");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_with_a_mistake_is_not_enabled() {
    for (script, expected) in [
        ("on_create(\"x\", |e| nothing)", "shop/main.rhai:1:20"),
        ("route(\"GET\", \"/api/other\", |r| 1)", "permissions.routes"),
        ("cron(\"a\", \"* * * * *\", || 1)", "cron = false"),
        ("after_create(\"users\", |e| 1)", "collections.read"),
        ("on_create(\"posts\", |e| 1)", "collections.write"),
    ] {
        let t = shop(script).await;
        let root = t.superuser().await;
        let refused = root.post("/api/plugins/shop/enable", json!({})).await;
        assert!(refused.status == 400 && refused.text.contains(expected), "{script}: {}", refused.text);
        assert_eq!(of_shop(&root.get("/api/plugins").await.json)["enabled"], false);
        assert_eq!(root.post("/api/plugins/nothing/enable", json!({})).await.status, 404);
        t.stop().await;
    }
}
