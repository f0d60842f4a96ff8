//! The store in memory, the one on disk, and the layers over either do the same.

use super::layered::layered;
use super::pairs;
use luge::error::Code;
use luge::log::{Faults, Step};
use luge::store::{Batch, Held, KeyRange, Memory, Sled, SledOptions, Store, keys};
use proptest::prelude::*;
use std::io::ErrorKind;
use std::ops::ControlFlow;

#[derive(Debug, Clone)]
enum Op {
    Apply(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    Scan { from: Vec<u8>, to: Vec<u8>, reverse: bool, limit: usize },
    Get(Vec<u8>),
    Flush,
    Reopen,
}

fn any_op() -> impl Strategy<Value = Op> {
    let key = || proptest::collection::vec(1u8..4, 1..8);
    let value = proptest::option::of(
        prop_oneof![4 => proptest::collection::vec(any::<u8>(), 0..20), 1 => proptest::collection::vec(any::<u8>(), 0..3000)],
    );
    prop_oneof![
        6 => proptest::collection::vec((key(), value), 0..60).prop_map(Op::Apply),
        4 => (key(), key(), any::<bool>(), 0usize..80).prop_map(|(from, to, reverse, limit)| Op::Scan { from, to, reverse, limit }),
        2 => key().prop_map(Op::Get),
        1 => Just(Op::Flush),
        1 => Just(Op::Reopen),
    ]
}

/// At most `limit` pairs: the visitor breaks after them.
fn some_pairs(store: &dyn Store, range: &KeyRange, reverse: bool, limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let visit = &mut |key: &[u8], value: Held| {
        found.push((key.to_vec(), value.to_vec()));
        if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    store.scan(range, reverse, visit).unwrap();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn all_stores_agree(ops in proptest::collection::vec(any_op(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let sled = |name: &str| Sled::open(&dir.path().join(name), &SledOptions::default()).unwrap();
        let memory = Memory::new();
        let open: [Box<dyn Fn() -> Box<dyn Store>>; 2] = [Box::new(|| Box::new(sled("bare"))), Box::new(|| Box::new(layered(sled("layered"))))];
        let mut disks: Vec<Option<Box<dyn Store>>> = open.iter().map(|open| Some(open())).collect();
        disks.push(Some(Box::new(layered(Memory::new()))));
        for op in ops {
            for (i, disk) in disks.iter_mut().enumerate() {
                let store = disk.as_deref().unwrap();
                match op.clone() {
                    Op::Apply(writes) => {
                        let batch = Batch { writes };
                        memory.apply(batch.clone()).unwrap();
                        store.apply(batch).unwrap();
                    }
                    Op::Scan { from, to, reverse, limit } => {
                        let range = KeyRange { from, to };
                        prop_assert_eq!(some_pairs(&memory, &range, reverse, limit), some_pairs(store, &range, reverse, limit), "{} {:?}", i, &range);
                    }
                    Op::Get(key) => prop_assert_eq!(memory.get(&key).unwrap(), store.get(&key).unwrap()),
                    Op::Flush => store.flush().unwrap(),
                    Op::Reopen if i < open.len() => {
                        store.flush().unwrap();
                        drop(disk.take());
                        *disk = Some(open[i]());
                    }
                    Op::Reopen => {}
                }
            }
        }
        for store in disks.iter().flatten() {
            prop_assert_eq!(pairs(&memory, &keys::everything(), false), pairs(&**store, &keys::shown(), false));
            prop_assert_eq!(pairs(&memory, &keys::everything(), true), pairs(&**store, &keys::shown(), true));
        }
    }
}

#[test]
fn a_scan_of_many_pairs_misses_none_and_may_write() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(Memory::new()), Box::new(layered(Sled::open(&dir.path().join("s"), &SledOptions::default()).unwrap()))];
    for store in stores {
        let mut batch = Batch::default();
        (0..3000u64).for_each(|n| batch.put(keys::row(1, n), vec![1]));
        store.apply(batch.clone()).unwrap();
        for reverse in [false, true] {
            let mut seen = Vec::new();
            let visit = &mut |key: &[u8], _: Held| {
                seen.push(keys::rowid(key).unwrap());
                // A visitor may use the store that it visits.
                let mut batch = Batch::default();
                batch.put(keys::count(9), vec![2]);
                store.apply(batch.clone()).unwrap();
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
    store.apply(batch.clone()).unwrap();
    batch.put(vec![2], vec![2]);
    assert_eq!(store.apply(batch.clone()).unwrap_err().code, Code::DiskFull);
    assert_eq!(pairs(&store, &keys::everything(), false).len(), 1);
    store.apply(batch.clone()).unwrap();
}

#[test]
fn a_broken_store_is_an_error_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    std::fs::write(&path, "not a directory").unwrap();
    assert!(Sled::open(&path, &SledOptions::default()).is_err());
}
