//! A WebSocket client that speaks `luge.v1`.

use crate::support::app::TestApp;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a message may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connected client.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The first message.
    pub ready: Json,
}

impl Socket {
    /// Connects as a guest.
    pub async fn open(t: &TestApp) -> Socket {
        Socket::to(&t.base).await
    }

    /// Connects to an address.
    pub async fn to(base: &str) -> Socket {
        let mut request = format!("{}/api/realtime", base.replace("http", "ws")).into_client_request().expect("a request");
        request.headers_mut().insert("Sec-WebSocket-Protocol", "luge.v1".parse().expect("a header"));
        let (stream, _) = connect_async(request).await.expect("it upgrades");
        let mut socket = Socket { stream, ready: Json::Null };
        socket.ready = socket.next().await;
        assert_eq!(socket.ready["type"], "ready");
        socket
    }

    /// Connects and signs in.
    pub async fn signed_in(t: &TestApp, token: &str) -> Socket {
        let mut socket = Socket::open(t).await;
        let answer = socket.ask(json!({"type": "auth", "id": 1, "token": token})).await;
        assert_eq!(answer["type"], "ok", "{answer}");
        socket
    }

    /// Sends a message.
    pub async fn send(&mut self, message: Json) {
        self.send_raw(Message::text(message.to_string())).await;
    }

    /// Sends any frame.
    pub async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.expect("it is sent");
    }

    /// Sends a message and takes the next one.
    pub async fn ask(&mut self, message: Json) -> Json {
        self.send(message).await;
        self.next().await
    }

    /// The next message.
    pub async fn next(&mut self) -> Json {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("a message comes in time");
            match message.expect("the connection is open").expect("the message can be read") {
                Message::Text(text) => return serde_json::from_str(&text).expect("it is JSON"),
                Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Whatever comes until a message of this type, with it.
    pub async fn until(&mut self, kind: &str) -> Vec<Json> {
        let mut all = Vec::new();
        loop {
            all.push(self.next().await);
            if all.last().is_some_and(|m| m["type"] == kind) {
                return all;
            }
        }
    }

    /// The code that the server closes with.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("it is closed in time") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("ended without a code: {other:?}"),
            }
        }
    }

    /// Subscribes to all records of a collection; takes messages until it is live.
    pub async fn subscribe(&mut self, mut ask: Json) -> Vec<Json> {
        ask["type"] = json!("subscribe");
        ask["id"] = json!("subscribe");
        self.send(ask).await;
        self.until("live").await
    }

    /// Makes sure that everything is told that was written before: a position that the connection has reached.
    pub async fn settle(&mut self, t: &TestApp) -> Vec<Json> {
        let answer = t.superuser().await.post("/api/collections/marks/records", json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let mut all = Vec::new();
        loop {
            let message = self.next().await;
            match message["subs"] == json!(["marks"]) {
                true if message["record"]["id"] == answer.json["id"] => return all,
                // What others waited for.
                true => {}
                false => all.push(message),
            }
        }
    }
}

/// A collection whose changes are waited for, so that a test knows that nothing else comes.
pub async fn marks(t: &TestApp) {
    let answer =
        t.superuser().await.post("/api/collections", json!({"name": "marks", "type": "base", "listRule": "", "viewRule": ""})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// What a client keeps of a subscription: records by id.
#[derive(Default, Debug, Clone, PartialEq)]
pub struct Kept(pub BTreeMap<String, Json>);

impl Kept {
    /// Applies the messages of a subscription.
    pub fn apply(&mut self, sub: &str, messages: &[Json]) {
        for message in messages {
            let about = message["sub"] == sub || message["subs"] == json!([sub]);
            match message["type"].as_str() {
                Some("snapshot") if about => {
                    for item in message["items"].as_array().expect("items") {
                        self.0.insert(item["id"].as_str().expect("an id").to_owned(), item.clone());
                    }
                }
                Some("reset") if about => self.0.clear(),
                Some("change") if about => {
                    let id = message["record"]["id"].as_str().expect("an id").to_owned();
                    match message["action"].as_str() {
                        Some("delete") => drop(self.0.remove(&id)),
                        _ => drop(self.0.insert(id, message["record"].clone())),
                    }
                }
                _ => {}
            }
        }
    }
}
