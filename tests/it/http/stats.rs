//! `/api/stats` and `/metrics`.

use crate::support::app::{TestApp, check, refusal};
use serde_json::{Value as Json, json};
use std::time::Duration;

#[tokio::test]
async fn only_superusers_see_them() {
    let t = TestApp::new().await;
    let (guest, user, root) = (t.guest(), t.user("ann").await, t.superuser().await);
    for path in ["/api/stats", "/api/stats/requests", "/api/stats/queries", "/metrics"] {
        assert_eq!(guest.get(path).await.status, 401, "{path}");
        assert_eq!(user.get(path).await.status, 403, "{path}");
        assert_eq!(root.get(path).await.status, 200, "{path}");
    }
    assert_eq!(user.delete("/api/stats/queries").await.status, 403);
    let refused = refusal(400, "Minutes must be a whole number, not \"x\".");
    check(vec![(&root, "GET", "/api/stats?minutes=x", Json::Null, 400, refused)]).await;
}

#[tokio::test]
async fn requests_are_counted_by_area_and_status() {
    let t = TestApp::new().await;
    t.posts().await;
    let (guest, root) = (t.guest(), t.superuser().await);
    let before = root.get("/api/stats").await.json;
    for _ in 0..5 {
        guest.get("/api/collections/posts/records").await;
    }
    guest.get("/api/collections/posts/records/missing").await;
    let after = root.get("/api/stats?minutes=5").await.json;
    let records = after["areas"].as_array().expect("areas").iter().find(|a| a["area"] == "records").expect("records");
    assert_eq!((&records["requests"], &records["clientErrors"], &records["serverErrors"]), (&json!(6), &json!(1), &json!(0)));
    assert!(records["p50"].as_f64().expect("a time") <= records["p99"].as_f64().expect("a time"), "{records}");
    let total = |stats: &Json| stats["totals"]["requests"].as_u64().expect("a number");
    assert_eq!(total(&after) - total(&before), 6, "the statistics do not count themselves");
    let minutes = after["minutes"].as_array().expect("minutes");
    let sum: u64 = minutes.iter().filter_map(|m| m["requests"].as_u64()).sum();
    assert_eq!(json!(sum), after["window"]["requests"]);
    assert!(!minutes.is_empty() && minutes.iter().all(|m| m["at"].as_str().is_some_and(|at| at.ends_with(":00.000Z"))), "{minutes:?}");
    assert_eq!(after["log"]["position"], t.app.db().position().to_string());
    assert!(1 <= after["connections"]["http"].as_u64().expect("a number"), "{after}");
    assert_eq!((&after["startedAt"], &after["version"]), (&json!("2026-01-02 03:04:05.000Z"), &json!(env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn the_last_requests_are_told_without_their_secrets() {
    let t = TestApp::new().await;
    t.posts().await;
    let (ann, root) = (t.user("ann").await, t.superuser().await);
    let start = root.get("/api/stats/requests").await.json["next"].as_u64().expect("a number");
    let answer = ann.get("/api/collections/posts/records?token=hidden&page=1").await;
    t.guest().get("/api/collections/posts/records/missing").await;
    t.guest().get("/_/").await;
    let seen = root.get(&format!("/api/stats/requests?since={start}")).await.json;
    let items = seen["items"].as_array().expect("items");
    assert_eq!((items.len(), &seen["next"], &seen["missed"]), (2, &json!(start + 2), &json!(0)), "{seen}");
    let first = &items[0];
    assert_eq!(first["path"], "/api/collections/posts/records?token=***&page=1");
    assert_eq!((&first["method"], &first["status"], &first["area"]), (&json!("GET"), &json!(200), &json!("records")));
    assert_eq!((&first["actor"]["collection"], &first["address"]), (&json!("users"), &json!("127.0.0.1")));
    assert_eq!((first["id"].as_str(), first["bytes"].as_u64()), (Some(answer.header("x-request-id")), Some(answer.text.len() as u64)));
    assert_eq!((&items[1]["actor"], &items[1]["error"]), (&Json::Null, &json!("The requested resource wasn't found.")));
    // A look that waits is answered by the next request.
    let waiting = format!("/api/stats/requests?since={}&wait=30", start + 2);
    let guest = t.guest();
    let (news, _) = tokio::join!(root.get(&waiting), guest.get("/api/health"));
    assert_eq!(news.json["items"][0]["path"], "/api/health", "{}", news.text);
}

#[tokio::test]
async fn slow_queries_are_grouped_and_get_an_index_suggested() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    for i in 0..30 {
        let body = json!({"title": format!("t{}", i % 3), "count": i});
        assert_eq!(root.post("/api/collections/posts/records", body).await.status, 200);
    }
    t.app.stats().queries.set_threshold(Duration::ZERO);
    let list = |filter: &str| format!("/api/collections/posts/records?skipTotal=1&sort=-count&filter={filter}");
    for value in ["t1", "t2"] {
        assert_eq!(root.get(&list(&format!("title='{value}'"))).await.status, 200);
    }
    assert_eq!(root.get(&list("title~'x'")).await.status, 200);
    let told = root.get("/api/stats/queries").await.json;
    let items = told["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{told}");
    let group = |filter: &str| items.iter().find(|i| i["filter"] == filter).unwrap_or_else(|| panic!("{filter} is not in {told}"));
    let equal = group("title = ?");
    assert_eq!((&equal["count"], &equal["sort"], &equal["plan"]), (&json!(2), &json!("-count"), &json!("all rows of posts")));
    assert_eq!((&equal["rowsRead"], &equal["rowsKept"]), (&json!(30), &json!(10)));
    let sql = "CREATE INDEX `idx_posts_title_count` ON `posts` (\n  `title`,\n  `count` DESC\n)";
    let suggested = equal["suggestion"]["sql"].as_str().expect("a statement");
    assert_eq!(suggested.replace(['\n', ' '], ""), sql.replace(['\n', ' '], ""));
    assert_eq!(group("title ~ ?")["suggestion"]["fields"], json!(["count"]), "the order can be had at least");
    let collection = root.get("/api/collections/posts").await.json;
    let mut indexes = collection["indexes"].as_array().cloned().expect("indexes");
    indexes.push(equal["suggestion"]["sql"].clone());
    assert_eq!(root.patch("/api/collections/posts", json!({"indexes": indexes})).await.status, 200);
    assert_eq!(root.delete("/api/stats/queries").await.status, 204);
    root.get(&list("title='t1'")).await;
    let told = root.get("/api/stats/queries").await.json;
    assert_eq!((&told["items"][0]["suggestion"], &told["items"][0]["rowsRead"]), (&Json::Null, &json!(10)), "{told}");
}

#[tokio::test]
async fn prometheus_reads_the_metrics() {
    let t = TestApp::new().await;
    t.guest().get("/api/health").await;
    let root = t.superuser().await;
    let answer = root.get("/metrics").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "# TYPE luge_http_requests_total counter",
        "luge_http_requests_total{area=\"other\",class=\"ok\"} 1",
        "# TYPE luge_log_epoch gauge",
    ] {
        assert!(answer.text.lines().any(|l| l == line), "{line} is not in\n{}", answer.text);
    }
    let buckets: Vec<u64> =
        answer.text.lines().filter(|l| l.contains("_bucket{")).filter_map(|l| l.rsplit(' ').next()?.parse().ok()).collect();
    assert!(buckets.len() == 10 && buckets.is_sorted(), "{buckets:?}");
    let open = luge::http::bind("127.0.0.1:0", &["*".to_owned()]).await.expect("a free port");
    open.ready_for_metrics(t.app.clone());
    let get = async |path: &str| reqwest::get(format!("http://{}{path}", open.address)).await.expect("an answer").status().as_u16();
    assert_eq!((get("/metrics").await, get("/api/health").await), (200, 404));
    open.stop().await;
}
