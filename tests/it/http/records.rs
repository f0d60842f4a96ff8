//! Records over HTTP: what the routes add to reading and committing.

use crate::support::app::{TestApp, check, refusal, required};
use serde_json::{Value as Json, json};

const POSTS: &str = "/api/collections/posts/records";

#[tokio::test]
async fn one_record_from_birth_to_death() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let made = guest.post(POSTS, json!({"id": "abcdefghijklmno", "title": "one", "count": 2, "tags": ["b"], "unknown": 1})).await;
    let expected = json!({
        "collectionId": made.json["collectionId"], "collectionName": "posts", "id": "abcdefghijklmno",
        "title": "one", "count": 2, "tags": ["b"], "data": null, "doc": ""
    });
    assert_eq!((made.status, &made.json), (200, &expected));
    let one = format!("{POSTS}/abcdefghijklmno");
    let viewed = guest.get(&one).await;
    assert_eq!((viewed.status, &viewed.json, viewed.header("etag")), (200, &expected, made.header("etag")));
    let changed = guest.patch(&one, json!({"count+": 3})).await;
    assert_eq!((changed.status, &changed.json["count"]), (200, &json!(5)));
    assert_ne!(changed.header("etag"), made.header("etag"));
    let list = guest.get(&format!("{POSTS}?filter=count>4&fields=id,count")).await;
    let items = json!([{"count": 5, "id": "abcdefghijklmno"}]);
    assert_eq!(list.json, json!({"items": items, "page": 1, "perPage": 30, "totalItems": 1, "totalPages": 1}));
    let gone = guest.delete(&one).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(guest.get(&one).await.status, 404);
}

#[tokio::test]
async fn refusals_are_those_of_the_wire() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let (unknown, secret) = (refusal(404, "Missing collection context."), refusal(403, "Only superusers can perform this action."));
    let (missing, bad) =
        (refusal(404, "The requested resource wasn't found."), refusal(400, "Something went wrong while processing your request."));
    let superusers = "/api/collections/_superusers/records";
    check(vec![
        (&guest, "GET", "/api/collections/nope/records", Json::Null, 404, unknown.clone()),
        (&guest, "GET", "/api/collections/_params/records", Json::Null, 404, unknown.clone()),
        (&guest, "POST", "/api/collections/nope/records", json!({}), 404, refusal(404, "Missing or invalid collection context.")),
        (&guest, "GET", "/api/collections/nope/records/x", Json::Null, 404, unknown),
        (&guest, "GET", superusers, Json::Null, 403, secret.clone()),
        (&guest, "GET", &format!("{superusers}/x"), Json::Null, 403, secret.clone()),
        (&guest, "POST", superusers, json!({}), 403, secret),
        (&guest, "GET", &format!("{POSTS}?page=x"), Json::Null, 400, bad.clone()),
        (&guest, "GET", &format!("{POSTS}?skipTotal=x"), Json::Null, 400, bad.clone()),
        (&guest, "GET", &format!("{POSTS}?filter=x"), Json::Null, 400, bad.clone()),
        (&guest, "GET", &format!("{POSTS}?sort=x"), Json::Null, 400, bad.clone()),
        (&guest, "GET", &format!("{POSTS}?fields=title:x"), Json::Null, 400, bad.clone()),
        (&guest, "POST", &format!("{POSTS}?fields=title:x"), json!({"title": "a"}), 400, bad.clone()),
        (&guest, "POST", POSTS, json!([]), 400, bad.clone()),
        (&guest, "POST", POSTS, json!("x"), 400, bad),
        (&guest, "GET", &format!("{POSTS}/nope"), Json::Null, 404, missing.clone()),
        (&guest, "PATCH", &format!("{POSTS}/nope"), json!({}), 404, missing.clone()),
        (&guest, "DELETE", &format!("{POSTS}/nope"), Json::Null, 404, missing),
        (
            &guest,
            "POST",
            POSTS,
            json!({}),
            400,
            Some(json!({"data": {"title": required()}, "message": "Failed to create record.", "status": 400})),
        ),
    ])
    .await;
    let empty = json!({"items": [], "page": 1, "perPage": 30, "totalItems": 0, "totalPages": 0});
    check(vec![(&guest, "GET", POSTS, Json::Null, 200, Some(empty))]).await;
}

#[tokio::test]
async fn preconditions_protect_from_overwriting() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let made = guest.post(POSTS, json!({"title": "one"})).await;
    let one = format!("{POSTS}/{}", made.json["id"].as_str().expect("an id"));
    let (tag, first) = (made.header("etag"), guest.with("If-Match", made.header("etag")));
    assert_eq!(guest.with("If-None-Match", tag).get(&one).await.status, 304);
    assert_eq!(guest.with("If-None-Match", "\"1000000\"").get(&one).await.status, 200);
    let changed = first.patch(&one, json!({"title": "two"})).await;
    assert_eq!(changed.status, 200);
    let rev = changed.header("etag").trim_matches('"').split('-').next().expect("a revision").to_owned();
    assert_eq!(guest.with("If-Match", format!("\"{rev}\"")).patch(&one, json!({"count": 1})).await.status, 200, "its revision will do");
    assert_eq!(first.patch(&one, json!({"title": "three"})).await.status, 412);
    assert_eq!(first.delete(&one).await.status, 412);
    assert_eq!(guest.with("If-Match", "*").patch(&one, json!({"title": "four"})).await.status, 200);
    assert_eq!(guest.with("If-Match", "\"x\"").delete(&one).await.status, 412);
    assert_eq!(guest.delete(&one).await.status, 204);
}

#[tokio::test]
async fn an_answer_is_only_confirmed_to_who_would_get_the_same() {
    let t = TestApp::new().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let users = root.get("/api/collections/users").await.json["id"].clone();
    assert_eq!(root.patch("/api/collections/users", json!({"viewRule": ""})).await.status, 200);
    let fields = json!([{"name": "author", "type": "relation", "collectionId": users}]);
    assert_eq!(root.post("/api/collections", json!({"name": "notes", "viewRule": "", "fields": fields})).await.status, 200);
    t.user("ann").await;
    let ann = root.get("/api/collections/users/records").await.json["items"][0]["id"].as_str().expect("an id").to_owned();
    let made = root.post("/api/collections/notes/records", json!({"author": ann})).await;
    let note = format!("/api/collections/notes/records/{}?expand=author", made.json["id"].as_str().expect("an id"));
    let shown = guest.get(&note).await;
    let known = guest.with("If-None-Match", format!("\"other\", W/{}", shown.header("etag")));
    let unchanged = known.get(&note).await;
    assert_eq!((unchanged.status, unchanged.text.as_str(), unchanged.header("etag")), (304, "", shown.header("etag")));
    for answer in [&shown, &unchanged] {
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert!(answer.headers("vary").contains(&"Authorization"), "{:?}", answer.headers("vary"));
    }
    let user = format!("/api/collections/users/records/{ann}");
    assert_eq!(root.patch(&user, json!({"name": "Anna"})).await.status, 200);
    let changed = known.get(&note).await;
    assert_eq!((changed.status, &changed.json["expand"]["author"]["name"]), (200, &json!("Anna")));
    let full = root.get(&user).await;
    assert_eq!(full.json["email"], "ann@example.com");
    let guessed = guest.with("If-None-Match", full.header("etag")).get(&user).await;
    assert_eq!((guessed.status, &guessed.json["email"]), (200, &Json::Null), "the superuser's copy is not confirmed to a guest");
}

#[tokio::test]
async fn what_cannot_be_answered_is_not_done() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    assert_eq!(root.patch("/api/settings", json!({"batch": {"enabled": true, "maxRequests": 5}})).await.status, 200);
    let expand = format!("{POSTS}?expand={}", ",".repeat(100));
    let batch = |url: &str| json!({"requests": [{"method": "POST", "url": url, "body": {"title": "one"}}]});
    let notes = json!({"name": "notes", "fields": [{"name": "text", "type": "text"}]});
    let calls = [
        (&guest, "POST", expand.as_str(), json!({"title": "one"})),
        (&guest, "POST", "/api/batch?fields=a:bogus()", batch(POSTS)),
        (&guest, "POST", "/api/batch", batch(&expand)),
        (&root, "POST", "/api/collections?fields=a:bogus()", notes),
        (&root, "PATCH", "/api/collections/posts?fields=a:bogus()", json!({"name": "notes"})),
        (&root, "PATCH", "/api/settings?fields=a:bogus()", json!({"meta": {"appName": "Other"}})),
    ];
    for (actor, method, path, body) in calls {
        let refused = actor.call(method, path, body).await;
        assert_eq!(refused.status, 400, "{path}: {}", refused.text);
    }
    assert_eq!(guest.get(POSTS).await.json["totalItems"], 0);
    assert_eq!(root.get("/api/collections/notes").await.status, 404);
    assert_ne!(root.get("/api/settings").await.json["meta"]["appName"], "Other");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer() {
    let t = TestApp::new().await;
    t.posts().await;
    let (guest, user) = (t.guest().with("Idempotency-Key", "k1"), t.user("ann").await.with("Idempotency-Key", "k1"));
    let first = guest.post(POSTS, json!({"title": "one"})).await;
    let again = guest.post(POSTS, json!({"title": "two"})).await;
    assert_eq!((again.status, &again.text, again.header("luge-position")), (200, &first.text, first.header("luge-position")));
    let other = user.post(POSTS, json!({"title": "three"})).await;
    assert_eq!(other.json["title"], "three");
    assert_eq!(t.guest().get(POSTS).await.json["totalItems"], 2);
    let long = t.guest().with("Idempotency-Key", "k".repeat(65)).post(POSTS, json!({"title": "four"})).await;
    assert_eq!(long.status, 400, "{}", long.text);
    let one = format!("{POSTS}/{}", first.json["id"].as_str().expect("an id"));
    let gone = t.guest().with("Idempotency-Key", "k2").delete(&one).await;
    let gone_again = t.guest().with("Idempotency-Key", "k2").delete(&one).await;
    assert_eq!((gone.status, gone_again.status), (204, 204));
}

#[tokio::test]
async fn reads_wait_for_a_position() {
    let t = TestApp::new().await;
    t.posts().await;
    let made = t.guest().post(POSTS, json!({"title": "one"})).await;
    let position = made.header("luge-position").to_owned();
    let read = t.guest().with("Luge-Wait", &position).get(POSTS).await;
    assert_eq!((read.status, &read.json["totalItems"]), (200, &json!(1)));
    let (epoch, _) = position.split_once(':').expect("epoch:seq");
    let other = t.guest().with("Luge-Wait", format!("{}:1", epoch.parse::<u32>().expect("a number") + 1)).get(POSTS).await;
    assert_eq!((other.status, other.header("retry-after")), (503, "2"));
    assert_eq!(t.guest().with("Luge-Wait", "x").get(POSTS).await.status, 400);
}

#[tokio::test]
async fn rules_see_headers_query_and_method() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    let rule = "@request.headers.x_key = 'k' || @request.query.key = 'k'";
    assert_eq!(root.patch("/api/collections/posts", json!({"listRule": rule})).await.status, 200);
    assert_eq!(root.post(POSTS, json!({"title": "one"})).await.status, 200);
    for (actor, path, total) in
        [(t.guest(), POSTS.to_owned(), 0), (t.guest().with("X-Key", "k"), POSTS.to_owned(), 1), (t.guest(), format!("{POSTS}?key=k"), 1)]
    {
        assert_eq!(actor.get(&path).await.json["totalItems"], total, "{path}");
    }
}

#[tokio::test]
async fn nothing_refers_to_a_record_that_is_being_created() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let posts = root.get("/api/collections/posts").await.json["id"].clone();
    let notes = json!({"name": "notes", "fields": [{"name": "post", "type": "relation", "collectionId": posts}]});
    assert_eq!(root.post("/api/collections", notes).await.status, 200);
    // A way back that starts elsewhere is judged as ever.
    for (rule, status) in [
        ("notes_via_post.id = ''", 400),
        ("title = 'one' || notes_via_post.id = ''", 400),
        ("@collection.posts.notes_via_post.id ?= ''", 200),
        ("title = 'one'", 200),
    ] {
        assert_eq!(root.patch("/api/collections/posts", json!({"createRule": rule})).await.status, 200, "{rule}");
        // The last record is the one that the third rule finds.
        assert_eq!(root.post(POSTS, json!({"title": "other"})).await.status, 200);
        assert_eq!(guest.post(POSTS, json!({"title": "one"})).await.status, status, "{rule}");
    }
}

#[tokio::test]
async fn a_sort_shows_only_what_may_be_joined() {
    let t = TestApp::new().await;
    t.posts().await;
    let (root, guest) = (t.superuser().await, t.guest());
    let posts = root.get("/api/collections/posts").await.json["id"].clone();
    let fields = json!([{"name": "post", "type": "relation", "collectionId": posts}]);
    let notes = json!({"name": "notes", "listRule": "", "fields": fields});
    assert_eq!(root.post("/api/collections", notes).await.status, 200);
    assert_eq!(root.patch("/api/collections/posts", json!({"listRule": "title != 'secret'"})).await.status, 200);
    let path = "/api/collections/notes/records";
    for title in ["secret", "open", "more"] {
        let post = root.post(POSTS, json!({"title": title})).await.json["id"].clone();
        assert_eq!(root.post(path, json!({"post": post})).await.status, 200);
    }
    assert_eq!(root.post(path, json!({})).await.status, 200);
    for (actor, query, total, items) in [
        (&guest, "", 4, 4),
        (&guest, "?sort=post.title", 3, 3),
        (&guest, "?sort=-post.title&perPage=1", 3, 1),
        (&guest, "?sort=post.title&skipTotal=1", -1, 3),
        (&guest, "?sort=post.title&filter=id!=''", 3, 3),
        (&root, "?sort=post.title", 4, 4),
    ] {
        let list = actor.get(&format!("{path}{query}")).await.json;
        let found = list["items"].as_array().expect("items").len();
        assert_eq!((&list["totalItems"], found), (&json!(total), items), "{query}");
    }
}

#[tokio::test]
async fn ids_that_differ_in_case_only_are_one() {
    let t = TestApp::new().await;
    let root = t.superuser().await;
    let id = json!({"name": "id", "type": "text", "primaryKey": true, "required": true, "pattern": "^[a-zA-Zäü]+$"});
    assert_eq!(root.post("/api/collections", json!({"name": "words", "fields": [id]})).await.status, 200);
    for (id, taken) in
        [("abc", false), ("ABC", true), ("aBc", true), ("ab", false), ("AB", true), ("ABCD", false), ("äü", false), ("ab", true)]
    {
        let made = root.post("/api/collections/words/records", json!({"id": id})).await;
        let code = &made.json["data"]["id"]["code"];
        assert_eq!((made.status == 400, code == "validation_pk_invalid"), (taken, taken), "{id}: {}", made.text);
    }
}

#[tokio::test]
async fn nobody_filters_by_what_the_server_keeps_for_itself() {
    let t = TestApp::new().await;
    t.posts().await;
    let root = t.superuser().await;
    for (name, status) in [("users.id", 200), ("_params.data", 400), ("_scripts.data", 400), ("_collections.name", 400)] {
        let answer = root.get(&format!("{POSTS}?filter=@collection.{name}%20?~%20'a'")).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
    }
    assert_eq!(root.patch("/api/collections/posts", json!({"listRule": "@collection._params.data ?~ 'a'"})).await.status, 400);
    t.stop().await;
}
