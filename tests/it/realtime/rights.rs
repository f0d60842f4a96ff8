//! Nobody is told what they may not see, whatever becomes of them, of the rules and of the collections while the socket is open.

use crate::support::app::{Actor, START, TestApp};
use crate::support::socket::{Socket, marks};
use serde_json::{Value as Json, json};

const NOTES: &str = "/api/collections/notes/records";

/// Notes that their owner sees, and admins all of them.
async fn notes(t: &TestApp) {
    let root = t.superuser().await;
    let users = root.get("/api/collections/users").await.json;
    let mut fields = users["fields"].as_array().unwrap().clone();
    fields.push(json!({"name": "role", "type": "text"}));
    assert_eq!(root.patch("/api/collections/users", json!({"fields": fields})).await.status, 200);
    let body = json!({"name": "notes", "type": "base", "createRule": "",
        "listRule": "owner = @request.auth.id || @request.auth.role = 'admin'", "viewRule": "owner = @request.auth.id",
        "fields": [{"name": "owner", "type": "text"}, {"name": "text", "type": "text"}, {"name": "secret", "type": "text", "hidden": true}]});
    assert_eq!(root.post("/api/collections", body).await.status, 200);
    marks(t).await;
}

async fn id_of(t: &TestApp, user: &Actor) -> String {
    let me = t.bearer(&user.token).post("/api/collections/users/auth-refresh", json!({})).await;
    me.json["record"]["id"].as_str().unwrap().to_owned()
}

async fn listening(t: &TestApp, user: &Actor) -> Socket {
    let mut socket = Socket::signed_in(t, &user.token).await;
    socket.subscribe(json!({"sub": "s", "topic": "notes/*"})).await;
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    socket
}

fn texts(messages: &[Json]) -> Vec<&str> {
    messages.iter().filter_map(|m| m["record"]["text"].as_str().or(m["reason"].as_str())).collect()
}

#[tokio::test]
async fn each_sees_what_the_rule_shows_them() {
    let t = TestApp::new().await;
    notes(&t).await;
    let (ann, bob, root) = (t.user("ann").await, t.user("bob").await, t.superuser().await);
    let (a, b) = (id_of(&t, &ann).await, id_of(&t, &bob).await);
    let (mut ann, mut bob) = (listening(&t, &ann).await, listening(&t, &bob).await);
    let mut guest = Socket::open(&t).await;
    guest.subscribe(json!({"sub": "s", "topic": "notes/*"})).await;
    guest.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    let mut admin = listening(&t, &root).await;
    let note = root.post(NOTES, json!({"owner": a, "text": "for ann", "secret": "x"})).await.json;
    root.patch(&format!("{NOTES}/{}", note["id"].as_str().unwrap()), json!({"owner": b, "text": "for bob"})).await;
    let (to_ann, to_bob) = (ann.settle(&t).await, bob.settle(&t).await);
    assert_eq!((texts(&to_ann), &to_ann[1]["action"]), (vec!["for ann"], &json!("delete")));
    assert_eq!((texts(&to_bob), &to_bob[0]["action"]), (vec!["for bob"], &json!("create")));
    assert!(to_ann[0]["record"].get("secret").is_none());
    assert!(guest.settle(&t).await.is_empty());
    let to_admin = admin.settle(&t).await;
    assert_eq!((texts(&to_admin), &to_admin[0]["record"]["secret"]), (vec!["for ann", "for bob"], &json!("x")));
}

#[tokio::test]
async fn another_role_is_a_reset_and_counts_at_once() {
    let t = TestApp::new().await;
    notes(&t).await;
    let (ann, root) = (t.user("ann").await, t.superuser().await);
    let user = format!("/api/collections/users/records/{}", id_of(&t, &ann).await);
    let mut socket = listening(&t, &ann).await;
    let before = socket.ready["position"].clone();
    root.post(NOTES, json!({"owner": "x", "text": "one"})).await;
    root.patch(&user, json!({"role": "admin"})).await;
    root.post(NOTES, json!({"owner": "x", "text": "two"})).await;
    root.patch(&user, json!({"name": "Anna"})).await;
    root.post(NOTES, json!({"owner": "x", "text": "three"})).await;
    root.patch(&user, json!({"role": ""})).await;
    root.post(NOTES, json!({"owner": "x", "text": "four"})).await;
    assert_eq!(texts(&socket.settle(&t).await), ["auth", "two", "three", "auth"]);
    // A position from before the role changed is not good for the one she has now.
    let told = socket.subscribe(json!({"sub": "s", "topic": "notes/*", "since": before})).await;
    assert_eq!(texts(&told), ["auth"]);
    let now = told.last().unwrap()["position"].clone();
    root.patch(&user, json!({"name": "Anne"})).await;
    let told = socket.subscribe(json!({"sub": "s", "topic": "notes/*", "since": now})).await;
    assert_eq!(told.iter().map(|m| m["type"].as_str().unwrap()).collect::<Vec<_>>(), ["ok", "live"]);
}

#[tokio::test]
async fn a_token_that_does_not_count_any_more_ends_the_connection() {
    let t = TestApp::new().await;
    notes(&t).await;
    let root = t.superuser().await;
    let password = json!({"password": "0987654321", "passwordConfirm": "0987654321"});
    for way in ["password", "delete", "secret", "time"] {
        let user = t.user(way).await;
        let path = format!("/api/collections/users/records/{}", id_of(&t, &user).await);
        let mut socket = listening(&t, &user).await;
        match way {
            "password" => drop(root.patch(&path, password.clone()).await),
            "delete" => drop(root.delete(&path).await),
            "secret" => drop(root.patch("/api/collections/users", json!({"authToken": {"secret": "s".repeat(50)}})).await),
            _ => t.clock.set(START + 3_000_000_000),
        }
        assert_eq!(socket.closed().await, 4401, "{way}");
    }
}

#[tokio::test]
async fn auth_replaces_who_is_asking() {
    let t = TestApp::new().await;
    notes(&t).await;
    let (ann, bob, root) = (t.user("ann").await, t.user("bob").await, t.superuser().await);
    let (a, b) = (id_of(&t, &ann).await, id_of(&t, &bob).await);
    let mut socket = listening(&t, &ann).await;
    let refused = socket.ask(json!({"type": "auth", "id": 5, "token": "nonsense"})).await;
    assert_eq!((&refused["status"], &refused["code"]), (&json!(401), &json!("unauthorized")));
    root.post(NOTES, json!({"owner": a, "text": "for ann"})).await;
    assert_eq!(texts(&socket.settle(&t).await), ["for ann"]);
    // The same one with another token: nothing changes.
    let again = t.bearer(&ann.token).post("/api/collections/users/auth-refresh", json!({})).await;
    assert_eq!(socket.ask(json!({"type": "auth", "id": 6, "token": again.json["token"]})).await["type"], "ok");
    socket.send(json!({"type": "auth", "id": 7, "token": bob.token})).await;
    let told = socket.until("ok").await;
    assert_eq!(texts(&told), ["auth", "auth"]);
    root.post(NOTES, json!({"owner": a, "text": "for ann"})).await;
    root.post(NOTES, json!({"owner": b, "text": "for bob"})).await;
    assert_eq!(texts(&socket.settle(&t).await), ["for bob"]);
}

#[tokio::test]
async fn rules_and_collections_are_obeyed_at_once() {
    let t = TestApp::new().await;
    notes(&t).await;
    let (ann, root) = (t.user("ann").await, t.superuser().await);
    let mut socket = listening(&t, &ann).await;
    root.post(NOTES, json!({"owner": "x", "text": "one"})).await;
    root.patch("/api/collections/notes", json!({"listRule": ""})).await;
    root.post(NOTES, json!({"owner": "x", "text": "two"})).await;
    root.patch("/api/collections/notes", json!({"listRule": null})).await;
    root.post(NOTES, json!({"owner": "x", "text": "three"})).await;
    let told = socket.settle(&t).await;
    assert_eq!(texts(&told), ["schema", "two"]);
    let last = told.last().unwrap();
    assert_eq!((&last["type"], &last["sub"], &last["status"]), (&json!("error"), &json!("s"), &json!(403)));
    let mut admin = listening(&t, &root).await;
    root.delete("/api/collections/notes").await;
    let told = admin.settle(&t).await;
    assert_eq!((&told[0]["type"], &told[0]["status"]), (&json!("error"), &json!(404)));
}

#[tokio::test]
async fn emails_are_shown_to_whom_they_are_shown_in_lists() {
    let t = TestApp::new().await;
    marks(&t).await;
    let root = t.superuser().await;
    root.patch("/api/collections/users", json!({"listRule": ""})).await;
    let (ann, bob) = (t.user("ann").await, t.user("bob").await);
    let id = id_of(&t, &ann).await;
    let mut seen = Vec::new();
    for who in [&ann, &bob, &root] {
        let mut socket = Socket::signed_in(&t, &who.token).await;
        socket.subscribe(json!({"sub": "s", "topic": "users/*"})).await;
        socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
        root.patch(&format!("/api/collections/users/records/{id}"), json!({"name": "Anna"})).await;
        let told = socket.settle(&t).await;
        seen.push(told.iter().find(|m| m["type"] == "change").unwrap()["record"].get("email").cloned());
    }
    let email = Some(json!("ann@example.com"));
    assert_eq!(seen, [email.clone(), None, email]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_subscribes_after_an_edit_need_not_load_anew() {
    let t = TestApp::new().await;
    notes(&t).await;
    let root = t.superuser().await;
    let mut socket = Socket::signed_in(&t, &root.token).await;
    socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    for i in 0..20 {
        let rule = format!("owner = @request.auth.id || owner = 'x{i}'");
        assert_eq!(root.patch("/api/collections/notes", json!({"listRule": rule})).await.status, 200);
        // The hub may not have come to the edit yet, but the subscription is judged by it.
        socket.subscribe(json!({"sub": format!("s{i}"), "topic": "notes/*"})).await;
        let told = socket.settle(&t).await;
        assert!(!told.iter().any(|m| m["type"] == "reset" && m["sub"] == format!("s{i}")), "{told:?}");
    }
}

/// Notes that everyone lists, with a secret that only admins expand.
async fn secrets(t: &TestApp) -> Json {
    let root = t.superuser().await;
    let body = json!({"name": "secrets", "type": "base", "viewRule": "@request.auth.role = 'admin'", "fields": [{"name": "text", "type": "text"}]});
    let secrets = root.post("/api/collections", body).await.json;
    let notes = root.get("/api/collections/notes").await.json;
    let mut fields = notes["fields"].as_array().unwrap().clone();
    fields.push(json!({"name": "link", "type": "relation", "collectionId": secrets["id"], "maxSelect": 1}));
    assert_eq!(root.patch("/api/collections/notes", json!({"listRule": "", "fields": fields})).await.status, 200);
    root.post("/api/collections/secrets/records", json!({"text": "hush"})).await.json
}

#[tokio::test]
async fn what_a_lost_role_could_expand_is_expanded_no_more() {
    let t = TestApp::new().await;
    notes(&t).await;
    let secret = secrets(&t).await;
    let (ann, root) = (t.user("ann").await, t.superuser().await);
    let user = format!("/api/collections/users/records/{}", id_of(&t, &ann).await);
    root.patch(&user, json!({"role": "admin"})).await;
    let (mut one, mut other) = (Socket::signed_in(&t, &ann.token).await, Socket::signed_in(&t, &ann.token).await);
    for socket in [&mut one, &mut other] {
        for sub in ["s1", "s2"] {
            socket.subscribe(json!({"sub": sub, "topic": "notes/*", "expand": "link"})).await;
        }
        socket.subscribe(json!({"sub": "marks", "topic": "marks/*"})).await;
    }
    let expanded = |told: &[Json]| told.iter().map(|m| m["record"]["expand"]["link"]["text"].clone()).collect::<Vec<_>>();
    for (role, seen) in [("admin", json!("hush")), ("", Json::Null), ("admin", json!("hush"))] {
        root.patch(&user, json!({"role": role})).await;
        root.post(NOTES, json!({"link": secret["id"]})).await;
        for socket in [&mut one, &mut other] {
            assert_eq!(expanded(&socket.settle(&t).await), [seen.clone(), seen.clone()], "{role:?}");
        }
    }
}
