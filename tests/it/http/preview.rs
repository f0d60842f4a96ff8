//! `/api/collections/preview`.

use crate::support::app::{Actor, TestApp};
use serde_json::{Value as Json, json};

const PREVIEW: &str = "/api/collections/preview";

/// Posts with 3 records: titles a, b, b; the last one without a count; one with two tags.
async fn filled(t: &TestApp) -> Actor {
    t.posts().await;
    let root = t.superuser().await;
    for body in [
        json!({"title": "a", "count": 1, "tags": ["a", "b"]}),
        json!({"title": "b", "count": 2, "tags": ["a"]}),
        json!({"title": "b", "data": {"x": 1}}),
    ] {
        let made = root.post("/api/collections/posts/records", body).await;
        assert_eq!(made.status, 200, "{}", made.text);
    }
    root
}

async fn fields(root: &Actor) -> Vec<Json> {
    root.get("/api/collections/posts").await.json["fields"].as_array().cloned().expect("fields")
}

/// The one collection of an answer without an error.
fn only(answer: &Json) -> &Json {
    assert_eq!((&answer["error"], answer["collections"].as_array().map(Vec::len)), (&Json::Null, Some(1)), "{answer}");
    &answer["collections"][0]
}

#[tokio::test]
async fn only_superusers_see_one() {
    let t = TestApp::new().await;
    let (guest, user) = (t.guest(), t.user("ann").await);
    assert_eq!((guest.post(PREVIEW, json!({})).await.status, user.post(PREVIEW, json!({})).await.status), (401, 403));
    let root = t.superuser().await;
    assert_eq!(root.post(PREVIEW, json!({"collection": "users"})).await.status, 400);
    assert_eq!(root.post(PREVIEW, json!({"collection": "nix", "change": {}})).await.status, 404);
}

#[tokio::test]
async fn it_counts_what_the_edit_then_does() {
    let t = TestApp::new().await;
    let root = filled(&t).await;
    let before = root.get("/api/collections/posts").await.json;
    let mut changed = fields(&root).await;
    changed.retain(|f| f["name"] != "count");
    for field in &mut changed {
        match field["name"].as_str() {
            Some("title") => (field["name"], field["max"]) = (json!("name"), json!(50)),
            Some("tags") => field["maxSelect"] = json!(1),
            _ => {}
        }
    }
    changed.push(json!({"name": "fresh", "type": "bool"}));
    let change = json!({
        "name": "articles", "fields": changed, "listRule": "name != ''", "createRule": null,
        "indexes": ["CREATE INDEX idx_name ON articles (name)", "CREATE INDEX idx_part ON articles (name) WHERE name = 'a'"]
    });
    let answer = root.post(PREVIEW, json!({"collection": "posts", "change": change})).await.json;
    let told = only(&answer);
    let head = (&told["action"], &told["name"], &told["previousName"], &told["records"], &told["recordsLost"], &told["signsOut"]);
    assert_eq!(head, (&json!("update"), &json!("articles"), &json!("posts"), &json!(3), &json!(0), &json!(false)));
    let found = &told["fields"];
    assert_eq!((&found["added"][0]["name"], &found["added"][0]["type"]), (&json!("fresh"), &json!("bool")), "{told}");
    assert_eq!((&found["dropped"][0]["name"], &found["dropped"][0]["values"]), (&json!("count"), &json!(2)), "{told}");
    let renamed = &found["renamed"][0];
    assert_eq!((&renamed["from"], &renamed["to"], &renamed["values"]), (&json!("title"), &json!("name"), &json!(3)), "{told}");
    let converted = &found["converted"][0];
    assert_eq!((&converted["name"], &converted["from"], &converted["to"]), (&json!("tags"), &json!("multiple"), &json!("single")));
    assert_eq!((&converted["values"], &converted["losing"]), (&json!(2), &json!(1)), "{told}");
    assert_eq!(found["changed"][0]["options"], json!(["max"]), "{told}");
    let built = &told["indexes"]["built"];
    assert_eq!((&built[0]["name"], &built[0]["rows"], &built[1]["rows"]), (&json!("idx_name"), &json!(3), &json!(1)), "{told}");
    let rules = json!([{"rule": "listRule", "from": "", "to": "name != ''"}, {"rule": "createRule", "from": "", "to": null}]);
    assert_eq!(told["rules"], rules);
    // Nothing has happened, and the edit itself is possible.
    assert_eq!(root.get("/api/collections/posts").await.json, before);
    assert_eq!(root.patch("/api/collections/posts", change.clone()).await.status, 200);
    let none = root.post(PREVIEW, json!({"collection": "articles", "change": {"name": "articles"}})).await.json;
    assert_eq!(only(&none)["action"], "none", "{none}");
}

#[tokio::test]
async fn it_gives_the_errors_of_the_edit() {
    let t = TestApp::new().await;
    let root = filled(&t).await;
    let mut twice = fields(&root).await;
    twice.push(json!({"name": "TITLE", "type": "number"}));
    for change in [
        json!({"name": "users"}),
        json!({"fields": twice}),
        json!({"listRule": "nix = 1"}),
        json!({"indexes": ["CREATE UNIQUE INDEX idx_u ON posts (title)"]}),
        json!({"indexes": ["CREATE INDEX idx_u ON posts (nix)"]}),
    ] {
        let told = root.post(PREVIEW, json!({"collection": "posts", "change": change})).await.json;
        let real = root.patch("/api/collections/posts", change.clone()).await;
        assert_eq!(real.status, 400, "{change}");
        assert_eq!((&told["error"], &told["collections"]), (&real.json, &json!([])), "{change}");
    }
    let unique = json!({"indexes": ["CREATE UNIQUE INDEX idx_u ON posts (title, count)"]});
    let fits = root.post(PREVIEW, json!({"collection": "posts", "change": unique})).await.json;
    assert_eq!(
        only(&fits)["indexes"]["built"][0],
        json!({
            "name": "idx_u", "sql": fits["collections"][0]["indexes"]["built"][0]["sql"], "unique": true, "rows": 3
        })
    );
    let system = json!({"collection": "_superusers", "delete": true});
    assert_eq!(root.post(PREVIEW, system).await.json["error"]["status"], 400);
}

#[tokio::test]
async fn new_ones_deleted_ones_and_imports_are_told_too() {
    let t = TestApp::new().await;
    let root = filled(&t).await;
    let new = json!({"change": {"name": "made", "type": "base", "listRule": "", "fields": [{"name": "a", "type": "text"}]}});
    let told = root.post(PREVIEW, new).await.json;
    let told = only(&told);
    assert_eq!((&told["action"], &told["name"], &told["records"]), (&json!("create"), &json!("made"), &json!(0)));
    assert!(told["fields"]["added"].as_array().is_some_and(|f| f.iter().any(|f| f["name"] == "a")), "{told}");
    let told = root.post(PREVIEW, json!({"collection": "posts", "delete": true})).await.json;
    assert_eq!((&only(&told)["action"], &only(&told)["recordsLost"]), (&json!("delete"), &json!(3)));
    let users = root.get("/api/collections/users").await.json;
    let mut changed = users.clone();
    changed["authRule"] = json!("verified = true");
    changed["otp"]["length"] = json!(7);
    let import = json!({"collections": [changed, {"name": "more", "type": "base"}], "deleteMissing": true});
    let told = root.post(PREVIEW, import).await.json;
    assert_eq!(told["error"], Json::Null, "{told}");
    let of = |name: &str| told["collections"].as_array().and_then(|l| l.iter().find(|c| c["name"] == name)).cloned().unwrap_or_default();
    assert_eq!(
        (&of("posts")["action"], &of("more")["action"], &of("users")["action"]),
        (&json!("delete"), &json!("create"), &json!("update"))
    );
    assert_eq!((&of("users")["options"], &of("users")["signsOut"]), (&json!(["otp"]), &json!(true)), "{told}");
    assert_eq!(root.get("/api/collections/posts/records").await.json["totalItems"], 3);
    assert_eq!(root.get("/api/collections/more").await.status, 404);
}
