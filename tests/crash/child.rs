//! The child: opens the database, writes with many at once, and says each step before the next.

use super::dice::Dice;
use super::ledger::{Intent, Line};
use super::world::{self, Fields, HOT, Key, SYSTEM, object};
use luge::commit::{Committed, Db, Op, Options, Refused, Transaction, collections, commit};
use luge::error::Code;
use luge::log::Keep;
use luge::store::Limits;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const WRITERS: usize = 16;
/// A file of the log is this long, so that a round sees several.
pub const SEGMENT: u64 = 256 << 10;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Not a test of its own: does nothing unless a parent asks for it.
#[test]
fn child() {
    let Ok(dir) = std::env::var("LUGE_CRASH_DIR") else { return };
    let setting = |name: &str| std::env::var(format!("LUGE_CRASH_{name}")).ok().and_then(|s| s.parse::<u64>().ok());
    let seed = setting("SEED").unwrap_or(1);
    super::runtime().block_on(async {
        // Every other child merges all the time, so that it is killed in the middle of a merge.
        let store = if seed.is_multiple_of(2) { Limits { recent_bytes: 16 << 10, cache_bytes: 256 << 10 } } else { Limits::default() };
        let options = Options { cheap_passwords: true, segment_bytes: SEGMENT, store, ..Options::new(dir) };
        let db = Db::open(options).await.expect("the database opens");
        // The harness leaves its own line open.
        println!();
        tell(&Line::Ready(db.position().to_string()));
        let writers: Vec<_> = (0..WRITERS).map(|number| Writer::new(&db, number, seed, setting("NOTE").unwrap_or(20_000))).collect();
        let mut tasks: Vec<_> = writers.into_iter().map(|writer| tokio::spawn(writer.run())).collect();
        tasks.push(tokio::spawn(keep_house(db.clone(), Dice::new(seed ^ 0xabc))));
        if let Some(time) = setting("STOP_AFTER") {
            tokio::time::sleep(Duration::from_millis(time)).await;
            STOPPED.store(true, Ordering::SeqCst);
        }
        for task in tasks {
            task.await.expect("no writer panics");
        }
        db.close();
        tell(&Line::Closed);
        // The power is cut now, or never.
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
}

fn tell(line: &Line) {
    let mut text = serde_json::to_vec(line).expect("a line is JSON");
    text.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&text).and_then(|()| out.flush()).expect("the parent listens");
}

/// One of many that write at once, each on records of its own, and all on one counter.
struct Writer {
    db: Db,
    number: usize,
    dice: Dice,
    note: u64,
    own: BTreeMap<Key, Fields>,
}

/// A transaction that is being made up: the steps, and what each record will be.
#[derive(Default)]
struct Draft {
    ops: Vec<Op>,
    outcome: BTreeMap<Key, Option<Fields>>,
}

impl Writer {
    fn new(db: &Db, number: usize, seed: u64, note: u64) -> Writer {
        let prefix = format!("w{number:02}");
        let own = world::read_all(db).into_iter().filter(|(key, _)| key.1.starts_with(&prefix)).map(|(key, seen)| (key, seen.fields));
        Writer { db: db.clone(), number, dice: Dice::new(seed ^ (number as u64) << 32), note, own: own.collect() }
    }

    async fn run(mut self) {
        while !STOPPED.load(Ordering::SeqCst) {
            let mut draft = self.draft();
            let counts = self.dice.percent(20);
            if counts {
                let collection = world::find(&self.db, "counters");
                draft.ops.push(Op::Update { collection, id: HOT.into(), body: object(json!({"n+": 1})), if_match: None });
            }
            let changes: Vec<_> = draft.outcome.into_iter().collect();
            tell(&Line::Begin(self.number, Intent { changes: changes.clone(), counts }));
            let done = commit(&self.db, Transaction::system("crash test", draft.ops)).await;
            if answer(self.number, done) {
                for (key, fields) in changes {
                    match fields {
                        Some(fields) => drop(self.own.insert(key, fields)),
                        None => drop(self.own.remove(&key)),
                    }
                }
            }
        }
    }

    fn draft(&mut self) -> Draft {
        let mut draft = Draft::default();
        // Few enough records stay that a rebuild is quick.
        let full = 150 < self.own.len();
        match self.dice.below(20) {
            0..=6 if !full => self.create_item(&mut draft),
            7..=11 => self.update_item(&mut draft),
            12..=13 => self.delete(&mut draft, "items"),
            14 => self.delete(&mut draft, "owners"),
            15 => self.hand_over(&mut draft),
            16 | 17 => self.family(&mut draft),
            _ => {
                self.update_item(&mut draft);
                self.create_item(&mut draft);
                self.create_item(&mut draft);
                self.delete(&mut draft, "items");
                self.delete(&mut draft, "items");
            }
        }
        if draft.ops.is_empty() {
            self.create_item(&mut draft);
        }
        draft
    }

    fn id(&mut self) -> String {
        format!("w{:02}{}", self.number, self.dice.word(12))
    }

    /// One of the own records that this transaction has not touched.
    fn pick(&mut self, draft: &Draft, collection: &str) -> Option<Key> {
        let free: Vec<_> = self.own.keys().filter(|k| k.0 == collection && !draft.outcome.contains_key(*k)).collect();
        let n = self.dice.below(free.len());
        free.get(n).map(|k| (*k).clone())
    }

    fn item(&mut self, draft: &Draft) -> Fields {
        let mut owner = || self.pick(draft, "owners").map_or(String::new(), |k| k.1);
        let (owner, mut tags) = (owner(), vec![owner(), owner()]);
        tags.sort();
        tags.dedup();
        tags.retain(|t| !t.is_empty());
        let length = if self.dice.percent(4) { self.dice.next() % self.note.max(1) + 1 } else { self.dice.next() % 200 + 1 };
        let (code, letter, grp) = (self.dice.word(10), self.dice.word(1), self.dice.below(50));
        let code = format!("W{:02}-{code}", self.number);
        object(json!({"code": code, "grp": grp, "note": format!("{letter}:{length}"), "owner": owner, "tags": tags}))
    }

    fn create_item(&mut self, draft: &mut Draft) {
        let (id, fields) = (self.id(), self.item(draft));
        self.create(draft, "items", id, fields);
    }

    fn create(&self, draft: &mut Draft, collection: &str, id: String, fields: Fields) {
        let mut body = world::body(&fields);
        body.insert("id".into(), id.clone().into());
        draft.ops.push(Op::Create { collection: world::find(&self.db, collection), body });
        draft.outcome.insert((collection.to_owned(), id), Some(fields));
    }

    fn update_item(&mut self, draft: &mut Draft) {
        let Some(key) = self.pick(draft, "items") else { return };
        let fields = self.item(draft);
        self.update(draft, key, fields);
    }

    fn update(&self, draft: &mut Draft, key: Key, fields: Fields) {
        let collection = world::find(&self.db, &key.0);
        draft.ops.push(Op::Update { collection, id: key.1.clone(), body: world::body(&fields), if_match: None });
        draft.outcome.insert(key, Some(fields));
    }

    /// One item gives its code up, another takes it over.
    fn hand_over(&mut self, draft: &mut Draft) {
        let Some(giver) = self.pick(draft, "items") else { return };
        let code = self.own[&giver]["code"].clone();
        let fields = self.item(draft);
        self.update(draft, giver, fields);
        if let Some(taker) = self.pick(draft, "items") {
            let mut fields = self.own[&taker].clone();
            fields.insert("code".into(), code);
            self.update(draft, taker, fields);
        }
    }

    /// An owner with items, in one transaction.
    fn family(&mut self, draft: &mut Draft) {
        let owner = self.id();
        let name = format!("{owner}'s");
        self.create(draft, "owners", owner.clone(), object(json!({"name": name})));
        for _ in 0..self.dice.below(5) {
            let (id, mut fields) = (self.id(), self.item(draft));
            fields.insert("owner".into(), owner.clone().into());
            self.create(draft, "items", id, fields);
        }
    }

    /// Deletes a record that nothing in this transaction names, with what goes along.
    fn delete(&mut self, draft: &mut Draft, collection: &str) {
        if collection == "owners" && !draft.ops.is_empty() {
            return;
        }
        let Some(key) = self.pick(draft, collection) else { return };
        draft.ops.push(Op::Delete { collection: world::find(&self.db, collection), id: key.1.clone(), if_match: None });
        for (item, fields) in self.own.iter().filter(|(k, _)| k.0 == "items" && collection == "owners") {
            let tags: Vec<_> = fields["tags"].as_array().expect("tags are a list").iter().filter(|t| **t != key.1).cloned().collect();
            if fields["owner"] == key.1 {
                draft.outcome.insert(item.clone(), None);
            } else if tags.len() < fields["tags"].as_array().map_or(0, Vec::len) {
                let mut fields = fields.clone();
                fields.insert("tags".into(), tags.into());
                draft.outcome.insert(item.clone(), Some(fields));
            }
        }
        draft.outcome.insert(key, None);
    }
}

/// Says how a commit went. Answers whether it was done.
fn answer(writer: usize, done: Result<Committed, Refused>) -> bool {
    match done {
        Ok(done) => {
            tell(&Line::Done(writer, Some(done.position.to_string())));
            true
        }
        Err(refused) if matches!(refused.error.code, Code::Conflict | Code::TooManyRequests) => {
            tell(&Line::Refused(writer, refused.error.to_string()));
            false
        }
        Err(refused) => {
            tell(&Line::Wrong(format!("writer {writer} was refused: {:?} ({:?})", refused.error, refused.op)));
            false
        }
    }
}

/// What else goes on: indexes come and go, a collection is emptied, checkpoints are taken, the log is trimmed.
async fn keep_house(db: Db, mut dice: Dice) {
    while !STOPPED.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(dice.next() % 60)).await;
        match dice.below(8) {
            0..=2 => fill_scratch(&db, &mut dice).await,
            3 => empty_scratch(&db).await,
            4 | 5 => edit_indexes(&db, &mut dice).await,
            6 => expect("a checkpoint", db.checkpoint().await),
            _ => {
                let keep = Keep { since: None, bytes: Some(4 * SEGMENT), not_past_seq: 0, cursor_lag: 0 };
                expect("a trim", db.trim(&keep));
            }
        }
    }
}

fn expect<T>(what: &str, result: luge::error::Result<T>) {
    if let Err(e) = result {
        tell(&Line::Wrong(format!("{what} failed: {e:?}")));
    }
}

async fn fill_scratch(db: &Db, dice: &mut Dice) {
    let collection = world::find(db, "scratch");
    let mut ops = Vec::new();
    let mut changes = Vec::new();
    for _ in 0..40 {
        let (id, v) = (dice.word(15), dice.below(10));
        ops.push(Op::Create { collection: collection.clone(), body: object(json!({"id": id, "v": v})) });
        changes.push((("scratch".to_owned(), id), Some(object(json!({"v": v})))));
    }
    tell(&Line::Begin(WRITERS, Intent { changes, counts: false }));
    answer(WRITERS, commit(db, Transaction::system("crash test", ops)).await);
}

async fn empty_scratch(db: &Db) {
    let all = world::read_all(db).into_keys().filter(|k| k.0 == "scratch");
    let changes: Vec<_> = all.map(|key| (key, None)).take(1000).collect();
    if changes.is_empty() || 999 < changes.len() {
        return;
    }
    tell(&Line::Begin(WRITERS, Intent { changes, counts: false }));
    expect("emptying a collection", collections::truncate(db, &SYSTEM, "scratch").await);
    tell(&Line::Done(WRITERS, None));
}

async fn edit_indexes(db: &Db, dice: &mut Dice) {
    let mut indexes: Vec<_> = world::find(db, "items").indexes.iter().map(|i| i.sql.clone()).take(2).collect();
    let more = [
        "CREATE UNIQUE INDEX more_a ON items (owner, code)",
        "CREATE INDEX more_b ON items (note) WHERE grp > 20",
        "CREATE INDEX more_c ON items (grp)",
    ];
    indexes.extend(more.iter().filter(|_| dice.percent(50)).map(|s| (*s).to_owned()));
    expect("an edit", collections::update(db, &SYSTEM, "items", &object(json!({"indexes": indexes}))).await.map(drop));
}
