//! Handlers inside the transaction: they change it, refuse it, and add to it.

use super::column;
use crate::support::app::{TestApp, check, problems, refusal};
use serde_json::{Value as Json, json};

/// A collection `ledger` with the fields `note` and `of`, which takes only notes that are not `never`.
pub async fn ledger(t: &TestApp) {
    let fields = json!([{"name": "note", "type": "text", "pattern": "^(?:[^n]|n[^e]).*$"}, {"name": "of", "type": "text"}]);
    let body = json!({"name": "ledger", "type": "base", "fields": fields});
    let answer = t.superuser().await.post("/api/collections", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_handler_changes_what_is_saved() {
    let script = r#"
        on_create("posts", |e| {
            e.record.title = e.record.title.to_upper();
            e.record.count += 1;
            e.record.data = #{ by: e.auth?.name ?? "guest", tags: e.record.tags.len() };
            e.record.data.more = [1, 2.5];
        });
        on_update("posts", |e| {
            if e.before.title != e.record.title { e.record.count = e.before.count + 10; }
        });
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    let ada = t.user("ada").await;
    let made = ada.post("/api/collections/posts/records", json!({"title": "hi", "count": 4, "tags": ["a", "b"]})).await;
    assert_eq!(made.json["title"], "HI", "{}", made.text);
    assert_eq!(made.json["count"], 5);
    assert_eq!(made.json["data"], json!({"by": "ada", "tags": 2, "more": [1, 2.5]}));
    let path = format!("/api/collections/posts/records/{}", made.json["id"].as_str().unwrap());
    let changed = t.guest().patch(&path, json!({"title": "ho"})).await;
    assert_eq!((&changed.json["title"], &changed.json["count"]), (&json!("ho"), &json!(15)));
    t.stop().await;
}

#[tokio::test]
async fn a_refusal_has_the_wires_form_and_rolls_everything_back() {
    let script = r#"
        on_create("posts", |e| {
            records::create("ledger", #{ note: "before " + e.record.title, of: e.record.id });
            if e.record.title == "no" { fail(422, "not this one", #{ title: "taken_already", count: "It is too large" }); }
            if e.record.title == "throw" { throw "as it is"; }
            if e.record.title == "map" { throw #{ status: 403, message: "go away" }; }
            if e.record.title == "bug" { e.record.count = e.record.title.nothing(); }
        });
        on_delete("posts", |e| if e.record.count > 5 { fail(409, "too many") });
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let (guest, root) = (t.guest(), t.superuser().await);
    let path = "/api/collections/posts/records";
    let data = json!({"title": {"code": "taken_already", "message": "Invalid value."}, "count": {"code": "validation_invalid_value", "message": "It is too large."}});
    let mut refused = problems("Not this one.", data).unwrap();
    refused["status"] = 422.into();
    check(vec![
        (&guest, "POST", path, json!({"title": "no"}), 422, Some(refused)),
        (&guest, "POST", path, json!({"title": "throw"}), 400, refusal(400, "As it is.")),
        (&root, "POST", path, json!({"title": "map"}), 403, refusal(403, "Go away.")),
        (&guest, "POST", path, json!({"title": "bug"}), 500, refusal(500, "Something went wrong while processing your request.")),
        (&guest, "POST", path, json!({"title": "fine", "count": 9}), 200, None),
    ])
    .await;
    assert_eq!(column(&t, "ledger", "note").await, ["before fine"]);
    let line = t.app.scripts().log(0, 100).into_iter().find(|l| l.level == "error").expect("the bug is in the log");
    assert!(line.message.contains("hooks/posts.rhai:7:") && line.message.contains("nothing"), "{}", line.message);
    let id = column(&t, "posts", "id").await[0].as_str().unwrap().to_owned();
    check(vec![(&guest, "DELETE", &format!("{path}/{id}"), Json::Null, 409, refusal(409, "Too many."))]).await;
    t.stop().await;
}

#[tokio::test]
async fn added_writes_are_atomic_with_their_cause_and_see_it() {
    let script = r#"
        on_create("posts", |e| {
            let made = records::create("ledger", #{ note: e.record.data?.note ?? "x", of: e.record.id });
            records::update("ledger", made.id, #{ of: e.record.id + "!" });
        });
        on_create("ledger", |e| {
            // The cause is staged by now.
            if records::get("posts", e.record.of) == () { fail(400, "no post") }
        });
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let guest = t.guest();
    let path = "/api/collections/posts/records";
    let made = guest.post(path, json!({"title": "a"})).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(column(&t, "ledger", "of").await, [format!("{}!", made.json["id"].as_str().unwrap())]);
    // What the ledger does not take refuses the post too.
    let refused = guest.post(path, json!({"title": "b", "data": {"note": "never"}})).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!((column(&t, "posts", "title").await.len(), column(&t, "ledger", "of").await.len()), (1, 1));
    t.stop().await;
}

#[tokio::test]
async fn hooks_that_cause_each_other_end() {
    let script =
        r#"on_create("posts", |e| { if e.record.count < 100 { records::create("posts", #{ title: "t", count: e.record.count + 1 }); } });"#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    let path = "/api/collections/posts/records";
    let deep = t.guest().post(path, json!({"title": "a", "count": 90})).await;
    assert_eq!((deep.status, &deep.json["message"]), (400, &json!("The hooks of this write cause each other more than 5 levels deep.")));
    let fine = t.guest().post(path, json!({"title": "a", "count": 95})).await;
    assert_eq!(fine.status, 200, "{}", fine.text);
    assert_eq!(column(&t, "posts", "count").await.len(), 6);
    t.stop().await;
}

#[tokio::test]
async fn rules_bind_those_in_whose_name_a_script_writes() {
    let script = r#"on_create("posts", |e| { records::create("ledger", #{ note: "x" }, #{ by: e.auth }); });"#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let path = "/api/collections/posts/records";
    assert_eq!(t.guest().post(path, json!({"title": "a"})).await.status, 403);
    assert_eq!(t.superuser().await.post(path, json!({"title": "a"})).await.status, 200);
    t.stop().await;
}

#[tokio::test]
async fn records_are_found_with_values_in_the_filter() {
    let script = r#"
        on_create("posts", |e| {
            let same = records::find("posts", "title = {:t} && count > {:n}", #{ t: e.record.title, n: 1, sort: "-count", limit: 2 });
            e.record.data = #{ counts: same.map(|r| r.count), n: records::count("posts", "title = {:t}", #{ t: e.record.title }),
                first: records::first("posts", "title = {:t}", #{ t: "it's \\" })?.count ?? -1 };
        });
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    for (title, count) in [("a", 1), ("a", 2), ("a", 3), ("a", 4), ("it's \\", 7)] {
        let made = t.guest().post("/api/collections/posts/records", json!({"title": title, "count": count})).await;
        assert_eq!(made.status, 200, "{}", made.text);
    }
    let last = t.guest().post("/api/collections/posts/records", json!({"title": "a"})).await;
    assert_eq!(last.json["data"], json!({"counts": [4, 3], "n": 4, "first": 7}), "{}", last.text);
    t.stop().await;
}
