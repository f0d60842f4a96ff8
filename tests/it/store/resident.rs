//! Resident rows against the bare store: the same answers, whatever is written meanwhile.

use bytes::Bytes;
use luge::store::resident::Limits;
use luge::store::{Batch, KeyRange, Memory, Resident, Store, keys};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::ops::ControlFlow;
use std::sync::Arc;

fn read(store: &dyn Store, range: &KeyRange, reverse: bool) -> Vec<(Vec<u8>, Bytes)> {
    let mut found = Vec::new();
    let visit = &mut |key: &[u8], value: &Bytes| {
        found.push((key.to_vec(), value.clone()));
        ControlFlow::Continue(())
    };
    store.scan(range, reverse, visit).unwrap();
    found
}

fn write(random: &mut StdRng, rows: u64) -> Batch {
    let mut batch = Batch::default();
    for _ in 0..random.random_range(1..20) {
        let key = keys::row(random.random_range(1..3), random.random_range(0..rows));
        match random.random_range(0..4) {
            0 => batch.delete(key),
            _ => batch.put(key, vec![random.random_range(0..255); random.random_range(1..40)]),
        }
    }
    batch
}

#[test]
fn answers_are_those_of_the_store_below() {
    for seed in 0..20 {
        let mut random = StdRng::seed_from_u64(seed);
        let below: Arc<dyn Store> = Arc::new(Memory::new());
        let resident = Resident::new(below.clone(), Limits { after: 30, bytes: if seed % 4 == 0 { 20_000 } else { 1 << 20 } });
        let rows = [50, 2000][seed as usize % 2];
        for _ in 0..400 {
            resident.apply(&write(&mut random, rows)).unwrap();
            let collection = random.random_range(1..3);
            let from = random.random_range(0..rows);
            let ranges = [
                keys::rows(collection),
                keys::rows_between(collection, from, None),
                keys::rows_between(collection, from, Some(from + 300)),
            ];
            for range in ranges {
                let reverse = random.random_range(0..2) == 0;
                assert_eq!(read(&resident, &range, reverse), read(below.as_ref(), &range, reverse), "seed {seed}, {range:?}");
            }
            let key = keys::row(collection, from);
            assert_eq!(resident.get(&key).unwrap(), below.get(&key).unwrap(), "seed {seed}");
        }
    }
}

#[test]
fn writes_during_a_load_are_not_lost() {
    for _ in 0..30 {
        let below: Arc<dyn Store> = Arc::new(Memory::new());
        let resident = Resident::new(below.clone(), Limits { after: 30, bytes: 1 << 24 });
        let mut batch = Batch::default();
        (0..5000).for_each(|i| batch.put(keys::row(1, i), vec![1; 30]));
        resident.apply(&batch).unwrap();
        read(&resident, &keys::rows(1), false);
        for i in 0..2000u64 {
            let mut batch = Batch::default();
            batch.put(keys::row(1, i * 3), vec![2; 30]);
            batch.delete(keys::row(1, i * 2 + 1));
            resident.apply(&batch).unwrap();
        }
        assert_eq!(read(&resident, &keys::rows(1), false), read(below.as_ref(), &keys::rows(1), false));
    }
}
