//! The change feed and the history of records.

use crate::support::app::TestApp;
use serde_json::{Value as Json, json};
use std::time::Instant;

const POSTS: &str = "/api/collections/posts/records";

fn actions(feed: &Json) -> Vec<(&str, &str)> {
    feed["items"].as_array().unwrap().iter().map(|i| (i["action"].as_str().unwrap(), i["collection"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_feed_is_the_log_as_one_may_see_it() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let begin = guest.get("/api/changes").await.json;
    let since = begin["position"].as_str().unwrap();
    let post = root.with("Luge-Request-Id", "r-1").post(POSTS, json!({"title": "a", "count": 1})).await;
    let path = format!("{POSTS}/{}", post.json["id"].as_str().unwrap());
    root.patch(&path, json!({"count": 5})).await;
    t.user("ann").await;
    let last = root.delete(&path).await;
    let feed = guest.get(&format!("/api/changes?since={since}")).await;
    assert_eq!(actions(&feed.json), [("create", "posts"), ("update", "posts"), ("delete", "posts")]);
    assert_eq!(feed.json["items"][0]["request"], "r-1");
    assert_eq!(
        (feed.json["position"].as_str().unwrap(), feed.header("luge-position")),
        (last.header("luge-position"), last.header("luge-position"))
    );
    let all = root.get(&format!("/api/changes?since={since}")).await.json;
    assert!(actions(&all).contains(&("create", "users")), "{all}");
    let some = guest.get(&format!("/api/changes?since={since}&collection=posts&filter=count%3E1")).await.json;
    assert_eq!(actions(&some), [("create", "posts"), ("delete", "posts")]);
    let two = guest.get(&format!("/api/changes?since={since}&limit=2")).await.json;
    let rest = guest.get(&format!("/api/changes?since={}", two["position"].as_str().unwrap())).await.json;
    assert_eq!((actions(&two).len(), actions(&rest)), (2, vec![("delete", "posts")]));
    let lines = guest.with("Accept", "application/x-ndjson").get(&format!("/api/changes?since={since}")).await;
    let lines: Vec<Json> = lines.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((lines.len(), &lines[3]), (4, &json!({"position": last.header("luge-position")})));
}

#[tokio::test]
async fn it_waits_for_changes_and_says_when_a_position_is_gone() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let position = guest.get("/api/changes").await.json["position"].as_str().unwrap().to_owned();
    let waiting = tokio::spawn({
        let (guest, path) = (guest.clone(), format!("/api/changes?since={position}&wait=60"));
        async move { guest.get(&path).await }
    });
    let begun = Instant::now();
    root.post(POSTS, json!({"title": "a"})).await;
    let feed = waiting.await.expect("it answers");
    assert_eq!(actions(&feed.json), [("create", "posts")]);
    assert!(begun.elapsed().as_secs() < 59, "it must not wait for the end");
    let cases = [
        ("since=1:1", 410, "epoch"),
        ("since=x", 400, ""),
        ("since=1:1&limit=x", 400, ""),
        (&format!("since={position}&filter=count%3E1"), 400, ""),
        (&format!("since={position}&collection=none"), 404, ""),
        (&format!("since={position}&collection=_superusers"), 403, ""),
    ];
    for (query, status, reason) in cases {
        let answer = guest.get(&format!("/api/changes?{query}")).await;
        assert_eq!((answer.status, answer.json["data"]["since"]["code"].as_str().unwrap_or_default()), (status, reason), "{query}");
    }
    root.patch("/api/collections/posts", json!({"listRule": "count > 1"})).await;
    let edited = guest.get(&format!("/api/changes?since={position}&collection=posts")).await;
    assert_eq!((edited.status, &edited.json["data"]["since"]["code"]), (410, &json!("schema")));
}

#[tokio::test]
async fn the_history_of_a_record() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, user) = (t.superuser().await, t.user("ann").await);
    let post = t.guest().post(POSTS, json!({"title": "a"})).await;
    let path = format!("{POSTS}/{}", post.json["id"].as_str().unwrap());
    root.with("Luge-Request-Id", "r-2").patch(&path, json!({"title": "b", "tags": ["a"]})).await;
    let last = root.delete(&path).await;
    let history = format!("{path}/history");
    assert_eq!((t.guest().get(&history).await.status, user.get(&history).await.status), (401, 404));
    let all = root.get(&history).await.json;
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|i| i["action"].as_str().unwrap()).collect::<Vec<_>>(), ["delete", "update", "create"]);
    assert_eq!((&items[0]["position"], &items[2]["actor"]), (&json!(last.header("luge-position")), &Json::Null));
    assert_eq!((&items[1]["actor"]["collectionName"], &items[1]["request"]), (&json!("_superusers"), &json!("r-2")));
    assert_eq!(items[1]["changes"], json!({"title": {"before": "a", "after": "b"}, "tags": {"before": [], "after": ["a"]}}));
    let page = root.get(&format!("{history}?limit=2")).await.json;
    assert_eq!(page["items"], json!(items[..2]));
    let next = page["nextBefore"].as_u64().unwrap();
    assert_eq!(root.get(&format!("{history}?before={next}")).await.json["items"], json!(items[2..]));
    assert_eq!(root.get(&format!("{POSTS}/none/history")).await.status, 404);
    // What is secret does not come out this way either.
    let users = root.get("/api/collections/users/records").await.json;
    let own = format!("/api/collections/users/records/{}/history", users["items"][0]["id"].as_str().unwrap());
    let text = root.get(&own).await;
    assert_eq!(text.json["items"][0]["changes"]["password"], json!({"before": null, "after": null}));
    assert!(!text.text.contains("argon2"));
    assert_eq!(user.get(&own).await.status, 403);
}
