//! A snapshot and the stream behind it: no gap and no overlap, whoever writes meanwhile.

use crate::support::app::{Actor, TestApp};
use crate::support::socket::{Kept, Socket, marks};
use luge::log::Position;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test]
async fn in_pages_sorted_and_limited() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    for i in 0..120 {
        root.post("/api/collections/posts/records", json!({"title": format!("t{i:03}"), "count": i})).await;
    }
    let mut socket = Socket::open(&t).await;
    let all = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "snapshot": true, "fields": "id,title"})).await;
    let pages: Vec<&Json> = all.iter().filter(|m| m["type"] == "snapshot").collect();
    assert_eq!(pages.iter().map(|p| p["items"].as_array().unwrap().len()).collect::<Vec<_>>(), [100, 20]);
    assert_eq!(pages.iter().map(|p| p["last"].as_bool().unwrap()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(pages[1]["items"][19]["title"], "t119");
    let ask = json!({"sub": "s", "topic": "posts/*", "snapshot": true, "filter": "count < 50", "sort": "-count", "limit": 3});
    let few = socket.subscribe(ask).await;
    let titles: Vec<&Json> = few[1]["items"].as_array().unwrap().iter().map(|i| &i["title"]).collect();
    assert_eq!(titles, ["t049", "t048", "t047"]);
    assert_eq!((&few[1]["last"], &few[1]["more"]), (&json!(true), &json!(true)));
    let one = root.get("/api/collections/posts/records?perPage=1").await.json["items"][0].clone();
    let ask = json!({"sub": "one", "topic": format!("posts/{}", one["id"].as_str().unwrap()), "snapshot": true});
    assert_eq!(socket.subscribe(ask).await[1]["items"], json!([one]));
    let none = socket.subscribe(json!({"sub": "none", "topic": "posts/*", "filter": "count > 999", "snapshot": true})).await;
    assert_eq!((&none[1]["items"], &none[1]["last"]), (&json!([]), &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_concurrent_writes_there_is_no_gap_and_no_overlap() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let root = t.superuser().await;
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..3).map(|n| tokio::spawn(write(root.clone(), n, done.clone()))).collect();
    for round in 0..12 {
        let mut socket = Socket::open(&t).await;
        let (filter, sort) = [("", ""), ("count > 2", "-count"), ("title ~ '1'", "title")][round % 3];
        let ask = json!({"sub": "s", "topic": "posts/*", "filter": filter, "sort": sort, "snapshot": true});
        let mut messages = socket.subscribe(ask).await;
        messages.extend(socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await);
        messages.extend(socket.settle(&t).await);
        strictly(&messages);
    }
    done.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.expect("the writer ends");
    }
    let mut socket = Socket::open(&t).await;
    let messages = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 2", "snapshot": true})).await;
    let mut kept = Kept::default();
    kept.apply("s", &messages);
    let listed = root.get("/api/collections/posts/records?perPage=1000&filter=count%3E2").await.json;
    assert_eq!(kept.0.len() as u64, listed["totalItems"].as_u64().unwrap());
    for item in listed["items"].as_array().unwrap() {
        assert_eq!(kept.0.get(item["id"].as_str().unwrap()), Some(item));
    }
}

/// What was not there enters, what was there stays or leaves, and all of it in order: else something is missing or told twice.
fn strictly(messages: &[Json]) {
    let (mut kept, mut at) = (BTreeSet::new(), 0);
    for message in messages.iter().filter(|m| m["sub"] == "s" || m["subs"] == json!(["s"])) {
        let seq = message["position"].as_str().map_or(0, |p| p.parse::<Position>().unwrap().seq);
        let id = |record: &Json| record["id"].as_str().unwrap().to_owned();
        match (message["type"].as_str().unwrap(), message["action"].as_str()) {
            ("snapshot", _) => message["items"].as_array().unwrap().iter().for_each(|i| assert!(kept.insert(id(i)), "twice: {i}")),
            ("change", Some("create")) => assert!(kept.insert(id(&message["record"])), "there already: {message}"),
            ("change", Some("update")) => assert!(kept.contains(&id(&message["record"])), "not there: {message}"),
            ("change", Some("delete")) => assert!(kept.remove(&id(&message["record"])), "not there: {message}"),
            _ => continue,
        }
        let again = message["type"] == "change" && seq < at;
        assert!(!again, "not in order: {message}");
        at = seq;
    }
}

/// Creates, changes and deletes until it is told to end.
async fn write(root: Actor, n: u64, done: Arc<AtomicBool>) {
    let path = "/api/collections/posts/records";
    let mut ids: Vec<String> = Vec::new();
    let mut i = n;
    while !done.load(Ordering::SeqCst) {
        i = i.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let body = json!({"title": format!("t{}", i >> 60), "count": i >> 40 & 7});
        let answer = match (i >> 33) % 4 {
            0 | 1 => root.post(path, body).await,
            2 if !ids.is_empty() => root.patch(&format!("{path}/{}", ids[(i >> 20) as usize % ids.len()]), body).await,
            _ if 20 < ids.len() => {
                let id = ids.swap_remove((i >> 20) as usize % ids.len());
                root.delete(&format!("{path}/{id}")).await
            }
            _ => root.post(path, body).await,
        };
        assert!(answer.status < 300, "{}", answer.text);
        if let (200, Some(id)) = (answer.status, answer.json["id"].as_str())
            && !ids.iter().any(|known| known == id)
        {
            ids.push(id.to_owned());
        }
    }
}
