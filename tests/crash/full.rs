//! A full disk: writes are refused with 507, reads go on, and writes too once there is room again.

use super::dice::Dice;
use super::kills::{open_with, replay_agrees};
use super::mounts::mount;
use super::world::{self, object};
use luge::commit::{Db, Op, Refused, Transaction, audit, commit};
use luge::store::Limits;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: u64 = 3;

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_recovers() {
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let disk = match mount("tmpfs", "tmpfs", directory.path(), "size=110m") {
        Ok(disk) => disk,
        Err(why) => return println!("crash: full disk SKIPPED: this machine cannot mount a small tmpfs ({why})"),
    };
    let (seed, started) = (Dice::seed(), Instant::now());
    let mut dice = Dice::new(seed);
    let (mut written, mut refused) = (0, 0);
    super::runtime().block_on(async {
        let dir = disk.path.join("data");
        let mut db = open(&dir).await;
        world::create(&db).await;
        for round in 0..ROUNDS {
            let (w, r) = fill_and_free(&db, &disk.path, &mut dice).await;
            written += w;
            refused += r;
            if round % 2 == 1 {
                db.close();
                drop(db);
                db = open(&dir).await;
                assert!(db.notices().is_empty(), "{:?}", db.notices());
            }
            assert_eq!(world::read_all(&db).len() as u64, written);
            assert_eq!(audit::indexes(&db).expect("the store can be read").problems, Vec::<String>::new());
            replay_agrees(&db).await;
        }
        db.close();
    });
    println!(
        "crash: the disk was full {ROUNDS} times (seed {seed}): {written} writes done, {refused} refused with 507, reads served throughout, \
         writes went on when there was room; {:.0?}",
        started.elapsed()
    );
}

/// With hardly anything in memory: what is read comes from the disk, and what is written is merged at once.
async fn open(dir: &Path) -> Db {
    open_with(dir, Limits { recent_bytes: 20 << 10, cache_bytes: 64 << 10 }).await
}

async fn create(db: &Db, dice: &mut Dice) -> Result<u64, Refused> {
    let fields = object(json!({"code": dice.word(14), "grp": 1, "note": format!("n:{}", 1 + dice.below(3000)), "owner": "", "tags": []}));
    let op = Op::Create { collection: world::find(db, "items"), body: world::body(&fields) };
    commit(db, Transaction::system("crash test", vec![op])).await.map(|done| done.position.seq)
}

/// Writes until the disk is full, for a while longer, and after it was freed. Answers how many were written and refused.
async fn fill_and_free(db: &Db, disk: &Path, dice: &mut Dice) -> (u64, u64) {
    let (mut written, mut refused) = (0, 0);
    let ballast = disk.join("ballast");
    // Somebody else fills the disk as fast as it can, to the last byte, and the server writes all the time.
    let path = ballast.clone();
    let filler = std::thread::spawn(move || {
        let mut file = File::create(path).expect("there is room for a name");
        for step in [128 << 10, 4096, 1] {
            while file.write_all(&vec![1; step]).is_ok() {}
        }
    });
    let full = Instant::now() + Duration::from_secs(120);
    let mut until = full;
    while Instant::now() < until {
        match create(db, dice).await {
            Ok(_) => written += 1,
            Err(e) => {
                assert_eq!(e.error.status(), 507, "{:?}", e.error);
                refused += 1;
            }
        }
        if until == full && filler.is_finished() && 0 < refused {
            // For a while on a disk without a byte: what is in memory is not lost, and what is on the disk can be read.
            until = Instant::now() + Duration::from_millis(700);
        }
        assert_eq!(world::counter(db), 0, "reads go on");
        assert!(0 < db.view().count(&world::find(db, "items")).expect("reads go on"));
    }
    filler.join().expect("the disk is full");
    assert!(0 < refused, "the disk was not full");
    assert_eq!(db.view().count(&world::find(db, "items")).expect("reads go on"), world::read_all(db).len() as u64);
    std::fs::remove_file(&ballast).expect("the ballast is there");
    for _ in 0..20 {
        create(db, dice).await.expect("there is room again");
        written += 1;
    }
    (written, refused)
}
