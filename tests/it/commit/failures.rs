//! A disk that fails at the worst moment.

use super::{Bench, options};
use futures_util::future::join_all;
use luge::commit::{Db, Op, Options};
use luge::error::Code;
use luge::log::{Faults, Step};
use serde_json::{Map, json};
use std::io::ErrorKind;
use tempfile::TempDir;

async fn faulty() -> (Bench, Faults) {
    let dir = TempDir::new().unwrap();
    let faults = Faults::default();
    let db = Db::open(Options { faults: faults.clone(), ..options(&dir, true) }).await.expect("a new database opens");
    (Bench { dir, db }, faults)
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let (bench, faults) = faulty().await;
    let posts = bench.posts().await;
    bench.create(&posts, json!({"title": "before"})).await.expect("there is room");
    faults.fail(Step::Append, 1, ErrorKind::StorageFull);
    let refused = bench.create(&posts, json!({"title": "lost"})).await.expect_err("there is no room");
    assert_eq!((refused.error.code, refused.error.status()), (Code::DiskFull, 507));
    assert_eq!(bench.count(&posts), 1);
    bench.create(&posts, json!({"title": "after"})).await.expect("there is room again");
    assert_eq!(bench.count(&posts), 2);
    bench.audit().await;
    let bench = bench.reopen(true).await;
    assert_eq!(bench.count(&posts), 2);
}

#[tokio::test]
async fn a_store_that_fails_stops_writes_until_a_restart() {
    let (bench, faults) = faulty().await;
    let posts = bench.posts().await;
    faults.fail(Step::Apply, 1, ErrorKind::Other);
    let refused = bench.create(&posts, json!({"title": "in the log"})).await.expect_err("the store does not take it");
    assert_eq!(refused.error.code, Code::Unavailable);
    let refused = bench.create(&posts, json!({"title": "no"})).await.expect_err("nothing may come after it");
    assert_eq!(refused.error.code, Code::Unavailable);
    assert_eq!(bench.count(&posts), 0);
    let bench = bench.reopen(true).await;
    assert_eq!(bench.count(&posts), 1, "what is in the log is done");
    bench.create(&posts, json!({"title": "yes"})).await.expect("writing goes on");
    bench.audit().await;
}

#[tokio::test]
async fn a_transaction_that_is_too_large_refuses_nobody_else() {
    let dir = TempDir::new().unwrap();
    let db = Db::open(Options { entry_bytes: 64 << 10, ..options(&dir, true) }).await.expect("a new database opens");
    let bench = Bench { dir, db };
    let posts = bench.posts().await;
    let create = |title: String| Op::Create { collection: posts.clone(), body: Map::from_iter([("title".to_owned(), json!(title))]) };
    for round in 0..20 {
        // All of them are queued while the first one is written, so most share a group with the large one.
        let writes = (0..12).map(|i| match i {
            6 => bench.run((0..20).map(|_| create("x".repeat(4_000))).collect()),
            _ => bench.run(vec![create(format!("{round} {i}"))]),
        });
        for (i, outcome) in join_all(writes).await.into_iter().enumerate() {
            let code = outcome.err().map(|refused| refused.error.code);
            assert_eq!(code, (i == 6).then_some(Code::TooLarge), "{round} {i}");
        }
    }
    assert_eq!(bench.count(&posts), 20 * 11);
    bench.audit().await;
}
