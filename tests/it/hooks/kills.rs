//! The server is killed again and again while after-handlers are at work: each event reaches its handler, in order.

use luge::auth::superuser;
use luge::commit::{Db, Options, collections};
use luge::query::Authority;
use reqwest::Client;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// So many times the server dies.
const KILLS: usize = 50;
/// So many writes are answered between two deaths.
const WRITES: usize = 12;
/// The records that are written.
const RECORDS: usize = 3;

const SCRIPT: &str = r#"
fn note(e) {
    time::sleep("3ms");
    records::create("seen", #{ event: e.id, of: e.record.id, n: e.record.n });
}
after_create("posts", |e| note(e));
after_update("posts", |e| note(e));
"#;

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

async fn prepare(dir: &Path) {
    let db = Db::open(Options { cheap_passwords: true, ..Options::new(dir.join("data")) }).await.expect("a new database opens");
    superuser::create(&db, "root@example.com", "1234567890").await.expect("the first superuser");
    let (text, number) = (|name: &str| json!({"name": name, "type": "text"}), |name: &str| json!({"name": name, "type": "number"}));
    let posts = json!({"name": "posts", "type": "base", "fields": [number("n")], "createRule": "", "updateRule": "", "viewRule": ""});
    let seen = json!({"name": "seen", "type": "base", "fields": [text("event"), text("of"), number("n")], "listRule": ""});
    for body in [posts, seen] {
        collections::create(&db, &Authority::System("test"), &object(body)).await.expect("the collection is right");
    }
    db.close();
    std::fs::create_dir_all(dir.join("hooks")).expect("a folder");
    std::fs::write(dir.join("hooks/a.rhai"), SCRIPT).expect("a file");
}

/// Starts the server; answers it with its address.
fn serve(dir: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_luge"))
        .args(["serve", "--http", "127.0.0.1:0", "--dir"])
        .arg(dir.join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let line = lines.find_map(|l| l.ok().filter(|l| l.contains(" serves "))).expect("it says where it serves");
    let base = line.split_whitespace().find(|w| w.starts_with("http://")).expect("an address").trim_end_matches("/api/").to_owned();
    // A server whose output nobody reads any more would fail when it says something.
    std::thread::spawn(move || lines.for_each(drop));
    (child, base)
}

/// What the handlers have seen, in the order in which they noted it: record, its number, event.
fn seen(db: &Db) -> Vec<(String, i64, String)> {
    let view = db.view();
    let collection = view.schema.find("seen").cloned().expect("it is there");
    let mut all = Vec::new();
    let read = view.each(&collection, false, &mut |row| {
        let record = row.to_record();
        let text = |name: &str| record.get_named(name).as_text().to_owned();
        all.push((text("of"), record.get_named("n").as_number() as i64, text("event")));
        std::ops::ControlFlow::Continue(())
    });
    read.expect("the records can be read");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_no_event_and_keep_the_order() {
    let dir = TempDir::new().expect("a temporary directory");
    prepare(dir.path()).await;
    let client = Client::new();
    let mut sent: Vec<(String, i64)> = Vec::new();
    for round in 0..=KILLS {
        let (mut child, base) = serve(dir.path());
        let path = format!("{base}/api/collections/posts/records");
        while sent.len() < RECORDS {
            let answer = client.post(&path).json(&json!({"n": 0})).send().await.expect("it answers");
            let made: Json = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
            sent.push((made["id"].as_str().expect("an id").to_owned(), 0));
        }
        for write in 0..WRITES {
            let (id, n) = &mut sent[write % RECORDS];
            let answer = client.patch(format!("{path}/{id}")).json(&json!({"n": *n + 1})).send().await.expect("it answers");
            assert_eq!(answer.status().as_u16(), 200);
            *n += 1;
        }
        if round == KILLS {
            wait_for_all(&client, &base, &sent).await;
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it is dead");
    }
    let db = Db::open(Options::new(dir.path().join("data"))).await.expect("it opens");
    let mut reached: BTreeMap<String, i64> = sent.iter().map(|s| (s.0.clone(), -1)).collect();
    let mut events: BTreeMap<(String, i64), String> = BTreeMap::new();
    let all = seen(&db);
    let total = all.len();
    for (of, n, event) in all {
        // An event may come again after a kill, but none comes before the one before it was there.
        let last = reached.get_mut(&of).expect("only these records were written");
        assert!(n <= *last + 1, "{of}: {n} came after {last}");
        *last = (*last).max(n);
        let known = events.entry((of, n)).or_insert_with(|| event.clone());
        assert_eq!(*known, event, "an event keeps its id");
    }
    for (id, n) in &sent {
        assert_eq!(reached[id], *n, "{id}: the last events were lost");
    }
    println!("{KILLS} kills: {} events, {} runs of the handler", events.len(), total);
    db.close();
}

/// Waits until the last event of each record was handled.
async fn wait_for_all(client: &Client, base: &str, sent: &[(String, i64)]) {
    for (id, n) in sent {
        let filter = format!("filter=of%3D%27{id}%27%26%26n%3D{n}");
        for attempt in 0.. {
            let answer = client.get(format!("{base}/api/collections/seen/records?{filter}")).send().await.expect("it answers");
            let page: Json = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
            if 0 < page["totalItems"].as_u64().unwrap_or(0) {
                break;
            }
            assert!(attempt < 2400, "the last event of {id} did not come within two minutes");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}
