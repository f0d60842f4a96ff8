//! Clients that read nothing while much is written: they cost bounded memory, delay nobody, and then get everything in order.

use super::api::{Api, Position};
use super::rules::{Filter, Viewer};
use super::server::Server;
use super::socket::{Frame, Socket};
use super::subscription::{Bounds, Subscription};
use parking_lot::Mutex;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SLOW: usize = 30;
const WATCHERS: usize = 4;
const RECORDS: usize = 40;
/// Each change is so large.
const BODY: usize = 20_000;
/// What the slow ones do not read at least, each.
const ENOUGH: usize = 900;
/// How much memory each slow one may cost, with all that the server keeps for it.
const EACH: u64 = 1 << 20;
/// What else the server's memory may grow meanwhile, caches and what the allocator keeps: far less than what nobody reads.
const SLACK: u64 = 160 << 20;
const PATIENCE: Duration = Duration::from_secs(300);

/// Changes in the order of the log, with the time of the answer.
type Written = Arc<Mutex<Vec<(u64, String, Instant)>>>;

#[test]
fn clients_that_do_not_read_cost_little_and_miss_nothing() {
    let _alone = super::alone();
    super::runtime().block_on(async {
        let server = Server::start().await;
        let api = Arc::new(Api::sign_in(server.port).await);
        let ids = prepare(&api).await;
        let written: Written = Arc::default();

        // Without slow ones first: to fill the caches, and to know the usual delay.
        let watchers = watch(server.port).await;
        write(&api, &ids, &written, ENOUGH).await;
        let usual = delays(watchers, &written).await;
        let before = server.resident();

        let mut slow = Vec::new();
        for number in 0..SLOW {
            slow.push(sleeper(server.port, number).await);
        }
        let from = written.lock().len();
        let watchers = watch(server.port).await;
        let started = Instant::now();
        write(&api, &ids, &written, ENOUGH).await;
        let time = started.elapsed();
        let beside = delays(watchers, &written).await;
        let grown = server.resident().saturating_sub(before);

        let expected: Vec<(u64, String)> = sorted(&written)[from..].iter().map(|(seq, id, _)| (*seq, id.clone())).collect();
        let mut caught_up = Vec::new();
        for (socket, subscription) in slow {
            caught_up.push(tokio::spawn(catch_up(socket, subscription, expected.clone())));
        }
        for task in caught_up {
            task.await.expect("a slow client catches up");
        }
        let unread = (SLOW * ENOUGH * BODY) >> 20;
        println!(
            "slow readers: {SLOW} that read nothing for {:.1} s, while {unread} MB were written for them, cost {} MB, and then got all of it; \
             the others' delay, median and most: {:?} and {:?} without them, {:?} and {:?} beside them",
            time.as_secs_f64(),
            grown >> 20,
            usual.0,
            usual.1,
            beside.0,
            beside.1
        );
        assert!(grown < SLOW as u64 * EACH + SLACK, "the server grew by {} MB", grown >> 20);
        let most = usual.1 * 10 + Duration::from_secs(30);
        assert!(beside.1 < most, "a change reached another client after {:?}, usually {:?}", beside.1, usual.1);
    });
}

async fn prepare(api: &Api) -> Vec<String> {
    let fields = json!([{"name": "body", "type": "text", "max": 100_000}, {"name": "n", "type": "number"},
        {"name": "a", "type": "number"}, {"name": "b", "type": "number"}, {"name": "c", "type": "number"}, {"name": "d", "type": "number"},
        {"name": "e", "type": "number"}]);
    api.post("/api/collections", json!({"name": "wide", "type": "base", "fields": fields, "listRule": "", "viewRule": ""})).await;
    let mut ids = Vec::new();
    for _ in 0..RECORDS {
        let (record, _) = api.post("/api/collections/wide/records", json!({"body": "x"})).await;
        ids.push(record["id"].as_str().expect("an id").to_owned());
    }
    ids
}

/// Four writers change all records again and again.
async fn write(api: &Arc<Api>, ids: &[String], written: &Written, count: usize) {
    let mut tasks = Vec::new();
    for part in ids.chunks(RECORDS / 4) {
        let (api, written, part) = (api.clone(), written.clone(), part.to_vec());
        tasks.push(tokio::spawn(async move {
            for (n, id) in (0..count / 4).zip(part.iter().cycle()) {
                let body = json!({"n": n, "body": char::from(b'a' + (n % 26) as u8).to_string().repeat(BODY)});
                let (_, position) = api.patch(&format!("/api/collections/wide/records/{id}"), body).await;
                written.lock().push((position.seq, id.clone(), Instant::now()));
            }
        }));
    }
    for task in tasks {
        task.await.expect("no writer panics");
    }
}

fn sorted(written: &Written) -> Vec<(u64, String, Instant)> {
    let mut all = written.lock().clone();
    all.sort_by_key(|(seq, ..)| *seq);
    all
}

/// When each change reached a client that reads.
type Arrivals = Arc<Mutex<Vec<BTreeMap<u64, Instant>>>>;

struct Watchers {
    arrivals: Arrivals,
    from: u64,
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

async fn watch(port: u16) -> Watchers {
    let arrivals: Arrivals = Arc::new(Mutex::new(vec![BTreeMap::new(); WATCHERS]));
    let stop = Arc::new(AtomicBool::new(false));
    let (mut tasks, mut from) = (Vec::new(), 0);
    for number in 0..WATCHERS {
        let mut socket = Socket::open(port, false).await.expect("the server takes connections");
        socket.send(json!({"type": "subscribe", "sub": "w", "topic": "wide/*", "fields": "id,n"})).await.expect("the connection is open");
        from = from.max(opened(&mut socket).await.seq);
        let (arrivals, stop) = (arrivals.clone(), stop.clone());
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                let Ok(frame) = tokio::time::timeout(Duration::from_millis(50), socket.next()).await else { continue };
                let Frame::Message(message) = frame else { panic!("a watcher is cut off") };
                if message["type"] == "change" {
                    arrivals.lock()[number].insert(seq(&message), Instant::now());
                }
            }
        }));
    }
    Watchers { arrivals, from, stop, tasks }
}

/// The median and the longest time from the answer to a write until a watcher had it, once all watchers have all.
async fn delays(watchers: Watchers, written: &Written) -> (Duration, Duration) {
    let all: Vec<_> = sorted(written).into_iter().filter(|(seq, ..)| watchers.from < *seq).collect();
    let started = Instant::now();
    while !watchers.arrivals.lock().iter().all(|got| all.iter().all(|(seq, ..)| got.contains_key(seq))) {
        assert!(started.elapsed() < PATIENCE, "a watcher misses changes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    watchers.stop.store(true, Ordering::SeqCst);
    for task in watchers.tasks {
        task.await.expect("no watcher panics");
    }
    let arrivals = watchers.arrivals.lock();
    let late = |got: &BTreeMap<u64, Instant>| all.iter().map(|(seq, _, at)| got[seq].saturating_duration_since(*at)).collect::<Vec<_>>();
    let mut delays: Vec<Duration> = arrivals.iter().flat_map(late).collect();
    delays.sort();
    (delays[delays.len() / 2], delays[delays.len() - 1])
}

fn seq(message: &Json) -> u64 {
    message["position"].as_str().and_then(Position::parse).expect("a position").seq
}

/// Waits until a subscription is live; answers its position.
async fn opened(socket: &mut Socket) -> Position {
    loop {
        let Ok(Frame::Message(message)) = tokio::time::timeout(PATIENCE, socket.next()).await else {
            panic!("no answer to a subscription")
        };
        match message["type"].as_str() {
            Some("ok") => return message["position"].as_str().and_then(Position::parse).expect("a position"),
            Some("error") => panic!("{message}"),
            _ => {}
        }
    }
}

/// A client that subscribes and then reads nothing. Each asks for other fields, so that no two can share what is sent.
async fn sleeper(port: u16, number: usize) -> (Socket, Subscription) {
    let mut socket = Socket::open(port, true).await.expect("the server takes connections");
    let more = (0..5).filter(|bit| number >> bit & 1 == 1).map(|bit| ["a", "b", "c", "d", "e"][bit]);
    let fields = ["id", "n", "collectionName", "body"].into_iter().chain(more).collect::<Vec<_>>().join(",");
    let subscription = Subscription::new("s".into(), "wide", None, Filter::All, String::leak(fields), false);
    let mut message = subscription.message();
    for key in ["snapshot", "limit"] {
        message.as_object_mut().expect("a message is an object").remove(key);
    }
    socket.send(message).await.expect("the connection is open");
    let mut subscription = subscription;
    let position = opened(&mut socket).await;
    let empty = json!({"items": [], "last": true, "position": position.to_string()});
    subscription.snapshot(&empty, bounds()).expect("an empty set to begin with");
    (socket, subscription)
}

fn bounds() -> Bounds {
    Bounds { from: 0, to: 0, viewers: vec![Viewer::Guest] }
}

/// Reads again, and has everything in the end, in order.
async fn catch_up(mut socket: Socket, mut subscription: Subscription, expected: Vec<(u64, String)>) {
    let last = expected.last().expect("something was written").0;
    let started = Instant::now();
    while subscription.heard.last().is_none_or(|heard| heard.seq < last) {
        assert!(started.elapsed() < PATIENCE, "{} of {} changes have come", subscription.heard.len(), expected.len());
        let Ok(Frame::Message(message)) = tokio::time::timeout(PATIENCE, socket.next()).await else { panic!("a slow client is cut off") };
        let heard = match message["type"].as_str().unwrap_or_default() {
            "change" => subscription.change(&message, bounds()),
            "live" => subscription.live(&message, &bounds()),
            "reset" | "error" => Err("the place was lost".to_owned()),
            _ => Ok(()),
        };
        heard.unwrap_or_else(|fault| panic!("{fault}"));
        if let Some(image) = message.pointer("/record/body").and_then(Json::as_str) {
            assert_eq!(image.len(), BODY, "a body is whole");
        }
    }
    let mut known = BTreeSet::new();
    let heard = subscription.heard.iter().map(|h| (h.seq, h.id.clone())).filter(|h| known.insert(h.clone())).collect::<Vec<_>>();
    assert_eq!(heard, expected, "everything, in order");
}
