//! Handlers while a request is answered: routes, lists, views, sign-ins, settings.

use super::column;
use crate::support::app::{TestApp, check, refusal};
use serde_json::{Value as Json, json};

#[tokio::test(flavor = "multi_thread")]
async fn routes_answer_in_every_form() {
    let script = r##"
        route("GET", "/hello/{name}", |req| `hello ${req.params.name}`);
        route("GET", "/api/my/json", |req| #{ q: req.query.q, who: req.auth?.email, root: req.superuser });
        route("GET", "/page", |req| html("<b>hi</b>"));
        route("GET", "/plain", |req| text("hi").status(203));
        route("GET", "/go", |req| redirect("/page"));
        route("GET", "/file/{name...}", |req| file(req.params.name));
        route("GET", "/nothing", |req| { });
        route("ANY", "/any", |req| reply(202, [req.method], #{ "X-Own": "1" }));
        route("POST", "/api/my/users", #{ auth: "users", rate: "2/min", body: "1kb" }, |req| req.body);
        route("POST", "/raw", #{ raw: true }, |req| text(req.raw));
        route("GET", "/bug", |req| { let x = 1; x.nothing });
        route("GET", "/refuse", |req| fail(418, "a teapot"));
    "##;
    let t = TestApp::with_hooks(&[("r.rhai", script), ("public/a.txt", "file a"), ("public/sub/b.json", "{}"), (".secret", "no")]).await;
    assert!(t.app.scripts().diagnostics().is_empty(), "{:?}", t.app.scripts().diagnostics());
    let (guest, ada, root) = (t.guest(), t.user("ada").await, t.superuser().await);
    check(vec![
        (&guest, "GET", "/hello/a%20b", Json::Null, 200, Some(json!("hello a b"))),
        (&ada, "GET", "/api/my/json?q=1", Json::Null, 200, Some(json!({"q": "1", "who": "ada@example.com", "root": false}))),
        (&root, "GET", "/api/my/json", Json::Null, 200, Some(json!({"q": null, "who": "root@example.com", "root": true}))),
        (&guest, "GET", "/nothing", Json::Null, 204, None),
        (&guest, "DELETE", "/any", Json::Null, 202, Some(json!(["DELETE"]))),
        (&guest, "GET", "/bug", Json::Null, 500, refusal(500, "Something went wrong while processing your request.")),
        (&guest, "GET", "/refuse", Json::Null, 418, refusal(418, "A teapot.")),
        (&guest, "POST", "/hello/x", json!({}), 404, None),
        (&guest, "POST", "/api/my/users", json!({}), 401, None),
        (&root, "POST", "/api/my/users", json!({}), 403, None),
        (&ada, "POST", "/api/my/users", json!({"a": [1]}), 200, Some(json!({"a": [1]}))),
        (&ada, "POST", "/api/my/users", json!({"a": "x".repeat(2000)}), 413, None),
        (&ada, "POST", "/api/my/users", json!({}), 429, None),
        (&guest, "GET", "/file/../.secret", Json::Null, 404, None),
        (&guest, "GET", "/file/%2e%2e/.secret", Json::Null, 404, None),
        (&guest, "GET", "/file/none.txt", Json::Null, 404, None),
    ])
    .await;
    let page = guest.get("/page").await;
    assert_eq!((page.status, page.text.as_str(), page.header("content-type")), (200, "<b>hi</b>", "text/html; charset=utf-8"));
    assert_eq!((guest.get("/plain").await.status, guest.get("/go").await.text), (203, "<b>hi</b>".to_owned()));
    assert_eq!((guest.get("/file/a.txt").await.text, guest.get("/file/sub/b.json").await.text), ("file a".to_owned(), "{}".to_owned()));
    assert_eq!(guest.call("POST", "/raw", json!({"b": 1})).await.text, "{\"b\":1}");
    assert_eq!(guest.call("PATCH", "/any", json!({})).await.header("x-own"), "1");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_can_be_added_to_and_hidden() {
    let script = r#"
        on_view("posts", |e| { if e.record.count == 2 { e.record.hide(); } e.record.more = [e.record.title, e.auth?.name]; e.record.remove("doc"); });
        on_list("posts", |e| for r in e.records { if r.count == 2 { r.hide(); } else { r.more = r.count * 2; } });
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    t.posts().await;
    let (guest, ada) = (t.guest(), t.user("ada").await);
    for count in 1..4 {
        guest.post("/api/collections/posts/records", json!({"title": "t", "count": count})).await;
    }
    assert_eq!(column(&t, "posts", "more").await, [2, 6]);
    let ids = column(&t, "posts", "id").await;
    let path = |i: usize| format!("/api/collections/posts/records/{}", ids[i].as_str().unwrap());
    let seen = ada.get(&path(0)).await.json;
    assert_eq!((&seen["more"], seen.get("doc")), (&json!(["t", "ada"]), None));
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_and_settings_are_asked() {
    let script = r#"
        on_auth("users", |e| if e.record.name == "banned" { fail(403, "You are banned, " + e.method) });
        on_auth_refresh("users", |e| if e.record.name == "once" { fail(403, "Only once") });
        on_auth_impersonate(|e| if e.auth.email != "root@example.com" { fail(403) });
        on_settings(|e| if e.settings.meta.appName == "bad" { fail(400, `${e.before.meta.appName} stays`) });
        on_serve(|e| log::info("serving"));
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    let (once, root) = (t.user("once").await, t.superuser().await);
    let body = json!({"email": "b@example.com", "password": "1234567890", "passwordConfirm": "1234567890", "name": "banned"});
    let banned = root.post("/api/collections/users/records", body).await.json["id"].as_str().unwrap().to_owned();
    let sign_in = json!({"identity": "b@example.com", "password": "1234567890"});
    let name = t.app.settings().meta.app_name.clone();
    check(vec![
        (&t.guest(), "POST", "/api/collections/users/auth-with-password", sign_in, 403, refusal(403, "You are banned, password.")),
        (&once, "POST", "/api/collections/users/auth-refresh", json!({}), 403, refusal(403, "Only once.")),
        (
            &root,
            "POST",
            &format!("/api/collections/users/impersonate/{banned}"),
            json!({}),
            403,
            refusal(403, "You are banned, impersonate."),
        ),
        (&root, "PATCH", "/api/settings", json!({"meta": {"appName": "bad"}}), 400, refusal(400, &format!("{name} stays."))),
        (&root, "PATCH", "/api/settings", json!({"meta": {"appName": "good"}}), 200, None),
    ])
    .await;
    t.stop().await;
}
