//! The store in memory and the one on disk do the same.

use super::pairs;
use luge::error::Code;
use luge::log::{Faults, Step};
use luge::store::{Batch, KeyRange, Memory, Sled, SledOptions, Store, keys};
use proptest::prelude::*;
use std::io::ErrorKind;
use std::ops::ControlFlow;

#[derive(Debug, Clone)]
enum Op {
    Apply(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    Scan { from: Vec<u8>, to: Vec<u8>, reverse: bool, limit: usize },
    Get(Vec<u8>),
    Reopen,
}

fn any_op() -> impl Strategy<Value = Op> {
    let key = || proptest::collection::vec(0u8..3, 1..5);
    let value = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20));
    prop_oneof![
        6 => proptest::collection::vec((key(), value), 0..60).prop_map(Op::Apply),
        4 => (key(), key(), any::<bool>(), 0usize..80).prop_map(|(from, to, reverse, limit)| Op::Scan { from, to, reverse, limit }),
        2 => key().prop_map(Op::Get),
        1 => Just(Op::Reopen),
    ]
}

/// At most `limit` pairs: the visitor breaks after them.
fn some_pairs(store: &dyn Store, range: &KeyRange, reverse: bool, limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let visit = &mut |key: &[u8], value: &bytes::Bytes| {
        found.push((key.to_vec(), value.to_vec()));
        if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    store.scan(range, reverse, visit).unwrap();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn both_stores_agree(ops in proptest::collection::vec(any_op(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        let memory = Memory::new();
        let mut disk = Sled::open(&path, &SledOptions::default()).unwrap();
        for op in ops {
            match op {
                Op::Apply(writes) => {
                    let batch = Batch { writes };
                    memory.apply(&batch).unwrap();
                    disk.apply(&batch).unwrap();
                }
                Op::Scan { from, to, reverse, limit } => {
                    let range = KeyRange { from, to };
                    prop_assert_eq!(some_pairs(&memory, &range, reverse, limit), some_pairs(&disk, &range, reverse, limit));
                }
                Op::Get(key) => prop_assert_eq!(memory.get(&key).unwrap(), disk.get(&key).unwrap()),
                Op::Reopen => {
                    disk.flush().unwrap();
                    drop(disk);
                    disk = Sled::open(&path, &SledOptions::default()).unwrap();
                }
            }
        }
        prop_assert_eq!(pairs(&memory, &keys::everything(), false), pairs(&disk, &keys::everything(), false));
        prop_assert_eq!(pairs(&memory, &keys::everything(), true), pairs(&disk, &keys::everything(), true));
    }
}

#[test]
fn a_scan_of_many_pairs_misses_none_and_may_write() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(Memory::new()), Box::new(Sled::open(&dir.path().join("s"), &SledOptions::default()).unwrap())];
    for store in stores {
        let mut batch = Batch::default();
        (0..3000u64).for_each(|n| batch.put(keys::row(1, n), vec![1]));
        store.apply(&batch).unwrap();
        for reverse in [false, true] {
            let mut seen = Vec::new();
            let visit = &mut |key: &[u8], _: &bytes::Bytes| {
                seen.push(keys::rowid(key).unwrap());
                // A visitor may use the store that it visits.
                let mut batch = Batch::default();
                batch.put(keys::count(9), vec![2]);
                store.apply(&batch).unwrap();
                assert!(store.get(key).unwrap().is_some());
                ControlFlow::Continue(())
            };
            store.scan(&keys::rows(1), reverse, visit).unwrap();
            let mut expected: Vec<u64> = (0..3000).collect();
            if reverse {
                expected.reverse();
            }
            assert_eq!(seen, expected);
        }
    }
}

#[test]
fn a_planned_failure_applies_nothing() {
    let faults = Faults::default();
    let store = Memory::with_faults(faults.clone());
    let mut batch = Batch::default();
    batch.put(vec![1], vec![1]);
    faults.fail(Step::Apply, 2, ErrorKind::StorageFull);
    store.apply(&batch).unwrap();
    batch.put(vec![2], vec![2]);
    assert_eq!(store.apply(&batch).unwrap_err().code, Code::DiskFull);
    assert_eq!(pairs(&store, &keys::everything(), false).len(), 1);
    store.apply(&batch).unwrap();
}

#[test]
fn a_broken_store_is_an_error_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    std::fs::write(&path, "not a directory").unwrap();
    assert!(Sled::open(&path, &SledOptions::default()).is_err());
}
