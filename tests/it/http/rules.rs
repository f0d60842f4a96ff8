//! `/api/rules`: checking, completing and trying rules.

use crate::support::app::{Actor, TestApp, check, required};
use serde_json::{Value as Json, json};

const CHECK: &str = "/api/rules/check";
const TRY: &str = "/api/rules/try";

/// Notes of a user, with tags that belong to a note.
async fn notes(t: &TestApp) -> Actor {
    let root = t.superuser().await;
    let users = root.get("/api/collections/users").await.json["id"].clone();
    let body = json!({"name": "notes", "type": "base", "updateRule": "owner = @request.auth.id", "listRule": "", "fields": [
        {"name": "title", "type": "text"},
        {"name": "count", "type": "number"},
        {"name": "owner", "type": "relation", "collectionId": users, "maxSelect": 1},
        {"name": "where", "type": "geoPoint"}
    ]});
    let made = root.post("/api/collections", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let body = json!({"name": "tags", "type": "base", "fields": [
        {"name": "name", "type": "text"}, {"name": "weight", "type": "number"},
        {"name": "note", "type": "relation", "collectionId": made.json["id"], "maxSelect": 1}
    ]});
    assert_eq!(root.post("/api/collections", body).await.status, 200);
    root
}

async fn record(root: &Actor, collection: &str, body: Json) -> String {
    let made = root.post(&format!("/api/collections/{collection}/records"), body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    made.json["id"].as_str().expect("an id").to_owned()
}

fn id_of(actor: &Actor) -> String {
    luge::auth::token::unproven(&actor.token).expect("a token").id
}

#[tokio::test]
async fn only_superusers_use_them() {
    let t = TestApp::new().await;
    let (guest, user) = (t.guest(), t.user("ann").await);
    for path in [CHECK, TRY] {
        assert_eq!(guest.post(path, json!({})).await.status, 401);
        assert_eq!(user.post(path, json!({})).await.status, 403);
    }
    assert_eq!(user.get("/api/rules/words?collection=users").await.status, 403);
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_where() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let asked = |kind: &str, rule: &str| json!({"collection": "notes", "kind": kind, "rule": rule});
    for (kind, rule) in [
        ("list", ""),
        ("list", "owner = @request.auth.id && title ~ 'x'"),
        ("create", "@request.body.title:isset = true"),
        ("filter", "owner.name = 'x' || tags_via_note.weight > 1"),
        ("sort", "-title,owner.name"),
    ] {
        let answer = root.post(CHECK, asked(kind, rule)).await;
        assert_eq!((answer.status, &answer.json), (200, &json!({"ok": true})), "{kind} {rule}: {}", answer.text);
    }
    for (kind, rule, from, to) in [
        ("list", "title = 1 && titel = 2", 13, 18),
        ("filter", "title = ", 8, 8),
        ("filter", "title ~ 'ä😀' && nix = 1", 17, 20),
        ("list", "title = 'open", 8, 13),
        ("sort", "title,-nix", 6, 10),
        ("list", "foo(title) = 1", 0, 3),
    ] {
        let answer = root.post(CHECK, asked(kind, rule)).await.json;
        assert_eq!((&answer["ok"], &answer["from"], &answer["to"]), (&json!(false), &json!(from), &json!(to)), "{rule}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|m| m.len() > 5), "{answer}");
    }
    let bad = root.post(CHECK, asked("nothing", "a = 1")).await;
    assert_eq!((bad.status, bad.json["data"]["kind"]["code"].as_str()), (400, Some("validation_in_invalid")));
    assert_eq!(root.post(CHECK, json!({"collection": "nix", "kind": "list", "rule": "a = 1"})).await.status, 404);
}

#[tokio::test]
async fn a_check_knows_the_draft_of_a_collection() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let mut fields = root.get("/api/collections/notes").await.json["fields"].as_array().cloned().expect("fields");
    fields.push(json!({"name": "fresh", "type": "bool"}));
    let asked = |name: &str, draft: Json| json!({"collection": name, "kind": "list", "rule": "fresh = true", "draft": draft});
    let known = json!({"ok": true});
    // The rules of the draft itself may be as unfinished as they are.
    let changed = json!({"fields": fields, "viewRule": "not yet ("});
    let new = json!({"name": "made", "type": "base", "fields": [{"name": "fresh", "type": "bool"}]});
    check(vec![
        (&root, "POST", CHECK, asked("notes", changed), 200, Some(known.clone())),
        (&root, "POST", CHECK, asked("", new), 200, Some(known)),
    ])
    .await;
    let broken = root.post(CHECK, asked("", json!({"name": "1 2", "type": "base"}))).await.json;
    assert_eq!((&broken["ok"], &broken["draft"]), (&json!(false), &json!(true)), "{broken}");
    assert_eq!(root.get("/api/collections/made").await.status, 404, "nothing was made");
}

#[tokio::test]
async fn words_name_what_rules_may_use() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let words = root.get("/api/rules/words?collection=notes").await.json;
    let has = |list: &str, key: &str, word: &str| words[list].as_array().is_some_and(|l| l.iter().any(|w| w[key] == word));
    for path in ["title", "owner", "owner.name", "where.lat", "tags_via_note", "tags_via_note.weight"] {
        assert!(has("fields", "path", path), "{path} is not in {words}");
    }
    for path in ["@request.auth.name", "@request.body.title", "@request.method"] {
        assert!(has("request", "path", path), "{path} is not in {words}");
    }
    assert!(has("collections", "path", "@collection.tags") && has("macros", "name", "@now") && has("functions", "name", "geoDistance"));
    // Each word that is offered is one that the checker takes.
    for word in words["fields"].as_array().expect("fields").iter().filter(|w| w["type"] != "back") {
        let rule = format!("{} != null", word["path"].as_str().expect("a path"));
        let checked = root.post(CHECK, json!({"collection": "notes", "kind": "list", "rule": rule})).await.json;
        assert_eq!(checked, json!({"ok": true}), "{rule}");
    }
}

#[tokio::test]
async fn a_try_says_whether_and_why() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let (ann, bob) = (id_of(&t.user("ann").await), id_of(&t.user("bob").await));
    let note = record(&root, "notes", json!({"title": "mine", "owner": ann, "count": 3})).await;
    let tried = |kind: &str, actor: &str, rule: Option<&str>| {
        let actor = if actor.is_empty() { Json::Null } else { json!({"collection": "users", "id": actor}) };
        let mut asked = json!({"collection": "notes", "kind": kind, "actor": actor, "record": note});
        if let Some(rule) = rule {
            asked["rule"] = json!(rule);
        }
        asked
    };
    for (kind, actor, rule, allowed, reason, status) in [
        ("update", &*ann, None, true, "rule", 200),
        ("update", &*bob, None, false, "rule", 404),
        ("update", "", None, false, "rule", 404),
        ("list", "", None, true, "everyone", 200),
        ("view", &*ann, None, false, "locked", 403),
        ("delete", &*ann, Some("titel = 1"), false, "mistake", 400),
        ("list", &*bob, Some("count > 5"), false, "rule", 200),
    ] {
        let answer = root.post(TRY, tried(kind, actor, rule)).await.json;
        let found = (&answer["allowed"], &answer["reason"], &answer["status"]);
        assert_eq!(found, (&json!(allowed), &json!(reason), &json!(status)), "{kind} {rule:?}: {answer}");
    }
    let rule = "title = 'mine' && (owner = @request.auth.id || count > 5)";
    let answer = root.post(TRY, tried("view", &bob, Some(rule))).await.json;
    assert_eq!(answer["message"], "The rule does not hold: owner = @request.auth.id || count > 5 is false.");
    let (first, second) = (&answer["tree"]["items"][0], &answer["tree"]["items"][1]);
    assert_eq!((&first["value"], &first["decided"], &first["text"]), (&json!(true), &json!(false), &json!("title = 'mine'")));
    assert_eq!((&second["kind"], &second["value"], &second["decided"]), (&json!("any"), &json!(false), &json!(true)));
    let left = &second["items"][0]["left"];
    assert_eq!(left, &json!({"from": 19, "to": 24, "text": "owner", "values": [ann]}));
    assert_eq!(second["items"][0]["right"]["values"], json!([bob]));
    let root_id = id_of(&root);
    let as_root = json!({"collection": "notes", "kind": "view", "record": note, "actor": {"collection": "_superusers", "id": root_id}});
    assert_eq!(root.post(TRY, as_root).await.json["reason"], "superuser");
}

#[tokio::test]
async fn a_try_agrees_with_the_real_request() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let user = t.user("ann").await;
    let ann = id_of(&user);
    let note = record(&root, "notes", json!({"title": "a", "owner": ann, "count": 3})).await;
    record(&root, "tags", json!({"name": "x", "weight": 1, "note": note})).await;
    record(&root, "tags", json!({"name": "y", "weight": 9, "note": note})).await;
    let path = format!("/api/collections/notes/records/{note}");
    for rule in [
        "owner.name = 'ann'",
        "owner.name != 'ann'",
        "tags_via_note.name = 'x'",
        "tags_via_note.name ?= 'x'",
        "tags_via_note.name ?= 'x' && tags_via_note.weight ?= 9",
        "tags_via_note.name ?= 'y' && tags_via_note.weight ?= 9",
        "@collection.tags.weight ?> count",
        "@request.auth.name ~ 'a' && (count < 3 || count >= 3)",
        "@now > created || title:lower = 'A'",
    ] {
        let set = root.patch("/api/collections/notes", json!({"viewRule": rule})).await;
        if set.status != 200 {
            continue;
        }
        let real = user.get(&path).await.status;
        let asked = json!({"collection": "notes", "kind": "view", "record": note, "actor": {"collection": "users", "id": ann}});
        let answer = root.post(TRY, asked).await.json;
        assert_eq!(answer["status"], json!(real), "{rule}: {answer}");
        assert_eq!(answer["tree"]["value"], answer["allowed"], "{rule}: {answer}");
    }
    for secret in ["owner.tokenKey != ''", "owner.password != ''", "@request.auth.tokenKey != 'x'"] {
        let asked =
            json!({"collection": "notes", "kind": "view", "record": note, "actor": {"collection": "users", "id": ann}, "rule": secret});
        let answer = root.post(TRY, asked).await.json;
        assert!(answer["reason"] == "mistake" || answer["tree"]["left"]["values"] == json!([]), "{secret}: {answer}");
    }
    let apart = "tags_via_note.name ?= 'x' && tags_via_note.weight ?= 9";
    let asked = json!({"collection": "notes", "kind": "view", "record": note, "actor": null, "rule": apart});
    let answer = root.post(TRY, asked).await.json;
    assert!(answer["allowed"] == false && answer["tree"]["note"].is_string(), "{answer}");
    assert_eq!(answer["tree"]["items"][0]["left"]["values"], json!(["x", "y"]));
}

#[tokio::test]
async fn what_is_created_or_changed_can_be_tried_with_its_body() {
    let t = TestApp::new().await;
    let root = notes(&t).await;
    let ann = id_of(&t.user("ann").await);
    let actor = json!({"collection": "users", "id": ann});
    let create = |body: Json| {
        json!({
            "collection": "notes", "kind": "create", "actor": actor, "body": body,
            "rule": "@request.body.owner = @request.auth.id && count > 1 && @request.method = 'POST'"
        })
    };
    assert_eq!(root.post(TRY, create(json!({"owner": ann, "count": 2}))).await.json["allowed"], true);
    let refused = root.post(TRY, create(json!({"owner": ann, "count": 1}))).await.json;
    assert_eq!((&refused["status"], &refused["message"]), (&json!(400), &json!("The rule does not hold: count > 1 is false.")));
    let note = record(&root, "notes", json!({"title": "a", "count": 1})).await;
    let update = |body: Json| {
        json!({
            "collection": "notes", "kind": "update", "actor": actor, "record": note, "body": body, "rule": "@request.body.count:changed = false"
        })
    };
    assert_eq!(root.post(TRY, update(json!({"count": 1}))).await.json["allowed"], true);
    assert_eq!(root.post(TRY, update(json!({"count": 2}))).await.json["allowed"], false);
    let blank = root.post(TRY, json!({"collection": "notes", "kind": "view", "rule": "count = 1"})).await;
    assert_eq!((blank.status, &blank.json["data"]), (400, &json!({"record": required()})));
    let nobody =
        root.post(TRY, json!({"collection": "notes", "kind": "view", "record": note, "actor": {"collection": "users", "id": "x"}})).await;
    assert_eq!((nobody.status, &nobody.json["data"]), (400, &json!({"actor": required()})));
}
