//! The write path: races, refusals, failures, restarts and edits of collections, each with an audit at the end.

mod authority;
mod conflicts;
mod edits;
mod failures;
mod model;
mod restarts;

use luge::commit::{Committed, Db, Op, Options, Refused, Transaction, audit, collections, commit};
use luge::query::Authority;
use luge::schema::Collection;
use luge::store::Limits;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use tempfile::TempDir;

/// A database in a directory of its own.
pub struct Bench {
    pub dir: TempDir,
    pub db: Db,
}

pub const SYSTEM: Authority = Authority::System("test");

pub fn options(dir: &TempDir, memory_store: bool) -> Options {
    // Merges from the first commits on, and blocks that do not fit into memory, so that every test is also one of them.
    let store = Limits { recent_bytes: 6 << 10, cache_bytes: 32 << 10 };
    Options { memory_store, store, cheap_passwords: true, ..Options::new(dir.path()) }
}

impl Bench {
    pub async fn new(memory_store: bool) -> Bench {
        let dir = TempDir::new().expect("a temporary directory");
        let db = Db::open(options(&dir, memory_store)).await.expect("a new database opens");
        Bench { dir, db }
    }

    /// Ends the database without a clean stop, and opens it again.
    pub async fn reopen(self, memory_store: bool) -> Bench {
        let Bench { dir, db } = self;
        db.close();
        drop(db);
        let db = Db::open(options(&dir, memory_store)).await.expect("the database opens again");
        Bench { dir, db }
    }

    pub async fn collection(&self, body: Json) -> Arc<Collection> {
        collections::create(&self.db, &SYSTEM, &object(body)).await.expect("the collection is right")
    }

    pub async fn posts(&self) -> Arc<Collection> {
        let fields = json!([{"name": "title", "type": "text"}, {"name": "count", "type": "number"}]);
        self.collection(json!({"name": "posts", "type": "base", "fields": fields})).await
    }

    pub async fn create(&self, collection: &Arc<Collection>, body: Json) -> Result<Committed, Refused> {
        self.run(vec![Op::Create { collection: collection.clone(), body: object(body) }]).await
    }

    pub async fn update(&self, collection: &Arc<Collection>, id: &str, body: Json) -> Result<Committed, Refused> {
        let op = Op::Update { collection: collection.clone(), id: id.to_owned(), body: object(body), if_match: None };
        self.run(vec![op]).await
    }

    pub async fn delete(&self, collection: &Arc<Collection>, id: &str) -> Result<Committed, Refused> {
        self.run(vec![Op::Delete { collection: collection.clone(), id: id.to_owned(), if_match: None }]).await
    }

    pub async fn run(&self, ops: Vec<Op>) -> Result<Committed, Refused> {
        commit(&self.db, Transaction::system("test", ops)).await
    }

    pub fn count(&self, collection: &Arc<Collection>) -> u64 {
        self.db.view().count(collection).expect("the count can be read")
    }

    /// Indexes, ids and counters match the records, and the log replays to the same store.
    pub async fn audit(&self) {
        let report = audit::indexes(&self.db).expect("the store can be read");
        assert_eq!(report.problems, Vec::<String>::new());
        let report = audit::replay(&self.db).await.expect("the log can be read");
        assert_eq!(report.problems, Vec::<String>::new());
    }
}

pub fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("{other} is not an object"),
    }
}

pub fn id_of(committed: &Committed) -> String {
    committed.records[0].as_ref().expect("the step left a record").id().to_owned()
}
