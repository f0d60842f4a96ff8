//! What the dashboard's editor asks for: files, checks, completions, the log; and the cases of `luge hooks test`.

use crate::support::app::{TestApp, check};
use luge::hooks::{cases, source};
use serde_json::{Value as Json, json};

#[tokio::test(flavor = "multi_thread")]
async fn scripts_are_read_checked_and_saved() {
    let t = TestApp::with_hooks(&[("a.rhai", "fn one() { 1 }"), ("lib/x.rhai", "fn f() { 2 }")]).await;
    t.posts().await;
    let root = t.superuser().await;
    let files = root.get("/api/hooks/scripts").await.json;
    let names: Vec<&Json> = files["files"].as_array().unwrap().iter().map(|f| &f["file"]).collect();
    assert_eq!((names, &files["loaded"]), (vec![&json!("a.rhai"), &json!("lib/x.rhai")], &json!(true)));
    assert_eq!(root.get("/api/hooks/scripts/lib/x.rhai").await.json["text"], "fn f() { 2 }");
    let good = "on_create(\"posts\", |e| { e.record.title = `n${x::f()}`; log::info(\"made\"); });";
    let bad = "on_create(\"posts\", |e| {\n  nothing\n});";
    let told = root.post("/api/hooks/check", json!({"file": "a.rhai", "text": bad})).await.json;
    assert_eq!((&told["diagnostics"][0]["line"], &told["diagnostics"][0]["file"]), (&json!(2), &json!("hooks/a.rhai")), "{told}");
    let refused = root.call("PUT", "/api/hooks/scripts/a.rhai", json!({"text": bad})).await;
    assert_eq!((refused.status, &refused.json["diagnostics"][0]["line"]), (400, &json!(2)), "{}", refused.text);
    assert_eq!(root.get("/api/hooks/scripts/a.rhai").await.json["text"], "fn one() { 1 }");
    let saved = root.call("PUT", "/api/hooks/scripts/a.rhai", json!({"text": good})).await;
    assert_eq!((saved.status, &saved.json["loaded"]), (200, &json!(true)), "{}", saved.text);
    let made = t.guest().post("/api/collections/posts/records", json!({"title": "x"})).await;
    assert_eq!(made.json["title"], "n2", "{}", made.text);
    let log = root.get("/api/hooks/log?wait=20").await.json;
    assert_eq!((&log["lines"][0]["message"], &log["lines"][0]["source"]), (&json!("made"), &json!("hooks/a.rhai:1")), "{log}");
    let forced = root.call("PUT", "/api/hooks/scripts/a.rhai", json!({"text": bad, "force": true})).await;
    assert_eq!((forced.status, &forced.json["loaded"]), (200, &json!(false)), "{}", forced.text);
    assert_eq!(t.guest().post("/api/collections/posts/records", json!({"title": "x"})).await.json["title"], "n2");
    assert_eq!(root.delete("/api/hooks/scripts/a.rhai").await.status, 204);
    let completions = root.get("/api/hooks/completions").await.json;
    assert!(
        completions["functions"].to_string().contains("records::get(collection, id)")
            && completions["events"].to_string().contains("on_create")
    );
    let mut cases: Vec<crate::support::app::Case> = Vec::new();
    for path in
        ["/api/hooks/scripts/..%2F..%2Fx.rhai", "/api/hooks/scripts/a.txt", "/api/hooks/scripts/other/a.rhai", "/api/hooks/scripts/.rhai"]
    {
        cases.push((&root, "GET", path, Json::Null, 400, None));
    }
    cases.push((&root, "GET", "/api/hooks/scripts/none.rhai", Json::Null, 404, None));
    check(cases).await;
    let guest = t.guest();
    for path in ["/api/hooks/scripts", "/api/hooks/log", "/api/hooks/completions", "/api/plugins", "/api/hooks/jobs"] {
        check(vec![(&guest, "GET", path, Json::Null, 401, None)]).await;
    }
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_run_against_an_empty_server() {
    let script = r#"
        on_create("posts", |e| if e.record.title == "no" { fail(422, "not this") });
        after_create("posts", |e| records::update("posts", e.record.id, #{ title: "seen" }));
    "#;
    let tests = r#"
        test("refuses no", || {
            let error = refused(|| records::create("posts", #{ title: "no" }));
            assert_equal(error.status, 422);
            assert_equal(records::count("posts"), 0);
        });
        test("sees what is made", || {
            let made = records::create("posts", #{ title: "yes" });
            wait_until(|| records::get("posts", made.id).title == "seen");
        });
        test("fails", || assert_equal([1, 2], [1, 3]));
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script), ("cases/a.rhai", tests)]).await;
    assert!(t.app.scripts().diagnostics().is_empty());
    let found = source(t.app.scripts(), &t.hooks_dir()).unwrap();
    let schema = json!([{"name": "posts", "type": "base", "fields": [{"name": "title", "type": "text"}]}]);
    let outcomes = cases::run(&found, schema.as_array().unwrap()).await.expect("they compile");
    let told: Vec<(String, String)> = outcomes.into_iter().map(|o| (o.name, o.fault.map(|f| f.to_string()).unwrap_or_default())).collect();
    assert_eq!((told[0].1.as_str(), told[1].1.as_str()), ("", ""), "{told:?}");
    assert!(told[2].1.starts_with("hooks/cases/a.rhai:11:") && told[2].1.ends_with("[1,2] is not [1,3]"), "{told:?}");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saves_at_once_do_not_meet_in_one_temporary_file() {
    let t = TestApp::with_hooks(&[("a.rhai", "")]).await;
    let root = t.superuser().await;
    let texts: Vec<String> = (0..8).map(|n| format!("// {}", n.to_string().repeat(200_000))).collect();
    for _ in 0..3 {
        let saves = texts.iter().map(|text| root.call("PUT", "/api/hooks/scripts/a.rhai", json!({"text": text})));
        for saved in futures_util::future::join_all(saves).await {
            assert_eq!(saved.status, 200, "{}", saved.text);
        }
        let kept = root.get("/api/hooks/scripts/a.rhai").await.json["text"].as_str().unwrap().to_owned();
        assert!(texts.contains(&kept), "one of them, and all of it: {} bytes", kept.len());
    }
    t.stop().await;
}
