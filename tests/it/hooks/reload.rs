//! Scripts that change while the server runs.

use super::until;
use crate::support::app::TestApp;
use serde_json::json;
use std::fs;

async fn title(t: &TestApp) -> String {
    let made = t.guest().post("/api/collections/posts/records", json!({"title": "x"})).await;
    made.json["title"].as_str().unwrap_or(&made.text).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_script_is_used_and_a_broken_one_keeps_the_old() {
    let t = TestApp::with_hooks(&[("posts.rhai", r#"on_create("posts", |e| e.record.title = "one");"#)]).await;
    t.posts().await;
    assert_eq!(title(&t).await, "one");
    let file = t.hooks_dir().join("posts.rhai");
    fs::write(&file, "on_create(\"posts\", |e| e.record.title = name::of(2));").unwrap();
    fs::create_dir_all(t.hooks_dir().join("lib")).unwrap();
    fs::write(t.hooks_dir().join("lib/name.rhai"), "fn of(n) { `number ${n}` }").unwrap();
    until("the new script", async || title(&t).await == "number 2").await;
    fs::write(&file, "on_create(\"posts\", |e| {\n  e.record.title = nothing;\n});").unwrap();
    until("its mistake", async || !t.app.scripts().diagnostics().is_empty()).await;
    let at = t.app.scripts().diagnostics().remove(0);
    assert_eq!((at.file.as_str(), at.line, at.column), ("hooks/posts.rhai", 2, 20), "{at}");
    assert!(at.message.contains("nothing"), "{at}");
    assert_eq!(title(&t).await, "number 2");
    fs::remove_file(&file).unwrap();
    until("no script", async || title(&t).await == "x").await;
    t.stop().await;
}

#[tokio::test]
async fn mistakes_of_registration_are_told_with_their_place() {
    let cases = [
        ("on_backup(|e| 1);", "on_backup comes with backups"),
        ("\nlet n = 1; on_create(\"a\", |e| { n += 1; });", "make it a const"),
        ("import \"lib/x\" as x;", "import is not needed"),
        ("route(\"GET\", \"/api/health\", |r| 1);", "belongs to the server"),
        ("cron(\"a\", \"often\", || 1);", "no cron expression"),
        ("records::get(\"a\", \"b\");", "inside a handler"),
        ("loop { }", "loop"),
        ("eval(\"1\");", "eval"),
        ("on_create(1, |e| 1);", "named by a string"),
    ];
    for (text, expected) in cases {
        let t = TestApp::with_hooks(&[("a.rhai", text)]).await;
        let told = t.app.scripts().diagnostics();
        // Which limit ends the loop first depends on the machine.
        let ended = |m: &str| expected == "loop" && (m.contains("Too many operations") || m.contains("longer than it may"));
        assert!(told.iter().any(|at| at.message.contains(expected) || ended(&at.message)), "{text}: {told:?}");
        assert!(0 < told[0].line || expected == "loop", "{text}: {told:?}");
        t.stop().await;
    }
}

/// Puts a file in its place in one step: whoever reads it meanwhile sees the old one or the new one.
pub fn put(path: &std::path::Path, bytes: &[u8]) {
    let temporary = path.with_extension("new");
    fs::write(&temporary, bytes).unwrap();
    fs::rename(&temporary, path).unwrap();
}

/// A hook that refuses, and a request that it must refuse.
const REFUSES: &str = r#"on_create("posts", |e| if e.record.title == "forbidden" { fail(400, "Refused") });"#;

async fn is_refused(t: &TestApp) {
    let made = t.guest().post("/api/collections/posts/records", json!({"title": "forbidden"})).await;
    assert_eq!((made.status, made.text.contains("Refused")), (400, true), "{}", made.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_that_cannot_be_read_stay_as_they_were() {
    let t = TestApp::with_hooks(&[("posts.rhai", REFUSES)]).await;
    t.posts().await;
    is_refused(&t).await;
    let (dir, file) = (t.hooks_dir(), t.hooks_dir().join("posts.rhai"));
    // A file that is no text, one that is too long, a folder that is none: none of them can be read.
    put(&file, &[0xff, 0xfe]);
    assert!(t.app.scripts().load().diagnostics[0].to_string().contains("hooks/posts.rhai: it cannot be read"));
    is_refused(&t).await;
    put(&file, " ".repeat((1 << 20) + 1).as_bytes());
    assert!(t.app.scripts().load().diagnostics[0].to_string().contains("hooks/posts.rhai: it has 1048577 bytes"));
    is_refused(&t).await;
    put(&dir.join("lib"), b"");
    put(&file, b"on_create(\"posts\", |e| e.record.title = \"mended\");");
    let report = t.app.scripts().load();
    assert!(!report.loaded, "{report:?}");
    is_refused(&t).await;
    fs::remove_file(dir.join("lib")).unwrap();
    until("the mended script", async || title(&t).await == "mended").await;
    assert_eq!(t.app.scripts().diagnostics().len(), 0);
    t.stop().await;
}
