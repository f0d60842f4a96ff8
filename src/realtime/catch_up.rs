//! Bringing subscriptions up from the log: those that go on from a position, and those whose connection was too slow.
//!
//! One task per connection, and only while there is something to do. It reads as fast as the client takes it.

use super::actor::Actor;
use super::change::{Images, Told};
use super::counters::add;
use super::frame::{self, Place, Reason};
use super::hub::{Hub, Kind, Shared};
use super::judge::{Judge, Look};
use super::obey::{concerns, edits};
use super::outbox::Frame;
use super::registry::{Registry, State};
use super::snapshot;
use crate::error::{Code, Error, Result};
use crate::log::{Change, Entry, Log, Tail};
use crate::query::row::record;
use crate::query::{Stored, View};
use crate::schema::system::COLLECTIONS;
use bytes::Bytes;
use std::ops::ControlFlow;
use std::sync::Arc;

/// So many entries are read at once.
const BATCH: usize = 64;
/// A batch ends early when so many bytes of it are to be sent.
const BATCH_BYTES: usize = 256 << 10;
/// So many changes of an actor are looked through to see whether they made a difference.
const MOST_HOPS: usize = 64;

/// A subscription that is being brought up, as it was when its task looked.
pub(super) struct Target {
    pub sub: usize,
    pub generation: u64,
    pub after: u64,
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
    /// The last entry that was read.
    seq: u64,
    bytes: usize,
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
            Step::Read(targets) => hub.read_on(&shared, targets, &mut tail).await,
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
                (State::Catching { .. }, Some(target)) if target.after < registry.seq => targets.push(target),
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
        Some(Target { sub, generation: found.generation, after: found.after, name: found.name.clone(), judge, look, actor })
    }

    /// The subscription has all that the hub has told, so from here on the hub tells it.
    fn make_live(&self, registry: &mut Registry, sub: usize) {
        let Some(sub) = registry.subs.get_mut(sub) else { return };
        sub.state = State::Live;
        sub.after = sub.after.max(registry.seq);
        let Some(connection) = registry.connections.get(sub.connection) else { return };
        let outbox = &connection.shared.outbox;
        outbox.caught_up();
        if connection.shared.kind == Kind::WebSocket {
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

    async fn read_on(&self, shared: &Arc<Shared>, targets: Vec<Target>, tail: &mut Option<Tail>) {
        let from = targets.iter().map(|t| t.after).min().unwrap_or_default();
        let reader = match tail {
            Some(reader) if reader.next_seq() == from + 1 => reader,
            _ => tail.insert(self.0.db.log().tail(from + 1)),
        };
        let mut found = Found::default();
        loop {
            let next = match found.seq {
                0 => Some(reader.next().await),
                _ => reader.ready().map(Ok),
            };
            match next {
                Some(Ok(entry)) => self.judge_entry(shared, &targets, &entry, &mut found),
                Some(Err(error)) => return self.lost(&targets, &error),
                None => break,
            }
            if from + BATCH as u64 <= found.seq || BATCH_BYTES <= found.bytes {
                break;
            }
        }
        if let Some(rev) = self.outdated(&targets) {
            // The hub is about to hear that an actor is another one now; what was decided for the old one is dropped.
            *tail = None;
            return self.reached(rev).await;
        }
        self.deliver(shared, &targets, found);
    }

    /// The revision of an actor that the store has and the hub does not know yet.
    fn outdated(&self, targets: &[Target]) -> Option<u64> {
        let view = self.0.db.view();
        targets.iter().find_map(|target| target.outdated(&view).transpose()).and_then(Result::ok)
    }

    fn judge_entry(&self, shared: &Shared, targets: &[Target], entry: &Entry, found: &mut Found) {
        found.seq = entry.seq;
        let view = self.0.db.view();
        let (told, now) = (Told::new(entry, &view), self.0.db.clock().now());
        let edits = if entry.changes.iter().any(|c| c.collection == COLLECTIONS) { edits(entry) } else { Vec::new() };
        let place = Place { position: self.position(entry.seq), request: entry.origin.chosen_request() };
        for (at, target) in targets.iter().enumerate().filter(|(_, target)| target.after < entry.seq) {
            if edits.iter().any(|edit| concerns(&target.judge, edit)) {
                found.edited.push(at);
            }
            for change in entry.changes.iter().filter(|change| target.is_about(change)) {
                let Some(images) = Images::of(&told, change) else { continue };
                match target.frame(&images, now, place, shared) {
                    Ok(Some(frame)) => {
                        found.bytes += frame.len();
                        found.frames.push((at, frame));
                    }
                    Ok(None) => {}
                    Err(error) => found.failed.push((at, error)),
                }
            }
        }
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
        for target in targets.iter().filter(|t| same(&registry, t)).map(|t| t.sub).collect::<Vec<_>>() {
            if let Some(sub) = registry.subs.get_mut(target) {
                sub.after = sub.after.max(found.seq);
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

impl Target {
    fn is_about(&self, change: &Change) -> bool {
        change.collection == self.judge.collection && self.judge.record.as_ref().is_none_or(|id| *id == change.id)
    }

    fn frame(&self, images: &Images, now: i64, place: Place, shared: &Shared) -> Result<Option<Bytes>> {
        let Some(action) = self.judge.decide(images, now)? else { return Ok(None) };
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
