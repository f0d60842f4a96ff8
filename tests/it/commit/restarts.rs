//! What is there after a restart, on sled.

use super::{Bench, id_of, options};
use luge::commit::Db;
use serde_json::json;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn records_counters_and_indexes_survive() {
    let bench = Bench::new(false).await;
    let body = json!({"name": "names", "type": "base", "fields": [{"name": "name", "type": "text"}],
        "indexes": ["CREATE UNIQUE INDEX one ON names (name)"]});
    let names = bench.collection(body).await;
    for i in 0..50 {
        bench.create(&names, json!({"name": format!("n{i}")})).await.expect("it is free");
    }
    let id = id_of(&bench.create(&names, json!({"name": "gone"})).await.unwrap());
    bench.delete(&names, &id).await.unwrap();
    let before = bench.db.position();
    let bench = bench.reopen(false).await;
    assert_eq!(bench.db.position(), before);
    assert_eq!(bench.count(&names), 50);
    let refused = bench.create(&names, json!({"name": "n7"})).await.expect_err("it is taken");
    assert!(refused.error.fields.has("name"));
    bench.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_broken_store_is_rebuilt_from_checkpoint_and_log() {
    let mut bench = Bench::new(false).await;
    let posts = bench.posts().await;
    for (round, damage) in ["nothing", "deleted", "garbage", "power cut"].into_iter().enumerate() {
        for i in 0..30 {
            bench.create(&posts, json!({"title": format!("{round} {i}")})).await.expect("it is right");
        }
        if round == 1 {
            bench.db.checkpoint().await.expect("a checkpoint can be taken");
            bench.create(&posts, json!({"title": "after the checkpoint"})).await.expect("it is right");
        }
        let expected = bench.count(&posts);
        let Bench { dir, db } = bench;
        db.close();
        drop(db);
        let store = dir.path().join("store");
        match damage {
            "deleted" => fs::remove_dir_all(&store).unwrap(),
            "garbage" => fs::write(store.join("db"), vec![0xaa; 300_000]).unwrap(),
            "power cut" => fs::write(dir.path().join("running"), "another-boot\nfull\n").unwrap(),
            _ => {}
        }
        let db = Db::open(options(&dir, false)).await.expect("the database opens again");
        let told = db.notices().iter().any(|n| n.0.contains("rebuilt"));
        assert_eq!(told, damage != "nothing", "{damage}: {:?}", db.notices());
        bench = Bench { dir, db };
        assert_eq!(bench.count(&posts), expected, "{damage}");
        bench.audit().await;
    }
    let aside = fs::read_dir(bench.dir.path()).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("set-aside"));
    assert_eq!(aside.count(), 1, "the newest of those that were set aside is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_under_writes_is_a_base_for_the_log() {
    let bench = Bench::new(false).await;
    let posts = bench.posts().await;
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        for i in 0..300 {
            ids.push(id_of(&bench.create(&posts, json!({"title": format!("t{i}")})).await.unwrap()));
        }
        ids
    };
    let checkpoint = tokio::spawn({
        let db = bench.db.clone();
        async move { db.checkpoint().await }
    });
    for (i, id) in ids.iter().enumerate() {
        match i % 3 {
            0 => drop(bench.delete(&posts, id).await.unwrap()),
            1 => drop(bench.update(&posts, id, json!({"count+": 1})).await.unwrap()),
            _ => drop(bench.create(&posts, json!({"title": "new"})).await.unwrap()),
        }
    }
    checkpoint.await.unwrap().expect("a checkpoint can be taken");
    assert_eq!(bench.count(&posts), 300);
    bench.audit().await;
}

#[tokio::test]
async fn a_second_server_on_the_directory_is_refused() {
    let bench = Bench::new(true).await;
    let error = Db::open(options(&bench.dir, true)).await.err().expect("the directory is in use");
    println!("{error}");
    assert_eq!(error.code, luge::error::Code::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_under_relaxed_durability_keeps_what_the_checkpoint_has() {
    let dir = tempfile::TempDir::new().unwrap();
    let relaxed = || luge::commit::Options { durability: luge::commit::Durability::Relaxed, segment_bytes: 4096, ..options(&dir, false) };
    let bench = Bench { db: Db::open(relaxed()).await.unwrap(), dir: tempfile::TempDir::new().unwrap() };
    let posts = bench.posts().await;
    for i in 0..100 {
        bench.create(&posts, json!({"title": format!("t{i}")})).await.expect("it is right");
    }
    for _ in 0..2 {
        bench.db.checkpoint().await.expect("a checkpoint can be taken");
    }
    let keep = luge::log::Keep { since: None, bytes: Some(8192), not_past_seq: 0, cursor_lag: 0 };
    bench.db.trim(&keep).expect("the log can be trimmed");
    assert!(1 < bench.db.log().first_seq());
    let before = bench.db.position();
    bench.db.close();
    drop(bench);
    for _ in 0..2 {
        fs::write(dir.path().join("running"), "another-boot\nrelaxed\n").unwrap();
        let db = Db::open(relaxed()).await.expect("the checkpoint is of the epoch before, and still good");
        assert_ne!(db.position().epoch, before.epoch);
        assert_eq!(db.view().count(&posts).unwrap(), 100);
        db.close();
        drop(db);
        let db = Db::open(relaxed()).await.expect("it opens again");
        assert!(db.notices().is_empty(), "the store is of the new epoch: {:?}", db.notices());
        db.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_lost_its_log_is_refused_and_left_as_it_is() {
    let bench = Bench::new(false).await;
    let posts = bench.posts().await;
    bench.create(&posts, json!({"title": "kept"})).await.expect("it is right");
    bench.db.checkpoint().await.expect("a checkpoint can be taken");
    let Bench { dir, db } = bench;
    db.close();
    drop(db);
    let (log, away) = (dir.path().join("log"), dir.path().join("away"));
    fs::rename(&log, &away).unwrap();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    for _ in 0..2 {
        let error = Db::open(options(&dir, false)).await.err().expect("there is no log");
        let told = error.detail.expect("a cause");
        assert!(told.contains("has no files, but store and checkpoints are of an app. Nothing was changed."), "{told}");
        assert_eq!(names(), before);
        // An empty folder is no log either.
        fs::create_dir_all(dir.path().join("empty")).unwrap();
        fs::rename(dir.path().join("empty"), &log).unwrap();
        let error = Db::open(options(&dir, false)).await.err().expect("there is no log");
        assert!(error.detail.expect("a cause").contains("Nothing was changed"));
        assert_eq!(fs::read_dir(&log).unwrap().count(), 0);
        fs::remove_dir(&log).unwrap();
    }
    fs::rename(&away, &log).unwrap();
    let bench = Bench { db: Db::open(options(&dir, false)).await.expect("the log is back"), dir };
    assert_eq!((bench.count(&posts), bench.db.notices()), (1, &[][..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_copy_goes_on_under_a_new_epoch() {
    let bench = Bench::new(false).await;
    let posts = bench.posts().await;
    bench.create(&posts, json!({"title": "in both"})).await.expect("it is right");
    let backup = bench.db.position();
    let Bench { dir, db } = bench;
    db.close();
    drop(db);
    let copy = tempfile::TempDir::new().unwrap();
    copy_tree(dir.path(), copy.path());
    let bench = Bench { db: Db::open(options(&dir, false)).await.unwrap(), dir };
    bench.create(&posts, json!({"title": "after the backup"})).await.expect("it is right");
    let lost = bench.db.position();

    let renewed = luge::commit::Options { new_epoch: true, ..options(&copy, false) };
    let restored = Bench { db: Db::open(renewed).await.expect("the copy opens"), dir: copy };
    assert!(restored.db.notices().is_empty(), "the store is the same: {:?}", restored.db.notices());
    for i in 0..3 {
        restored.create(&posts, json!({"title": format!("another {i}")})).await.expect("it is right");
    }
    let restored = restored.reopen(false).await;
    let log = restored.db.log();
    assert_ne!(restored.db.position().epoch, backup.epoch);
    assert!(lost.seq < restored.db.position().seq, "its number was given out again");
    assert!(log.holds(backup), "what both have is the same");
    assert!(!log.holds(lost), "what came after the backup is another history");
    assert_eq!((restored.count(&posts), restored.db.notices()), (4, &[][..]));
    restored.audit().await;
}

fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => copy_tree(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}
