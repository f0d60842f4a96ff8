//! A real app of a real PocketBase, moved over: everything in it must be the same afterwards.

use super::pocketbase_server::{PocketBase, binary};
use luge::cli::export;
use luge::cli::pocketbase::source::Source;
use luge::cli::pocketbase::{Moved, move_over};
use luge::commit::{Db, Options, audit};
use serde_json::{Value as Json, json};
use std::path::Path;

/// The collections of the app, in an order in which each refers only to those before it or to itself.
fn collections() -> Vec<Json> {
    let index = "CREATE UNIQUE INDEX `idx_slug` ON `posts` (`slug` COLLATE NOCASE) WHERE `slug` != ''";
    vec![
        json!({"name": "tags", "type": "base", "fields": [{"name": "label", "type": "text", "required": true}]}),
        json!({"name": "members", "type": "auth", "listRule": "id = @request.auth.id",
            "fields": [{"name": "nick", "type": "text"}],
            "authToken": {"duration": 86400}, "passwordAuth": {"enabled": true, "identityFields": ["email"]}}),
        json!({"name": "posts", "type": "base", "listRule": "", "viewRule": "@request.auth.id != ''", "indexes": [index],
        "fields": [
            {"name": "slug", "type": "text"}, {"name": "rating", "type": "number"}, {"name": "open", "type": "bool"},
            {"name": "mail", "type": "email"}, {"name": "link", "type": "url"}, {"name": "text", "type": "editor"},
            {"name": "day", "type": "date"}, {"name": "kind", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
            {"name": "kinds", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
            {"name": "data", "type": "json"}, {"name": "place", "type": "geoPoint"},
            {"name": "doc", "type": "file", "maxSelect": 1}, {"name": "secret", "type": "text", "hidden": true},
            {"name": "created", "type": "autodate", "onCreate": true}, {"name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true}
        ]}),
    ]
}

/// Fills a server with an app; returns the token of a member.
async fn fill(server: &PocketBase) -> String {
    for collection in collections() {
        server.send("POST", "/api/collections", &collection).await;
    }
    // Relations by the ids that the collections have got.
    let id = async |name: &str| server.send("GET", &format!("/api/collections/{name}"), &json!({})).await["id"].clone();
    let mut posts = server.send("GET", "/api/collections/posts", &json!({})).await;
    for (name, target, most) in [("tags", "tags", 5), ("author", "members", 1), ("parent", "posts", 1)] {
        let field = json!({"name": name, "type": "relation", "collectionId": id(target).await, "maxSelect": most, "cascadeDelete": name == "author"});
        posts["fields"].as_array_mut().unwrap().push(field);
    }
    server.send("PATCH", "/api/collections/posts", &json!({"fields": posts["fields"]})).await;
    let view = json!({"name": "totals", "type": "view", "viewQuery": "SELECT id, rating FROM posts"});
    server.send("POST", "/api/collections", &view).await;

    let create = async |name: &str, body: Json| server.send("POST", &format!("/api/collections/{name}/records"), &body).await["id"].clone();
    let member = json!({"email": "ann@example.com", "password": "correct horse", "passwordConfirm": "correct horse", "nick": "Ann", "verified": true});
    let ann = create("members", member).await;
    let red = create("tags", json!({"label": "red"})).await;
    let blue = create("tags", json!({"label": "blue"})).await;
    let first = json!({"slug": "First", "rating": 4.5, "open": true, "mail": "a@b.co", "link": "https://a.org/x?y=1", "text": "<p>hi</p>",
        "day": "2026-11-22 10:00:00.123Z", "kind": "b", "kinds": ["c", "a"], "data": {"z": [1, "ü", null], "a": 1e21}, "secret": "s",
        "place": {"lon": 13.4, "lat": 52.5}, "tags": [blue, red], "author": ann});
    let first = server.upload("posts", &first, "doc", "note.txt", "a small file").await["id"].clone();
    create("posts", json!({"data": "text", "parent": first, "rating": -3})).await;
    create("posts", json!({})).await;
    for n in 0..40 {
        create("posts", json!({"slug": format!("post-{n}"), "rating": n, "data": n})).await;
    }
    server.send("PATCH", "/api/settings", &json!({"meta": {"appName": "Moved app"}, "batch": {"enabled": true}})).await;
    server.sign_in("members", "ann@example.com", "correct horse").await
}

async fn open(dir: &Path) -> Db {
    let mut options = Options::new(dir);
    options.memory_store = true;
    options.cheap_passwords = true;
    Db::open(options).await.unwrap()
}

fn exported(db: &Db, collection: &str) -> Vec<Json> {
    let mut out = Vec::new();
    export::write(db, collection, export::Format::Ndjson, &mut out).unwrap();
    out.split(|b| *b == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_the_same_afterwards() {
    let Some(binary) = binary() else { return };
    let home = tempfile::tempdir().unwrap();
    let source_dir = home.path().join("pb_data");
    let server = PocketBase::start(&binary, &source_dir).await;
    let token = fill(&server).await;
    let names = ["tags", "members", "posts", "users", "_superusers", "_authOrigins"];
    let mut expected = Vec::new();
    for name in names {
        expected.push(server.records(name).await);
    }
    let found = server.send("GET", "/api/collections?perPage=100", &json!({})).await;
    server.kill();
    let pending = std::fs::metadata(source_dir.join("data.db-wal")).map_or(0, |m| m.len());
    assert!(0 < pending, "the test is to see that the WAL file is read");
    let before = std::fs::read(source_dir.join("data.db")).unwrap();

    let db = open(&home.path().join("luge")).await;
    let moved = move_over(&Source::open(&source_dir).unwrap(), &db).await.unwrap();
    for (name, expected) in names.iter().zip(&expected) {
        assert_eq!(&exported(&db, name), expected, "{name}");
    }
    same_collections(&db, &found);
    same_files(&home.path().join("luge/files"), &source_dir.join("storage"), &db);
    still_signed_in(&db, &token, "correct horse").await;
    said_what_is_left(&moved);
    assert_eq!(audit::indexes(&db).unwrap().problems, Vec::<String>::new());
    assert_eq!(audit::replay(&db).await.unwrap().problems, Vec::<String>::new());
    assert!(move_over(&Source::open(&source_dir).unwrap(), &db).await.unwrap_err().message.contains("in use"));
    assert_eq!(std::fs::read(source_dir.join("data.db")).unwrap(), before, "the source is only read");
    db.close();
}

/// Fields, rules and indexes as the API shows them.
fn same_collections(db: &Db, found: &Json) {
    let schema = db.schema();
    for expected in found["items"].as_array().unwrap().iter().filter(|c| c["type"] != "view") {
        let name = expected["name"].as_str().unwrap();
        let collection = schema.find(name).unwrap_or_else(|| panic!("{name} is missing"));
        let mut is: Json = serde_json::from_slice(&luge::schema::wire::to_json(collection)).unwrap();
        let mut should = expected.clone();
        for side in [&mut is, &mut should] {
            side.as_object_mut().unwrap().retain(|key, _| key != "created" && key != "updated");
        }
        assert_eq!(is, should, "{name}");
    }
}

fn same_files(files: &Path, storage: &Path, db: &Db) {
    let posts = db.schema().find("posts").unwrap().id.clone();
    let first = &exported(db, "posts")[0];
    let path = format!("{posts}/{}/{}", first["id"].as_str().unwrap(), first["doc"].as_str().unwrap());
    assert_eq!(std::fs::read(files.join(&path)).unwrap(), std::fs::read(storage.join(&path)).unwrap());
    assert!(!files.join(path + ".attrs").exists());
}

/// The old token is right under the moved key and secret, and the old password under the moved hash.
async fn still_signed_in(db: &Db, token: &str, password: &str) {
    let schema = db.schema();
    let members = schema.find("members").unwrap();
    let mut ann = None;
    db.view()
        .each(members, false, &mut |row| {
            ann = Some(row.to_record());
            std::ops::ControlFlow::Break(())
        })
        .unwrap();
    let ann = ann.unwrap();
    let text = |name: &str| ann.get_named(name).as_text().to_owned();
    let key = text("tokenKey") + members.auth.as_ref().unwrap().auth_token.secret.as_str();
    let key = jsonwebtoken::DecodingKey::from_secret(key.as_bytes());
    let claims = jsonwebtoken::decode::<Json>(token, &key, &jsonwebtoken::Validation::default()).unwrap().claims;
    assert_eq!((claims["id"].as_str(), claims["collectionId"].as_str()), (Some(ann.id()), Some(members.id.as_str())));
    assert!(db.passwords().verify(password.to_owned(), text("password")).await.unwrap());
}

fn said_what_is_left(moved: &Moved) {
    let left = moved.left.join("\n");
    assert!(left.contains("The view totals") && left.contains("SELECT id, rating FROM posts"), "{left}");
    assert!(left.contains("pb_migrations"), "PocketBase writes a migration for each edit of a collection: {left}");
    assert!(moved.collections.contains(&("posts".to_owned(), 43)), "{:?}", moved.collections);
    assert_eq!(moved.files.files, 1);
}
