//! The superuser's HTTP client: what it sends is done exactly once, also when the server is killed meanwhile.

use super::server::SUPERUSER;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a request is tried again before the server counts as gone.
const PATIENCE: Duration = Duration::from_secs(180);

/// A place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    pub epoch: String,
    pub seq: u64,
}

impl Position {
    pub fn parse(text: &str) -> Option<Position> {
        let (epoch, seq) = text.split_once(':')?;
        Some(Position { epoch: epoch.to_owned(), seq: seq.parse().ok()? })
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)
    }
}

pub struct Api {
    client: Client,
    base: String,
    pub token: String,
    next_key: AtomicU64,
}

impl Api {
    /// Signs in as the superuser.
    pub async fn sign_in(port: u16) -> Api {
        let client = Client::builder().timeout(Duration::from_secs(60)).build().expect("an HTTP client");
        let mut api = Api { client, base: format!("http://127.0.0.1:{port}"), token: String::new(), next_key: AtomicU64::new(0) };
        let body = json!({"identity": SUPERUSER[0], "password": SUPERUSER[1]});
        let (answer, _) = api.send(Method::POST, "/api/collections/_superusers/auth-with-password", body).await;
        api.token = answer["token"].as_str().expect("a token").to_owned();
        api
    }

    /// Sends until it is done, once: the key of a request lets the server give its first answer again.
    pub async fn send(&self, method: Method, path: &str, body: Json) -> (Json, Option<Position>) {
        let key = format!("key-{}", self.next_key.fetch_add(1, Ordering::Relaxed));
        let started = Instant::now();
        loop {
            let request = self.client.request(method.clone(), format!("{}{path}", self.base)).header("Idempotency-Key", &key);
            match answer(request.header("Authorization", &self.token).json(&body)).await {
                Some((status, position, text)) if status.is_success() => {
                    let body = if text.is_empty() { Json::Null } else { text.parse().expect("an answer is JSON") };
                    return (body, position);
                }
                Some((status, _, text)) if !is_passing(status) => panic!("{method} {path} {body}: {status} {text}"),
                other => assert!(started.elapsed() < PATIENCE, "{method} {path} is not answered: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn post(&self, path: &str, body: Json) -> (Json, Position) {
        let (body, position) = self.send(Method::POST, path, body).await;
        (body, position.expect("a write tells its position"))
    }

    pub async fn patch(&self, path: &str, body: Json) -> (Json, Position) {
        let (body, position) = self.send(Method::PATCH, path, body).await;
        (body, position.expect("a write tells its position"))
    }

    pub async fn delete(&self, path: &str) -> Position {
        self.send(Method::DELETE, path, Json::Null).await.1.expect("a write tells its position")
    }

    /// Reads as someone; `None` when it is refused.
    pub async fn read(&self, token: Option<&str>, path: &str, query: &[(&str, &str)]) -> Option<Json> {
        let started = Instant::now();
        loop {
            let mut request = self.client.get(format!("{}{path}?{}", self.base, encode(query)));
            if let Some(token) = token {
                request = request.header("Authorization", token);
            }
            match answer(request).await {
                Some((status, _, text)) if status.is_success() => return Some(text.parse().expect("an answer is JSON")),
                Some((StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, ..)) => return None,
                Some((status, _, text)) if !is_passing(status) => panic!("GET {path} {query:?}: {status} {text}"),
                other => assert!(started.elapsed() < PATIENCE, "GET {path} is not answered: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A token of a user, made without the password.
    pub async fn impersonate(&self, user: &str) -> String {
        let (answer, _) = self.send(Method::POST, &format!("/api/collections/users/impersonate/{user}"), json!({})).await;
        answer["token"].as_str().expect("a token").to_owned()
    }
}

/// Too busy, or starting.
fn is_passing(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

fn encode(query: &[(&str, &str)]) -> String {
    let one = |(name, value): &(&str, &str)| {
        format!("{name}={}", percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC))
    };
    query.iter().map(one).collect::<Vec<_>>().join("&")
}

/// Status, position and body; `None` when the connection ended before the answer was whole.
async fn answer(request: reqwest::RequestBuilder) -> Option<(StatusCode, Option<Position>, String)> {
    let answer = request.send().await.ok()?;
    let position = answer.headers().get("luge-position").and_then(|v| Position::parse(v.to_str().ok()?));
    Some((answer.status(), position, answer.text().await.ok()?))
}
