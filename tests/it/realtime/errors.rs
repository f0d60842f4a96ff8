//! Every bad message gets its answer, every bad client its close code.

use crate::support::app::TestApp;
use crate::support::socket::Socket;
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
