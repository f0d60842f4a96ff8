//! Editing collections while they are in use.

use super::{Bench, SYSTEM, object};
use luge::commit::{Op, collections};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

async fn fill(bench: &Bench, collection: &Arc<luge::schema::Collection>, count: usize) {
    for chunk in 0..count.div_ceil(1000) {
        let rows = (chunk * 1000)..count.min((chunk + 1) * 1000);
        let op = |i: usize| Op::Create { collection: collection.clone(), body: object(json!({"title": format!("t{i}"), "count": i})) };
        bench.run(rows.map(op).collect()).await.expect("the records are right");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_index_is_built_while_others_write() {
    let bench = Arc::new(Bench::new(true).await);
    let posts = bench.posts().await;
    fill(&bench, &posts, 20_000).await;
    let edit = {
        let bench = bench.clone();
        let body = object(
            json!({"indexes": ["CREATE INDEX by_title ON posts (title)", "CREATE INDEX late ON posts (count) WHERE count > 15000"]}),
        );
        tokio::spawn(async move { collections::update(&bench.db, &SYSTEM, "posts", &body).await })
    };
    let mut slowest = Duration::ZERO;
    let mut written = 0;
    while !edit.is_finished() {
        let started = Instant::now();
        bench.create(&posts, json!({"title": "meanwhile", "count": 99_999})).await.expect("writing goes on");
        slowest = slowest.max(started.elapsed());
        written += 1;
    }
    edit.await.unwrap().expect("the indexes can be built");
    println!("{written} writes during the edit, the slowest took {slowest:?}");
    assert!(0 < written);
    let posts = bench.db.schema().find("posts").unwrap().clone();
    assert!(posts.indexes.iter().all(|i| i.ready));
    bench.audit().await;
}

#[tokio::test]
async fn a_unique_index_that_cannot_be_leaves_nothing() {
    let bench = Bench::new(true).await;
    let posts = bench.posts().await;
    fill(&bench, &posts, 1500).await;
    bench.create(&posts, json!({"title": "t3"})).await.expect("nothing is unique yet");
    let body = object(json!({"indexes": ["CREATE UNIQUE INDEX one ON posts (title)"], "name": "renamed"}));
    let error = collections::update(&bench.db, &SYSTEM, "posts", &body).await.expect_err("t3 is there twice");
    assert!(error.fields.has("indexes"), "{error}");
    assert!(bench.db.schema().find("renamed").is_none());
    bench.create(&posts, json!({"title": "t3"})).await.expect("the index is not in force");
    bench.audit().await;
    let bench = bench.reopen(true).await;
    bench.audit().await;
}

#[tokio::test]
async fn values_follow_a_field_that_becomes_single_and_multiple() {
    let bench = Bench::new(true).await;
    let posts = bench.posts().await;
    let a = super::id_of(&bench.create(&posts, json!({"title": "a"})).await.unwrap());
    let b = super::id_of(&bench.create(&posts, json!({"title": "b"})).await.unwrap());
    let field = |max: i64| json!([{"name": "to", "id": "to", "type": "relation", "collectionId": posts.id, "maxSelect": max}]);
    let links = bench.collection(json!({"name": "links", "type": "base", "fields": field(5)})).await;
    let link = super::id_of(&bench.create(&links, json!({"to": [a, b]})).await.unwrap());
    for (max, expected) in [(1, vec![b.as_str()]), (5, vec![b.as_str()])] {
        collections::update(&bench.db, &SYSTEM, "links", &object(json!({"fields": field(max)}))).await.expect("the field can change");
        let links = bench.db.schema().find("links").unwrap().clone();
        let record = bench.db.view().get(&links, &link).unwrap().unwrap().to_record();
        assert_eq!(record.get_named("to").items(), expected);
        bench.audit().await;
    }
}

#[tokio::test]
async fn what_is_deleted_leaves_no_keys() {
    let bench = Bench::new(true).await;
    let posts = bench.posts().await;
    fill(&bench, &posts, 2500).await;
    collections::truncate(&bench.db, &SYSTEM, "posts").await.expect("posts can be emptied");
    assert_eq!(bench.count(&posts), 0);
    fill(&bench, &posts, 10).await;
    collections::delete(&bench.db, &SYSTEM, "posts").await.expect("posts can go");
    bench.audit().await;
    let mut left = 0;
    let range = luge::store::keys::rows(posts.number);
    let mut count = |_: &[u8], _: luge::store::Held| {
        left += 1;
        std::ops::ControlFlow::Continue(())
    };
    bench.db.store().scan(&range, false, &mut count).unwrap();
    assert_eq!(left, 0);
}
