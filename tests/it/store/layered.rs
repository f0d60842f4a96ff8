//! The layers of the store: reads beside merges, a store below that fails or is damaged, and one that a killed process left.

use super::pairs;
use luge::error::{Code, Result};
use luge::log::{Faults, Step};
use luge::store::{Batch, Condition, Held, KeyRange, Layered, Limits, Memory, Sieve, Store, Visit, keys, row};
use luge::value::Value;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The collection that describes the others.
const COLLECTIONS: u32 = 1;

fn over(below: Arc<dyn Store>) -> Result<Layered> {
    let limits = Limits { recent_bytes: 3000, cache_bytes: 20_000 };
    Layered::open(below, limits, COLLECTIONS, Faults::default())
}

/// Layers that merge all the time and hold hardly anything.
pub fn layered(below: impl Store + 'static) -> Layered {
    over(Arc::new(below)).expect("there is nothing below that could be wrong")
}

/// A store for two.
struct Below(Arc<Memory>);

impl Store for Below {
    fn get(&self, key: &[u8]) -> Result<Option<bytes::Bytes>> {
        self.0.get(key)
    }

    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()> {
        self.0.scan(range, reverse, visit)
    }

    fn apply(&self, batch: Batch) -> Result<()> {
        self.0.apply(batch)
    }

    fn flush(&self) -> Result<()> {
        self.0.flush()
    }

    fn size(&self) -> Result<u64> {
        self.0.size()
    }
}

/// Row `n` of round `round`, with an index entry and the count beside it.
fn write(round: u64, rows: impl Iterator<Item = u64>) -> Batch {
    let mut batch = Batch::default();
    for n in rows {
        batch.put(keys::row(2, n), [&round.to_be_bytes()[..], &[7; 60]].concat());
        batch.put(keys::index(2, 1, &n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes(), Some(n)), Vec::new());
    }
    batch.put(keys::count(2), keys::number_value(round));
    batch
}

/// Whatever a merge does meanwhile, each row is seen exactly once, in its order, and never older than when the scan began.
#[test]
fn readers_beside_merges_see_everything_once() {
    const ROWS: u64 = 700;
    let store = layered(Memory::new());
    store.apply(write(1, 0..ROWS)).expect("memory takes it");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 2..120 {
                store.apply(write(round, (0..ROWS).filter(|n| (n + round) % 3 == 0))).expect("memory takes it");
            }
            done.store(true, Ordering::SeqCst);
        });
        let read = |reverse: bool| {
            let least = store.get(&keys::count(2)).expect("it can be read").and_then(|v| keys::read_number(&v)).expect("it is there");
            let mut expected: Vec<u64> = (0..ROWS).collect();
            if reverse {
                expected.reverse();
            }
            let mut seen = Vec::new();
            let visit = &mut |key: &[u8], value: Held| {
                let n = keys::rowid(key).expect("it is a row");
                let round = keys::read_number(&value[..8]).expect("it begins with its round");
                // The last rounds before the scan have written two of three rows.
                assert!(least.saturating_sub(2) <= round || round == 1 && least < 4, "row {n} is of round {round}, and {least} was done");
                seen.push(n);
                ControlFlow::Continue(())
            };
            store.scan(&keys::rows(2), reverse, visit).expect("it can be read");
            assert_eq!(seen, expected);
            assert_eq!(pairs(&store, &keys::index_all(2, 1), reverse).len() as u64, ROWS);
        };
        while !done.load(Ordering::SeqCst) {
            read(false);
            read(true);
        }
        writer.join().expect("the writer ends");
    });
}

#[test]
fn what_fails_below_is_tried_again_and_refuses_writers_only_when_memory_is_full() {
    let faults = Faults::default();
    let below = Arc::new(Memory::with_faults(faults.clone()));
    let store = layered(Below(below));
    (1..=40).for_each(|n| faults.fail(Step::Apply, n, ErrorKind::StorageFull));
    let mut written = 0;
    let refused = loop {
        match store.make_room().and_then(|()| store.apply(write(1, written..written + 1))) {
            Ok(()) => written += 1,
            Err(e) => break e,
        }
        assert!(written < 1000, "memory has a bound");
    };
    assert_eq!(refused.code, Code::DiskFull);
    assert_eq!(pairs(&store, &keys::rows(2), false).len() as u64, written, "reads go on");
    faults.forget();
    store.flush().expect("there is room again");
    store.apply(write(2, 0..1)).expect("and for more");
    assert_eq!(pairs(&store, &keys::rows(2), true).len() as u64, written);
}

#[test]
fn a_damaged_block_is_an_error_and_condemns_the_store() {
    let below = Arc::new(Memory::new());
    let store = layered(Below(below.clone()));
    store.apply(write(1, 0..200)).expect("memory takes it");
    store.flush().expect("memory takes it");
    drop(store);
    let blocks = pairs(below.as_ref(), &KeyRange { from: keys::rows(2).from, to: keys::rows(2).to }, false);
    assert!(1 < blocks.len(), "there are several blocks");
    let (name, mut packed) = blocks[1].clone();
    let last = packed.len() - 1;
    packed[last] ^= 1;
    let mut batch = Batch::default();
    batch.put(name, packed);
    below.apply(batch).expect("memory takes it");
    let store = over(below.clone()).expect("nobody has looked yet");
    assert_eq!(store.scan(&keys::rows(2), false, &mut |_, _| ControlFlow::Continue(())).expect_err("it is damaged").code, Code::Internal);
    drop(store);
    assert!(over(below).is_err(), "it is to be built anew");
}

#[test]
fn a_store_of_single_pairs_is_of_another_version() {
    let below = Arc::new(Memory::new());
    below.apply(write(1, 0..3)).expect("memory takes it");
    assert!(over(below).is_err());
}

/// Whole runs of rows come and go, so that blocks vanish, and neighbours take over what they answered for.
#[test]
fn blocks_that_vanish_and_come_back_keep_everything_else() {
    for seed in 1..6_u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = |limit: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % limit
        };
        let (plain, store) = (Memory::new(), layered(Memory::new()));
        for step in 0..250_u64 {
            let mut batch = Batch::default();
            for _ in 0..=next(3) {
                let (from, length, removes) = (next(1500), next(300), next(2) == 0);
                for n in from..from + length {
                    let key = keys::row(2 + (n % 2) as u32, n);
                    if removes { batch.delete(key) } else { batch.put(key, [&step.to_be_bytes()[..], &[7; 40]].concat()) }
                }
            }
            plain.apply(batch.clone()).expect("memory takes it");
            store.apply(batch).expect("memory takes it");
            let at = next(1500);
            let range = keys::rows_between(2, at, Some(at + next(200)));
            let reverse = next(2) == 0;
            assert_eq!(pairs(&store, &range, reverse), pairs(&plain, &range, reverse), "seed {seed}, step {step}");
        }
        store.flush().expect("memory takes it");
        assert_eq!(pairs(&store, &keys::everything(), false), pairs(&plain, &keys::everything(), false), "seed {seed}");
    }
}

/// Every write below may be the last one of a killed process: what goes together is there together.
#[test]
fn what_was_applied_and_the_counts_never_part() {
    for last in 1..12 {
        let faults = Faults::default();
        let below = Arc::new(Memory::with_faults(faults.clone()));
        let store = layered(Below(below.clone()));
        // One more write goes through, and then none.
        (last..last + 60).for_each(|n| faults.fail(Step::Apply, n, ErrorKind::Other));
        for round in 1..8 {
            let mut batch = write(round, round * 30..round * 30 + 30);
            batch.put(keys::meta("applied"), keys::number_value(round));
            batch.put(keys::row(COLLECTIONS, 1), keys::number_value(round));
            let _ = store.apply(batch);
        }
        let _ = store.flush();
        drop(store);
        faults.forget();
        let store = over(below).expect("it opens");
        let number = |key: Vec<u8>| store.get(&key).expect("it can be read").and_then(|v| keys::read_number(&v));
        let applied = number(keys::meta("applied"));
        assert_eq!(number(keys::count(2)), applied, "after {last} writes");
        assert_eq!(number(keys::row(COLLECTIONS, 1)), applied, "after {last} writes");
        let rows = pairs(&store, &keys::rows(2), false).len() as u64;
        assert!(applied.unwrap_or(0) * 30 <= rows, "rows may be ahead, never behind");
    }
}

/// What the rows of the next test hold: values of one field in several shapes, or nothing.
fn fields(n: u64, round: u64) -> Vec<(u16, Value<'static>)> {
    let texts = ["", "a", "abcdefgh", "abcdefghi", "abcdefghj", "b"];
    let dice = (n * 31 + round * 17).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let mut fields = vec![(1, Value::Number((dice % 7) as f64 - 2.0)), (2, Value::text(texts[(dice / 7 % 6) as usize]))];
    match dice / 42 % 4 {
        0 => {}
        1 => fields.push((3, Value::Bool(true))),
        2 => fields.push((3, Value::Number(1.0))),
        _ => fields.push((3, Value::text("abcdefghi"))),
    }
    fields
}

fn check_sieve(store: &Layered, sieve: &Sieve, range: &KeyRange, reverse: bool) {
    let (mut passed, mut expected, mut all) = (Vec::new(), Vec::new(), 0);
    let visit = &mut |key: &[u8], value: Held| {
        all += 1;
        match sieve.judge(&value) {
            Some(false) => {}
            verdict => expected.push((key.to_vec(), value.to_vec(), verdict.is_some())),
        }
        ControlFlow::Continue(())
    };
    store.scan(range, reverse, visit).expect("it can be read");
    let out = store.sift(range, reverse, sieve, &mut |row| {
        passed.push((row.key(), row.value().to_vec(), row.sure));
        ControlFlow::Continue(())
    });
    assert_eq!(passed, expected, "{sieve:?} over {range:?}, {reverse}");
    assert_eq!(out.expect("it can be read"), all - passed.len() as u64, "{sieve:?}");
    let mut first = Vec::new();
    let stopped = store.sift(range, reverse, sieve, &mut |row| {
        first.push((row.key(), row.value().to_vec(), row.sure));
        if first.len() == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    stopped.expect("it can be read");
    assert_eq!(first, expected[..expected.len().min(5)]);
}

/// In blocks with and without columns, and in both tables, a sieve lets the same rows pass as asking each of them does.
#[test]
fn a_sieve_lets_pass_what_a_scan_would_choose() {
    let below = Arc::new(Memory::new());
    let limits = Limits { recent_bytes: 1 << 20, cache_bytes: 1 << 20 };
    let store = Layered::open(below, limits, COLLECTIONS, Faults::default()).expect("there is nothing below that could be wrong");
    let put = |rows: &mut dyn Iterator<Item = u64>, round: u64| {
        let mut batch = Batch::default();
        rows.for_each(|n| batch.put(keys::row(2, n), row::stored(round, &row::encode(&fields(n, round)))));
        store.apply(batch).expect("memory takes it");
    };
    put(&mut (0..600), 1);
    store.flush().expect("memory takes it");
    put(&mut (0..700).step_by(13), 2);
    let mut gone = Batch::default();
    (100..130).chain(590..600).for_each(|n| gone.delete(keys::row(2, n)));
    store.apply(gone).expect("memory takes it");
    let condition = |field: u16, value: Value<'static>, allowed: [bool; 3]| Condition { field, value, allowed };
    let conditions = [
        condition(1, Value::Number(3.0), [false, true, false]),
        condition(1, Value::Number(0.0), [true, true, false]),
        condition(2, Value::text("abcdefghi"), [false, true, false]),
        condition(2, Value::text("abcdefghi"), [true, false, true]),
        condition(2, Value::text("a"), [false, false, true]),
        condition(3, Value::Bool(true), [false, true, false]),
        condition(3, Value::text("abcdefghi"), [true, false, true]),
    ];
    let ranges = [keys::rows(2), keys::rows_between(2, 57, Some(611)), keys::rows_between(2, 105, Some(115))];
    for (i, first) in conditions.iter().enumerate() {
        for second in conditions[i..].iter() {
            for complete in [true, false] {
                let sieve = Sieve { conditions: vec![first.clone(), second.clone()], complete };
                for range in &ranges {
                    check_sieve(&store, &sieve, range, false);
                    check_sieve(&store, &sieve, range, true);
                }
            }
        }
    }
    check_sieve(&store, &Sieve::default(), &keys::rows(2), false);
}

/// Blocks are found by the beginning of their first keys: many with the same beginning are told apart all the same.
#[test]
fn blocks_whose_keys_begin_alike_are_told_apart() {
    let (store, plain) = (layered(Memory::new()), Memory::new());
    let key = |n: u64| keys::index(2, 1, &[7; 40], Some(n));
    for round in 0..60_u64 {
        let mut batch = Batch::default();
        for n in (0..900).filter(|n| (n * 7 + round * 13) % 29 == 0) {
            match (n + round) % 4 {
                0 => batch.delete(key(n)),
                _ => batch.put(key(n), [&round.to_be_bytes()[..], &[1; 50]].concat()),
            }
        }
        // Neighbours with other beginnings, shorter and longer ones among them.
        batch.put(keys::index(2, 1, &[6; 3], Some(round)), vec![1; 90]);
        batch.put(keys::index(2, 1, &[8], Some(round)), vec![2; 90]);
        plain.apply(batch.clone()).expect("memory takes it");
        store.apply(batch).expect("memory takes it");
        if round % 20 == 19 {
            store.flush().expect("memory takes it");
        }
        for reverse in [false, true] {
            assert_eq!(pairs(&store, &keys::index_all(2, 1), reverse), pairs(&plain, &keys::index_all(2, 1), reverse), "round {round}");
        }
        for n in (0..900).step_by(17) {
            assert_eq!(store.get(&key(n)).expect("it can be read"), plain.get(&key(n)).expect("it can be read"), "{n} in round {round}");
        }
    }
}
