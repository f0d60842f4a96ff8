//! What handlers reach outside of a transaction: jobs, schedules, mail, other servers, values, and the functions that compute.

use super::before::ledger;
use super::{column, until};
use crate::support::app::{START, TestApp};
use serde_json::{Value as Json, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers every request with its head and body as JSON, and counts nothing.
async fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut got = Vec::new();
                let mut piece = [0; 4096];
                loop {
                    let n = stream.read(&mut piece).await.unwrap_or(0);
                    got.extend_from_slice(&piece[..n]);
                    let text = String::from_utf8_lossy(&got).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).and_then(|l| l.parse().ok()).unwrap_or(0);
                    if head.contains("/slow") {
                        tokio::time::sleep(Duration::from_secs(60)).await;
                    }
                    if n == 0 || length <= body.len() {
                        let size = if head.contains("/large") { 3_000_000 } else { 0 };
                        let answer = json!({"head": head, "body": body, "more": "x".repeat(size)}).to_string();
                        let told = format!(
                            "HTTP/1.1 201 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                            answer.len()
                        );
                        let _ = stream.write_all(told.as_bytes()).await;
                        return;
                    }
                }
            });
        }
    });
    port
}

/// What a route of this script answers.
async fn answer(body: &str) -> (u16, Json) {
    let script = format!("route(\"POST\", \"/api/try\", |req| {{ {body} }});");
    let t = TestApp::with_hooks(&[
        ("try.rhai", &script),
        ("templates/hello.html", "Hello {{ name }}, {% for i in items %}{{ i }};{% endfor %}"),
    ])
    .await;
    assert!(t.app.scripts().diagnostics().is_empty(), "{body}: {:?}", t.app.scripts().diagnostics());
    let answer = t.guest().post("/api/try", json!({"a": 1})).await;
    let (status, json) = (answer.status, answer.json);
    let log: Vec<String> = t.app.scripts().log(0, 10).into_iter().filter(|l| l.level == "error").map(|l| l.message).collect();
    t.stop().await;
    (status, if status == 500 { json!(log.last()) } else { json })
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_compute_what_they_say() {
    let cases = [
        (r#"crypto::hash("sha256", "abc")"#, json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
        (
            r#"crypto::hmac("sha256", "key", "The quick brown fox jumps over the lazy dog")"#,
            json!("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
        ),
        (
            r#"[crypto::equal("a", "a"), crypto::equal("a", "b"), crypto::random(7).len(), crypto::base64_decode(crypto::base64_encode("hé"))]"#,
            json!([true, false, 7, "hé"]),
        ),
        (
            r#"let key = crypto::base64_bytes("a2V5"); [crypto::hmac("sha256", key, "a") == crypto::hmac("sha256", "key", "a"), crypto::hmac_base64("sha256", crypto::base64_bytes("//4="), "a")]"#,
            json!([true, "li+huDHaFH917Vqt82AQ32VJyU5KDqLwNqN+5TWUbEs="]),
        ),
        (r#"[template::text("{{ a }}", #{ a: "<i> & \"" })]"#, json!(["<i> & \""])),
        (r#"crypto::jwt_verify(crypto::jwt_sign(#{ sub: "x" }, "k", 60), "k")"#, json!({"sub": "x", "exp": START / 1000 + 60})),
        (
            r#"[crypto::jwt_verify(crypto::jwt_sign(#{}, "k", -1), "k"), crypto::jwt_verify(crypto::jwt_sign(#{}, "k", 60), "other")]"#,
            json!([null, null]),
        ),
        (
            r#"[time::now(), time::millis(), time::add("2026-01-01 00:00:00.000Z", "90m"), time::parse("1970-01-01 00:00:01.500Z"), time::format(1500)]"#,
            json!(["2026-01-02 03:04:05.000Z", START, "2026-01-01 01:30:00.000Z", 1500, "1970-01-01 00:00:01.500Z"]),
        ),
        (
            r#"let v = json::parse("{\"b\":[1,2.5,null],\"a\":true}"); [v.b[1], json::text(v)]"#,
            json!([2.5, "{\"a\":true,\"b\":[1,2.5,null]}"]),
        ),
        (
            r#"let t = "a\n"; t.pad(20002, "1\n"); let fits = csv::parse(t).len(); t += "1\n"; let r = (); try { csv::parse(t); } catch (e) { r = e.message; } [fits, r]"#,
            json!([10_000, "A CSV may have at most 100000 rows and 10000 values here."]),
        ),
        (r#"let v = csv::parse("a,b\n1,\"x,y\"\n2,z\n"); [v[0].b, csv::text(v)]"#, json!(["x,y", "a,b\n1,\"x,y\"\n2,z\n"])),
        (
            r#"[template::render("{{ a }} {{ b }}", #{ a: "<i>", b: 2 }), template::file("hello", #{ name: "Ada", items: [1, 2] })]"#,
            json!(["&lt;i&gt; 2", "Hello Ada, 1;2;"]),
        ),
        (r#"store::set("k", #{ n: 1 }); let got = store::get("k"); store::remove("k"); [got.n, store::get("k")]"#, json!([1, null])),
        (r#"[seq::next("a"), seq::next("a"), seq::next("b")]"#, json!([1, 2, 1])),
        (r#"[env::get("CARGO_PKG_NAME") ?? "none", secrets::get("NOT_THERE"), settings::get("x")]"#, json!(["luge", null, null])),
        (
            r#"[req.body.a, req.method, req.path, req.auth, req.headers["content-type"]]"#,
            json!([1, "POST", "/api/try", null, "application/json"]),
        ),
        (
            r#"let r = (); try { records::get("nothing", "x"); } catch (e) { r = [e.status, e.message]; } r"#,
            json!([404, "Missing collection context."]),
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(answer(body).await, (200, expected), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_called_within_limits() {
    let port = echo().await;
    let cases = [
        (
            format!(
                r#"let r = http::post("http://localhost:{port}/x?y=1", #{{ json: #{{ b: 2 }}, headers: #{{ "x-a": "b" }} }}); [r.status, r.ok, r.json.body, r.json.head.contains("x-a: b"), r.json.head.contains("POST /x?y=1 HTTP/1.1")]"#
            ),
            200,
            json!([201, true, "{\"b\":2}", true, true]),
        ),
        (format!(r#"http::send("PUT", "http://localhost:{port}/", #{{ form: #{{ a: "x y" }} }}).json.body"#), 200, json!("a=x+y")),
    ];
    for (body, status, expected) in cases {
        assert_eq!(answer(&body).await, (status, expected), "{body}");
    }
    let refused = [
        (format!(r#"http::get("http://127.0.0.1:{port}/")"#), 403, "is the private address 127.0.0.1"),
        (format!(r#"http::get("http://[::ffff:127.0.0.1]:{port}/")"#), 403, "is the private address"),
        (r#"http::get("http://169.254.169.254/latest/meta-data")"#.to_owned(), 403, "is the private address"),
        (r#"http::get("http://10.0.0.1/")"#.to_owned(), 403, "is the private address"),
        (r#"http::get("file:///etc/passwd")"#.to_owned(), 400, "address"),
        (r#"http::get("ftp://localhost/")"#.to_owned(), 400, "Only http and https"),
        (format!(r#"http::get("http://localhost:{port}/slow", #{{ timeout: "100ms" }})"#), 503, "took longer than 100 ms"),
        (format!(r#"http::get("http://localhost:{port}/large")"#), 400, "more than 1048576 bytes"),
    ];
    for (body, status, expected) in refused {
        let (got, json) = answer(&body).await;
        assert!(got == status && json["message"].as_str().unwrap_or_default().contains(expected), "{body}: {got} {json}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_inside_a_transaction_stays_inside() {
    for body in [r#"http::get("http://localhost/")"#, r#"time::sleep("1s")"#, r#"realtime::publish("a", 1)"#] {
        let script = format!("on_create(\"posts\", |e| {{ {body}; }});");
        let t = TestApp::with_hooks(&[("a.rhai", &script)]).await;
        t.posts().await;
        assert_eq!(t.guest().post("/api/collections/posts/records", json!({"title": "a"})).await.status, 500);
        let line = t.app.scripts().log(0, 10).pop().expect("the mistake is told");
        assert!(
            line.message.contains("reaches outside of the transaction") && line.message.starts_with("hooks/a.rhai:1:"),
            "{}",
            line.message
        );
        t.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_of_scripts_are_all_or_nothing() {
    let script = r#"
        on_create("posts", |e| { e.record.count = seq::next("posts"); store::set("last", e.record.title); });
        route("POST", "/api/move/{from}/{to}", |req| {
            db::tx(|tx| {
                let from = tx.get("posts", req.params.from) ?? fail(404, "no such post");
                tx.update("posts", from.id, #{ title: "moved" });
                tx.inc("posts", req.params.to, "count", 10);
                if req.body.fail == true { fail(409, "stop"); }
                tx.create("ledger", #{ note: `moved ${from.title}` });
            });
            reply(201, #{ last: store::get("last") }).header("x-a", "b")
        });
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let mut ids = Vec::new();
    for title in ["a", "b"] {
        let made = t.guest().post("/api/collections/posts/records", json!({"title": title})).await;
        ids.push(made.json["id"].as_str().expect(&made.text).to_owned());
    }
    // A create that is refused uses no number up.
    assert_eq!(t.guest().post("/api/collections/posts/records", json!({"title": ""})).await.status, 400);
    let path = format!("/api/move/{}/{}", ids[0], ids[1]);
    assert_eq!(t.guest().post(&path, json!({"fail": true})).await.status, 409);
    assert_eq!(t.guest().post(&format!("/api/move/nobody/{}", ids[1]), json!({})).await.status, 404);
    assert_eq!(column(&t, "posts", "title").await, ["a", "b"]);
    let moved = t.guest().post(&path, json!({})).await;
    assert_eq!((moved.status, &moved.json, moved.header("x-a")), (201, &json!({"last": "b"}), "b"), "{}", moved.text);
    assert_eq!(
        (column(&t, "posts", "title").await, column(&t, "posts", "count").await),
        (vec![json!("moved"), json!("b")], vec![json!(1), json!(12)])
    );
    assert_eq!(column(&t, "ledger", "note").await, ["moved a"]);
    assert_eq!(t.guest().post("/api/collections/posts/records", json!({"title": "c"})).await.json["count"], 3);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_when_due_and_once_for_a_key() {
    let script = r#"
        job("note", #{ retries: 1 }, |args| {
            records::create("ledger", #{ note: args.note });
            if args.note == "bad" { throw "it is bad"; }
        });
        on_create("posts", |e| {
            jobs::push("note", #{ note: e.record.title });
            jobs::push("note", #{ note: "unique" }, #{ unique: "u", delay: "1h" });
            if e.record.count == 1 { fail(400); }
        });
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    t.posts().await;
    ledger(&t).await;
    let posts = "/api/collections/posts/records";
    assert_eq!(t.guest().post(posts, json!({"title": "refused", "count": 1})).await.status, 400);
    for title in ["first", "bad"] {
        assert_eq!(t.guest().post(posts, json!({"title": title})).await.status, 200);
    }
    until("the jobs", async || 2 <= column(&t, "ledger", "note").await.len()).await;
    let root = t.superuser().await;
    let list = root.get("/api/hooks/jobs").await.json;
    let waits: Vec<&Json> = list["items"].as_array().unwrap().iter().filter(|j| j["args"]["note"] == "unique").collect();
    assert_eq!(waits.len(), 1, "{list}");
    // Its second try is due some time after its first has failed, so the clock goes on only then.
    let has_failed = |job: &Json| job["args"]["note"] == "bad" && 1 <= job["attempts"].as_i64().unwrap_or(0);
    until("the first failure", async || root.get("/api/hooks/jobs").await.json["items"].as_array().unwrap().iter().any(has_failed)).await;
    t.clock.set(START + 10_000);
    until("the dead letter", async || !root.get("/api/hooks/jobs").await.json["dead"].as_array().unwrap().is_empty()).await;
    t.clock.set(START + 3_700_000);
    until("the delayed job", async || column(&t, "ledger", "note").await.contains(&json!("unique"))).await;
    let mut notes: Vec<String> = column(&t, "ledger", "note").await.iter().map(ToString::to_string).collect();
    notes.sort();
    assert_eq!(notes, ["\"bad\"", "\"bad\"", "\"first\"", "\"unique\""]);
    let dead = root.get("/api/hooks/jobs").await.json["dead"][0].clone();
    assert_eq!((&dead["kind"], &dead["what"]["name"]), (&json!("job"), &json!("note")));
    let path = format!("/api/hooks/dead/{}", dead["deadId"].as_str().unwrap());
    assert_eq!(root.post(&format!("{path}/run"), json!({})).await.status, 400);
    assert_eq!((root.delete(&path).await.status, root.delete(&path).await.status), (204, 404));
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_run_when_due() {
    let script = r#"cron("tick", "*/5 * * * *", #{ tz: "Europe/Berlin" }, || { records::create("ledger", #{ note: time::now() }); });
        cron("broken", "0 0 1 1 *", || { throw "it is broken" });"#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    ledger(&t).await;
    let root = t.superuser().await;
    let crons = root.get("/api/hooks/crons").await.json;
    assert_eq!((&crons["items"][0]["id"], &crons["items"][0]["last"]), (&json!("hooks/tick"), &Json::Null), "{crons}");
    assert_eq!(crons["items"][0]["next"], START + 55_000);
    // The clock stands still until the schedule was seen once, which mostly is soon; where it was not, the next five minutes count.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let began = std::time::Instant::now();
    until("the schedule", async || {
        t.clock.set(START + 60_000 + began.elapsed().as_secs() as i64 / 10 * 300_000);
        !column(&t, "ledger", "note").await.is_empty()
    })
    .await;
    assert_eq!(root.post("/api/hooks/crons/hooks/tick", json!({})).await.status, 204);
    assert_eq!(column(&t, "ledger", "note").await.len(), 2);
    let broken = root.post("/api/hooks/crons/hooks/broken", json!({})).await;
    assert!(broken.status == 400 && broken.text.contains("it is broken"), "{}", broken.text);
    let crons = root.get("/api/hooks/crons").await.json;
    assert!(crons["items"][0]["last"] == t.clock.now() && crons["items"][1]["error"].is_string(), "{crons}");
    assert_eq!(t.guest().get("/api/hooks/crons").await.status, 401);
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_into_the_outbox_with_its_cause() {
    let script = r#"
        on_mail(|e| { e.mail.subject = "[test] " + e.mail.subject; if e.mail.to == "never@example.com" { fail(403, "not to them"); } });
        on_create("posts", |e| mail::send(#{ to: e.record.title + "@example.com", subject: "Hi", template: "hello", data: #{ name: e.record.title, items: [] } }));
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script), ("templates/hello.html", "Hello {{ name }}")]).await;
    t.posts().await;
    let posts = "/api/collections/posts/records";
    assert_eq!(t.guest().post(posts, json!({"title": "never"})).await.status, 403);
    let made = t.guest().post(posts, json!({"title": "ada"})).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let outbox = t.app.db().view().schema.find("_outbox").cloned().unwrap();
    let mut mails = Vec::new();
    t.app
        .db()
        .view()
        .each(&outbox, false, &mut |row| {
            mails.push(luge::value::json::to_json(&row.to_record().get_named("data")));
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (&mails[0]["mail"]["to"], &mails[0]["mail"]["subject"], &mails[0]["mail"]["html"]),
        (&json!(["ada@example.com"]), &json!("[test] Hi"), &json!("Hello ada"))
    );
    t.stop().await;
}
