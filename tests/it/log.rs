//! The log on disk: what comes back after crashes, full disks and damage.

use bytes::Bytes;
use luge::error::Code;
use luge::log::{Change, ChangeKind, Entry, Faults, Keep, Log, Options, Origin, Position, Step};
use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// An entry whose content follows from its number.
pub fn entry(seq: u64) -> Entry {
    let row = |n: u64| Some(Bytes::from(vec![n as u8; (n % 40) as usize]));
    let change = Change {
        collection: 3,
        rowid: seq,
        id: format!("record{seq}"),
        kind: if seq.is_multiple_of(2) { ChangeKind::Update } else { ChangeKind::Create },
        before_rev: seq / 2,
        before: row(seq).filter(|_| seq.is_multiple_of(2)),
        after: row(seq + 1),
    };
    let origin = Origin { actor: "users/a".into(), request: format!("r{seq}"), source: "api".into() };
    Entry { seq, time: 1_000 * seq as i64, origin, changes: vec![change; (seq % 3) as usize] }
}

fn entries(from: u64, to: u64) -> Vec<Entry> {
    (from..=to).map(entry).collect()
}

fn append(log: &Log, from: u64, to: u64) {
    log.append(&entries(from, to), true).unwrap();
    log.publish(to);
}

pub fn read_all(log: &Log) -> Vec<Entry> {
    let mut all = Vec::new();
    log.read(log.first_seq(), &mut |e| {
        all.push(e);
        ControlFlow::Continue(())
    })
    .unwrap();
    all
}

fn small() -> Options {
    Options { segment_bytes: 600, ..Options::default() }
}

fn open(dir: &Path) -> Log {
    Log::open(dir, small()).unwrap()
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "log")).collect();
    files.sort();
    files
}

#[test]
fn entries_come_back_in_order_also_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    for seq in (1..=40).step_by(2) {
        append(&log, seq, seq + 1);
    }
    assert_eq!(read_all(&log), entries(1, 40));
    let at = log.position();
    drop(log);
    assert!(2 < segments(dir.path()).len());
    let log = open(dir.path());
    assert_eq!(log.position(), at);
    assert_eq!(read_all(&log), entries(1, 40));
    let mut from = Vec::new();
    log.read(38, &mut |e| {
        from.push(e.seq);
        if e.seq == 39 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(from, [38, 39]);
}

#[test]
fn a_second_process_is_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let _log = open(dir.path());
    let refused = Log::open(dir.path(), small()).err().unwrap();
    assert!(refused.to_string().contains("Another Luge"), "{refused}");
}

#[test]
fn numbers_must_follow_the_head() {
    for log in [open(tempfile::tempdir().unwrap().path()), Log::in_memory(Options::default())] {
        append(&log, 1, 2);
        assert_eq!(log.append(&[entry(4)], true).unwrap_err().code, Code::Internal);
        append(&log, 3, 3);
        assert_eq!(read_all(&log), entries(1, 3));
    }
}

#[test]
fn a_torn_tail_is_cut_off_at_every_byte() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    append(&log, 1, 2);
    let file = segments(dir.path()).remove(0);
    let ends: Vec<u64> = (3..=5)
        .map(|seq| {
            append(&log, seq, seq);
            fs::metadata(&file).unwrap().len()
        })
        .collect();
    drop(log);
    let whole = fs::read(&file).unwrap();
    for length in ends[0] as usize..whole.len() {
        // Cut short, and then as a file system may leave it: as long as it was, but not written.
        for fill in [0, whole.len() - length] {
            let mut torn = whole[..length].to_vec();
            torn.resize(length + fill, 0);
            fs::write(&file, torn).unwrap();
            let log = open(dir.path());
            let survived = 2 + ends.iter().filter(|e| **e <= length as u64).count() as u64;
            assert_eq!(read_all(&log), entries(1, survived), "cut at {length}, {fill} zeros");
            append(&log, survived + 1, survived + 1);
            drop(log);
            assert_eq!(read_all(&open(dir.path())), entries(1, survived + 1));
        }
    }
}

#[test]
fn a_damaged_byte_before_synced_entries_is_an_error_that_names_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    append(&log, 1, 1);
    let file = segments(dir.path()).remove(0);
    let start = fs::metadata(&file).unwrap().len();
    append(&log, 2, 2);
    let end = fs::metadata(&file).unwrap().len();
    append(&log, 3, 3);
    drop(log);
    let whole = fs::read(&file).unwrap();
    for at in start..end {
        let mut bad = whole.clone();
        bad[at as usize] ^= 0x40;
        fs::write(&file, &bad).unwrap();
        let refused = Log::open(dir.path(), small()).err().unwrap_or_else(|| panic!("byte {at} was skipped")).to_string();
        assert!(refused.contains(&file.display().to_string()) && refused.contains(&format!("byte {start}")), "{refused}");
        assert_eq!(fs::read(&file).unwrap(), bad, "nothing is changed");
    }
}

#[test]
fn an_unsynced_group_may_come_back_with_holes() {
    for durable in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let log = open(dir.path());
        append(&log, 1, 1);
        let file = segments(dir.path()).remove(0);
        let start = fs::metadata(&file).unwrap().len() as usize;
        match durable {
            // One group whose sync did not end.
            true => append(&log, 2, 4),
            // Three groups that nobody synced.
            false => (2..=4).for_each(|seq| log.append(&[entry(seq)], false).unwrap()),
        }
        drop(log);
        let mut bytes = fs::read(&file).unwrap();
        bytes[start..start + 10].fill(0);
        fs::write(&file, bytes).unwrap();
        assert_eq!(read_all(&open(dir.path())), entries(1, 1));
    }
}

#[test]
fn damage_in_an_older_segment_is_found_when_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    (1..=40).for_each(|seq| append(&log, seq, seq));
    drop(log);
    let file = segments(dir.path()).remove(1);
    let whole = fs::read(&file).unwrap();
    for (bytes, what) in [
        (whole[..whole.len() - 1].to_vec(), "longer than the file"),
        (whole[..29].to_vec(), "missing"),
        ([&whole[..60], &[9], &whole[61..]].concat(), "checksum"),
    ] {
        fs::write(&file, bytes).unwrap();
        let log = open(dir.path());
        let failed = log.read(1, &mut |_| ControlFlow::Continue(())).unwrap_err().to_string();
        assert!(failed.contains(what) && failed.contains(&file.display().to_string()), "{failed}");
    }
    fs::write(&file, &whole[..20]).unwrap();
    assert!(Log::open(dir.path(), small()).err().unwrap().to_string().contains("header"));
}

#[test]
fn a_full_disk_refuses_a_group_and_takes_the_next() {
    for (step, durable) in [(Step::Append, true), (Step::Append, false), (Step::Sync, true)] {
        let dir = tempfile::tempdir().unwrap();
        let faults = Faults::default();
        let log = Log::open(dir.path(), Options { faults: faults.clone(), ..Options::default() }).unwrap();
        append(&log, 1, 3);
        let file = segments(dir.path()).remove(0);
        let before = fs::read(&file).unwrap();
        faults.fail(step, 1, ErrorKind::StorageFull);
        let refused = log.append(&entries(4, 6), durable).unwrap_err();
        assert_eq!((refused.code, refused.status()), (Code::DiskFull, 507), "{step:?}");
        assert_eq!(fs::read(&file).unwrap(), before, "{step:?}");
        assert_eq!((log.head(), log.durable()), (3, 3));
        append(&log, 4, 4);
        assert_eq!(read_all(&log), entries(1, 4));
        drop(log);
        assert_eq!(read_all(&open(dir.path())), entries(1, 4));
    }
}

#[test]
fn a_full_disk_at_the_start_of_a_segment_refuses_a_group_and_takes_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let faults = Faults::default();
    let log = Log::open(dir.path(), Options { segment_bytes: 1, faults: faults.clone(), ..Options::default() }).unwrap();
    append(&log, 1, 1);
    faults.fail(Step::Append, 1, ErrorKind::StorageFull);
    assert_eq!(log.append(&entries(2, 2), true).unwrap_err().code, Code::DiskFull);
    append(&log, 2, 2);
    drop(log);
    assert_eq!(read_all(&open(dir.path())), entries(1, 2));
}

#[test]
fn after_a_failed_sync_nothing_is_taken_until_the_log_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let faults = Faults::default();
    let log = Log::open(dir.path(), Options { faults: faults.clone(), ..Options::default() }).unwrap();
    append(&log, 1, 1);
    faults.fail(Step::Sync, 1, ErrorKind::Other);
    assert_eq!(log.append(&[entry(2)], true).unwrap_err().code, Code::Unavailable);
    assert_eq!(log.append(&[entry(2)], true).unwrap_err().code, Code::Unavailable);
    assert_eq!(log.sync().unwrap_err().code, Code::Unavailable);
    assert_eq!(read_all(&log), entries(1, 1), "reading goes on");
    drop(log);
    let log = open(dir.path());
    append(&log, 2, 2);
    assert_eq!(read_all(&log), entries(1, 2));
}

#[test]
fn a_full_disk_under_unsynced_entries_stops_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let faults = Faults::default();
    let log = Log::open(dir.path(), Options { faults: faults.clone(), ..Options::default() }).unwrap();
    log.append(&[entry(1)], false).unwrap();
    assert_eq!((log.head(), log.durable()), (1, 0));
    log.sync().unwrap();
    assert_eq!(log.durable(), 1);
    log.append(&[entry(2)], false).unwrap();
    faults.fail(Step::Sync, 1, ErrorKind::StorageFull);
    assert_eq!(log.sync().unwrap_err().code, Code::Unavailable, "entry 2 was answered already and is in doubt");
    assert_eq!(log.append(&[entry(3)], true).unwrap_err().code, Code::Unavailable);
}

#[test]
fn a_new_epoch_goes_on_with_the_numbers_and_keeps_what_survived() {
    let dir = tempfile::tempdir().unwrap();
    for memory in [false, true] {
        let log = if memory { Log::in_memory(Options::default()) } else { open(dir.path()) };
        append(&log, 1, 5);
        let old = log.position();
        log.bump_epoch().unwrap();
        let new = log.bump_epoch().unwrap();
        assert!(new.epoch != old.epoch && new.seq == 5);
        append(&log, 6, 8);
        let cases = [
            (old.epoch, 3, true),
            (old.epoch, 5, true),
            (old.epoch, 6, false),
            (new.epoch, 5, true),
            (new.epoch, 8, true),
            (new.epoch, 3, false),
            (new.epoch, 9, false),
            (1, 3, false),
        ];
        for (epoch, seq, good) in cases {
            assert_eq!(log.holds(Position { epoch, seq }), good || (epoch == 1 && old.epoch == 1), "{epoch}:{seq}");
        }
        assert_eq!(read_all(&log), entries(1, 8));
        assert!((0..=8).all(|seq| log.holds(log.at(seq))) && log.at(3).epoch == old.epoch && log.at(6).epoch == new.epoch);
        if !memory {
            let at = log.position();
            drop(log);
            let log = open(dir.path());
            assert_eq!((log.position(), read_all(&log)), (at, entries(1, 8)));
        }
    }
}

#[test]
fn cursors_outlive_the_process_and_hold_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    (1..=60).for_each(|seq| append(&log, seq, seq));
    let Position { epoch, .. } = log.position();
    let at = |seq| Position { epoch, seq };
    log.set_cursor("mail", at(20)).unwrap();
    log.set_cursor("hook.a", at(50)).unwrap();
    log.set_cursor("gone", at(1)).unwrap();
    log.remove_cursor("gone").unwrap();
    for name in ["", "A", "../x", &"x".repeat(65)] {
        assert_eq!(log.set_cursor(name, at(1)).unwrap_err().code, Code::BadRequest, "{name}");
    }
    drop(log);
    let log = open(dir.path());
    assert_eq!((log.cursor("mail"), log.cursor("hook.a"), log.cursor("gone")), (Some(at(20)), Some(at(50)), None));

    let keep = Keep { since: Some(i64::MAX), bytes: None, not_past_seq: 60, cursor_lag: u64::MAX };
    // The slowest cursor holds what it has not read.
    assert!(0 < log.trim(&keep).unwrap());
    assert!(1 < log.first_seq() && log.first_seq() <= 21, "{}", log.first_seq());
    assert_eq!(log.read(1, &mut |_| ControlFlow::Continue(())).unwrap_err().code, Code::NotFound);
    // Age: the entries from time 30_000 on stay, although no cursor holds them.
    log.set_cursor("mail", at(60)).unwrap();
    log.trim(&Keep { since: Some(30_000), ..keep.clone() }).unwrap();
    assert!(21 < log.first_seq() && log.first_seq() <= 30, "{}", log.first_seq());
    // A checkpoint.
    log.trim(&Keep { not_past_seq: 40, ..keep.clone() }).unwrap();
    assert!(30 < log.first_seq() && log.first_seq() <= 41, "{}", log.first_seq());
    // A cursor that lags too far behind holds nothing.
    log.set_cursor("mail", at(20)).unwrap();
    assert_eq!(log.trim(&keep).unwrap(), 0);
    assert!(0 < log.trim(&Keep { cursor_lag: 0, ..keep.clone() }).unwrap());
    let first = log.first_seq();
    assert_eq!(read_all(&log), entries(first, 60));
    drop(log);
    assert_eq!(read_all(&open(dir.path())), entries(first, 60));
}

#[test]
fn size_trims_the_oldest() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    (1..=60).for_each(|seq| append(&log, seq, seq));
    let keep = Keep { since: None, bytes: Some(1500), not_past_seq: u64::MAX, cursor_lag: 0 };
    log.trim(&keep).unwrap();
    assert!(log.size() <= 1500 && 700 < log.size(), "{}", log.size());
    let first = log.first_seq();
    assert_eq!(read_all(&log), entries(first, 60));
}

#[tokio::test]
async fn a_tail_gets_each_published_entry_once() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    append(&log, 1, 5);
    drop(log);
    let log = open(dir.path());
    let mut tail = log.tail(2);
    for seq in 2..=5 {
        assert_eq!(*tail.next().await.unwrap(), entry(seq));
    }
    log.append(&entries(6, 7), true).unwrap();
    assert!(tail.ready().is_none(), "not published yet");
    log.publish(6);
    assert_eq!(*tail.next().await.unwrap(), entry(6));
    let writer = log.clone();
    let later = tokio::spawn(async move { writer.publish(7) });
    assert_eq!(tail.next().await.unwrap().seq, 7);
    later.await.unwrap();
    log.reached(7).await;
    assert_eq!(tail.next_seq(), 8);
}

#[test]
fn positions_are_read_strictly() {
    let position = Position { epoch: 7, seq: 12 };
    assert_eq!(position.to_string(), "7:12");
    assert_eq!("7:12".parse(), Ok(position));
    for text in ["", "7", ":", "7:", ":1", "+7:1", "7:-1", "7:1 ", "7:1:2", "4294967296:1"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
}
