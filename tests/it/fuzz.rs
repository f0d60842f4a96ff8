//! Bytes from anywhere must not panic: mutations of good input, for `LUGE_FUZZ_SECONDS` (10) seconds a target.
//!
//! A new target is a `#[test]` that calls [`fuzz`] with a few good inputs and a closure that uses the bytes. A failure prints the
//! bytes and the seed; `LUGE_FUZZ_SEED` runs the same mutations again.

use crate::log::{entry, read_all};
use crate::support::rule_data;
use luge::log::{Log, Options};
use luge::rules::Who;
use luge::store::{Memory, Row, Store, checkpoint, row, upgrade};
use luge::value::Value;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// Calls the target with the corpus, then with mutations of it until the time is over.
pub fn fuzz(name: &str, corpus: &[&[u8]], mut target: impl FnMut(&[u8])) {
    let from_env = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<u64>().ok());
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = from_env("LUGE_FUZZ_SEED").unwrap_or(nanos);
    let end = Instant::now() + Duration::from_secs(from_env("LUGE_FUZZ_SECONDS").unwrap_or(10));
    println!("fuzz {name}: LUGE_FUZZ_SEED={seed}");
    let mut random = Random(seed);
    let mut runs = 0u64;
    while runs < corpus.len() as u64 || Instant::now() < end {
        let mut bytes = corpus[(runs % corpus.len() as u64) as usize].to_vec();
        if corpus.len() as u64 <= runs {
            (0..=random.below(4)).for_each(|_| mutate(&mut bytes, corpus, &mut random));
        }
        runs += 1;
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&bytes))) {
            println!("fuzz {name}: run {runs} of LUGE_FUZZ_SEED={seed} failed with b\"{}\"", bytes.escape_ascii());
            resume_unwind(panic);
        }
    }
    println!("fuzz {name}: {runs} runs");
}

/// splitmix64: the same numbers for the same seed on every machine and with every version of every crate.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, corpus: &[&[u8]], random: &mut Random) {
    let at = random.below(bytes.len());
    let end = (at + 1 + random.below(16)).min(bytes.len());
    match random.below(8) {
        _ if bytes.is_empty() => bytes.push(random.next() as u8),
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'\\', b'\''][random.below(8)],
        2 => bytes[at] = random.next() as u8,
        3 => bytes.truncate(at),
        4 => bytes.insert(at, random.next() as u8),
        5 => drop(bytes.drain(at..end)),
        6 => {
            let copy = bytes[at..end].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        _ => {
            let other = corpus[random.below(corpus.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[random.below(other.len())..]);
        }
    }
}

/// In memory where there is such a place: the log syncs at every start.
fn fast_dir() -> TempDir {
    match Path::new("/dev/shm").is_dir() {
        true => tempfile::tempdir_in("/dev/shm").unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

#[test]
fn rows() {
    let texts = Value::List(vec!["a".into(), "b\"".into(), "c".into()]);
    let narrow =
        row::encode(&[(0, Value::text("id")), (2, Value::Number(12.0)), (3, Value::Number(0.1)), (4, texts), (5, Value::Bool(true))]);
    let plain = Value::List(vec!["a".into(), "b".into()]);
    let more = row::encode(&[(1, plain), (7, Value::Json("{\"a\":1}".into())), (9, Value::Geo { lon: 1.0, lat: 2.0 }), (10, Value::Null)]);
    let wide = row::encode(&[(0, Value::text("x".repeat(66_000))), (1, Value::text("\n"))]);
    fuzz("row", &[&narrow, &more, &narrow, &more, &wide], |bytes| {
        let row = Row::new(bytes);
        let _ = row.check();
        let _ = row::split(bytes);
        let mut out = Vec::new();
        for number in 0..12 {
            let value = row.get(number);
            let rendered = row.write_json(number, &mut out);
            assert!(rendered || value.is_none(), "what can be read can be rendered");
        }
        assert!(row.values().count() <= usize::from(u16::MAX));
    });
}

#[test]
fn filters() {
    let data = rule_data::load();
    let posts = data.schema.find("posts").expect("the rule data has posts");
    let corpus: Vec<String> = fs::read_to_string("tests/cases/rules/filters.txt").unwrap().lines().map(str::to_owned).collect();
    let corpus: Vec<&[u8]> =
        corpus.iter().map(|line| line.split("  =>  ").next().unwrap_or("").as_bytes()).filter(|l| !l.is_empty()).collect();
    fuzz("filter", &corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let _ = luge::rules::parse::parse(&text);
        for who in [Who::Client, Who::Rule] {
            let _ = luge::rules::compile(&data.schema, posts, &text, who);
        }
        let _ = luge::rules::compile_sort(&data.schema, posts, &text, Who::Client);
    });
}

#[test]
fn index_statements() {
    let corpus: [&[u8]; 5] = [
        b"CREATE UNIQUE INDEX `idx_a` ON `posts` (`title` COLLATE NOCASE, views DESC) WHERE `title` != ''",
        b"create index if not exists main.\"x\" on posts (a, [b] asc)",
        b"CREATE INDEX a ON t (lower(x)) WHERE a > 5 AND (b = 'it''s' OR c IS NOT NULL)",
        b"CREATE INDEX a ON t (x COLLATE BINARY) WHERE a <> 1.5e3",
        b"CREATE UNIQUE INDEX",
    ];
    let data = rule_data::load();
    let posts = data.schema.find("posts").expect("the rule data has posts");
    fuzz("index statement", &corpus, |bytes| {
        let sql = String::from_utf8_lossy(bytes);
        if let Some(statement) = luge::schema::index::parse(&sql) {
            let _ = luge::schema::index::parse(&statement.build());
        }
        let _ = luge::schema::index::resolve(&sql, posts);
    });
}

/// The bytes of a log of six entries.
fn segment() -> (&'static str, Vec<u8>) {
    let dir = fast_dir();
    let log = Log::open(dir.path(), Options::default()).unwrap();
    for seq in 1..=6 {
        log.append(&[entry(seq)], true).unwrap();
    }
    let name = "00000000000000000001.log";
    (name, fs::read(dir.path().join(name)).unwrap())
}

#[test]
fn log_files() {
    let (name, good) = segment();
    let dir = fast_dir();
    fuzz("log file", &[&good], |bytes| {
        fs::write(dir.path().join(name), bytes).unwrap();
        let Ok(log) = Log::open(dir.path(), Options::default()) else { return };
        let found = read_all(&log);
        let seqs: Vec<u64> = found.iter().map(|e| e.seq).collect();
        assert_eq!(seqs, (1..=found.len() as u64).collect::<Vec<_>>(), "no entry is skipped");
        assert!(found.iter().all(|e| *e == entry(e.seq)), "no entry is changed");
        let next = log.head() + 1;
        log.append(&[entry(next)], true).unwrap();
        drop(log);
        assert_eq!(Log::open(dir.path(), Options::default()).unwrap().head(), next);
    });
}

#[test]
fn log_entries_with_right_checksums() {
    const HEADER: usize = 29;
    const FRAME: usize = 24;
    let (name, good) = segment();
    let mut payloads = Vec::new();
    let mut rest = &good[HEADER..];
    while let Some((head, body)) = rest.split_first_chunk::<FRAME>() {
        let length = u32::from_le_bytes(head[4..8].try_into().unwrap()) as usize;
        payloads.push(&body[..length]);
        rest = &body[length..];
    }
    let salt = u32::from_le_bytes(good[21..25].try_into().unwrap());
    let dir = fast_dir();
    fuzz("log entry", &payloads, |payload| {
        let mut frame = (payload.len() as u32).to_le_bytes().to_vec();
        frame.extend_from_slice(&1u64.to_le_bytes());
        frame.extend_from_slice(&0u64.to_le_bytes());
        frame.extend_from_slice(payload);
        let mut hasher = crc32fast::Hasher::new_with_initial(salt);
        hasher.update(&frame);
        let crc = hasher.finalize().to_le_bytes();
        fs::write(dir.path().join(name), [&good[..HEADER], &crc, &frame].concat()).unwrap();
        let log = Log::open(dir.path(), Options::default()).unwrap();
        assert_eq!(log.head(), 1);
        let _ = log.read(1, &mut |_| std::ops::ControlFlow::Continue(()));
    });
}

#[test]
fn realtime_messages() {
    let corpus: [&[u8]; 6] = [
        br#"{"type":"auth","id":1,"token":"a.b.c"}"#,
        br#"{"type":"subscribe","id":"x","sub":"s","topic":"posts/*","filter":"a = 1","expand":"b","fields":"c","since":"12:345"}"#,
        br#"{"type":"subscribe","sub":"s","topic":"posts/abc","snapshot":true,"sort":"-a","limit":500}"#,
        br#"{"type":"unsubscribe","id":3,"sub":"s"}"#,
        br#"{"type":"join","channel":"room:1","state":{"a":[1,2.5e3,null,"\u00e9"]}}"#,
        br#"{"type":"broadcast","channel":"room:1","event":"e","data":[[[]]]}"#,
    ];
    fuzz("realtime message", &corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let read = luge::realtime::message::parse(&text);
        if let Some(id) = read.id {
            assert!(serde_json::from_str::<serde_json::Value>(&id).is_ok_and(|id| id.is_string() || id.is_number()), "{id}");
        }
        if let Err(error) = read.message {
            assert_eq!(error.status(), 400, "{error}");
        }
    });
}

#[test]
fn checkpoints_with_right_checksums() {
    let store = Memory::new();
    upgrade::prepare(&store).unwrap();
    let mut batch = luge::store::Batch::default();
    upgrade::set_applied(&mut batch, luge::log::Position { epoch: 1, seq: 1 });
    (0..20).for_each(|n| batch.put(luge::store::keys::row(1, n), vec![n as u8; 9]));
    store.apply(batch).unwrap();
    let dir = fast_dir();
    let written = checkpoint::write(&store, dir.path(), &|| Ok(())).unwrap();
    let good = fs::read(&written.path).unwrap();
    fuzz("checkpoint", &[&good[..good.len() - 4]], |bytes| {
        fs::write(&written.path, [bytes, &crc32fast::hash(bytes).to_le_bytes()].concat()).unwrap();
        for found in checkpoint::list(dir.path()).unwrap() {
            let _ = checkpoint::load(&found, &Memory::new(), &mut |_| {});
        }
    });
}
