//! What every answer has: headers, CORS, ids, and 404s for whatever has no route.

use crate::support::app::{TestApp, check, refusal};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn unknown_paths_and_methods_are_404_json() {
    let t = TestApp::new().await;
    let guest = t.guest();
    let (missing, file) = (refusal(404, "The requested resource wasn't found."), refusal(404, "File not found."));
    check(vec![
        (&guest, "GET", "/api/nope", Json::Null, 404, file.clone()),
        (&guest, "GET", "/foo", Json::Null, 404, file.clone()),
        (&guest, "POST", "/api/nope", json!({}), 404, missing.clone()),
        (&guest, "POST", "/api/health", json!({}), 404, missing.clone()),
        (&guest, "GET", "/api/batch", Json::Null, 404, None),
        (&guest, "GET", "/api/health/", Json::Null, 404, file.clone()),
        (&guest, "GET", "/api/collections/users/records/a/b", Json::Null, 404, file),
        (&guest, "GET", "/api/collections/%ff/records", Json::Null, 404, None),
        (&guest, "GET", "/api/realtime/none", Json::Null, 404, None),
        (&guest, "GET", "/api/logs", Json::Null, 404, None),
        (&guest, "GET", "/", Json::Null, 200, None),
        (&guest, "GET", "/_/", Json::Null, 200, None),
    ])
    .await;
}

#[tokio::test]
async fn every_answer_is_dressed() {
    let t = TestApp::new().await;
    let answer = t.guest().with("Origin", "https://a.b").get("/api/health").await;
    let expected = [
        ("content-type", "application/json"),
        ("cross-origin-opener-policy", "same-origin"),
        ("vary", "Origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-xss-protection", "1; mode=block"),
        ("access-control-allow-origin", "*"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let other = t.guest().get("/api/nope").await;
    assert_eq!(other.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(other.header("access-control-allow-origin"), "");
    assert!(!other.header("x-request-id").is_empty() && other.header("x-request-id") != answer.header("x-request-id"));
}

#[tokio::test]
async fn preflight_is_answered_before_any_route() {
    let t = TestApp::new().await;
    let asking = t.guest().with("Origin", "https://a.b").with("Access-Control-Request-Headers", "foo");
    let answer = asking.send("OPTIONS", "/api/whatever", "", Vec::new()).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
    assert_eq!(answer.header("access-control-allow-headers"), "foo");
    assert_eq!(answer.headers("vary"), ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]);
    let plain = t.guest().send("OPTIONS", "/api/health", "", Vec::new()).await;
    assert_eq!((plain.status, plain.header("access-control-allow-origin")), (204, ""));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let t = TestApp::new().await;
    let answer = t.guest().send("HEAD", "/api/health", "", Vec::new()).await;
    assert_eq!((answer.status, answer.text.as_str(), answer.header("content-length")), (200, "", "50"));
}

#[tokio::test]
async fn large_answers_are_compressed_when_asked() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let plain = root.get("/api/collections").await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = root.with("Accept-Encoding", "gzip").send("GET", "/api/collections", "", Vec::new()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.text.len() < plain.text.len());
    let small = t.guest().with("Accept-Encoding", "gzip").get("/api/health").await;
    assert_eq!((small.header("content-encoding"), small.status), ("", 200));
}

#[tokio::test]
async fn a_stop_ends_the_listener() {
    let t = TestApp::new().await;
    let base = t.base.clone();
    assert_eq!(t.guest().get("/api/health").await.status, 200);
    t.stop().await;
    assert!(reqwest::get(format!("{base}/api/health")).await.is_err());
}

#[tokio::test]
async fn until_ready_it_says_503() {
    let server = luge::http::bind("127.0.0.1:0", &["*".to_owned()]).await.expect("a free port");
    let answer = reqwest::get(format!("http://{}/api/health", server.address)).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    server.stop().await;
}

#[tokio::test]
async fn origins_can_be_named() {
    let t = TestApp::new().await;
    let server = luge::http::bind("127.0.0.1:0", &["https://*.a.b".to_owned()]).await.expect("a free port");
    server.ready(t.app.clone());
    for (origin, allowed) in [("https://x.a.b", "https://x.a.b"), ("https://a.c", "")] {
        let request = reqwest::Client::new().get(format!("http://{}/api/health", server.address)).header("Origin", origin);
        let answer = request.send().await.expect("an answer");
        let header = answer.headers().get("access-control-allow-origin").map_or("", |v| v.to_str().expect("text"));
        assert_eq!(header, allowed, "{origin}");
    }
    server.stop().await;
}

#[tokio::test]
async fn one_connection_takes_many_requests_and_a_stop_ends_it() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let t = TestApp::new().await;
    let mut stream = tokio::net::TcpStream::connect(t.base.trim_start_matches("http://")).await.expect("a connection");
    let mut buffer = [0; 2048];
    for _ in 0..3 {
        stream.write_all(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is sent");
        let read = stream.read(&mut buffer).await.expect("an answer");
        assert!(String::from_utf8_lossy(&buffer[..read]).starts_with("HTTP/1.1 200 OK"));
    }
    t.stop().await;
    assert_eq!(stream.read(&mut buffer).await.unwrap_or(0), 0, "the idle connection is closed");
}
