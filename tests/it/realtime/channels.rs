//! Presence and messages between clients, as the rules in the settings allow.

use crate::support::app::TestApp;
use crate::support::socket::Socket;
use serde_json::{Value as Json, json};

async fn channels(t: &TestApp) {
    let rules = json!([
        {"pattern": "room:*", "joinRule": "", "broadcastRule": "@request.auth.id != ''"},
        {"pattern": "user:*", "joinRule": "name = @request.auth.id", "broadcastRule": null},
        {"pattern": "closed", "joinRule": null, "broadcastRule": null}
    ]);
    let answer = t.superuser().await.patch("/api/settings", json!({"realtime": {"channels": rules}})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn joined(channel: &str) -> Json {
    json!({"type": "join", "id": 1, "channel": channel, "state": {"name": channel}})
}

#[tokio::test]
async fn members_see_each_other_and_talk() {
    let t = TestApp::new().await;
    channels(&t).await;
    let user = t.user("ann").await;
    let (mut ann, mut guest) = (Socket::signed_in(&t, &user.token).await, Socket::open(&t).await);
    let (a, g) = (ann.ready["connection"].as_str().unwrap().to_owned(), guest.ready["connection"].as_str().unwrap().to_owned());
    ann.send(joined("room:1")).await;
    let first = ann.until("ok").await;
    assert_eq!(first[0]["joins"], json!({&a: {"name": "room:1"}}));
    assert_eq!(first[0]["actors"][&a]["collectionName"], "users");
    guest.send(joined("room:1")).await;
    let all = guest.until("ok").await;
    assert_eq!(all[0]["joins"], json!({&a: {"name": "room:1"}, &g: {"name": "room:1"}}));
    assert_eq!(ann.next().await["joins"], json!({&g: {"name": "room:1"}}));
    ann.send(json!({"type": "broadcast", "channel": "room:1", "event": "hello", "data": [1, {"a": null}]})).await;
    let hello = json!({"type": "broadcast", "channel": "room:1", "event": "hello", "data": [1, {"a": null}], "from": a});
    assert_eq!(guest.next().await, hello);
    let refused = guest.ask(json!({"type": "broadcast", "id": 2, "channel": "room:1", "event": "x"})).await;
    assert_eq!(refused["status"], 403);
    // Another state of the same member.
    guest.send(json!({"type": "join", "id": 3, "channel": "room:1", "state": {"typing": true}})).await;
    assert_eq!(ann.next().await["joins"], json!({&g: {"typing": true}}));
    drop(guest);
    assert_eq!(ann.next().await["leaves"], json!({&g: {}}));
    ann.send(json!({"type": "leave", "id": 4, "channel": "room:1"})).await;
    assert_eq!(ann.until("ok").await.len(), 1);
    assert_eq!(ann.ask(json!({"type": "leave", "id": 5, "channel": "room:1"})).await["status"], 404);
    let outside = ann.ask(json!({"type": "broadcast", "id": 6, "channel": "room:1", "event": "x"})).await;
    assert_eq!(outside["status"], 403);
}

#[tokio::test]
async fn rules_decide_who_joins() {
    let t = TestApp::new().await;
    channels(&t).await;
    let (user, root) = (t.user("ann").await, t.superuser().await);
    let me = t.bearer(&user.token).post("/api/collections/users/auth-refresh", json!({})).await;
    let own = format!("user:{}", me.json["record"]["id"].as_str().unwrap());
    let mut ann = Socket::signed_in(&t, &user.token).await;
    for (channel, allowed) in [(own.as_str(), true), ("user:x", false), ("closed", false), ("other", false)] {
        ann.send(joined(channel)).await;
        let answer = ann.until(if allowed { "ok" } else { "error" }).await;
        assert!(allowed || answer[0]["status"] == 403, "{channel} {answer:?}");
    }
    let mut admin = Socket::signed_in(&t, &root.token).await;
    for channel in [own.as_str(), "closed"] {
        admin.send(joined(channel)).await;
        admin.until("ok").await;
    }
    // Whoever signs out is a member no more.
    ann.next().await;
    ann.send(json!({"type": "auth", "id": 9, "token": ""})).await;
    let left = ann.until("ok").await;
    assert_eq!((&left[0]["type"], &left[0]["channel"]), (&json!("presence"), &json!(own)));
    assert_eq!(admin.next().await["leaves"], json!({ann.ready["connection"].as_str().unwrap(): {}}));
    let large = json!({"type": "join", "id": 1, "channel": "room:1", "state": "x".repeat(5000)});
    assert_eq!(ann.ask(large).await["status"], 400);
}

#[tokio::test]
async fn settings_are_checked_and_used() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    for (realtime, path) in [
        (json!({"pingSeconds": 0}), "/data/realtime/pingSeconds"),
        (json!({"maxMessageBytes": 1 << 30}), "/data/realtime/maxMessageBytes"),
        (json!({"channels": [{"pattern": ""}]}), "/data/realtime/channels/0/pattern"),
        (json!({"channels": [{"pattern": "a", "joinRule": "nope = 1"}]}), "/data/realtime/channels/0/joinRule"),
    ] {
        let answer = root.patch("/api/settings", json!({"realtime": realtime})).await;
        assert!(answer.status == 400 && answer.json.pointer(path).is_some(), "{path} {}", answer.text);
    }
    let body = json!({"realtime": {"maxSubscriptions": 7, "keepDays": 1, "keepMegabytes": 100}});
    assert_eq!(root.patch("/api/settings", body).await.status, 200);
    assert_eq!(Socket::open(&t).await.ready["limits"]["maxSubscriptions"], 7);
    assert_eq!(t.app.db().retention().bytes, 100 << 20);
}

#[tokio::test]
async fn members_leave_when_no_rule_allows_them_any_more() {
    let t = TestApp::new().await;
    let (user, root) = (t.user("ann").await, t.superuser().await);
    let me = t.bearer(&user.token).post("/api/collections/users/auth-refresh", json!({})).await.json["record"]["id"].clone();
    let body = json!({"name": "members", "type": "base", "fields": [{"name": "room", "type": "text"}, {"name": "user", "type": "text"}]});
    assert_eq!(root.post("/api/collections", body).await.status, 200);
    let rule = json!("@collection.members.room ?= name && @collection.members.user ?= @request.auth.id");
    let rules = async |join: &Json| {
        let rules = json!([{"pattern": "room:*", "joinRule": join, "broadcastRule": ""}]);
        assert_eq!(root.patch("/api/settings", json!({"realtime": {"channels": rules}})).await.status, 200);
    };
    rules(&rule).await;
    let mut admin = Socket::signed_in(&t, &root.token).await;
    admin.send(joined("room:1")).await;
    admin.until("ok").await;
    let mut ann = Socket::signed_in(&t, &user.token).await;
    let id = ann.ready["connection"].as_str().unwrap().to_owned();
    for way in ["record", "rule", "collection"] {
        rules(&rule).await;
        let member = json!({"room": "1", "user": me});
        let member = root.post("/api/collections/members/records", member).await.json["id"].as_str().unwrap().to_owned();
        ann.send(joined("room:1")).await;
        ann.until("ok").await;
        assert_eq!(admin.next().await["joins"].as_object().unwrap().len(), 1, "{way}");
        // What has nothing to do with it changes nothing.
        root.post("/api/collections/members/records", json!({"room": "2", "user": "x"})).await;
        admin.ask(json!({"type": "broadcast", "id": 2, "channel": "room:1", "event": "hello"})).await;
        assert_eq!(ann.next().await["event"], "hello", "{way}");
        match way {
            "record" => drop(root.delete(&format!("/api/collections/members/records/{member}")).await),
            "rule" => rules(&Json::Null).await,
            _ => drop(root.delete("/api/collections/members").await),
        }
        for socket in [&mut ann, &mut admin] {
            assert_eq!(socket.next().await["leaves"], json!({&id: {}}), "{way}");
        }
        admin.ask(json!({"type": "broadcast", "id": 3, "channel": "room:1", "event": "secret"})).await;
        assert_eq!(ann.ask(json!({"type": "ping"})).await["type"], "pong", "{way}");
    }
}
