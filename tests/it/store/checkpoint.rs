//! Checkpoints: a dump while writing goes on, and the log from there, make the same store.

use super::content;
use luge::error::{Code, Result};
use luge::log::{Faults, Position, Step};
use luge::store::checkpoint::{self, Checkpoint};
use luge::store::{Batch, Memory, Sled, SledOptions, Store, keys, upgrade};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

const EPOCH: u32 = 5;

/// What the writer does for entry `seq`: a row is written or removed, with its id and an index entry that moves.
fn change(store: &dyn Store, seq: u64) -> Result<Batch> {
    let rowid = seq.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 500;
    let removes = seq % 5 == 4;
    let there = store.get(&keys::row(1, rowid))?.is_some();
    let count = store.get(&keys::count(1))?.and_then(|v| keys::read_number(&v)).unwrap_or(0);
    let mut batch = Batch::default();
    // The before images of a real entry name the index entries that go.
    (0..7u8).for_each(|n| batch.delete(keys::index(1, 1, &[n], Some(rowid))));
    if removes {
        batch.delete(keys::row(1, rowid));
        batch.delete(keys::id(1, &format!("id{rowid}")));
    } else {
        batch.put(keys::row(1, rowid), vec![seq as u8; 100]);
        batch.put(keys::id(1, &format!("id{rowid}")), keys::number_value(rowid));
        batch.put(keys::index(1, 1, &[(seq % 7) as u8], Some(rowid)), Vec::new());
    }
    let count = count + u64::from(!there && !removes) - u64::from(there && removes);
    batch.put(keys::count(1), keys::number_value(count));
    upgrade::set_applied(&mut batch, Position { epoch: EPOCH, seq });
    Ok(batch)
}

fn replay(store: &dyn Store, from: u64, to: u64) {
    for seq in from..=to {
        store.apply(change(store, seq).unwrap()).unwrap();
    }
}

fn load(checkpoint: &Checkpoint) -> Result<Memory> {
    let store = Memory::new();
    checkpoint::load(checkpoint, &store, &mut |_| {})?;
    Ok(store)
}

fn filled() -> Memory {
    let store = Memory::new();
    upgrade::prepare(&store).unwrap();
    replay(&store, 1, 400);
    store
}

#[test]
fn dump_while_writing_plus_replay_converges() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(Memory::new()), Box::new(Sled::open(&dir.path().join("s"), &SledOptions::default()).unwrap())];
    for store in stores {
        upgrade::prepare(&*store).unwrap();
        replay(&*store, 1, 1000);
        let done = AtomicBool::new(false);
        let (written, last) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut seq = 1000;
                while !done.load(Ordering::SeqCst) || seq < 1500 {
                    seq += 1;
                    replay(&*store, seq, seq);
                }
                seq
            });
            let written: Vec<_> =
                (0..5).map(|n| checkpoint::write(&*store, &dir.path().join(format!("c{n}")), &|| Ok(())).unwrap()).collect();
            done.store(true, Ordering::SeqCst);
            (written, writer.join().unwrap())
        });
        for checkpoint in written {
            let loaded = load(&checkpoint).unwrap();
            assert_eq!(upgrade::applied(&loaded), Ok(Some(checkpoint.position)));
            replay(&loaded, checkpoint.position.seq + 1, last);
            assert_eq!(content(&loaded), content(&*store), "from {}", checkpoint.position);
        }
    }
}

#[test]
fn lists_the_newest_first_and_passes_over_what_is_unfinished() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled();
    let old = checkpoint::write(&store, dir.path(), &|| Ok(())).unwrap();
    replay(&store, 401, 500);
    let new = checkpoint::write(&store, dir.path(), &|| Ok(())).unwrap();
    std::fs::write(dir.path().join("x.tmp"), "half").unwrap();
    std::fs::write(dir.path().join("y.checkpoint"), "LUGECKPT").unwrap();
    assert_eq!(checkpoint::list(dir.path()), Ok(vec![new.clone(), old.clone()]));
    assert_eq!(new.position, Position { epoch: EPOCH, seq: 500 });
    assert_eq!(content(&load(&new).unwrap()), content(&store));
    assert_eq!(checkpoint::keep_newest(dir.path(), 1), Ok(1));
    assert_eq!(checkpoint::list(dir.path()), Ok(vec![new]));
    assert!(!dir.path().join("x.tmp").exists());
    assert_eq!(checkpoint::list(Path::new("/nowhere/at/all")), Ok(vec![]));
}

#[test]
fn damage_is_found_before_the_store_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let checkpoint = checkpoint::write(&filled(), dir.path(), &|| Ok(())).unwrap();
    let whole = std::fs::read(&checkpoint.path).unwrap();
    for at in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        let mut bad = whole.clone();
        bad[at] ^= 1;
        std::fs::write(&checkpoint.path, bad).unwrap();
        let store = Memory::new();
        assert!(checkpoint::load(&checkpoint, &store, &mut |_| {}).is_err(), "byte {at}");
        assert_eq!(store.size(), Ok(0));
    }
}

#[test]
fn an_unfinished_load_is_not_taken_for_a_store() {
    let dir = tempfile::tempdir().unwrap();
    let checkpoint = checkpoint::write(&filled(), dir.path(), &|| Ok(())).unwrap();
    let faults = Faults::default();
    let store = Memory::with_faults(faults.clone());
    faults.fail(Step::Apply, 2, ErrorKind::StorageFull);
    assert_eq!(checkpoint::load(&checkpoint, &store, &mut |_| {}).unwrap_err().code, Code::DiskFull);
    assert!(upgrade::applied(&store).is_err());
}

#[test]
fn a_store_without_a_position_has_no_checkpoint() {
    assert!(checkpoint::write(&Memory::new(), tempfile::tempdir().unwrap().path(), &|| Ok(())).is_err());
}
