//! `kill -9` during concurrent writes, again and again on one data directory.

use super::dice::Dice;
use super::ledger::Ledger;
use super::process::Process;
use super::world;
use luge::commit::{Db, Options, audit};
use luge::store::Limits;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: u64 = 54;

/// Opens a directory as the next server would.
pub async fn open(dir: &Path) -> Db {
    open_with(dir, Limits::default()).await
}

/// The same with so much of the store in memory.
pub async fn open_with(dir: &Path, store: Limits) -> Db {
    let options = Options { cheap_passwords: true, segment_bytes: super::child::SEGMENT, store, ..Options::new(dir) };
    Db::open(options).await.expect("the database opens again")
}

/// A new directory with the collections, closed again.
pub async fn prepared(dir: &Path) -> Ledger {
    let db = open(dir).await;
    world::create(&db).await;
    let ledger = Ledger::of(&db);
    db.close();
    ledger
}

pub async fn replay_agrees(db: &Db) {
    let report = audit::replay(db).await.expect("the log can be read");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let _alone = super::alone();
    let (seed, started) = (Dice::seed(), Instant::now());
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let dir = directory.path();
    let runtime = super::runtime();
    let mut ledger = runtime.block_on(prepared(dir));
    let (mut rebuilt, mut early, mut replays) = (0, 0, 0);
    for round in 0..ROUNDS {
        let child = Process::start(dir, seed + round, &[]);
        if round % 6 == 5 {
            // Also while it opens the store and replays.
            early += 1;
            std::thread::sleep(Duration::from_millis(dice.next() % 250));
        } else {
            child.listen_for(&mut ledger, 1);
            child.listen(&mut ledger, Duration::from_millis(30 + dice.next() % 400));
        }
        child.kill(&mut ledger);
        runtime.block_on(async {
            let db = open(dir).await;
            for notice in db.notices() {
                println!("  round {round}: {}", notice.0);
                rebuilt += 1;
            }
            ledger.settle(&db);
            if round % 6 == 0 || round + 1 == ROUNDS {
                replay_agrees(&db).await;
                replays += 1;
            }
            db.close();
        });
    }
    let (open, done) = ledger.open;
    println!(
        "crash: {ROUNDS} kills (seed {seed}, {early} of them early): {} acknowledged, none lost; {open} under way, {done} of them done as a whole; \
         {} records at the end; the store was set aside {rebuilt} times, {replays} replays agree; {:.0?}",
        ledger.acknowledged,
        ledger.records.len(),
        started.elapsed()
    );
    assert_eq!(rebuilt, 0, "a killed process leaves a store that can be trusted");
}
