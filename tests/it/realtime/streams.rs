//! What a subscription is told: entering, staying, leaving, transactions, and the id of one's own request.

use crate::support::app::TestApp;
use crate::support::socket::{Socket, marks};
use serde_json::{Value as Json, json};

/// The action, the title and the tx of changes.
fn told(messages: &[Json]) -> Vec<(String, String)> {
    let text = |m: &Json| m.as_str().unwrap_or_default().to_owned();
    messages.iter().filter(|m| m["type"] == "change").map(|m| (text(&m["action"]), text(&m["record"]["title"]))).collect()
}

fn pair(action: &str, title: &str) -> (String, String) {
    (action.to_owned(), title.to_owned())
}

#[tokio::test]
async fn records_enter_stay_and_leave() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let mut socket = Socket::open(&t).await;
    let begun = socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 1", "fields": "id,title"})).await;
    assert_eq!(begun.iter().map(|m| m["type"].as_str().unwrap()).collect::<Vec<_>>(), ["ok", "live"]);
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    let root = t.superuser().await;
    let posts = "/api/collections/posts/records";
    let a = root.with("Luge-Request-Id", "my-1").post(posts, json!({"title": "a", "count": 1})).await;
    assert_eq!(a.header("luge-request-id"), "my-1");
    let path = format!("{posts}/{}", a.json["id"].as_str().unwrap());
    let entered = root.with("Luge-Request-Id", "my-2").patch(&path, json!({"count": 2})).await;
    root.patch(&path, json!({"title": "b"})).await;
    root.patch(&path, json!({"count": 0})).await;
    root.delete(&path).await;
    let messages = socket.settle(&t).await;
    assert_eq!(told(&messages), [pair("create", "a"), pair("update", "b"), pair("delete", "")]);
    assert_eq!(messages[0]["request"], "my-2");
    assert_eq!(messages[0]["position"], entered.header("luge-position"));
    assert!(messages[1].get("request").is_none());
    assert_eq!(messages[0]["record"], json!({"id": a.json["id"], "title": "a"}));
    let gone = json!({"id": a.json["id"], "collectionId": a.json["collectionId"], "collectionName": "posts"});
    assert_eq!(messages[2]["record"], gone);
}

#[tokio::test]
async fn a_transaction_shares_its_number() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let root = t.superuser().await;
    root.patch("/api/settings", json!({"batch": {"enabled": true}})).await;
    let mut socket = Socket::open(&t).await;
    socket.subscribe(json!({"sub": "s", "topic": "posts/*"})).await;
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    let create = |title: &str| json!({"method": "POST", "url": "/api/collections/posts/records", "body": {"title": title}});
    let answer = root.post("/api/batch", json!({"requests": [create("a"), create("b"), create("c")]})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    root.post("/api/collections/posts/records", json!({"title": "d"})).await;
    let messages = socket.settle(&t).await;
    let numbers: Vec<u64> = messages.iter().map(|m| m["tx"].as_u64().unwrap()).collect();
    assert_eq!(told(&messages), ["a", "b", "c", "d"].map(|title| pair("create", title)));
    assert_eq!(numbers, [numbers[0], numbers[0], numbers[0], numbers[0] + 1]);
}

#[tokio::test]
async fn one_record_and_many_subscriptions() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let root = t.superuser().await;
    let posts = "/api/collections/posts/records";
    let (a, b) = (root.post(posts, json!({"title": "a"})).await, root.post(posts, json!({"title": "b"})).await);
    let mut socket = Socket::open(&t).await;
    socket.subscribe(json!({"sub": "one", "topic": format!("posts/{}", a.json["id"].as_str().unwrap())})).await;
    socket.subscribe(json!({"sub": "equal", "topic": "posts/*", "filter": "title = 'b'"})).await;
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    for post in [&a, &b] {
        root.patch(&format!("{posts}/{}", post.json["id"].as_str().unwrap()), json!({"count": 5})).await;
    }
    let ended = socket.ask(json!({"type": "unsubscribe", "id": 9, "sub": "none"})).await;
    let mut messages = vec![ended];
    messages.extend(socket.settle(&t).await);
    let subs: Vec<&Json> = messages.iter().filter(|m| m["type"] == "change").map(|m| &m["subs"]).collect();
    assert_eq!(subs, [&json!(["one"]), &json!(["equal"])]);
    socket.send(json!({"type": "unsubscribe", "id": 10, "sub": "one"})).await;
    assert_eq!(socket.until("ok").await.last().unwrap()["sub"], "one");
    root.patch(&format!("{posts}/{}", a.json["id"].as_str().unwrap()), json!({"count": 6})).await;
    assert!(socket.settle(&t).await.is_empty());
}

#[tokio::test]
async fn what_is_expanded_and_where_records_were_shown_by_is_told_in_the_same_transaction() {
    let t = TestApp::new().await;
    marks(&t).await;
    let root = t.superuser().await;
    let teams = json!({"name": "teams", "type": "base", "listRule": "", "viewRule": "",
        "fields": [{"name": "name", "type": "text"}, {"name": "open", "type": "bool"}]});
    let teams = root.post("/api/collections", teams).await;
    let members = json!({"name": "members", "type": "base", "listRule": "team.open = true", "viewRule": "",
        "fields": [{"name": "team", "type": "relation", "collectionId": teams.json["id"], "cascadeDelete": true, "maxSelect": 1}]});
    let members = root.post("/api/collections", members).await;
    assert_eq!(members.status, 200, "{}", members.text);
    let team = root.post("/api/collections/teams/records", json!({"name": "t", "open": true})).await;
    let mut socket = Socket::open(&t).await;
    socket.subscribe(json!({"sub": "s", "topic": "members/*", "expand": "team"})).await;
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    let member = root.post("/api/collections/members/records", json!({"team": team.json["id"]})).await;
    root.delete(&format!("/api/collections/teams/records/{}", team.json["id"].as_str().unwrap())).await;
    let messages = socket.settle(&t).await;
    assert_eq!(messages.iter().map(|m| m["action"].as_str().unwrap()).collect::<Vec<_>>(), ["create", "delete"]);
    assert_eq!(messages[0]["record"]["expand"]["team"]["name"], "t");
    assert_eq!(messages[1]["record"]["id"], member.json["id"]);
}

#[tokio::test]
async fn connections_are_listed_and_closed() {
    let t = TestApp::new().await;
    t.posts().await;
    let user = t.user("ann").await;
    let mut socket = Socket::signed_in(&t, &user.token).await;
    socket.subscribe(json!({"sub": "s", "topic": "posts/*", "filter": "count > 3"})).await;
    let root = t.superuser().await;
    assert_eq!(t.guest().get("/api/realtime/connections").await.status, 401);
    assert_eq!(user.get("/api/realtime/connections").await.status, 403);
    let listed = root.get("/api/realtime/connections").await.json;
    let item = &listed["items"][0];
    assert_eq!((listed["totalItems"].as_u64(), &item["kind"], &item["address"]), (Some(1), &json!("ws"), &json!("127.0.0.1")));
    assert_eq!(item["id"], socket.ready["connection"]);
    assert_eq!(item["actor"]["collectionName"], "users");
    assert_eq!(item["subscriptions"], json!([{"sub": "s", "topic": "posts/*", "filter": "count > 3", "state": "live"}]));
    let path = format!("/api/realtime/connections/{}", item["id"].as_str().unwrap());
    assert_eq!((root.delete(&path).await.status, socket.closed().await), (204, 4403));
    assert_eq!(root.delete("/api/realtime/connections/nobody").await.status, 404);
    let counts = t.app.realtime().counts();
    assert_eq!((counts.connected, counts.messages), (1, 2));
}
