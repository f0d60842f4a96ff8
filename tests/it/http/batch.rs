//! `/api/batch`.

use crate::support::app::{TestApp, check, problems, refusal, required};
use serde_json::{Value as Json, json};

const POSTS: &str = "/api/collections/posts/records";

async fn app() -> TestApp {
    let t = TestApp::new().await;
    t.posts().await;
    let settings = json!({"batch": {"enabled": true, "maxRequests": 5}});
    assert_eq!(t.superuser().await.patch("/api/settings", settings).await.status, 200);
    t
}

#[tokio::test]
async fn it_is_off_until_turned_on() {
    let t = TestApp::new().await;
    check(vec![(&t.guest(), "POST", "/api/batch", json!({}), 403, refusal(403, "Batch requests are not allowed."))]).await;
}

#[tokio::test]
async fn all_steps_happen_in_order() {
    let t = app().await;
    let (first, second) = ("aaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbb");
    let requests = json!([
        {"method": "POST", "url": format!("{POSTS}?fields=id"), "body": {"id": first, "title": "one"}},
        {"method": "PUT", "url": format!("{POSTS}?fields=id,title"), "body": {"id": second, "title": "two"}},
        {"method": "PUT", "url": format!("{POSTS}?fields=title"), "body": {"id": second, "title": "three"}},
        {"method": "PATCH", "url": format!("{POSTS}/{first}?fields=count"), "body": {"count+": 1}},
        {"method": "DELETE", "url": format!("{POSTS}/{first}")}
    ]);
    let answer = t.guest().post("/api/batch", json!({"requests": requests})).await;
    let expected = json!([
        {"body": {"id": first}, "status": 200},
        {"body": {"id": second, "title": "two"}, "status": 200},
        {"body": {"title": "three"}, "status": 200},
        {"body": {"count": 1}, "status": 200},
        {"body": null, "status": 204}
    ]);
    assert_eq!((answer.status, answer.json.clone()), (200, expected), "{}", answer.text);
    assert!(!answer.header("luge-position").is_empty());
    assert_eq!(t.guest().get(POSTS).await.json["totalItems"], 1);
}

#[tokio::test]
async fn one_failure_undoes_all() {
    let t = app().await;
    let guest = t.guest();
    let failed = |i: &str, response: Json| {
        let inner = json!({"code": "batch_request_failed", "message": "Batch request failed.", "response": response});
        problems("Batch transaction failed.", json!({"requests": {i: inner}}))
    };
    let body = |request: Json| json!({"requests": [{"method": "POST", "url": POSTS, "body": {"title": "one"}}, request]});
    let bad = json!({"data": {}, "message": "Something went wrong while processing your request.", "status": 400});
    let invalid = json!({"data": {"title": required()}, "message": "Failed to create record.", "status": 400});
    let no_collection = json!({"data": {}, "message": "Missing collection context.", "status": 404});
    let missing = json!({"data": {}, "message": "The requested resource wasn't found.", "status": 404});
    check(vec![
        (&guest, "POST", "/api/batch", body(json!({"method": "GET", "url": POSTS})), 400, failed("1", bad.clone())),
        (&guest, "POST", "/api/batch", body(json!({"method": "POST", "url": "/api/settings"})), 400, failed("1", bad)),
        (&guest, "POST", "/api/batch", body(json!({"method": "POST", "url": POSTS})), 400, failed("1", invalid)),
        (
            &guest,
            "POST",
            "/api/batch",
            body(json!({"method": "POST", "url": "/api/collections/nope/records"})),
            400,
            failed("1", no_collection),
        ),
        (&guest, "POST", "/api/batch", body(json!({"method": "DELETE", "url": format!("{POSTS}/nope")})), 400, failed("1", missing)),
    ])
    .await;
    assert_eq!(guest.get(POSTS).await.json["totalItems"], 0);
}

#[tokio::test]
async fn its_form_is_checked() {
    let t = app().await;
    let guest = t.guest();
    let many = vec![json!({"method": "POST", "url": POSTS, "body": {"title": "x"}}); 6];
    let too_long =
        json!({"code": "validation_length_too_long", "message": "The length must be no more than 5.", "params": {"max": 5, "min": 0}});
    check(vec![
        (&guest, "POST", "/api/batch", json!({}), 400, problems("Invalid batch request data.", json!({"requests": required()}))),
        (
            &guest,
            "POST",
            "/api/batch",
            json!({"requests": many}),
            400,
            problems("Invalid batch request data.", json!({"requests": too_long})),
        ),
        (&guest, "POST", "/api/batch", json!({"requests": 5}), 400, refusal(400, "Failed to read the submitted batch data.")),
        (
            &guest,
            "POST",
            "/api/batch",
            json!({"requests": [{}]}),
            400,
            problems("Invalid batch request data.", json!({"requests": {"0": {"method": required(), "url": required()}}})),
        ),
        (
            &guest,
            "POST",
            "/api/batch",
            json!({"requests": [{"method": "POST", "url": POSTS, "body": 5}]}),
            400,
            refusal(400, "Failed to read the submitted batch data."),
        ),
        (&guest, "POST", "/api/batch", json!({"requests": [{"method": "post", "url": POSTS}]}), 400, None),
        (&guest, "POST", "/api/batch", json!([]), 400, refusal(400, "Failed to read the submitted batch data.")),
    ])
    .await;
}

#[tokio::test]
async fn preconditions_hold_for_each_step() {
    let t = app().await;
    let made = t.guest().post(POSTS, json!({"title": "one"})).await;
    let url = format!("{POSTS}/{}", made.json["id"].as_str().expect("an id"));
    let body = |tag: &str| json!({"requests": [{"method": "PATCH", "url": url, "body": {"title": "two"}, "ifMatch": tag}]});
    let wrong = t.guest().post("/api/batch", body("\"999999\"")).await;
    assert_eq!((wrong.status, &wrong.json["data"]["requests"]["0"]["response"]["status"]), (400, &json!(412)), "{}", wrong.text);
    assert_eq!(t.guest().post("/api/batch", body(made.header("etag"))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_longer_than_the_settings_allow_is_refused() {
    // Together they take longer than a second on any machine, and each by itself is far from its own limit.
    let script = "on_create(\"posts\", |e| { let x = 0; for i in 0..400000 { x += i; } });";
    let t = TestApp::with_hooks(&[("a.rhai", script)]).await;
    t.posts().await;
    let settings = json!({"batch": {"enabled": true, "maxRequests": 200, "timeout": 1}});
    assert_eq!(t.superuser().await.patch("/api/settings", settings).await.status, 200);
    let requests: Vec<Json> = (0..200).map(|_| json!({"method": "POST", "url": POSTS, "body": {"title": "a"}})).collect();
    let answer = t.guest().post("/api/batch", json!({"requests": requests})).await;
    assert_eq!((answer.status, Some(answer.json)), (400, refusal(400, "Batch transaction failed.")));
    assert_eq!(t.guest().get(POSTS).await.json["totalItems"], 0);
    t.stop().await;
}
