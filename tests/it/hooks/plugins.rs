//! Plugins: off until they are enabled, and then within their permissions.

use super::reload::put;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_cannot_be_read_stays_as_it_was() {
    let t = shop("route(\"GET\", \"/api/shop/a\", |r| helper::one());").await;
    let (root, guest) = (t.superuser().await, t.guest());
    let folder = t.hooks_dir().join("../plugins/shop");
    let library = folder.join("lib/helper.rhai");
    std::fs::create_dir_all(folder.join("lib")).unwrap();
    std::fs::write(&library, "fn one() { 1 }").unwrap();
    // A link can be changed in one step, a folder cannot.
    let (plugins, real, link) = (folder.parent().unwrap(), t.hooks_dir().join("../real"), t.hooks_dir().join("../link"));
    std::fs::rename(plugins, &real).unwrap();
    std::os::unix::fs::symlink(&real, plugins).unwrap();
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    assert_eq!(guest.get("/api/shop/a").await.json, 1);
    // Its library, then its manifest, then the folder of all plugins.
    put(&library, &[0xff]);
    let told = t.app.scripts().load().diagnostics;
    assert!(told[0].to_string().starts_with("shop/lib/helper.rhai: it cannot be read"), "{told:?}");
    assert_eq!(guest.get("/api/shop/a").await.json, 1);
    put(&folder.join("plugin.toml"), b"[plugin");
    assert!(!t.app.scripts().load().loaded);
    assert_eq!(guest.get("/api/shop/a").await.json, 1);
    std::os::unix::fs::symlink(t.hooks_dir().join("a.rhai"), &link).unwrap();
    std::fs::rename(&link, plugins).unwrap();
    assert!(!t.app.scripts().load().loaded);
    assert_eq!(guest.get("/api/shop/a").await.json, 1);
    put(&real.join("shop/plugin.toml"), MANIFEST.as_bytes());
    put(&real.join("shop/lib/helper.rhai"), b"fn one() { 2 }");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    std::fs::rename(&link, plugins).unwrap();
    until("the new library", async || guest.get("/api/shop/a").await.json == 2).await;
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_s_filter_joins_only_what_it_may_read() {
    let script = r#"
        route("POST", "/api/shop/count", |req| records::count(req.body.of, req.body.filter));
        route("POST", "/api/shop/sort", |req| records::find(req.body.of, "", #{ sort: req.body.sort }).len());
    "#;
    let t = shop(script).await;
    t.posts().await;
    let root = t.superuser().await;
    let people = root.get("/api/collections/users").await.json["id"].clone();
    let relation = |name: &str, to: &Json, max: u32| json!({"name": name, "type": "relation", "collectionId": to, "maxSelect": max});
    let mut fields = root.get("/api/collections/posts").await.json["fields"].as_array().unwrap().clone();
    fields.extend([relation("author", &people, 1), relation("readers", &people, 9)]);
    let changed = root.patch("/api/collections/posts", json!({"fields": fields})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let posts = changed.json["id"].clone();
    let notes = json!({"name": "notes", "type": "base", "fields": [relation("post", &posts, 1)]});
    assert_eq!(root.post("/api/collections", notes).await.status, 200);
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    let guest = t.guest();
    let count = async |filter: &str| guest.post("/api/shop/count", json!({"of": "posts", "filter": filter})).await;
    let sort = async |sort: &str| guest.post("/api/shop/sort", json!({"of": "posts", "sort": sort})).await;
    for (status, filter) in [
        (200, "title = 'a' && @collection.shop_orders.total = 1"),
        (200, "author = 'x' && author.id != ''"),
        (403, "author.tokenKey ~ 'a'"),
        (403, "author.name = 'a'"),
        (403, "title = 'a' || readers.email ?~ 'a'"),
        (403, "notes_via_post.id ?= 'a'"),
        (403, "@collection.users.email ?~ 'a'"),
        (403, "strftime('%Y', @collection.users.created) = '2026'"),
        (400, "@collection._params.data ?~ 'a'"),
    ] {
        let answer = count(filter).await;
        assert_eq!(answer.status, status, "{filter}: {}", answer.text);
    }
    assert_eq!((sort("title").await.status, sort("author.email").await.status), (200, 403));
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn even_who_may_read_users_does_not_filter_by_their_keys() {
    let t = shop("route(\"GET\", \"/api/shop/a\", |req| records::count(\"users\", \"tokenKey ~ 'a'\"));").await;
    let root = t.superuser().await;
    let manifest = MANIFEST.replace("read = [\"posts\"]", "read = [\"*\"]");
    put(&t.hooks_dir().join("../plugins/shop/plugin.toml"), manifest.as_bytes());
    assert_eq!(root.post("/api/plugins/shop/enable", json!({})).await.status, 200);
    let refused = t.guest().get("/api/shop/a").await;
    assert!(refused.status == 403 && refused.text.contains("token keys"), "{}", refused.text);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_permission_is_refused_with_its_place() {
    for (event, list) in [("after_create", "read"), ("on_auth", "read"), ("on_view", "read"), ("on_create", "write")] {
        let t = shop(&format!("let a = 1;\n{event}(\"users\", |e| a);")).await;
        let refused = t.superuser().await.post("/api/plugins/shop/enable", json!({})).await;
        let told = &refused.text;
        assert!(refused.status == 400 && told.contains("shop/main.rhai:2:1"), "{event}: {told}");
        assert!(told.contains("permission for") && told.contains(&format!("collections.{list}")), "{event}: {told}");
        t.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_plugin_at_once_are_all_kept() {
    let t = shop("").await;
    let root = t.superuser().await;
    for round in 0..10 {
        let currency = if round % 2 == 0 { "eur" } else { "usd" };
        let settings = json!({"settings": {"currency": currency}});
        let verb = if round % 3 == 0 { "disable" } else { "enable" };
        let path = format!("/api/plugins/shop/{verb}");
        let (switched, set) = tokio::join!(root.post(&path, json!({})), root.patch("/api/plugins/shop", settings));
        assert_eq!((switched.status, set.status), (200, 200), "{} {}", switched.text, set.text);
        let shown = of_shop(&root.get("/api/plugins").await.json);
        assert_eq!(shown["enabled"], verb == "enable", "{shown}");
        assert_eq!(shown["settings"][0]["value"], currency, "{shown}");
    }
    t.stop().await;
}
