//! Scripts that want too much: each is stopped with a clear error, and the server goes on answering others.

use crate::support::app::TestApp;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_much_is_stopped_and_named() {
    let cases = [
        ("loop { }", "Too many operations|took longer than it may"),
        ("fn_deep(1)", "Stack overflow"),
        ("let s = \"x\"; loop { s += s; }", "Length of string|took longer than it may"),
        ("let a = [1]; loop { a += a; }", "Size of array|took longer than it may"),
        ("let a = []; a.pad(1000000000, 0);", "Size of array|took longer than it may"),
        ("let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }", "Size of object map|Too many operations|took longer than it may"),
        ("let a = []; loop { a = [a]; }", "Size of array|Too many operations|took longer than it may|Data"),
        ("json::parse(\"[\" + \"[\".repeat_it(300))", "Function not found|no JSON"),
        ("let x = 0; for i in 0..100000000 { x += i; }", "Too many operations|took longer than it may"),
    ];
    for (body, expected) in cases {
        let script = format!("fn fn_deep(n) {{ fn_deep(n + 1) }}\non_create(\"posts\", |e| {{ {body} }});");
        let t = TestApp::with_hooks(&[("a.rhai", &script)]).await;
        assert!(t.app.scripts().diagnostics().is_empty(), "{body}: {:?}", t.app.scripts().diagnostics());
        t.posts().await;
        let refused = t.guest().post("/api/collections/posts/records", json!({"title": "a"})).await;
        assert_eq!(refused.status, 500, "{body}: {}", refused.text);
        let lines = t.app.scripts().log(0, 100);
        let told = lines.last().map(|l| l.message.clone()).unwrap_or_default();
        assert!(told.starts_with("hooks/a.rhai:") && expected.split('|').any(|e| told.contains(e)), "{body}: {told}");
        assert_eq!(t.guest().get("/api/collections/posts/records").await.json["totalItems"], 0);
        t.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_schedules_are_too_many_for_a_file() {
    let script = "for i in 0..1000 { cron(`c${i}`, \"* * * * *\", || 1); }";
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    assert!(t.app.scripts().diagnostics()[0].message.contains("at most 500"), "{:?}", t.app.scripts().diagnostics());
    t.stop().await;
}

async fn percentile(t: &TestApp, requests: usize) -> Duration {
    let mut times = Vec::new();
    let guest = t.guest();
    for _ in 0..requests {
        let began = Instant::now();
        assert_eq!(guest.get("/api/collections/posts/records").await.status, 200);
        times.push(began.elapsed());
    }
    times.sort();
    times[times.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_loops_do_not_stop_the_others() {
    let script = "on_create(\"posts\", |e| { loop { } }); route(\"GET\", \"/loop\", |req| { loop { } });";
    let t = Arc::new(TestApp::with_hooks(&[("a.rhai", script)]).await);
    t.posts().await;
    let quiet = percentile(&t, 300).await;
    let stop = Arc::new(AtomicBool::new(false));
    let attackers: Vec<_> = (0..8)
        .map(|i| {
            let (t, stop) = (t.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let answer = match i % 2 {
                        0 => t.guest().post("/api/collections/posts/records", json!({"title": "a"})).await,
                        _ => t.guest().get("/loop").await,
                    };
                    assert!([500, 429].contains(&answer.status), "{}", answer.text);
                }
            })
        })
        .collect();
    let busy = percentile(&t, 300).await;
    stop.store(true, Ordering::SeqCst);
    for attacker in attackers {
        attacker.await.expect("every loop was ended");
    }
    // How fast the machine is says nothing about the code; the figures are for whoever reads them.
    println!("p99 of a list: {quiet:?} alone, {busy:?} beside 8 clients whose scripts never end");
}

#[tokio::test(flavor = "multi_thread")]
async fn rhai_s_own_sleep_keeps_to_the_limits() {
    let script = r#"
        on_create("posts", |e| sleep(e.record.count));
        route("GET", "/api/nap", |r| { sleep(0.01); sleep(0); "rested" });
    "#;
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    t.posts().await;
    let refused = t.guest().post("/api/collections/posts/records", json!({"title": "a", "count": 8})).await;
    assert_eq!(refused.status, 500, "{}", refused.text);
    let told = t.app.scripts().log(0, 100).last().map(|l| l.message.clone()).unwrap_or_default();
    assert!(told.contains("time::sleep reaches outside of the transaction"), "{told}");
    let nap = t.guest().get("/api/nap").await;
    assert_eq!((nap.status, nap.json), (200, json!("rested")));
    t.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_hang_up_leave_no_thread_behind() {
    use tokio::io::AsyncWriteExt;
    let t = TestApp::with_hooks(&[("a.rhai", "route(\"GET\", \"/api/nap\", |r| { time::sleep(\"300ms\"); \"rested\" });")]).await;
    let address = t.base.trim_start_matches("http://").to_owned();
    // More than there are threads that may wait; each is gone as soon as it has asked.
    for _ in 0..700 {
        let mut client = tokio::net::TcpStream::connect(&address).await.unwrap();
        client.write_all(b"GET /api/nap HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    }
    let rested = async || t.guest().get("/api/nap").await.status == 200;
    super::until("an answer after those who went", rested).await;
    let nobody_waits = async || t.guest().get("/api/health").await.status == 200;
    super::until("an answer about the server", nobody_waits).await;
    t.stop().await;
}
