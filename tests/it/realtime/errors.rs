//! Every bad message gets its answer, every bad client its close code.

use super::event_streams::Events;
use crate::support::app::TestApp;
use crate::support::socket::{Socket, marks};
use luge::realtime::Limits;
use serde_json::{Value as Json, json};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn bad_messages_are_told_what_is_wrong() {
    let t = TestApp::new().await;
    t.posts().await;
    let mut socket = Socket::open(&t).await;
    let long = "x".repeat(300);
    let cases = [
        ("{", Json::Null, 400, "not JSON"),
        ("[]", Json::Null, 400, "object"),
        (r#"{"id":1}"#, json!(1), 400, "type"),
        (r#"{"id":{},"type":"ping"}"#, Json::Null, 400, "id"),
        (r#"{"id":"x","type":"nope"}"#, json!("x"), 400, "type"),
        (r#"{"id":2,"type":"auth","token":5}"#, json!(2), 400, "token"),
        (r#"{"id":3,"type":"auth","token":"a.b.c"}"#, json!(3), 401, ""),
        (r#"{"id":4,"type":"subscribe"}"#, json!(4), 400, "sub is missing"),
        (r#"{"id":5,"type":"subscribe","sub":"s"}"#, json!(5), 400, "topic is missing"),
        (r#"{"id":6,"type":"subscribe","sub":"s","topic":"none/*"}"#, json!(6), 404, "none"),
        (r#"{"id":7,"type":"subscribe","sub":"s","topic":"_superusers/*"}"#, json!(7), 403, "superusers"),
        (r#"{"id":8,"type":"subscribe","sub":"s","topic":"posts/*","filter":"nope = 1"}"#, json!(8), 400, ""),
        (r#"{"id":9,"type":"subscribe","sub":"s","topic":"posts/*","filter":"@request.auth.id = 1"}"#, json!(9), 403, "@request"),
        (r#"{"id":10,"type":"subscribe","sub":"s","topic":"posts/*","since":"x"}"#, json!(10), 400, "position"),
        (r#"{"id":11,"type":"subscribe","sub":"s","topic":"posts/*","since":5}"#, json!(11), 400, "position"),
        (r#"{"id":12,"type":"subscribe","sub":"s","topic":"posts/*","limit":5}"#, json!(12), 400, "snapshot"),
        (r#"{"id":13,"type":"subscribe","sub":"s","topic":"posts/*","snapshot":true,"limit":501}"#, json!(13), 400, "500"),
        (r#"{"id":14,"type":"subscribe","sub":"s","topic":"posts/*","snapshot":true,"sort":"nope"}"#, json!(14), 400, ""),
        (r#"{"id":15,"type":"subscribe","sub":"s","topic":"posts/*","snapshot":1}"#, json!(15), 400, "snapshot"),
        (r#"{"id":16,"type":"subscribe","sub":"s","topic":"posts/*","fields":"a:nope()"}"#, json!(16), 400, ""),
        (r#"{"id":17,"type":"unsubscribe","sub":"s"}"#, json!(17), 404, "subscription"),
        (r#"{"id":18,"type":"join","channel":"x"}"#, json!(18), 403, "channel"),
        (r#"{"id":19,"type":"broadcast","channel":"x"}"#, json!(19), 400, "event is missing"),
    ];
    for (sent, id, status, part) in cases {
        socket.send_raw(Message::text(sent)).await;
        let answer = socket.next().await;
        assert_eq!((&answer["type"], &answer["id"], answer["status"].as_u64()), (&json!("error"), &id, Some(status)), "{sent} {answer}");
        assert!(answer["message"].as_str().unwrap().contains(part), "{sent} {answer}");
    }
    let named = json!({"type": "subscribe", "id": 1, "sub": long, "topic": "posts/*"});
    assert_eq!(socket.ask(named).await["status"], 400);
    assert_eq!(socket.ask(json!({"type": "ping", "id": 5})).await, json!({"type": "pong", "id": 5}));
    assert_eq!(socket.ask(json!({"type": "ping"})).await, json!({"type": "pong"}));
}

#[tokio::test]
async fn limits_are_told_and_kept() {
    let t = TestApp::new().await;
    t.posts().await;
    t.app.realtime().set_limits(Limits { max_subscriptions: 2, max_message_bytes: 1000, sockets_per_address: 2, ..Limits::default() });
    let mut socket = Socket::open(&t).await;
    let limits = &socket.ready["limits"];
    let expected =
        json!({"maxMessageBytes": 1000, "maxSubscriptions": 2, "messagesPerSecond": 50, "pingSeconds": 25, "silenceSeconds": 60});
    assert_eq!(limits, &expected);
    for (name, kind) in [("a", "ok"), ("b", "ok"), ("b", "ok"), ("c", "error")] {
        socket.send(json!({"type": "subscribe", "id": 1, "sub": name, "topic": "posts/*"})).await;
        let answer = socket.until(kind).await;
        assert_eq!(kind == "error", answer.last().unwrap()["status"] == 429);
    }
    let mut other = Socket::open(&t).await;
    let third = tokio_tungstenite::connect_async(format!("{}/api/realtime", t.base.replace("http", "ws"))).await;
    assert!(third.expect_err("one too many").to_string().contains("429"));
    other.send_raw(Message::text("x".repeat(1001))).await;
    assert_eq!(other.closed().await, 4413);
    drop(other);
    let mut large = loop {
        // The server may still be about to notice that the other one has gone.
        if t.app.realtime().counts().websockets < 2 {
            break Socket::open(&t).await;
        }
        tokio::task::yield_now().await;
    };
    large.send_raw(Message::text("x".repeat(100_000))).await;
    assert_eq!(large.closed().await, 4413);
}

#[tokio::test]
async fn who_sends_too_much_or_nothing_or_no_text_is_closed() {
    let t = TestApp::new().await;
    t.app.realtime().set_limits(Limits { messages_per_second: 10, ..Limits::default() });
    let mut socket = Socket::open(&t).await;
    for _ in 0..60 {
        socket.send_raw(Message::text(r#"{"type":"ping"}"#)).await;
    }
    assert_eq!(socket.closed().await, 4429);
    let mut socket = Socket::open(&t).await;
    socket.send_raw(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.closed().await, 1003);
    let mut socket = Socket::open(&t).await;
    t.app.realtime().set_limits(Limits { silence_seconds: 1, ping_seconds: 3600, ..Limits::default() });
    assert_eq!(socket.closed().await, 4408);
}

#[tokio::test]
async fn a_stop_says_1012() {
    let t = TestApp::new().await;
    let mut socket = Socket::open(&t).await;
    let closing = tokio::spawn(async move { socket.closed().await });
    t.stop().await;
    assert_eq!(closing.await.expect("it ends"), 1012);
}

#[tokio::test]
async fn what_one_asks_for_ends_nobody_elses_subscription() {
    let t = TestApp::new().await;
    t.posts().await;
    marks(&t).await;
    let (mut victim, mut evil) = (Socket::open(&t).await, Socket::open(&t).await);
    let mut events = Events::open(&t).await;
    victim.subscribe(json!({"sub": "s", "topic": "posts/*"})).await;
    victim.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    let many = ",".repeat(100);
    let refused = evil.ask(json!({"type": "subscribe", "id": 1, "sub": "evil", "topic": "posts/*", "expand": many})).await;
    assert_eq!((&refused["type"], &refused["sub"], &refused["status"]), (&json!("error"), &json!("evil"), &json!(400)));
    // An event stream cannot be told: it hears of the records without what it wants expanded.
    let options = json!({"query": {"expand": many}}).to_string();
    let topic = format!("posts/*?options={}", percent_encoding::utf8_percent_encode(&options, percent_encoding::NON_ALPHANUMERIC));
    assert_eq!(events.subscribe(&t.guest(), json!([topic])).await, 204);
    for title in ["one", "two"] {
        t.guest().post("/api/collections/posts/records", json!({"title": title})).await;
        let told = victim.settle(&t).await;
        assert_eq!((told.len(), &told[0]["record"]["title"]), (1, &json!(title)));
        assert_eq!(events.next().await.data["record"]["title"], title);
    }
}

#[tokio::test]
async fn a_filter_that_costs_too_much_ends_alone() {
    let t = TestApp::new().await;
    texts(&t).await;
    marks(&t).await;
    let (mut victim, mut evil) = (Socket::open(&t).await, Socket::open(&t).await);
    for socket in [&mut victim, &mut evil] {
        socket.subscribe(json!({"sub": "all", "topic": "texts/*", "fields": "id"})).await;
        socket.subscribe(json!({"sub": "like", "topic": "texts/*", "filter": "body ~ 'aaa'", "fields": "id"})).await;
        socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    }
    evil.subscribe(json!({"sub": "evil", "topic": "texts/*", "filter": "body ~ title"})).await;
    let record = json!({"title": format!("{}_b", "a".repeat(2000)), "body": "a".repeat(50_000)});
    assert_eq!(t.guest().post("/api/collections/texts/records", record).await.status, 200);
    let names = |told: &[Json]| {
        let of = |m: &Json| m["subs"].as_array().map_or_else(|| m["sub"].clone(), |subs| subs[0].clone());
        let mut names: Vec<String> = told.iter().map(|m| format!("{} {}", m["type"].as_str().unwrap(), of(m).as_str().unwrap())).collect();
        names.sort();
        names
    };
    let told = victim.settle(&t).await;
    assert_eq!(names(&told), ["change all", "change like"]);
    let mut told = evil.settle(&t).await;
    // It is told on its own, so perhaps behind what comes after it.
    if told.iter().all(|m| m["type"] != "error") {
        told.extend(evil.until("error").await);
    }
    assert_eq!(names(&told), ["change all", "change like", "error evil"]);
    let error = told.iter().find(|m| m["type"] == "error").unwrap();
    assert_eq!(error["status"], 400);
    assert!(error["message"].as_str().unwrap().contains("steps"), "{error}");
}

/// Long texts that everyone may write and list.
pub async fn texts(t: &TestApp) {
    let text = |name: &str| json!({"name": name, "type": "text", "max": 1_000_000});
    let fields = [text("title"), text("body"), json!({"name": "n", "type": "number"})];
    let body = json!({"name": "texts", "type": "base", "listRule": "", "createRule": "", "fields": fields});
    assert_eq!(t.superuser().await.post("/api/collections", body).await.status, 200);
}

#[tokio::test]
async fn a_costly_filter_is_told_beside_the_others_and_in_order() {
    let t = TestApp::new().await;
    texts(&t).await;
    let mut socket = Socket::open(&t).await;
    socket.subscribe(json!({"sub": "costly", "topic": "texts/*", "filter": "body ~ title && n < 100", "fields": "n"})).await;
    let costly = json!({"title": format!("{}_b", "a".repeat(200)), "body": format!("{}xb", "a".repeat(10_000))});
    for n in 0..9 {
        let mut record = if n % 3 == 1 { json!({"title": "x", "body": "xx"}) } else { costly.clone() };
        record["n"] = json!(n);
        assert_eq!(t.guest().post("/api/collections/texts/records", record).await.status, 200);
    }
    for n in 0..9 {
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["record"]["n"]), (&json!("change"), &json!(n)), "{told}");
    }
    assert_eq!(socket.ask(json!({"type": "ping"})).await["type"], "pong");
}
