//! The seam between a snapshot and its stream: no gap and no overlap, whatever is written meanwhile.

use super::dice::Dice;
use super::rules::{Filter, Viewer};
use super::socket::{Frame, Socket};
use super::subscription::{Bounds, Subscription};
use super::world::{Done, World};
use super::writers;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const LISTENERS: usize = 8;
const ROUNDS: usize = 25;
/// How many changes a round waits for after its snapshot.
const ENOUGH: usize = 15;
const PATIENCE: Duration = Duration::from_secs(300);

#[test]
fn a_snapshot_and_its_stream_leave_no_gap_and_no_overlap() {
    let _alone = super::alone();
    let (seed, started) = (Dice::seed(), Instant::now());
    let (done, heard) = super::runtime().block_on(async {
        let world = Arc::new(World::new().await);
        let mut dice = Dice::new(seed);
        let mut branch = || Dice::new(dice.next());
        let writing: Vec<_> = (0..4).map(|n| tokio::spawn(writers::run(world.clone(), n, branch(), usize::MAX))).collect();
        let listening: Vec<_> = (0..LISTENERS).map(|_| tokio::spawn(listen(world.clone(), branch()))).collect();
        let mut heard = Vec::new();
        for task in listening {
            heard.extend(task.await.expect("no listener panics"));
        }
        world.written.store(true, Ordering::SeqCst);
        for task in writing {
            task.await.expect("no writer panics");
        }
        let mut done = world.done.lock().clone();
        done.retain(|change| change.collection == "posts");
        done.sort_by_key(|change| change.seq);
        (done, heard)
    });
    let changes: usize = heard.iter().map(|subscription| check(subscription, &done)).sum();
    let records: usize = heard.iter().map(|subscription| subscription.snapshots[0].set.len()).sum();
    println!(
        "seam: {} snapshots with {records} records met {changes} changes exactly, while {} were written (seed {seed}); {:.1} s",
        heard.len(),
        done.len(),
        started.elapsed().as_secs_f64()
    );
    assert_eq!(heard.len(), LISTENERS * ROUNDS);
}

/// Takes one snapshot after the other, each with the changes that follow it.
async fn listen(world: Arc<World>, mut dice: Dice) -> Vec<Subscription> {
    let mut heard = Vec::new();
    let mut socket = None;
    for round in 0..ROUNDS {
        let filter = match dice.below(4) {
            0 => Filter::Tag(dice.below(10)),
            1 => Filter::Above(dice.below(80) as i64),
            _ => Filter::All,
        };
        let mut subscription = Subscription::new(format!("s{round}"), "posts", None, filter, "", false);
        let mut open = match socket.take() {
            Some(open) => open,
            None => Socket::open(world.port, false).await.expect("the server takes connections"),
        };
        open.send(subscription.message()).await.expect("the connection is open");
        hear(&mut open, &mut subscription).await;
        // Every other round the next subscription is made beside this one, on the same connection.
        socket = dice.percent(50).then_some(open);
        heard.push(subscription);
    }
    heard
}

async fn hear(socket: &mut Socket, subscription: &mut Subscription) {
    let bounds = Bounds { from: 0, to: 0, viewers: vec![Viewer::Guest] };
    let started = Instant::now();
    while subscription.snapshots.is_empty() || subscription.heard.len() < ENOUGH {
        assert!(started.elapsed() < PATIENCE, "{} has heard {} changes", subscription.name, subscription.heard.len());
        let Ok(Frame::Message(message)) = tokio::time::timeout(PATIENCE, socket.next()).await else { panic!("the connection ends") };
        let own = |list: &Json| list.as_array().is_some_and(|subs| subs.iter().any(|name| *name == subscription.name.as_str()));
        let result = match message["type"].as_str().unwrap_or_default() {
            "snapshot" if message["sub"] == subscription.name.as_str() => subscription.snapshot(&message, bounds.clone()),
            "change" if own(&message["subs"]) => subscription.change(&message, bounds.clone()),
            "error" | "reset" => Err("refused".to_owned()),
            _ => Ok(()),
        };
        result.unwrap_or_else(|fault| panic!("{fault}: {message}"));
    }
}

/// Holds a snapshot and its changes against what was written; answers how many changes there were.
fn check(subscription: &Subscription, done: &[Done]) -> usize {
    let snapshot = &subscription.snapshots[0];
    let last = subscription.heard.last().map_or(snapshot.seq, |heard| heard.seq);
    let mut state: BTreeMap<&str, &Json> = BTreeMap::new();
    let mut expected = Vec::new();
    let mut met = None;
    for change in done.iter().take_while(|change| change.seq <= last) {
        if snapshot.seq < change.seq && met.is_none() {
            met = Some(state.clone());
        }
        let matching = change.after.as_ref().filter(|record| subscription.filter.matches(record));
        let before = match matching {
            Some(record) => state.insert(&change.id, record),
            None => state.remove(change.id.as_str()),
        };
        let action = match (before, matching) {
            (None, Some(_)) => "create",
            (Some(_), Some(_)) => "update",
            (Some(_), None) => "delete",
            (None, None) => continue,
        };
        if snapshot.seq < change.seq {
            expected.push((change.seq, change.id.as_str(), action, matching));
        }
    }
    let met = met.unwrap_or(state);
    let ids = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let (told, there) = (ids(snapshot.set.keys().map(String::as_str).collect()), ids(met.keys().copied().collect()));
    assert_eq!(told, there, "the snapshot at {} of {:?}", snapshot.seq, subscription.filter);
    for (id, record) in &snapshot.set {
        assert_eq!(record["updated"], met[id.as_str()]["updated"], "{id} in the snapshot at {}", snapshot.seq);
        assert_eq!(record["n"], met[id.as_str()]["n"], "{id} in the snapshot at {}", snapshot.seq);
    }
    let mut heard: Vec<_> = subscription.heard.iter().map(|h| (h.seq, h.id.as_str(), h.action.as_str(), h.image.as_ref())).collect();
    // The last transaction may not have arrived as a whole; one that did not fit into a queue is told again as a whole.
    let mut known = BTreeSet::new();
    heard.retain(|(seq, id, ..)| known.insert((*seq, *id)));
    expected.truncate(heard.len());
    let plain = |list: &[(u64, &str, &str, Option<&Json>)]| {
        list.iter().map(|(s, i, a, r)| format!("{s} {i} {a} {}", r.map_or(&Json::Null, |r| &r["n"]))).collect::<Vec<_>>()
    };
    assert_eq!(plain(&heard), plain(&expected), "after the snapshot at {} of {:?}", snapshot.seq, subscription.filter);
    heard.len()
}
