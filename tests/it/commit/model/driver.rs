//! Does the same to the engine and to the model, breaks the disk now and then, and compares.

use super::dice::Dice;
use super::oracle::{self, Model, Step, object};
use super::steps;
use crate::commit::{SYSTEM, options};
use luge::commit::{Committed, Db, Op, Options, Refused, Transaction, audit, collections, commit};
use luge::error::{Code, Error};
use luge::log::{Faults, Keep, Step as Place};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use tempfile::TempDir;

/// What happened in a run.
#[derive(Default)]
pub struct Tally {
    done: u64,
    refused: u64,
    failed: u64,
    bursts: u64,
    edits: u64,
    restarts: u64,
    failed_starts: u64,
    checkpoints: u64,
    trimmed: u64,
    replays: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { done, refused, failed, bursts, edits, restarts, failed_starts, checkpoints, trimmed, replays } = self;
        write!(
            f,
            "{done} transactions done ({bursts} bursts), {refused} refused, {failed} failed by injection, {edits} edits of collections, "
        )?;
        write!(
            f,
            "{restarts} restarts ({failed_starts} failed at first), {checkpoints} checkpoints, {trimmed} segments trimmed, {replays} replays"
        )
    }
}

pub struct Driver {
    dir: TempDir,
    /// `None` only while it is closed: a second one on the directory is refused.
    db: Option<Db>,
    faults: Faults,
    dice: Dice,
    model: Model,
    highest: u64,
    pub tally: Tally,
}

async fn open(dir: &TempDir, faults: &Faults) -> luge::error::Result<Db> {
    Db::open(Options { faults: faults.clone(), segment_bytes: 64 << 10, ..options(dir, true) }).await
}

impl Driver {
    pub async fn new(seed: u64) -> Driver {
        // In memory where that is to be had: what the disk does wrong is injected, so it need not be waited for.
        let dir = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a temporary directory");
        let faults = Faults::default();
        let db = open(&dir, &faults).await.expect("a new database opens");
        let create = async |body: Json| collections::create(&db, &SYSTEM, &object(body)).await.expect("the collection is right");
        let owners = create(json!({"name": "owners", "type": "base", "fields": [{"name": "name", "type": "text"}],
            "indexes": ["CREATE UNIQUE INDEX owner_name ON owners (name)"]}))
        .await;
        let items = create(json!({"name": "items", "type": "base", "fields": [
                {"name": "code", "type": "text"}, {"name": "n", "type": "number"},
                {"name": "tags", "type": "select", "values": ["a", "b", "c", "d", "e"], "maxSelect": 5},
                {"name": "owner", "type": "relation", "collectionId": owners.id, "maxSelect": 1, "cascadeDelete": true}],
            "indexes": ["CREATE UNIQUE INDEX item_code ON items (code COLLATE NOCASE)"]}))
        .await;
        let mut fields: Json = serde_json::from_slice(&luge::schema::wire::to_json(&items)).expect("it is JSON");
        let links = json!({"name": "links", "type": "relation", "collectionId": items.id, "maxSelect": 99});
        fields["fields"].as_array_mut().expect("a list").push(links);
        collections::update(&db, &SYSTEM, "items", &object(json!({"fields": fields["fields"]}))).await.expect("it can point to itself");
        create(json!({"name": "notes", "type": "base", "fields": [{"name": "text", "type": "text"},
            {"name": "must", "type": "relation", "collectionId": owners.id, "maxSelect": 1, "required": true}]}))
        .await;
        Driver { dir, db: Some(db), faults, dice: Dice::new(seed), model: Model::default(), highest: 0, tally: Tally::default() }
    }

    fn db(&self) -> &Db {
        self.db.as_ref().expect("it is open between two steps")
    }

    pub async fn step(&mut self, number: u64) {
        match self.dice.below(100) {
            0..=4 => self.edit().await,
            5..=6 => self.restart().await,
            7 => self.checkpoint().await,
            8 => self.trim(),
            9..=13 => self.burst().await,
            _ => self.transaction().await,
        }
        if number.is_multiple_of(250) {
            self.compare(&self.model);
            let report = audit::indexes(self.db()).expect("the store can be read");
            assert_eq!(report.problems, Vec::<String>::new());
        }
        if number % 1000 == 500 {
            self.replay().await;
        }
    }

    /// A last restart, and everything once more.
    pub async fn finish(&mut self) {
        self.replay().await;
        self.faults.forget();
        self.reopen().await;
        self.compare(&self.model);
        self.replay().await;
    }

    async fn replay(&mut self) {
        self.faults.forget();
        let report = audit::replay(self.db()).await.expect("the log can be read");
        assert_eq!(report.problems, Vec::<String>::new());
        self.tally.replays += 1;
    }

    /// Plans a failure of the disk within the next few steps.
    fn plan(&mut self) {
        let place = [Place::Append, Place::Sync, Place::Apply][self.dice.below(3)];
        let kind = if self.dice.percent(50) { ErrorKind::StorageFull } else { ErrorKind::Other };
        self.faults.fail(place, 1 + self.dice.next() % 2, kind);
    }

    async fn transaction(&mut self) {
        if self.dice.percent(15) {
            self.plan();
        }
        let steps = steps::transaction(&mut self.dice, &self.model);
        let expected = self.model.after(&steps);
        let result = commit(self.db(), Transaction::system("model", self.ops(&steps))).await;
        match result {
            Ok(done) => {
                let next = expected.unwrap_or_else(|_| panic!("the engine did what the model refuses: {steps:?}"));
                self.note(&done);
                self.model = next;
            }
            Err(refused) => match refused.error.code {
                Code::Unavailable => self.come_back(expected.ok()).await,
                Code::DiskFull | Code::Internal => self.tally.failed += 1,
                _ => {
                    assert!(expected.is_err(), "the engine refuses what the model does: {steps:?}: {refused:?}");
                    self.tally.refused += 1;
                }
            },
        }
    }

    fn note(&mut self, done: &Committed) {
        self.tally.done += 1;
        // A transaction that changed nothing stands where the last one does.
        assert!(self.highest <= done.position.seq, "a position went back");
        self.highest = done.position.seq;
    }

    /// After a failure of which the outcome is open: a restart, and then all of it or nothing.
    async fn come_back(&mut self, after: Option<Model>) {
        self.tally.failed += 1;
        self.faults.forget();
        self.reopen().await;
        if let Some(after) = after
            && self.found() == after.records
        {
            self.model = after;
        }
        self.compare(&self.model);
    }

    /// Several transactions at once: there is an order in which the model does the same.
    async fn burst(&mut self) {
        self.faults.forget();
        self.tally.bursts += 1;
        if self.dice.percent(30) {
            self.faults.fail(Place::Append, 1 + self.dice.next() % 4, ErrorKind::StorageFull);
        }
        let hot = steps::change(&mut self.dice, &self.model);
        let all: Vec<Vec<Step>> =
            (0..6).map(|i| if i < 3 { vec![hot.clone()] } else { steps::transaction(&mut self.dice, &self.model) }).collect();
        let commits = all.iter().map(|steps| {
            let (db, ops) = (self.db().clone(), self.ops(steps));
            tokio::spawn(async move { commit(&db, Transaction::system("model", ops)).await })
        });
        let mut results: Vec<(&Vec<Step>, Result<Committed, Refused>)> = Vec::new();
        for (steps, task) in all.iter().zip(commits.collect::<Vec<_>>()) {
            results.push((steps, task.await.expect("no commit panics")));
        }
        results.sort_by_key(|(_, r)| r.as_ref().map_or(u64::MAX, |done| done.position.seq));
        let mut states = vec![self.model.clone()];
        for (steps, result) in &results {
            let last = states.last().expect("there is the first").clone();
            match result {
                Ok(done) => {
                    self.note(done);
                    states.push(last.after(steps).unwrap_or_else(|_| panic!("no order explains that this was done: {steps:?}")));
                }
                Err(refused) if refused.error.code == Code::DiskFull => self.tally.failed += 1,
                Err(refused) => {
                    let can_be = states.iter().any(|state| state.after(steps).is_err());
                    assert!(can_be, "no order explains a refusal: {steps:?}: {refused:?}");
                    self.tally.refused += 1;
                }
            }
        }
        self.model = states.pop().expect("there is the first");
    }

    fn ops(&self, steps: &[Step]) -> Vec<Op> {
        let find = |name: &str| self.db().schema().find(name).unwrap_or_else(|| panic!("{name} is there")).clone();
        let op = |step: &Step| match step.clone() {
            Step::Create { collection, body } => Op::Create { collection: find(collection), body },
            Step::Update { collection, id, body } => Op::Update { collection: find(collection), id, body, if_match: None },
            Step::Delete { collection, id } => Op::Delete { collection: find(collection), id, if_match: None },
        };
        steps.iter().map(op).collect()
    }

    async fn edit(&mut self) {
        self.tally.edits += 1;
        if self.dice.percent(30) {
            self.plan();
        }
        let mut after = self.model.clone();
        let result = match self.dice.below(6) {
            0 if after.has_temps => {
                after.has_temps = false;
                after.forget_all("temps");
                collections::delete(self.db(), &SYSTEM, "temps").await
            }
            0 => {
                after.has_temps = true;
                let items = self.db().schema().find("items").expect("it is there").id.clone();
                let fields = json!([{"name": "to", "type": "relation", "collectionId": items, "maxSelect": 1}]);
                let body =
                    object(json!({"name": "temps", "type": "base", "fields": fields, "indexes": ["CREATE INDEX t ON temps (`to`)"]}));
                collections::create(self.db(), &SYSTEM, &body).await.map(drop)
            }
            1 => {
                after.forget_all("notes");
                collections::truncate(self.db(), &SYSTEM, "notes").await
            }
            2 => {
                after.set_extra(!after.has_extra);
                self.toggle_extra().await
            }
            _ => {
                let (unique, indexes) = self.indexes();
                after.n_is_unique = unique;
                if unique && !self.model.n_is_unique && !self.model.n_can_be_unique() {
                    after = self.model.clone();
                }
                collections::update(self.db(), &SYSTEM, "items", &object(json!({"indexes": indexes}))).await.map(drop)
            }
        };
        self.after_edit(result, after).await;
    }

    /// An edit is several commits. If one of them fails, the others may or may not be there; a restart ends what was begun.
    async fn after_edit(&mut self, result: Result<(), Error>, after: Model) {
        match result {
            Ok(()) => self.model = after,
            Err(e) if matches!(e.code, Code::Unavailable | Code::DiskFull | Code::Internal) => {
                self.come_back(None).await;
            }
            Err(e) => assert_eq!(after, self.model, "an edit was refused: {e:?}"),
        }
    }

    fn indexes(&mut self) -> (bool, Vec<&'static str>) {
        let unique = self.dice.percent(40);
        let mut indexes = vec!["CREATE UNIQUE INDEX item_code ON items (code COLLATE NOCASE)"];
        if unique {
            indexes.push("CREATE UNIQUE INDEX one_n ON items (n)");
        }
        let more = ["CREATE INDEX by_n ON items (n DESC, code)", "CREATE INDEX some ON items (owner, n) WHERE n > 300"];
        indexes.extend(more.iter().filter(|_| self.dice.percent(50)));
        (unique, indexes)
    }

    async fn toggle_extra(&self) -> Result<(), Error> {
        let items = self.db().schema().find("items").expect("it is there").clone();
        let mut wire: Json = serde_json::from_slice(&luge::schema::wire::to_json(&items)).expect("it is JSON");
        let fields = wire["fields"].as_array_mut().expect("a list");
        match self.model.has_extra {
            true => fields.retain(|f| f["name"] != "extra"),
            false => fields.push(json!({"name": "extra", "type": "number"})),
        }
        collections::update(self.db(), &SYSTEM, "items", &object(json!({"fields": fields}))).await.map(drop)
    }

    async fn restart(&mut self) {
        if self.dice.percent(30) {
            self.plan();
        }
        self.reopen().await;
        self.compare(&self.model);
    }

    /// Closes and opens; where a planned failure stops that, once more without one. What is only in the schema is read from it.
    async fn reopen(&mut self) {
        self.tally.restarts += 1;
        self.db().close();
        self.db = None;
        let db = match open(&self.dir, &self.faults).await {
            Ok(db) => db,
            Err(_) => {
                self.tally.failed_starts += 1;
                self.faults.forget();
                open(&self.dir, &self.faults).await.expect("the database opens once the disk is well")
            }
        };
        self.db = Some(db);
        let schema = self.db().schema();
        let items = schema.find("items").expect("it is there");
        self.model.n_is_unique = items.indexes.iter().any(|i| i.name == "one_n");
        if self.model.has_extra != items.field("extra").is_some() {
            self.model.set_extra(!self.model.has_extra);
        }
        self.model.has_temps = schema.find("temps").is_some();
        if !self.model.has_temps {
            self.model.forget_all("temps");
        }
        if self.db().view().count(schema.find("notes").expect("it is there")).expect("the store can be read") == 0 {
            self.model.forget_all("notes");
        }
    }

    async fn checkpoint(&mut self) {
        self.db().checkpoint().await.expect("a checkpoint can be taken");
        self.tally.checkpoints += 1;
    }

    fn trim(&mut self) {
        let before = self.db().log().first_seq();
        self.db().trim(&Keep { since: None, bytes: Some(200 << 10), not_past_seq: 0, cursor_lag: 0 }).expect("the log can be trimmed");
        self.tally.trimmed += u64::from(before < self.db().log().first_seq());
    }

    fn found(&self) -> BTreeMap<(&'static str, String), oracle::Fields> {
        let mut found = BTreeMap::new();
        for name in ["owners", "items", "notes", "temps"] {
            let Some(collection) = self.db().schema().find(name).cloned() else { continue };
            let visit = &mut |row: luge::query::Row| {
                let record = row.to_record();
                found.insert((name, record.id().to_owned()), oracle::fields(&record));
                ControlFlow::Continue(())
            };
            self.db().view().each(&collection, false, visit).expect("the store can be read");
            let count = found.keys().filter(|(c, _)| *c == name).count() as u64;
            assert_eq!(self.db().view().count(&collection).expect("the store can be read"), count, "the counter of {name}");
        }
        found
    }

    fn compare(&self, model: &Model) {
        let found = self.found();
        for (key, fields) in &model.records {
            assert_eq!(found.get(key), Some(fields), "{key:?} is different");
        }
        assert_eq!(found.len(), model.records.len(), "the engine has more records: {:?}", found.keys().collect::<Vec<_>>());
    }
}
