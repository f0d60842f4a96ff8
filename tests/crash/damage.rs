//! What a crash may leave in the files, made on purpose: torn tails, a store that is gone, a checkpoint that is half there.

use super::dice::Dice;
use super::kills::{open, prepared, replay_agrees};
use super::ledger::Ledger;
use super::mounts::{run, text};
use super::process::Process;
use super::world;
use luge::commit::{Op, Transaction, commit};
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a killed child left, to be copied and damaged.
struct Wreck {
    directory: tempfile::TempDir,
    ledger: Ledger,
}

impl Wreck {
    fn new(seed: u64) -> Wreck {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let dir = directory.path().join("wreck");
        let mut ledger = super::runtime().block_on(prepared(&dir));
        let child = Process::start(&dir, seed, &[]);
        child.listen_for(&mut ledger, 300);
        child.kill(&mut ledger);
        Wreck { directory, ledger }
    }

    /// A fresh copy.
    fn copy(&self) -> PathBuf {
        let to = self.directory.path().join("copy");
        let _ = fs::remove_dir_all(&to);
        run("cp", &["-a", &text(&self.directory.path().join("wreck")), &text(&to)]).expect("the directory can be copied");
        to
    }

    fn opens(&self, dir: &Path, rebuilds: bool, what: &str) {
        super::runtime().block_on(async {
            let db = open(dir).await;
            let rebuilt = db.notices().iter().any(|n| n.0.contains("rebuilt"));
            assert_eq!(rebuilt, rebuilds, "{what}: {:?}", db.notices());
            self.ledger.clone().settle(&db);
            replay_agrees(&db).await;
            db.close();
        });
    }
}

fn last(dir: &Path, extension: &str) -> PathBuf {
    let files = fs::read_dir(dir).expect("the directory is there").map(|f| f.expect("it can be read").path());
    files.filter(|p| p.extension().is_some_and(|e| e == extension)).max().unwrap_or_else(|| panic!("no {extension} in {}", dir.display()))
}

#[test]
fn damage_that_a_crash_leaves_costs_nothing_acknowledged() {
    let _alone = super::alone();
    let seed = Dice::seed();
    let mut dice = Dice::new(seed);
    let wreck = Wreck::new(seed);
    let garbage = garbage_at_the_end(&wreck, &mut dice);
    let (torn, flipped) = torn_last_frame(&wreck, &mut dice);
    let stores = store_gone(&wreck);
    let checkpoints = half_a_checkpoint(&wreck, &mut dice);
    println!(
        "crash: damage (seed {seed}): {garbage} logs with garbage behind, {torn} with a torn and {flipped} with a flipped last frame, {stores} \
         lost stores, {checkpoints} damaged checkpoints: all opened, nothing of {} acknowledged lost",
        wreck.ledger.acknowledged
    );
}

fn garbage_at_the_end(wreck: &Wreck, dice: &mut Dice) -> u64 {
    for round in 0..6 {
        let dir = wreck.copy();
        let length = 1 + dice.below(6000);
        let garbage: Vec<u8> = (0..length).map(|_| if round % 3 == 0 { 0 } else { dice.next() as u8 }).collect();
        let mut file = OpenOptions::new().append(true).open(last(&dir.join("log"), "log")).expect("the log is there");
        file.write_all(&garbage).expect("it can be written");
        drop(file);
        wreck.opens(&dir, false, "garbage behind the log");
    }
    6
}

/// One more commit that nobody hears of, of which a part or a wrong bit reaches the disk. The store has it, so it is ahead.
fn torn_last_frame(wreck: &Wreck, dice: &mut Dice) -> (u64, u64) {
    for round in 0..12 {
        let dir = wreck.copy();
        let (path, from, to) = super::runtime().block_on(one_more(&dir));
        let at = from + 1 + dice.next() % (to - from - 1);
        let mut bytes = fs::read(&path).expect("the log can be read");
        match round % 3 {
            0 | 1 => bytes.truncate(at as usize),
            _ => bytes[at as usize] ^= 1 << dice.below(8),
        }
        fs::write(&path, bytes).expect("the log can be written");
        wreck.opens(&dir, true, "a torn last frame");
    }
    (8, 4)
}

/// Commits something and says where its frame is.
async fn one_more(dir: &Path) -> (PathBuf, u64, u64) {
    let db = open(dir).await;
    let length = |path: &Path| fs::metadata(path).expect("the log is there").len();
    loop {
        let before = last(&dir.join("log"), "log");
        let from = length(&before);
        let body = world::object(json!({"id": "unheard00000000", "v": 1}));
        let op = Op::Create { collection: world::find(&db, "scratch"), body };
        commit(&db, Transaction::system("crash test", vec![op])).await.expect("it is right");
        if last(&dir.join("log"), "log") == before {
            db.close();
            return (before.clone(), from, length(&before));
        }
        // It began a new segment: once more.
        let op = Op::Delete { collection: world::find(&db, "scratch"), id: "unheard00000000".into(), if_match: None };
        commit(&db, Transaction::system("crash test", vec![op])).await.expect("it is there");
    }
}

fn store_gone(wreck: &Wreck) -> u64 {
    let dir = wreck.copy();
    fs::remove_dir_all(dir.join("store")).expect("the store is there");
    wreck.opens(&dir, true, "a deleted store");
    let dir = wreck.copy();
    fs::remove_file(dir.join("store/db")).expect("sled has this file");
    wreck.opens(&dir, true, "an emptied store");
    let dir = wreck.copy();
    fs::write(dir.join("store/conf"), [0xaa; 100]).expect("sled has this file");
    wreck.opens(&dir, true, "a store that does not open");
    3
}

/// The newest checkpoint is damaged, and the store is gone: the one before it has to do, with the log from there.
fn half_a_checkpoint(wreck: &Wreck, dice: &mut Dice) -> u64 {
    for round in 0..4 {
        let dir = wreck.copy();
        super::runtime().block_on(async {
            let db = open(&dir).await;
            db.checkpoint().await.expect("a checkpoint can be taken");
            one_change(&db).await;
            db.checkpoint().await.expect("a second checkpoint can be taken");
            db.close();
        });
        let checkpoint = last(&dir.join("checkpoints"), "checkpoint");
        let mut bytes = fs::read(&checkpoint).expect("it is there");
        match round {
            0 => bytes.truncate(dice.below(bytes.len())),
            1 => bytes.truncate(10),
            2 => bytes.clear(),
            _ => {
                let at = dice.below(bytes.len());
                bytes[at] ^= 0x10;
            }
        }
        fs::write(checkpoint.with_extension("tmp"), &bytes).expect("it can be written");
        fs::write(&checkpoint, bytes).expect("it can be written");
        fs::remove_dir_all(dir.join("store")).expect("the store is there");
        // The counter is one ahead now; the clone of the ledger knows nothing of it.
        let expected = Wreck { directory: tempfile::tempdir().expect("a directory"), ledger: wreck.ledger.clone() };
        expected.opens(&dir, true, "a damaged checkpoint");
    }
    4
}

/// A commit that changes nothing that the ledger knows of.
async fn one_change(db: &luge::commit::Db) {
    for value in [json!("x"), json!("y")] {
        let body = world::object(json!({"id": "unheard00000000", "v": value}));
        let create = Op::Create { collection: world::find(db, "scratch"), body };
        commit(db, Transaction::system("crash test", vec![create])).await.expect("it is right");
        let delete = Op::Delete { collection: world::find(db, "scratch"), id: "unheard00000000".into(), if_match: None };
        commit(db, Transaction::system("crash test", vec![delete])).await.expect("it is there");
    }
}
