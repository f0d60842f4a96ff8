//! The formats of a body.

use crate::support::app::TestApp;
use serde_json::{Value as Json, json};

const POSTS: &str = "/api/collections/posts/records";
const FORM: &str = "application/x-www-form-urlencoded";

fn multipart(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = String::new();
    for (head, body) in parts {
        out.push_str(&format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"));
    }
    out.push_str("--B--\r\n");
    out.into_bytes()
}

#[tokio::test]
async fn each_format_makes_a_record() {
    let t = TestApp::new().await;
    t.posts().await;
    let parts =
        multipart(&[("name=\"title\"", "7"), ("name=\"tags\"", "a"), ("name=\"tags\"", "b"), ("name=\"@jsonPayload\"", "{\"count\":3}")]);
    let cases = [
        ("application/json", br#"{"title":"x","count":1.5} trailing"#.to_vec(), json!(["x", 1.5, []])),
        (FORM, b"title=007&count=2&tags=a&tags=c".to_vec(), json!(["007", 2, ["a", "c"]])),
        ("multipart/form-data; boundary=B", parts, json!(["7", 3, ["a", "b"]])),
    ];
    for (format, body, expected) in cases {
        let answer = t.guest().send("POST", POSTS, format, body).await;
        let got = json!([answer.json["title"], answer.json["count"], answer.json["tags"]]);
        assert_eq!((answer.status, got), (200, expected), "{format}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let t = TestApp::new().await;
    t.posts().await;
    let deep = format!("{{\"data\":{}{}}}", "[".repeat(500), "]".repeat(500));
    let upload = multipart(&[("name=\"title\"", "x"), ("name=\"doc\"; filename=\"a.txt\"", "data")]);
    let elsewhere = multipart(&[("name=\"title\"", "x"), ("name=\"other\"; filename=\"a.txt\"", "data")]);
    let generic = "Something went wrong while processing your request.";
    let cases = [
        ("text/plain", b"x".to_vec(), 400, "Unsupported Content-Type."),
        ("application/json", b"{".to_vec(), 400, generic),
        ("application/json", b"\xff".to_vec(), 400, generic),
        ("application/json", deep.into_bytes(), 400, "The JSON body is nested more than 256 levels deep."),
        ("multipart/form-data", b"x".to_vec(), 400, generic),
        ("multipart/form-data; boundary=B", b"--B\r\nbroken".to_vec(), 400, generic),
        ("multipart/form-data; boundary=B", upload, 400, "This version cannot store files yet: leave out the upload for \"doc\"."),
        ("multipart/form-data; boundary=B", elsewhere, 200, ""),
    ];
    for (format, body, status, message) in cases {
        let answer = t.guest().send("POST", POSTS, format, body).await;
        assert_eq!(answer.status, status, "{format}: {}", answer.text);
        if status != 200 {
            assert_eq!(answer.json["message"], message, "{format}");
        }
    }
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let t = TestApp::new().await;
    let body = vec![b' '; (32 << 20) + 1];
    let answer = t.guest().send("POST", "/api/collections/users/auth-with-password", "application/json", body).await;
    assert_eq!((answer.status, &answer.json["message"]), (413, &json!("Request entity too large.")));
    let unread = t.guest().send("PATCH", "/api/settings", "application/json", vec![b' '; 20 << 20]).await;
    assert_eq!(unread.status, 401, "the answer reaches who is still sending: {}", unread.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_have_a_limit_of_values() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let list = |head: &str, item: &str, count: usize| format!("{{{head}[{}0]}}", item.repeat(count)).into_bytes();
    let payload = |count: usize| {
        let text = String::from_utf8(list("\"x\":", "0,", count)).expect("a text");
        multipart(&[("name=\"title\"", "x"), ("name=\"@jsonPayload\"", &text), ("name=\"@jsonPayload\"", &text)])
    };
    let (json, parts) = ("application/json", "multipart/form-data; boundary=B");
    let field = multipart(&vec![("name=\"tags\"", "a"); 10_001]);
    let (values, form) = ("The JSON body has too many values.", "A form may have at most 10000 values.");
    let cases = [
        (json, list("\"title\":\"x\",\"more\":", "0,", 1_900_000), 200, ""),
        (json, list("\"title\":\"x\",\"more\":", "0,", 2_100_000), 413, values),
        (json, list("\"title\":\"x\",\"more\":", "{\"a\":0},", 120_000), 413, values),
        (json, b"[0,".repeat(3_000_000), 400, "Something went wrong while processing your request."),
        (parts, payload(900_000), 200, ""),
        (parts, payload(1_100_000), 413, values),
        (parts, field, 413, form),
        (FORM, [b"title=x".to_vec(), b"&a".repeat(9_999)].concat(), 200, ""),
        (FORM, [b"title=x".to_vec(), b"&a".repeat(10_000)].concat(), 413, form),
    ];
    for (i, (format, body, status, message)) in cases.into_iter().enumerate() {
        let answer = guest.send("POST", POSTS, format, body).await;
        assert_eq!(answer.status, status, "{i} {format}: {:.200}", answer.text);
        if status != 200 {
            assert_eq!(answer.json["message"], message, "{i} {format}");
        }
    }
}

#[tokio::test]
async fn small_bodies_have_small_limits() {
    let t = TestApp::unowned().await;
    let routes = [("/api/collections/users/auth-with-password", 256), ("/api/setup", 256), ("/api/realtime", 4 << 10)];
    for (path, limit) in routes {
        for (size, too_large) in [(limit << 10, false), ((limit << 10) + 1, true)] {
            let answer = t.guest().send("POST", path, "application/json", vec![b' '; size]).await;
            assert_eq!(answer.status == 413, too_large, "{path} {size}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn who_asks_before_sending_is_answered_without_the_body() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let t = TestApp::new().await;
    let mut stream = tokio::net::TcpStream::connect(t.base.trim_start_matches("http://")).await.expect("a connection");
    let head = b"PATCH /api/settings HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.expect("it is sent");
    let mut buffer = [0; 2048];
    let answer = tokio::time::timeout(std::time::Duration::from_secs(3), stream.read(&mut buffer)).await;
    let read = answer.expect("it comes at once").expect("an answer");
    assert!(String::from_utf8_lossy(&buffer[..read]).starts_with("HTTP/1.1 401 "));
}

#[tokio::test]
async fn deep_documents_come_back_whole() {
    let t = TestApp::new().await;
    t.posts().await;
    let deep = format!("{}1{}", "[".repeat(255), "]".repeat(255));
    for body in [format!("{{\"title\":\"x\",\"data\":{deep}}}"), format!("{{\"title\":\"x\",\"data\":\"{deep}\"}}")] {
        let made = t.guest().send("POST", POSTS, "application/json", body.into_bytes()).await;
        assert!(made.status == 200 && made.text.contains(&deep), "{}", made.text);
        let id = made.text.split("\"id\":\"").nth(1).expect("an id")[..15].to_owned();
        let picked = t.guest().send("GET", &format!("{POSTS}/{id}?fields=data.*"), "", Vec::new()).await;
        assert!(picked.text.contains(&deep), "{}", picked.text);
    }
}

#[tokio::test]
async fn forms_of_known_keys_take_numbers_for_texts() {
    let t = TestApp::new().await;
    let body = b"identity=root%40example.com&password=1234567890".to_vec();
    let answer = t.guest().send("POST", "/api/collections/_superusers/auth-with-password", FORM, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(matches!(answer.json["token"], Json::String(_)));
}
