//! `/api/settings`.

use crate::support::app::{TestApp, check, problems, refusal, required};
use serde_json::{Value as Json, json};

fn at_least(threshold: i64) -> Json {
    let message = format!("Must be no less than {threshold}.");
    json!({"code": "validation_min_greater_equal_than_required", "message": message, "params": {"threshold": threshold}})
}

fn problem(code: &str, message: &str) -> Json {
    json!({"code": code, "message": message})
}

#[tokio::test]
async fn only_superusers_see_and_change_them() {
    let t = TestApp::new().await;
    let (guest, user) = (t.guest(), t.user("ann").await);
    let unauthorized = refusal(401, "The request requires valid record authorization token.");
    let forbidden = refusal(403, "The authorized record is not allowed to perform this action.");
    check(vec![
        (&guest, "GET", "/api/settings", Json::Null, 401, unauthorized.clone()),
        (&guest, "PATCH", "/api/settings", json!({}), 401, unauthorized),
        (&user, "GET", "/api/settings", Json::Null, 403, forbidden.clone()),
        (&user, "PATCH", "/api/settings", json!({}), 403, forbidden),
    ])
    .await;
}

#[tokio::test]
async fn they_begin_as_pocketbase_has_them() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let s3 = json!({"enabled": false, "bucket": "", "region": "", "endpoint": "", "accessKey": "", "forcePathStyle": false});
    let expected = json!({
        "superuserIPs": [],
        "smtp": {"enabled": false, "port": 587, "host": "smtp.example.com", "username": "", "authMethod": "", "tls": false, "localName": ""},
        "backups": {"cron": "", "cronMaxKeep": 3, "s3": s3},
        "s3": s3,
        "meta": {
            "accentColor": "#1055c9", "appName": "Acme", "appURL": "http://localhost:8090", "senderName": "Support",
            "senderAddress": "support@example.com", "hideControls": false
        },
        "rateLimits": {
            "rules": [
                {"label": "*:auth", "audience": "", "duration": 3, "maxRequests": 2},
                {"label": "*:create", "audience": "", "duration": 5, "maxRequests": 20},
                {"label": "/api/batch", "audience": "", "duration": 1, "maxRequests": 3},
                {"label": "/api/", "audience": "", "duration": 10, "maxRequests": 300}
            ],
            "excludedIPs": [], "enabled": false
        },
        "trustedProxy": {"headers": [], "useLeftmostIP": false},
        "batch": {"enabled": false, "maxRequests": 50, "timeout": 3, "maxBodySize": 0},
        "logs": {"maxDataSize": 0, "maxDays": 5, "minLevel": 0, "logIP": true, "logAuthId": false},
        // What PocketBase has not.
        "realtime": {
            "maxMessageBytes": 65536, "maxSubscriptions": 100, "messagesPerSecond": 50, "pingSeconds": 25, "silenceSeconds": 60,
            "socketsPerAddress": 25000, "streamIdleSeconds": 300, "streamMaxSeconds": 1800, "keepDays": 7, "keepMegabytes": 4096,
            "channels": []
        }
    });
    check(vec![(&root, "GET", "/api/settings", Json::Null, 200, Some(expected))]).await;
}

#[tokio::test]
async fn changes_are_merged_kept_and_hide_secrets() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let body = json!({"meta": {"appName": "Mine"}, "smtp": {"password": "secret"}, "unknown": 1, "BATCH": {"enabled": true}});
    let answer = root.patch("/api/settings", body).await;
    assert_eq!((answer.status, &answer.json["meta"]["appName"], &answer.json["batch"]["enabled"]), (200, &json!("Mine"), &json!(true)));
    assert!(!answer.text.contains("secret\":") && !answer.text.contains("password"), "{}", answer.text);
    assert!(!answer.header("luge-position").is_empty());
    let form = root.send("PATCH", "/api/settings", "application/x-www-form-urlencoded", b"meta.senderName=Me".to_vec()).await;
    assert_eq!((&form.json["meta"]["senderName"], &form.json["meta"]["appName"]), (&json!("Me"), &json!("Mine")), "{}", form.text);
    let stored = luge::config::settings::stored::load(&t.app.db().view()).expect("they are stored");
    assert_eq!((stored.smtp.password.as_str(), stored.meta.sender_name.as_str()), ("secret", "Me"));
    let picked = root.get("/api/settings?fields=meta.appName").await;
    assert_eq!(picked.json, json!({"meta": {"appName": "Mine"}}));
}

#[tokio::test]
async fn wrong_values_are_told_by_field() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let network = problem("validation_invlaid_ip_or_subnet", "Invalid IP or CIDR subnet.");
    let bucket = json!({"accessKey": required(), "bucket": required(), "endpoint": required(), "region": required(), "secret": required()});
    let length = json!({"code": "validation_length_invalid", "message": "The length must be exactly 7.", "params": {"max": 7, "min": 7}});
    let colour = problem("validation_is_hex_color", "Must be a valid hexadecimal color code.");
    let cron = problem(
        "validation_invalid_cron",
        "Invalid cron expression - must be a valid macro or to have exactly 5 space separated segments.",
    );
    let in_list = problem("validation_in_invalid", "Must be a valid value.");
    let conflict = json!({
        "code": "validation_conflicting_rate_limit_rule", "params": {"label": "*:auth"},
        "message": "Rate limit rule configuration with label *:auth already exists or conflicts with another rule."
    });
    let blank_meta = json!({"appName": required(), "appURL": required(), "senderAddress": required(), "senderName": required()});
    let rule = |label: &str, n: i64| json!({"label": label, "maxRequests": n, "duration": n});
    let cases = [
        (
            json!({"meta": {"appName": "", "appURL": "not url", "senderName": "", "senderAddress": "x", "accentColor": "abc"}}),
            json!({"meta": {
                "accentColor": length, "appName": required(), "appURL": problem("validation_is_url", "Must be a valid URL."),
                "senderAddress": problem("validation_is_email", "Must be a valid email address."), "senderName": required()
            }}),
        ),
        (json!({"meta": {"accentColor": "#gggggg"}}), json!({"meta": {"accentColor": colour}})),
        (json!({"meta": null}), json!({"meta": blank_meta})),
        (json!({"logs": {"maxDays": -1, "maxDataSize": -1}}), json!({"logs": {"maxDataSize": at_least(0), "maxDays": at_least(0)}})),
        (
            json!({"smtp": {"enabled": true, "host": "", "port": 0, "authMethod": "X", "localName": "a b"}}),
            json!({"smtp": {
                "authMethod": in_list, "host": required(), "port": required(),
                "localName": problem("validation_is_host", "Must be a valid IP address or DNS name.")
            }}),
        ),
        (json!({"smtp": {"port": -1}}), json!({"smtp": {"port": at_least(0)}})),
        (json!({"s3": {"enabled": true}}), json!({"s3": bucket})),
        (json!({"s3": {"endpoint": "a b"}}), json!({"s3": {"endpoint": problem("validation_is_url", "Must be a valid URL.")}})),
        (
            json!({"backups": {"cron": "bad", "cronMaxKeep": 0, "s3": {"enabled": true}}}),
            json!({"backups": {"cron": cron, "cronMaxKeep": required(), "s3": bucket}}),
        ),
        (json!({"backups": {"cronMaxKeep": -2}}), json!({"backups": {"cronMaxKeep": at_least(1)}})),
        (
            json!({"batch": {"enabled": true, "maxRequests": 0, "timeout": 0, "maxBodySize": -1}}),
            json!({"batch": {"maxBodySize": at_least(0), "maxRequests": required(), "timeout": required()}}),
        ),
        (json!({"rateLimits": {"enabled": true, "rules": []}}), json!({"rateLimits": {"rules": required()}})),
        (
            json!({"rateLimits": {"rules": [{"label": "$", "maxRequests": 0, "duration": 0, "audience": "x"}]}}),
            json!({"rateLimits": {"rules": {"0": {
                "audience": in_list, "duration": required(), "maxRequests": required(),
                "label": problem("validation_match_invalid", "Must be in a valid format.")
            }}}}),
        ),
        (
            json!({"rateLimits": {"rules": [rule("*:auth", 1), rule("*:auth", 1)]}}),
            json!({"rateLimits": {"rules": {"1": {"label": conflict}}}}),
        ),
        (
            json!({"rateLimits": {"rules": [rule("", -1)], "excludedIPs": ["x", "", "1.1.1.1/8"]}}),
            json!({"rateLimits": {
                "excludedIPs": {"0": network, "1": required()},
                "rules": {"0": {"duration": at_least(1), "label": required(), "maxRequests": at_least(1)}}
            }}),
        ),
        (json!({"superuserIPs": ["", "zz", "::1"]}), json!({"superuserIPs": {"0": required(), "1": network}})),
    ];
    for (body, data) in cases {
        check(vec![(&root, "PATCH", "/api/settings", body, 400, problems("An error occurred while saving the new settings.", data))]).await;
    }
    let unreadable = refusal(400, "An error occurred while loading the submitted data.");
    for body in
        [json!({"meta": {"appName": 5}}), json!({"trustedProxy": {"headers": "x"}}), json!([]), json!({"batch": {"maxRequests": 1.5}})]
    {
        check(vec![(&root, "PATCH", "/api/settings", body, 400, unreadable.clone())]).await;
    }
}

#[tokio::test]
async fn superusers_may_be_bound_to_addresses() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    assert_eq!(
        root.patch("/api/settings", json!({"superuserIPs": ["10.0.0.0/8"], "trustedProxy": {"headers": ["X-Real"]}})).await.status,
        200
    );
    let forbidden = refusal(403, "You are not allowed to perform this request.");
    let inside = root.with("X-Real", "10.1.2.3");
    check(vec![
        (&root, "GET", "/api/settings", Json::Null, 403, forbidden.clone()),
        (&inside, "GET", "/api/settings", Json::Null, 200, None),
        (
            &t.guest(),
            "POST",
            "/api/collections/_superusers/auth-with-password",
            json!({"identity": "root@example.com", "password": "1234567890"}),
            403,
            forbidden,
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_at_the_same_time_are_all_kept() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    for round in 1..=20 {
        let name = format!("App {round}");
        let (meta, batch) = (json!({"meta": {"appName": name}}), json!({"batch": {"maxRequests": round}}));
        let (first, second) = tokio::join!(root.patch("/api/settings", meta), root.patch("/api/settings", batch));
        assert_eq!((first.status, second.status), (200, 200), "{} {}", first.text, second.text);
        let kept = root.get("/api/settings").await.json;
        assert_eq!((&kept["meta"]["appName"], &kept["batch"]["maxRequests"]), (&json!(name), &json!(round)));
    }
}
