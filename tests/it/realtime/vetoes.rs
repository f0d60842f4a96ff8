//! Scripts that refuse subscriptions and messages of clients.

use super::event_streams::Events;
use crate::support::app::{TestApp, refusal};
use crate::support::socket::Socket;
use serde_json::{Value as Json, json};

async fn app(script: &str) -> TestApp {
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    assert!(t.app.scripts().diagnostics().is_empty(), "{:?}", t.app.scripts().diagnostics());
    t.posts().await;
    let rules = json!([{"pattern": "*", "joinRule": "", "broadcastRule": ""}]);
    assert_eq!(t.superuser().await.patch("/api/settings", json!({"realtime": {"channels": rules}})).await.status, 200);
    t
}

fn short(error: &Json) -> Json {
    json!([error["type"], error["id"], error["sub"], error["status"], error["message"]])
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_refused_by_scripts() {
    let t = app(r#"
        on_realtime_subscribe(|e| {
            log::info(`${e.topic} ${e.auth?.name} ${e.superuser} ${e.request.context}`);
            if e.topic == "posts/*" && e.auth == () { fail(401, "Sign in to listen") }
            if e.topic.contains("closed") { fail(403, "This is closed") }
            if e.topic == "broken/*" { let x = 1; x.nothing }
        });
    "#)
    .await;
    let ann = t.user("ann").await;
    let (mut guest, mut signed_in) = (Socket::open(&t).await, Socket::signed_in(&t, &ann.token).await);
    let ask = |topic: &str| json!({"type": "subscribe", "id": 7, "sub": "s", "topic": topic});
    assert_eq!(short(&guest.ask(ask("posts/*")).await), json!(["error", 7, "s", 401, "Sign in to listen"]));
    let broken = json!(["error", 7, "s", 500, "Something went wrong while processing your request."]);
    assert_eq!(short(&guest.ask(ask("broken/*")).await), broken);
    let join = |channel: &str| json!({"type": "join", "id": 8, "channel": channel, "state": {}});
    assert_eq!(short(&guest.ask(join("closed:1")).await), json!(["error", 8, null, 403, "This is closed"]));
    guest.send(join("open:1")).await;
    assert_eq!(guest.until("ok").await.len(), 2);
    assert_eq!(signed_in.subscribe(json!({"sub": "s", "topic": "posts/*"})).await.len(), 2);
    t.superuser().await.post("/api/collections/posts/records", json!({"title": "a"})).await;
    assert_eq!(signed_in.next().await["record"]["title"], "a");
    // What was refused does not listen: the next that the guest hears is the answer to another message.
    assert_eq!(guest.ask(json!({"type": "ping"})).await["type"], "pong");
    let said: Vec<String> = t.app.scripts().log(0, 100).into_iter().filter(|l| l.level == "info").map(|l| l.message).collect();
    assert_eq!(said[0], "posts/*  false realtime");
    assert_eq!(said.last().map(String::as_str), Some("posts/* ann false realtime"));
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn event_streams_are_refused_as_a_whole() {
    let t = app(r#"
        on_realtime_subscribe(|e| {
            log::info(e.topic);
            if e.topic.contains("closed") { fail(403, "This is closed") }
            if e.request.query.filter == "secret = 1" { fail(400, "No such filter") }
        });
    "#)
    .await;
    let (guest, root) = (t.guest(), t.superuser().await);
    let mut events = Events::open(&t).await;
    assert_eq!(events.subscribe(&guest, json!(["posts/*", "free"])).await, 204);
    let body = json!({"clientId": events.id, "subscriptions": ["posts/*", "other", "closed"]});
    let refused = guest.post("/api/realtime", body).await;
    assert_eq!((refused.status, Some(refused.json)), (403, refusal(403, "This is closed.")));
    let filtered = "posts/*?options=%7B%22query%22%3A%7B%22filter%22%3A%22secret%20%3D%201%22%7D%7D";
    assert_eq!(events.subscribe(&guest, json!([filtered])).await, 400);
    // A refusal has changed nothing.
    root.post("/api/collections/posts/records", json!({"title": "a"})).await;
    assert_eq!(events.next().await.event, "posts/*");
    // What it has already is not asked about again, until somebody else asks.
    let said = || t.app.scripts().log(0, 100).into_iter().filter(|l| l.level == "info").map(|l| l.message).collect::<Vec<_>>();
    assert_eq!(said(), ["posts/*", "free", "other", "closed", "posts/*"]);
    let ann = t.user("ann").await;
    assert_eq!(events.subscribe(&ann, json!(["posts/*"])).await, 204);
    assert_eq!(said().len(), 6);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_refused_by_scripts_and_stay_in_order() {
    let t = app(r#"
        on_realtime_message(|e| {
            if e.data.kind == "rude" { fail(422, `${e.auth?.name ?? "somebody"}: not ${e.name} on ${e.channel}`) }
            if e.data.slow == true { time::sleep("300ms") }
        });
    "#)
    .await;
    let (mut one, mut other) = (Socket::open(&t).await, Socket::open(&t).await);
    for socket in [&mut one, &mut other] {
        socket.send(json!({"type": "join", "id": 1, "channel": "room", "state": {}})).await;
        socket.until("ok").await;
    }
    one.next().await;
    let say = |id: u32, event: &str, data: Json| json!({"type": "broadcast", "id": id, "channel": "room", "event": event, "data": data});
    for (i, data) in [json!({"slow": true}), json!({"kind": "rude"}), json!({}), json!({"slow": true}), json!({})].into_iter().enumerate() {
        one.send(say(10 + i as u32, &format!("e{i}"), data)).await;
    }
    let mut answers = Vec::new();
    for _ in 0..5 {
        let answer = one.next().await;
        answers.push(json!([answer["type"], answer["id"], answer["message"]]));
    }
    let refused = json!(["error", 11, "somebody: not e1 on room"]);
    let ok = |id: u32| json!(["ok", id, null]);
    assert_eq!(answers, [ok(10), refused, ok(12), ok(13), ok(14)]);
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(other.next().await["event"].clone());
    }
    assert_eq!(heard, ["e0", "e2", "e3", "e4"]);
    // Who is no member does not reach the script.
    one.send(json!({"type": "leave", "id": 20, "channel": "room"})).await;
    one.until("ok").await;
    assert_eq!(one.ask(say(21, "x", json!({"kind": "rude"}))).await["status"], 403);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_a_topic_goes_around_no_refusal() {
    let t = app(r#"
        on_realtime_subscribe(|e| {
            log::info(`${e.topic} ${e.collection ?? "-"} ${e.id ?? "-"}`);
            if e.topic == "posts/*" || e.topic == "posts/r1" { fail(403, "This is closed") }
        });
    "#)
    .await;
    let id = t.superuser().await.get("/api/collections/posts").await.json["id"].as_str().unwrap().to_owned();
    let mut guest = Socket::open(&t).await;
    for name in ["posts", "POSTS", "Posts", id.as_str()] {
        for topic in [name.to_owned(), format!("{name}/*"), format!("{name}/r1")] {
            let answer = guest.ask(json!({"type": "subscribe", "id": 7, "sub": "s", "topic": topic})).await;
            assert_eq!(short(&answer), json!(["error", 7, "s", 403, "This is closed"]), "{topic}");
        }
    }
    let events = Events::open(&t).await;
    for topic in ["posts".to_owned(), "posts/*".to_owned(), format!("{id}/*"), format!("{id}/r1"), id.clone()] {
        assert_eq!(events.subscribe(&t.guest(), json!([topic])).await, 403, "{topic}");
    }
    assert_eq!(guest.subscribe(json!({"sub": "s", "topic": "POSTS/r2"})).await.len(), 2);
    assert_eq!(events.subscribe(&t.guest(), json!(["free"])).await, 204);
    let said: Vec<String> = t.app.scripts().log(0, 100).into_iter().filter(|l| l.level == "info").map(|l| l.message).collect();
    assert_eq!(said[said.len() - 2..], ["posts/r2 posts r2", "free - -"]);
    t.stop().await;
}
