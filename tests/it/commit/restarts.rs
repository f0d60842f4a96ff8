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
