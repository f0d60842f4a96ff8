//! Bringing subscriptions up from the log: those that go on from a position, and those whose connection was too slow.
//!
//! One task per connection, and only while there is something to do. It reads as fast as the client takes it.

use super::actor::Actor;
use super::change::{Images, Told};
use super::counters::add;
use super::frame::{self, Place, Reason};
use super::hub::{Hub, Kind, Shared};
use super::judge::{Judge, Look, STEPS};
use super::obey::{concerns, edits};
use super::outbox::Frame;
use super::registry::{Registry, State};
use super::snapshot;
use crate::error::{Code, Error, Result};
use crate::log::{Change, Entry, Log, Tail};
use crate::query::row::record;
use crate::query::{Stored, View};
use crate::rules::Budget;
use crate::schema::system::COLLECTIONS;
use bytes::Bytes;
use std::ops::ControlFlow;
use std::sync::Arc;

/// So many entries are read at once.
const BATCH: usize = 64;
/// A batch ends early, also in the middle of an entry, when so many bytes of it are to be sent.
const BATCH_BYTES: usize = 256 << 10;
/// And when so many steps were taken to find them, some 20 ms: others wait for their turn.
const BATCH_STEPS: u64 = 400_000;
/// So many changes of an actor are looked through to see whether they made a difference.
const MOST_HOPS: usize = 64;

/// A subscription that is being brought up, as it was when its task looked.
pub(super) struct Target {
    pub sub: usize,
    pub generation: u64,
    pub after: u64,
    pub told: (u64, usize),
    pub name: Arc<str>,
    pub judge: Arc<Judge>,
    pub look: Arc<Look>,
    pub actor: Actor,
}

/// What a task does next.
enum Step {
    /// Nothing is left, or nobody is there.
    Done,
    /// Find out whether the actor saw the same at the position.
    Prove(Target),
    /// Send what matches now.
    Snapshot(Target),
    /// Read on for all of these.
    Read(Vec<Target>),
}

/// What was read for the targets.
#[derive(Default)]
struct Found {
    /// Targets by their place in the list, and what is sent to them, in order.
    frames: Vec<(usize, Bytes)>,
    /// Targets whose collection was edited.
    edited: Vec<usize>,
    /// Targets that cannot be judged.
    failed: Vec<(usize, Error)>,
    /// For each target, the entry that it was told of last, and how many changes of it.
    told: Vec<(u64, usize)>,
    /// The last entry that was read to its end.
    seq: u64,
    bytes: usize,
    steps: u64,
}

/// Brings up the subscriptions of a connection until all are live.
pub async fn run(hub: Hub, number: usize, shared: Arc<Shared>) {
    let mut tail: Option<Tail> = None;
    loop {
        shared.outbox.room().await;
        match hub.next_step(number, &shared) {
            Step::Done => return,
            Step::Prove(target) => hub.prove(target).await,
            Step::Snapshot(target) => snapshot::send(&hub, &shared, target).await,
            Step::Read(targets) => match hub.read_on(&shared, targets, tail.take()).await {
                Some(next) => tail = next,
                None => return,
            },
        }
        tokio::task::yield_now().await;
    }
}

impl Hub {
    fn next_step(&self, number: usize, shared: &Arc<Shared>) -> Step {
        let mut registry = self.0.registry.lock();
        let Some(connection) = registry.connection(number, shared).filter(|c| !c.shared.outbox.is_closed()) else { return Step::Done };
        let mut targets = Vec::new();
        for sub in connection.subs.clone() {
            let Some(state) = registry.subs.get(sub).map(|s| s.state) else { continue };
            match (state, self.target(&registry, sub)) {
                (State::Live, _) => {}
                (State::Snapshot, Some(target)) => return Step::Snapshot(target),
                (State::Catching { unproven: true }, Some(target)) => return Step::Prove(target),
                (State::Catching { .. } | State::Aside, Some(target)) if target.after < registry.seq => targets.push(target),
                _ => self.make_live(&mut registry, sub),
            }
        }
        if !targets.is_empty() {
            return Step::Read(targets);
        }
        if let Some(connection) = registry.connections.get_mut(number) {
            connection.catching = false;
        }
        Step::Done
    }

    fn target(&self, registry: &Registry, sub: usize) -> Option<Target> {
        let found = registry.subs.get(sub)?;
        let (judge, look) = registry.judged(found)?;
        let actor = registry.connections.get(found.connection)?.actor.clone();
        Some(Target {
            sub,
            generation: found.generation,
            after: found.after,
            told: found.told,
            name: found.name.clone(),
            judge,
            look,
            actor,
        })
    }

    /// The subscription has all that the hub has told, so from here on the hub tells it.
    fn make_live(&self, registry: &mut Registry, sub: usize) {
        let Some(sub) = registry.subs.get_mut(sub) else { return };
        let was = std::mem::replace(&mut sub.state, State::Live);
        sub.after = sub.after.max(registry.seq);
        let Some(connection) = registry.connections.get(sub.connection) else { return };
        let outbox = &connection.shared.outbox;
        outbox.caught_up();
        // One that was told aside has been live for its client all the time.
        if connection.shared.kind == Kind::WebSocket && was != State::Aside {
            outbox.push(Frame::Data(frame::live(&sub.name, self.position(sub.after))));
        }
        add(&self.0.counters.catch_ups, 1);
    }

    /// A position is only good for an actor whose rights were the same then.
    async fn prove(&self, target: Target) {
        let Target { sub, generation, after, judge, actor, .. } = target;
        let log = self.0.db.log().clone();
        let differs = tokio::task::spawn_blocking(move || differs(&log, &judge.actor_fields, &actor, after)).await.unwrap_or(true);
        let mut registry = self.0.registry.lock();
        let Some(found) = registry.subs.get_mut(sub).filter(|s| s.generation == generation) else { return };
        found.state = State::Catching { unproven: false };
        if differs {
            let to = registry.seq;
            self.reset(&mut registry, sub, Reason::Auth, to);
        }
    }

    /// Reads and judges a batch, on a thread that may be held up, and queues what it found. Answers how to read on from there; `None` when the
    /// server ends.
    async fn read_on(&self, shared: &Arc<Shared>, targets: Vec<Target>, tail: Option<Tail>) -> Option<Option<Tail>> {
        let from = targets.iter().map(|t| t.after).min().unwrap_or_default();
        let mut reader = match tail {
            Some(reader) if reader.next_seq() == from + 1 => reader,
            _ => self.0.db.log().tail(from + 1),
        };
        let first = match reader.next().await {
            Ok(first) => first,
            Err(error) => {
                self.lost(&targets, &error);
                return Some(None);
            }
        };
        // It is never closed. Whoever waits longest is next, so a costly filter of one connection does not keep others from theirs.
        let turn = self.0.readers.clone().acquire_owned().await.ok()?;
        let (hub, writer) = (self.clone(), shared.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let found = hub.read_batch(&writer, &targets, first, &mut reader);
            (targets, reader, found)
        });
        let (targets, reader, found) = reading.await.ok()?;
        if let Some(rev) = self.outdated(&targets) {
            // The hub is about to hear that an actor is another one now; what was decided for the old one is dropped.
            self.reached(rev).await;
            return Some(None);
        }
        self.deliver(shared, &targets, found);
        Some(Some(reader))
    }

    fn read_batch(&self, shared: &Shared, targets: &[Target], first: Arc<Entry>, reader: &mut Tail) -> Found {
        let mut found = Found { told: targets.iter().map(|t| t.told).collect(), seq: first.seq - 1, ..Found::default() };
        let most = found.seq + BATCH as u64;
        let mut next = Some(first);
        while let Some(entry) = next {
            if !self.judge_entry(shared, targets, &entry, &mut found) {
                break;
            }
            found.seq = entry.seq;
            next = if entry.seq < most && !found.is_enough() { reader.ready() } else { None };
        }
        found
    }

    /// The revision of an actor that the store has and the hub does not know yet.
    fn outdated(&self, targets: &[Target]) -> Option<u64> {
        let view = self.0.db.view();
        targets.iter().find_map(|target| target.outdated(&view).transpose()).and_then(Result::ok)
    }

    /// Judges what the targets were not told yet of an entry. `false`: there is enough for now, and the rest of it comes later.
    fn judge_entry(&self, shared: &Shared, targets: &[Target], entry: &Entry, found: &mut Found) -> bool {
        let view = self.0.db.view();
        let (told, now) = (Told::new(entry, &view), self.0.db.clock().now());
        let edits = if entry.changes.iter().any(|c| c.collection == COLLECTIONS) { edits(entry) } else { Vec::new() };
        let place = Place { position: self.position(entry.seq), request: entry.origin.chosen_request() };
        let behind = |target: &Target| target.after < entry.seq;
        let edited = |target: &Target| behind(target) && edits.iter().any(|edit| concerns(&target.judge, edit));
        found.edited.extend((0..targets.len()).filter(|at| edited(&targets[*at])));
        for (number, change) in entry.changes.iter().enumerate() {
            for (at, target) in targets.iter().enumerate().filter(|(_, target)| behind(target) && target.is_about(change)) {
                let is_told = found.told[at].0 == entry.seq && number < found.told[at].1;
                if is_told || found.failed.iter().any(|failed| failed.0 == at) {
                    continue;
                }
                if found.is_enough() {
                    return false;
                }
                let Some(images) = Images::of(&told, change) else { continue };
                found.judge(at, target, &images, now, place, shared);
                found.told[at] = (entry.seq, number + 1);
            }
        }
        true
    }

    fn deliver(&self, shared: &Shared, targets: &[Target], found: Found) {
        let mut registry = self.0.registry.lock();
        let same = |registry: &Registry, t: &Target| registry.subs.get(t.sub).is_some_and(|s| s.generation == t.generation);
        let open: Vec<bool> = (0..targets.len()).map(|at| same(&registry, &targets[at]) && !found.edited.contains(&at)).collect();
        for (at, frame) in found.frames {
            if open[at] {
                shared.outbox.push(Frame::Data(frame));
                add(&self.0.counters.deliveries, 1);
            }
        }
        for (target, told) in targets.iter().zip(&found.told) {
            if let Some(sub) = registry.subs.get_mut(target.sub).filter(|s| s.generation == target.generation) {
                sub.after = sub.after.max(found.seq);
                sub.told = *told;
            }
        }
        let to = registry.seq;
        for at in found.edited {
            if same(&registry, &targets[at]) {
                self.reset(&mut registry, targets[at].sub, Reason::Schema, to);
            }
        }
        for (at, error) in found.failed {
            if same(&registry, &targets[at]) {
                registry.fail(targets[at].sub, &targets[at].name, &error);
            }
        }
    }

    /// The log was trimmed past the subscriptions while they were brought up, or cannot be read.
    fn lost(&self, targets: &[Target], error: &Error) {
        if error.code != Code::NotFound {
            tracing::error!(%error, "subscriptions could not be brought up from the log: they are told to load anew");
        }
        let mut registry = self.0.registry.lock();
        let to = registry.seq;
        for target in targets {
            if registry.subs.get(target.sub).is_some_and(|s| s.generation == target.generation) {
                self.reset(&mut registry, target.sub, Reason::Trimmed, to);
            }
        }
    }
}

impl Found {
    fn is_enough(&self) -> bool {
        BATCH_BYTES <= self.bytes || BATCH_STEPS <= self.steps
    }

    fn judge(&mut self, at: usize, target: &Target, images: &Images, now: i64, place: Place, shared: &Shared) {
        let mut budget = Budget::new(STEPS);
        let frame = target.frame(images, now, place, shared, &mut budget);
        self.steps += STEPS - budget.left();
        match frame {
            Ok(Some(frame)) => {
                self.bytes += frame.len();
                self.frames.push((at, frame));
            }
            Ok(None) => {}
            Err(error) => self.failed.push((at, error)),
        }
    }
}

impl Target {
    fn is_about(&self, change: &Change) -> bool {
        change.collection == self.judge.collection && self.judge.record.as_ref().is_none_or(|id| *id == change.id)
    }

    fn frame(&self, images: &Images, now: i64, place: Place, shared: &Shared, budget: &mut Budget) -> Result<Option<Bytes>> {
        let Some(action) = self.judge.decide(images, now, budget)? else { return Ok(None) };
        let record = self.look.show(images, action, shared.kind)?;
        Ok(Some(match shared.kind {
            Kind::WebSocket => frame::change(&self.name, action, &record, place),
            Kind::EventStream => frame::change_event(&shared.id, &self.name, action, &record, place),
        }))
    }

    /// The revision of the actor in the store, if the hub does not know it yet. It matters whatever the rule reads: the token may have ended.
    pub fn outdated(&self, view: &View) -> Result<Option<u64>> {
        if self.actor.is_current(view)? {
            return Ok(None);
        }
        let Some(record) = self.actor.authority.record() else { return Ok(None) };
        let stored = view.get(&record.collection, record.id())?;
        // Deleted: the hub hears of it with one of the entries that are visible by now.
        Ok(Some(stored.map_or(view_seq(record.rev), |row| row.rev())))
    }
}

/// What an actor that is gone is waited for with: the entry after the last that is known of them.
fn view_seq(rev: u64) -> u64 {
    rev + 1
}

/// Whether what decides of an actor was different after the entry `after`. In doubt it was.
pub(super) fn differs(log: &Log, fields: &[String], actor: &Actor, after: u64) -> bool {
    let Some(now) = actor.authority.record().filter(|_| !fields.is_empty()) else { return false };
    let values = |of: &crate::schema::Record| fields.iter().map(|name| of.get_named(name)).collect::<Vec<_>>();
    let mut rev = now.rev;
    for _ in 0..MOST_HOPS {
        if rev <= after {
            return false;
        }
        let mut entry = None;
        let read = log.read(rev, &mut |found| {
            entry = Some(found);
            ControlFlow::Break(())
        });
        let change = entry.iter().flat_map(|e| &e.changes).find(|c| c.collection == now.collection.number && c.id == now.id());
        let (Ok(()), Some(change)) = (read, change) else { return true };
        let Some(row) = change.before.clone() else { return true };
        let before = Stored { collection: now.collection.clone(), rowid: change.rowid, rev: change.before_rev, row };
        if values(&record(&before)) != values(now) {
            return true;
        }
        rev = change.before_rev;
    }
    true
}
