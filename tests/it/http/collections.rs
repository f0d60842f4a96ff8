//! `/api/collections`.

use crate::support::app::{TestApp, check, problems, refusal, required};
use serde_json::{Value as Json, json};

const ALL: &str = "/api/collections";

#[tokio::test]
async fn they_are_for_superusers() {
    let t = TestApp::new().await;
    let (guest, user) = (t.guest(), t.user("ann").await);
    let unauthorized = refusal(401, "The request requires valid record authorization token.");
    let forbidden = refusal(403, "The authorized record is not allowed to perform this action.");
    let routes = [
        ("GET", ALL),
        ("POST", ALL),
        ("GET", "/api/collections/users"),
        ("PATCH", "/api/collections/users"),
        ("DELETE", "/api/collections/users"),
        ("DELETE", "/api/collections/users/truncate"),
        ("PUT", "/api/collections/import"),
        ("GET", "/api/collections/meta/scaffolds"),
        ("GET", "/api/collections/meta/oauth2-providers"),
        ("POST", "/api/collections/meta/dry-run-view"),
        ("GET", "/api/collections/nope"),
    ];
    for (method, path) in routes {
        check(vec![(&guest, method, path, json!({}), 401, unauthorized.clone()), (&user, method, path, json!({}), 403, forbidden.clone())])
            .await;
    }
}

#[tokio::test]
async fn one_collection_from_birth_to_death() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let made = root.post(ALL, json!({"name": "notes", "fields": [{"name": "text", "type": "text"}]})).await;
    assert_eq!((made.status, &made.json["name"], &made.json["type"]), (200, &json!("notes"), &json!("base")), "{}", made.text);
    assert!(!made.header("luge-position").is_empty());
    let one = "/api/collections/notes";
    assert_eq!(root.get(one).await.json, made.json);
    assert_eq!(root.get(&format!("{one}?fields=name")).await.json, json!({"name": "notes"}));
    assert_eq!(root.post("/api/collections/notes/records", json!({"text": "x"})).await.status, 200);
    let changed = root.patch(one, json!({"listRule": ""})).await;
    assert_eq!((changed.status, &changed.json["listRule"]), (200, &json!("")), "{}", changed.text);
    assert_eq!(t.guest().get("/api/collections/notes/records").await.json["totalItems"], 1);
    assert_eq!(root.delete("/api/collections/notes/truncate").await.status, 204);
    assert_eq!(t.guest().get("/api/collections/notes/records").await.json["totalItems"], 0);
    assert_eq!(root.delete(one).await.status, 204);
    assert_eq!(root.get(one).await.status, 404);
}

#[tokio::test]
async fn refusals_are_those_of_the_wire() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let missing = refusal(404, "The requested resource wasn't found.");
    let validating = "An error occurred while validating the submitted data.";
    check(vec![
        (&root, "GET", "/api/collections/nope", Json::Null, 404, missing.clone()),
        (&root, "GET", "/api/collections/_params", Json::Null, 404, missing.clone()),
        (&root, "PATCH", "/api/collections/nope", json!({}), 404, missing.clone()),
        (&root, "DELETE", "/api/collections/nope", Json::Null, 404, missing.clone()),
        (&root, "DELETE", "/api/collections/nope/truncate", Json::Null, 404, missing),
        (&root, "POST", ALL, json!({}), 400, problems("Failed to create collection.", json!({"name": required()}))),
        (&root, "POST", ALL, json!([]), 400, refusal(400, "Failed to load the collection type data due to invalid formatting.")),
        (
            &root,
            "PATCH",
            "/api/collections/users",
            json!([]),
            400,
            refusal(400, "Failed to load the submitted data due to invalid formatting."),
        ),
        (&root, "PUT", "/api/collections/import", json!({}), 400, problems(validating, json!({"collections": required()}))),
        (
            &root,
            "PUT",
            "/api/collections/import",
            json!({"collections": []}),
            400,
            problems(validating, json!({"collections": required()})),
        ),
        (
            &root,
            "PUT",
            "/api/collections/import",
            json!({"collections": 5}),
            400,
            refusal(400, "An error occurred while loading the submitted data."),
        ),
        (&root, "POST", "/api/collections/meta/dry-run-view", json!({}), 400, problems(validating, json!({"query": required()}))),
        (&root, "POST", "/api/collections/meta/dry-run-view", json!({"query": "select 1"}), 400, None),
    ])
    .await;
}

#[tokio::test]
async fn the_list_filters_sorts_and_pages() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    t.posts().await;
    let names = async |query: &str| {
        let answer = root.get(&format!("{ALL}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let items = answer.json["items"].as_array().cloned().expect("items");
        items.iter().map(|c| c["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("filter=type='auth'%26%26system=true").await, "_superusers");
    assert_eq!(names("filter=name~'pos'").await, "posts");
    assert_eq!(names("filter=system=false&sort=-name").await, "users posts");
    assert_eq!(names("filter=system=false&sort=name").await, "posts users");
    assert_eq!(names("filter=system=false&sort=name&perPage=1&page=2").await, "users");
    assert_eq!(names("filter=system=false&sort=-@rowid&fields=name").await, "posts users");
    let page = root.get(&format!("{ALL}?perPage=1&skipTotal=1&fields=name&filter=name='posts'")).await;
    assert_eq!(page.json, json!({"items": [{"name": "posts"}], "page": 1, "perPage": 1, "totalItems": -1, "totalPages": -1}));
    for query in ["filter=foo=1", "filter=fields='x'", "sort=fields", "sort=nope", "page=x", "fields=name:foo"] {
        let answer = root.get(&format!("{ALL}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn meta_routes_help_dashboards() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let scaffolds = root.get("/api/collections/meta/scaffolds").await;
    for kind in ["base", "auth", "view"] {
        assert_eq!((&scaffolds.json[kind]["type"], &scaffolds.json[kind]["id"]), (&json!(kind), &json!("")), "{}", scaffolds.text);
    }
    let providers = root.get("/api/collections/meta/oauth2-providers").await;
    let all = providers.json.as_array().expect("a list");
    assert_eq!((all.len(), &all[0]), (32, &json!({"name": "apple", "displayName": "Apple", "logo": ""})));
}

#[tokio::test]
async fn an_import_makes_many() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let field = json!({"name": "t", "type": "text"});
    let body =
        json!({"collections": [{"name": "a1", "type": "base", "fields": [field]}, {"name": "b1", "type": "base", "fields": [field]}]});
    assert_eq!(root.call("PUT", "/api/collections/import", body).await.status, 204);
    assert_eq!((root.get("/api/collections/a1").await.status, root.get("/api/collections/b1").await.status), (200, 200));
}
