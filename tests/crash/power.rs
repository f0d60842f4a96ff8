//! Simulated power cuts: the disk as it is at one moment, without what only the page cache had.

use super::dice::Dice;
use super::kills::{open, prepared, replay_agrees};
use super::ledger::Ledger;
use super::mounts::Disk;
use super::process::Process;
use std::path::Path;
use std::time::{Duration, Instant};

/// Mount options of the disks; a child writes to each, and its power is cut so many times.
const DISKS: &[(&str, u64)] = &[("", 8), (",data=writeback", 8), ("", 4)];

#[derive(Default)]
struct Tally {
    cuts: u64,
    stops: u64,
    rebuilt: u64,
    acknowledged: u64,
    open: (u64, u64),
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let _alone = super::alone();
    let (seed, started) = (Dice::seed(), Instant::now());
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    let mut method = "";
    for (n, (options, cuts)) in DISKS.iter().enumerate() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let disk = match Disk::new(directory.path(), 512, options) {
            Ok(disk) => disk,
            Err(why) => {
                println!("crash: power cuts SKIPPED: this machine cannot loop-mount a disk ({why})");
                return;
            }
        };
        method = disk.method();
        let dir = disk.mount.path.join("data");
        let mut ledger = super::runtime().block_on(prepared(&dir));
        under_load(&disk, &dir, &mut ledger, &mut dice, *cuts, &mut tally);
        after_a_stop(&disk, &dir, &mut ledger, seed + n as u64, &mut tally);
        tally.acknowledged += ledger.acknowledged;
    }
    println!(
        "crash: {} power cuts (seed {seed}; {method}), {} of them right after a clean stop: {} acknowledged, none lost; {} under way, {} of them \
         done as a whole; {} stores rebuilt; {:.0?}",
        tally.cuts,
        tally.stops,
        tally.acknowledged,
        tally.open.0,
        tally.open.1,
        tally.rebuilt,
        started.elapsed()
    );
}

fn under_load(disk: &Disk, dir: &Path, ledger: &mut Ledger, dice: &mut Dice, cuts: u64, tally: &mut Tally) {
    let child = Process::start(dir, dice.next(), &[("NOTE", 5000)]);
    child.listen_for(ledger, 20);
    for _ in 0..cuts {
        child.listen(ledger, Duration::from_millis(100 + dice.next() % 500));
        child.halt();
        let after = disk.cut().expect("the disk can be cloned and mounted");
        child.drain(ledger);
        child.go_on();
        let mut then = ledger.clone();
        then.open = (0, 0);
        inspect(&after.path.join("data"), &mut then, tally);
    }
    child.kill(ledger);
    // The next child starts from what is really there.
    super::runtime().block_on(async {
        let db = open(dir).await;
        ledger.settle(&db);
        db.close();
    });
}

/// A clean stop says that the store can be trusted. So it has to be on the disk by then, in spite of sled.
fn after_a_stop(disk: &Disk, dir: &Path, ledger: &mut Ledger, seed: u64, tally: &mut Tally) {
    for round in 0..2 {
        let child = Process::start(dir, seed + round, &[("NOTE", 5000), ("STOP_AFTER", 300)]);
        child.listen_to_the_end(ledger);
        let after = disk.cut().expect("the disk can be cloned and mounted");
        child.kill(ledger);
        tally.stops += 1;
        inspect(&after.path.join("data"), &mut ledger.clone(), tally);
    }
}

/// Opens the clone as the next boot would.
fn inspect(dir: &Path, ledger: &mut Ledger, tally: &mut Tally) {
    tally.cuts += 1;
    let running = dir.join("running");
    if let Ok(text) = std::fs::read_to_string(&running) {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        std::fs::write(&running, format!("another-boot\n{rest}")).expect("the marker can be written");
    }
    super::runtime().block_on(async {
        let db = open(dir).await;
        tally.rebuilt += u64::from(db.notices().iter().any(|n| n.0.contains("rebuilt")));
        ledger.settle(&db);
        if tally.cuts.is_multiple_of(4) {
            replay_agrees(&db).await;
        }
        db.close();
    });
    tally.open.0 += ledger.open.0;
    tally.open.1 += ledger.open.1;
}
