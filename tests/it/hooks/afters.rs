//! Handlers after the commit: at least once, in order, tried again, kept as dead letters.

use super::before::ledger;
use super::{column, until};
use crate::support::app::TestApp;
use luge::commit::{Db, Op, Options, Transaction, collections, commit};
use luge::hooks::{Config, Scripts};
use luge::query::Authority;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_handled_in_order() {
    let script = r#"
        after_create("posts", |e| records::create("ledger", #{ note: `c ${e.record.title} ${e.before ?? "-"}`, of: e.id }));
        after_update("posts", |e| records::create("ledger", #{ note: `u ${e.before.title} ${e.record.title}`, of: e.id }));
        after_delete("posts", |e| records::create("ledger", #{ note: `d ${e.record.title}`, of: e.source }));
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let guest = t.guest();
    let made = guest.post("/api/collections/posts/records", json!({"title": "1"})).await;
    let path = format!("/api/collections/posts/records/{}", made.json["id"].as_str().unwrap());
    for title in 2..20 {
        assert_eq!(guest.patch(&path, json!({"title": title.to_string()})).await.status, 200);
    }
    assert_eq!(guest.delete(&path).await.status, 204);
    until("the last event", async || column(&t, "ledger", "note").await.last().is_some_and(|n| n == "d 19")).await;
    let notes = column(&t, "ledger", "note").await;
    let updates = (2..20).map(|n| format!("u {} {n}", n - 1));
    let expected: Vec<String> = ["c 1 -".to_owned()].into_iter().chain(updates).chain(["d 19".to_owned()]).collect();
    assert_eq!(notes, expected);
    let ids = column(&t, "ledger", "of").await;
    assert_eq!(ids.last().unwrap(), "api");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_fails_is_tried_again_and_then_kept() {
    let script = r#"
        after_create("posts", #{ retries: 1 }, |e| {
            records::create("ledger", #{ note: e.record.title, of: e.id });
            if records::count("ledger", "note = {:t}", #{ t: e.record.title }) < e.record.count { throw "not yet"; }
        });
    "#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let (guest, db) = (t.guest(), t.app.db().clone());
    for (title, count) in [("second", 2), ("third", 3)] {
        assert_eq!(guest.post("/api/collections/posts/records", json!({"title": title, "count": count})).await.status, 200);
    }
    let dead = || luge::hooks::dead::list(&db, 10).unwrap();
    until("a dead letter", async || !dead().is_empty()).await;
    let letters = dead();
    assert_eq!((letters.len(), &letters[0]["what"]["record"]["title"], &letters[0]["attempts"]), (1, &json!("third"), &json!(2)));
    assert!(letters[0]["error"].as_str().unwrap().starts_with("hooks/posts.rhai:4:"), "{}", letters[0]);
    luge::hooks::dead::again(t.app.scripts(), &db, letters[0]["deadId"].as_str().unwrap()).await.expect("the third time is right");
    assert!(dead().is_empty());
    let mut notes = column(&t, "ledger", "note").await;
    notes.sort_by_key(ToString::to_string);
    assert_eq!(notes, ["second", "second", "third", "third", "third"]);
    let ids: std::collections::BTreeSet<String> = column(&t, "ledger", "of").await.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), 2, "each event keeps its id over all tries");
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_not_lost_while_the_cursor_cannot_be_written() {
    let script = r#"after_create("posts", |e| records::create("ledger", #{ note: e.record.title, of: e.id }));"#;
    let t = TestApp::with_hooks(&[("posts.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let cursors = t.hooks_dir().join("../log/cursors");
    until("a cursor", async || cursors.join("hooks.cursor").is_file()).await;
    // No folder can be where a file is.
    std::fs::remove_dir_all(&cursors).unwrap();
    std::fs::write(&cursors, "").unwrap();
    let guest = t.guest();
    let mut expected = Vec::new();
    for n in 0..4 {
        let title = n.to_string();
        assert_eq!(guest.post("/api/collections/posts/records", json!({"title": title})).await.status, 200);
        expected.push(json!(title));
        until("an event without a cursor", async || column(&t, "ledger", "note").await == expected).await;
        // Some beats, at which the cursor is to be written.
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    std::fs::remove_file(&cursors).unwrap();
    until("the cursor again", async || cursors.join("hooks.cursor").is_file()).await;
    assert_eq!(guest.post("/api/collections/posts/records", json!({"title": "last"})).await.status, 200);
    expected.push(json!("last"));
    until("the last event", async || column(&t, "ledger", "note").await == expected).await;
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_epoch_loses_no_event() {
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("hooks")).unwrap();
    let script = r#"after_create("posts", |e| records::create("seen", #{ event: e.id }));"#;
    std::fs::write(dir.path().join("hooks/a.rhai"), script).unwrap();
    let options = || Options { cheap_passwords: true, ..Options::new(dir.path().join("data")) };
    let db = Db::open(options()).await.expect("a new database opens");
    for body in
        [json!({"name": "posts", "type": "base"}), json!({"name": "seen", "type": "base", "fields": [{"name": "event", "type": "text"}]})]
    {
        collections::create(&db, &Authority::System("test"), body.as_object().unwrap()).await.expect("the collection is right");
    }
    // The server stopped when an event was there that its handler had not seen.
    db.log().set_cursor("hooks", db.position()).unwrap();
    let posts = db.schema().find("posts").cloned().unwrap();
    commit(&db, Transaction::system("test", vec![Op::Create { collection: posts, body: Default::default() }])).await.expect("a record");
    let before = db.position();
    db.close();
    drop(db);
    let scripts = Scripts::new(Config { dir: Some(dir.path().join("hooks")), ..Config::default() });
    let options = Options { new_epoch: true, hooks: Box::new(scripts.clone()), ..options() };
    let db = Db::open(options).await.expect("it opens again");
    assert_ne!(db.position().epoch, before.epoch);
    let running = luge::hooks::start(&scripts, &db);
    let seen = db.schema().find("seen").cloned().unwrap();
    let mut events = Vec::new();
    until("the event", async || {
        events.clear();
        let read = db.view().each(&seen, false, &mut |row| {
            events.push(row.to_record().get_named("event").as_text().to_owned());
            std::ops::ControlFlow::Continue(())
        });
        read.is_ok() && !events.is_empty()
    })
    .await;
    assert_eq!(events, [format!("{}-{}-0", before.epoch, before.seq)], "its id is that of its own epoch");
    until("its end is noted", async || db.log().cursor("hooks").is_some_and(|at| before.seq < at.seq && db.log().holds(at))).await;
    running.stop().await;
    db.close();
}
