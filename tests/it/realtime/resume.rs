//! Going on from a position: after a lost connection, from a log that was trimmed, and for a client that reads too slowly.

use super::errors::texts;
use crate::support::app::TestApp;
use crate::support::socket::{Kept, Socket, marks};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn everything_that_was_missed_comes_in_order() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    let posts = "/api/collections/posts/records";
    let mut socket = Socket::open(&t).await;
    let begun = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 0"})).await;
    let since = begun[1]["position"].clone();
    drop(socket);
    let a = root.post(posts, json!({"title": "a", "count": 1})).await;
    root.post(posts, json!({"title": "none"})).await;
    let path = format!("{posts}/{}", a.json["id"].as_str().unwrap());
    root.patch(&path, json!({"title": "b"})).await;
    let last = root.patch(&path, json!({"count": 0})).await;
    let mut socket = Socket::open(&t).await;
    let told = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 0", "since": since})).await;
    let kinds: Vec<&str> = told.iter().map(|m| m["action"].as_str().or(m["type"].as_str()).unwrap()).collect();
    assert_eq!(kinds, ["ok", "create", "update", "delete", "live"]);
    assert_eq!(told[3]["position"], last.header("luge-position"));
    // In two steps it is the same.
    let rest = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 0", "since": told[1]["position"]})).await;
    assert_eq!(rest[1..3], told[2..4]);
}

#[tokio::test]
async fn a_position_that_is_gone_is_a_reset() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    root.post("/api/collections/posts/records", json!({"title": "a"})).await;
    let mut socket = Socket::open(&t).await;
    for (since, snapshot) in [("1:1", false), ("1:1", true)] {
        let told = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "since": since, "snapshot": snapshot})).await;
        let kinds: Vec<&str> = told.iter().map(|m| m["type"].as_str().unwrap()).collect();
        assert_eq!((&told[1]["type"], &told[1]["reason"]), (&json!("reset"), &json!("epoch")));
        assert_eq!(kinds[2..], if snapshot { vec!["snapshot", "live"] } else { vec!["live"] });
    }
    let position = socket.ready["position"].as_str().unwrap().to_owned();
    let (epoch, seq) = position.split_once(':').unwrap();
    let future = format!("{epoch}:{}", seq.parse::<u64>().unwrap() + 100);
    let told = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "since": future})).await;
    assert_eq!(told[1]["reason"], "epoch");
    // With a position that is held, a snapshot is not needed.
    let told = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "since": position, "snapshot": true})).await;
    assert_eq!(told.iter().map(|m| m["type"].as_str().unwrap()).collect::<Vec<_>>(), ["ok", "live"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_too_slowly_is_late_but_never_wrong() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let root = t.superuser().await;
    root.patch("/api/settings", json!({"batch": {"enabled": true, "maxRequests": 1000, "timeout": 100}})).await;
    let mut slow = Socket::open(&t).await;
    slow.subscribe(json!({"sub": "s", "topic": "posts/*"})).await;
    slow.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    // Large enough that the buffers of the operating system do not hold them all.
    let data = "x".repeat(20_000);
    for n in 0..60 {
        let create = |i: usize| {
            let body = json!({"title": format!("{n}-{i}"), "data": data});
            json!({"method": "POST", "url": "/api/collections/posts/records", "body": body})
        };
        let answer = root.post("/api/batch", json!({"requests": (0..20).map(create).collect::<Vec<_>>()})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let mut quick = Socket::open(&t).await;
    quick.subscribe(json!({"sub": "q", "topic": "posts/*", "filter": "title = 'last'"})).await;
    root.post("/api/collections/posts/records", json!({"title": "last"})).await;
    assert_eq!(quick.next().await["record"]["title"], "last");
    let messages = slow.settle(&t).await;
    let mut kept = Kept::default();
    kept.apply("s", &messages);
    assert_eq!(kept.0.len(), 1201);
    let changes: Vec<&Json> = messages.iter().filter(|m| m["type"] == "change").collect();
    assert!(changes.is_sorted_by_key(|m| m["tx"].as_u64().unwrap()));
    assert!(0 < t.app.realtime().counts().overflows, "the test wants to see an overflow");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_transaction_waits_in_the_log_for_whoever_reads_slowly() {
    let t = TestApp::new().await;
    texts(&t).await;
    let root = t.superuser().await;
    let settings = json!({"batch": {"enabled": true, "maxRequests": 100}});
    assert_eq!(root.patch("/api/settings", settings).await.status, 200);
    let mut socket = Socket::open(&t).await;
    let since = socket.ready["position"].clone();
    let record = |n: u32| json!({"n": n, "body": "x".repeat(100_000)});
    let requests: Vec<Json> =
        (0..20).map(|n| json!({"method": "POST", "url": "/api/collections/texts/records", "body": record(n)})).collect();
    assert_eq!(root.post("/api/batch", json!({"requests": requests})).await.status, 200);
    for n in 0..15 {
        socket.send(json!({"type": "subscribe", "sub": format!("s{n}"), "topic": "texts/*", "since": since})).await;
    }
    // Nothing is read, so what waits grows to its bound: 30 MB do not fit between the two.
    let (mut most, mut full) = (0, 0);
    while full < 20 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let queue = t.app.realtime().connections()["items"][0]["queue"].as_u64().unwrap();
        most = most.max(queue);
        full = if queue == 0 { 0 } else { full + 1 };
    }
    assert!(most <= 30, "{most} frames of 100 KB wait");
    let (mut heard, mut live) = (std::collections::BTreeMap::<String, Vec<u64>>::new(), 0);
    while live < 15 {
        let told = socket.next().await;
        live += usize::from(told["type"] == "live");
        for sub in told["subs"].as_array().into_iter().flatten() {
            heard.entry(sub.as_str().unwrap().to_owned()).or_default().push(told["record"]["n"].as_u64().unwrap());
        }
    }
    let all: Vec<u64> = (0..20).collect();
    assert_eq!(heard.len(), 15);
    assert!(heard.values().all(|numbers| *numbers == all), "{heard:?}");
}
