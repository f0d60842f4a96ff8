//! PocketBase's event streams, frame by frame.

use crate::support::app::{Actor, TestApp, problems, refusal};
use luge::realtime::Limits;
use serde_json::{Value as Json, json};

/// An open stream.
pub struct Events {
    response: reqwest::Response,
    text: String,
    /// Its id.
    pub id: String,
}

impl Events {
    /// Connects as a guest.
    pub async fn open(t: &TestApp) -> Events {
        let request = reqwest::Client::new().get(format!("{}/api/realtime", t.base)).header("Accept-Encoding", "gzip");
        let response = request.send().await.expect("the server answers");
        for (name, value) in [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")] {
            assert_eq!(response.headers()[name], value);
        }
        let mut events = Events { response, text: String::new(), id: String::new() };
        let first = events.next().await;
        events.id = first.id;
        assert_eq!((first.event.as_str(), first.data), ("PB_CONNECT", json!({"clientId": events.id})));
        assert_eq!(events.id.len(), 40);
        events
    }

    /// The next event.
    pub async fn next(&mut self) -> Event {
        self.maybe().await.expect("the stream goes on")
    }

    async fn maybe(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let lines: Vec<&str> = event.split('\n').collect();
                let value = |i: usize, key: &str| lines[i].strip_prefix(key).expect("lines in this order").to_owned();
                let data = serde_json::from_str(&value(2, "data:")).expect("JSON");
                let event = Event { id: value(0, "id:"), event: value(1, "event:"), data };
                self.text = rest.to_owned();
                return Some(event);
            }
            let chunk = self.response.chunk().await.expect("the stream can be read")?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// Submits subscriptions in somebody's name; the status of the answer.
    pub async fn subscribe(&self, actor: &Actor, subscriptions: Json) -> u16 {
        actor.post("/api/realtime", json!({"clientId": self.id, "subscriptions": subscriptions})).await.status
    }
}

/// An event as it came.
pub struct Event {
    /// The id of the stream.
    pub id: String,
    /// The subscription.
    pub event: String,
    /// What is told.
    pub data: Json,
}

#[tokio::test]
async fn events_are_those_of_pocketbase() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let mut events = Events::open(&t).await;
    let options = "posts/*?options=%7B%22query%22%3A%7B%22filter%22%3A%22count%3E1%22%2C%22fields%22%3A%22id%2Ctitle%22%7D%7D";
    assert_eq!(events.subscribe(&guest, json!([options])).await, 204);
    let posts = "/api/collections/posts/records";
    let post = root.post(posts, json!({"title": "a", "count": 1})).await;
    let path = format!("{posts}/{}", post.json["id"].as_str().unwrap());
    for body in [json!({"count": 2}), json!({"title": "b"}), json!({"count": 0}), json!({"count": 3})] {
        root.patch(&path, body).await;
    }
    let gone = root.delete(&path).await;
    let mut told = Vec::new();
    for _ in 0..4 {
        let event = events.next().await;
        assert_eq!((event.id.as_str(), event.event.as_str()), (events.id.as_str(), options));
        assert_eq!(event.data["record"]["id"], post.json["id"]);
        told.push((event.data["action"].clone(), event.data["record"]["title"].clone()));
        if told.len() == 4 {
            assert_eq!(event.data["position"], gone.header("luge-position"));
        }
    }
    // What enters is an update, what leaves is not told, and what is deleted is told as a whole.
    assert_eq!(told, [("update", "a"), ("update", "b"), ("update", "b"), ("delete", "b")].map(|(a, b)| (json!(a), json!(b))));
}

#[tokio::test]
async fn collections_may_come_later_and_rules_bind() {
    let t = TestApp::new().await;
    let (root, user, guest) = (t.superuser().await, t.user("ann").await, t.guest());
    let (mut as_guest, mut as_user) = (Events::open(&t).await, Events::open(&t).await);
    assert_eq!(as_guest.subscribe(&guest, json!(["posts/*", "later/*"])).await, 204);
    assert_eq!(as_user.subscribe(&guest, json!(["posts", "later/*"])).await, 204);
    assert_eq!(as_user.subscribe(&user, json!(["posts", "later/*"])).await, 204);
    t.posts().await;
    let body = json!({"name": "later", "type": "base", "listRule": "@request.auth.id != ''", "viewRule": ""});
    assert_eq!(root.post("/api/collections", body).await.status, 200);
    root.post("/api/collections/later/records", json!({})).await;
    root.post("/api/collections/posts/records", json!({"title": "a"})).await;
    assert_eq!(as_guest.next().await.event, "posts/*");
    assert_eq!(as_user.next().await.event, "later/*");
    assert_eq!(as_user.next().await.event, "posts");
    // Whoever is gone is nobody, and the stream goes on.
    let me = t.bearer(&user.token).post("/api/collections/users/auth-refresh", json!({})).await;
    root.delete(&format!("/api/collections/users/records/{}", me.json["record"]["id"].as_str().unwrap())).await;
    root.post("/api/collections/later/records", json!({})).await;
    root.post("/api/collections/posts/records", json!({"title": "b"})).await;
    let event = as_user.next().await;
    assert_eq!((event.event.as_str(), &event.data["record"]["title"]), ("posts", &json!("b")));
}

#[tokio::test]
async fn refusals_are_those_of_the_wire() {
    let t = TestApp::new().await;
    let (guest, ann, bob) = (t.guest(), t.user("ann").await, t.user("bob").await);
    let events = Events::open(&t).await;
    let id = events.id.clone();
    let plain = "Something went wrong while processing your request.";
    let long = |max: u64| {
        let message = format!("The length must be no more than {max}.");
        json!({"code": "validation_length_too_long", "message": message, "params": {"max": max, "min": 0}})
    };
    let cases = [
        (&guest, json!({}), 400, problems(plain, json!({"clientId": {"code": "validation_required", "message": "Cannot be blank."}}))),
        (&guest, json!({"clientId": "x"}), 404, refusal(404, "Missing or invalid client id.")),
        (
            &guest,
            json!({"clientId": id, "subscriptions": ["a".repeat(2501)]}),
            400,
            problems(plain, json!({"subscriptions": {"0": long(2500)}})),
        ),
        (&guest, json!({"clientId": id, "subscriptions": vec!["a"; 1001]}), 400, problems(plain, json!({"subscriptions": long(1000)}))),
        (&guest, json!({"clientId": id, "subscriptions": [5]}), 400, refusal(400, plain)),
        (&guest, json!({"clientId": id, "subscriptions": ["a\nevent:b"]}), 400, None),
        (&ann, json!({"clientId": id, "subscriptions": ["posts"]}), 204, None),
        (&bob, json!({"clientId": id}), 403, refusal(403, "The current and the previous request authorization don't match.")),
        (&guest, json!({"clientId": id}), 403, None),
        (&ann, json!({"clientId": id}), 204, None),
    ];
    for (actor, body, status, expected) in cases {
        let answer = actor.post("/api/realtime", body.clone()).await;
        assert_eq!(answer.status, status, "{body} {}", answer.text);
        if let Some(expected) = expected {
            assert_eq!(answer.json, expected, "{body}");
        }
    }
}

#[tokio::test]
async fn topics_without_a_collection_and_time_limits() {
    let t = TestApp::new().await;
    let mut events = Events::open(&t).await;
    events.subscribe(&t.guest(), json!(["@oauth2", "news?options=%7B%7D"])).await;
    let hub = t.app.realtime();
    assert_eq!(hub.publish("news", &json!({"a": 1})), 1);
    assert_eq!(hub.publish("new", &json!({})), 0);
    assert!(hub.send_to(&events.id, "127.0.0.1".parse().unwrap(), "@oauth2", &json!({"code": "x"})));
    assert!(!hub.send_to(&events.id, "127.0.0.2".parse().unwrap(), "@oauth2", &json!({"code": "x"})));
    let (news, login) = (events.next().await, events.next().await);
    assert_eq!((news.event.as_str(), news.data), ("news?options=%7B%7D", json!({"a": 1})));
    assert_eq!((login.event.as_str(), login.data), ("@oauth2", json!({"code": "x"})));
    hub.set_limits(Limits { sse_max_seconds: 1, ..Limits::default() });
    assert!(events.maybe().await.is_none());
    let other = Events::open(&t).await;
    assert_eq!(t.app.realtime().counts().event_streams, 1);
    drop(other);
}
