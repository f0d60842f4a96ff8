//! The one task that follows the log, and the one that watches the time.

use super::change::{Images, Told};
use super::counters::add;
use super::frame::{self, Action, Place, Reason};
use super::group::Group;
use super::hub::{Hub, Inner, Kind};
use super::judge::Look;
use super::outbox::{Close, Frame};
use super::registry::{Registry, State};
use crate::error::{Error, Result};
use crate::log::{Entry, Tail};
use crate::query::View;
use crate::rules::Budget;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// So many entries are told under one lock.
const BATCH: usize = 64;

/// So many steps any decision may take while all others wait.
const QUICK: u64 = 256;
/// So many more one may take, and each of those that it is made for at once adds some; what takes longer is decided aside.
const LONG: u64 = 5000;
const LONG_EACH: u64 = 500;
/// But all decisions of a batch may not take more than so many more: some 10 ms.
const LONG_TOGETHER: u64 = 200_000;

/// How often the time is looked at.
const BEAT: Duration = Duration::from_secs(1);

/// Tells every entry, in order. Ends with the hub.
pub async fn run(hub: Weak<Inner>, mut tail: Tail) {
    loop {
        let first = tail.next().await;
        let Some(hub) = hub.upgrade().map(Hub) else { return };
        match first {
            Ok(first) => {
                let mut batch = vec![first];
                batch.extend(std::iter::from_fn(|| tail.ready()).take(BATCH - 1));
                hub.process(&batch);
            }
            Err(error) => {
                tracing::error!(%error, "realtime could not follow the log: every subscription is told to load anew");
                tail = hub.skip();
            }
        }
        // A long log must not keep the thread from those who write to the sockets.
        tokio::task::yield_now().await;
    }
}

/// Looks every second whose token, patience or time has ended, and pings.
pub async fn watch_time(hub: Weak<Inner>) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let Some(hub) = hub.upgrade().map(Hub) else { return };
        hub.tick();
    }
}

/// What could not be delivered.
struct Trouble {
    /// The steps that decisions may still take beyond the quick ones.
    spare: u64,
    /// Groups whose decision takes too long, with the entry and how many changes of it they were told.
    aside: BTreeMap<usize, (u64, usize)>,
    /// Connections without room, with the entry that found none.
    late: BTreeMap<usize, u64>,
    /// Subscriptions that cannot be judged, or not be shown what they ask for.
    failed: Vec<(Vec<usize>, Error)>,
    /// Connections whose actor was compared with the store.
    checked: HashMap<usize, bool>,
}

impl Trouble {
    fn new() -> Trouble {
        Trouble { spare: LONG_TOGETHER, aside: BTreeMap::new(), late: BTreeMap::new(), failed: Vec::new(), checked: HashMap::new() }
    }
}

impl Hub {
    /// Obeys and tells a batch.
    fn process(&self, batch: &[Arc<Entry>]) {
        let Some(to) = batch.last().map(|entry| entry.seq) else { return };
        let mut registry = self.0.registry.lock();
        if 0 < registry.connections.len() {
            let view = self.0.db.view();
            self.obey(&mut registry, &view, batch, to);
            let mut trouble = Trouble::new();
            for entry in batch {
                self.tell(&registry, &view, entry, &mut trouble);
            }
            self.settle(&mut registry, trouble);
        }
        registry.seq = to;
        drop(registry);
        self.0.reached.send_replace(to);
    }

    fn tell(&self, registry: &Registry, view: &View, entry: &Entry, trouble: &mut Trouble) {
        let told = Told::new(entry, view);
        for (place, change) in entry.changes.iter().enumerate() {
            let Some(lookup) = registry.lookups.get(&change.collection) else { continue };
            let Some(images) = Images::of(&told, change) else { continue };
            for number in lookup.candidates(&images) {
                let Some(group) = registry.groups.get(number).filter(|_| !trouble.aside.contains_key(&number)) else { continue };
                let Some(decided) = self.decide(group, &images, trouble) else {
                    trouble.aside.insert(number, (entry.seq, place));
                    continue;
                };
                let told = decided.and_then(|action| match action {
                    Some(action) => self.tell_group(registry, group, &images, action, trouble),
                    None => Ok(()),
                });
                if let Err(error) = told {
                    trouble.failed.push((group.looks.values().flat_map(|look| look.1.clone()).collect(), error));
                }
            }
        }
    }

    /// What a change is for a group; `None`: that takes too long to find out here.
    fn decide(&self, group: &Group, images: &Images, trouble: &mut Trouble) -> Option<Result<Option<Action>>> {
        let subs: usize = group.looks.values().map(|look| look.1.len()).sum();
        let most = QUICK + trouble.spare.min(LONG + LONG_EACH * subs as u64);
        let mut budget = Budget::new(most);
        let decided = group.judge.decide(images, self.0.db.clock().now(), &mut budget);
        trouble.spare -= (most - budget.left()).saturating_sub(QUICK).min(trouble.spare);
        budget.check().is_ok().then_some(decided)
    }

    fn tell_group(&self, registry: &Registry, group: &Group, images: &Images, action: Action, trouble: &mut Trouble) -> Result<()> {
        let entry = images.told.entry;
        let place = Place { position: self.position(entry.seq), request: entry.origin.chosen_request() };
        let mut delivered = 0;
        for (look, subs) in group.looks.values() {
            let mut record: Option<Bytes> = None;
            let mut frames: HashMap<&str, Bytes> = HashMap::new();
            for sub in subs.iter().filter_map(|number| registry.subs.get(*number)) {
                let Some(connection) = registry.connections.get(sub.connection) else { continue };
                if sub.state != State::Live || entry.seq <= sub.after {
                    continue;
                }
                let shared = &connection.shared;
                if (look.personal || !group.judge.actor_fields.is_empty())
                    && !self.is_current(registry, images.told.view, sub.connection, trouble)
                {
                    // The store has a later state of the actor than the hub: nothing is sent before that is told apart.
                    shared.outbox.lag();
                    trouble.late.entry(sub.connection).or_insert(entry.seq);
                    continue;
                }
                let shown = match shown(&mut record, look, images, action, shared.kind) {
                    Ok(shown) => shown,
                    // Others of the group ask for something else.
                    Err(error) => {
                        trouble.failed.push((subs.clone(), error));
                        break;
                    }
                };
                let frame = match shared.kind {
                    Kind::WebSocket => frames.entry(&sub.name).or_insert_with(|| frame::change(&sub.name, action, &shown, place)).clone(),
                    Kind::EventStream => frame::change_event(&shared.id, &sub.name, action, &shown, place),
                };
                match shared.outbox.offer(&frame) {
                    true => delivered += 1,
                    false => drop(trouble.late.entry(sub.connection).or_insert(entry.seq)),
                }
            }
        }
        add(&self.0.counters.deliveries, delivered);
        Ok(())
    }

    /// Whether the hub knows the actor of a connection as the store does.
    fn is_current(&self, registry: &Registry, view: &View, connection: usize, trouble: &mut Trouble) -> bool {
        let actor = registry.connections.get(connection).map(|c| &c.actor);
        *trouble.checked.entry(connection).or_insert_with(|| actor.is_none_or(|actor| actor.is_current(view).unwrap_or(false)))
    }

    /// Connections without room go on from the log; what cannot be judged ends.
    fn settle(&self, registry: &mut Registry, trouble: Trouble) {
        for (group, told) in trouble.aside {
            let of_group = registry.groups.get(group).map_or(Vec::new(), |g| g.looks.values().flat_map(|look| look.1.clone()).collect());
            // Whoever had no room before that goes on from there, below.
            let has_room =
                |sub: &usize| registry.subs.get(*sub).is_some_and(|s| trouble.late.get(&s.connection).is_none_or(|seq| told.0 < *seq));
            let subs = of_group.into_iter().filter(has_room).collect();
            self.set_aside(registry, subs, told);
        }
        for (number, seq) in trouble.late {
            add(&self.0.counters.overflows, 1);
            let subs = registry.connections.get(number).map_or(Vec::new(), |c| c.subs.clone());
            for sub in subs {
                let generation = registry.generation();
                match registry.subs.get_mut(sub) {
                    Some(sub) if sub.state == State::Live => {
                        sub.state = State::Catching { unproven: false };
                        sub.after = sub.after.max(seq - 1);
                        sub.generation = generation;
                    }
                    _ => {}
                }
            }
            self.catch_up(registry, number);
        }
        for (subs, error) in trouble.failed {
            tracing::debug!(%error, subscriptions = subs.len(), "subscriptions ended: they could not be decided or shown");
            for sub in subs {
                let Some(name) = registry.subs.get(sub).map(|s| s.name.clone()) else { continue };
                registry.fail(sub, &name, &error);
            }
        }
    }

    /// Goes on with subscriptions from the log, beside the others.
    fn set_aside(&self, registry: &mut Registry, subs: Vec<usize>, told: (u64, usize)) {
        for number in subs {
            let generation = registry.generation();
            let Some(sub) = registry.subs.get_mut(number).filter(|sub| sub.state == State::Live) else { continue };
            sub.state = State::Aside;
            sub.after = sub.after.max(told.0 - 1);
            sub.told = told;
            sub.generation = generation;
            let connection = sub.connection;
            self.catch_up(registry, connection);
        }
    }

    /// Goes on at the end of the log when what lies before it cannot be read.
    fn skip(&self) -> Tail {
        let mut registry = self.0.registry.lock();
        let to = self.0.db.position().seq;
        let view = self.0.db.view();
        let subs: Vec<usize> = registry.subs.iter().map(|(number, _)| number).collect();
        for sub in subs {
            if registry.judge_anew(&view, sub) {
                self.reset(&mut registry, sub, Reason::Trimmed, to);
            }
        }
        registry.seq = to;
        drop(registry);
        self.0.reached.send_replace(to);
        self.0.db.log().tail(to + 1)
    }

    fn tick(&self) {
        let (limits, now, seconds) = (self.limits(), self.millis(), self.0.db.clock().now() / 1000);
        for (_, connection) in self.0.registry.lock().connections.iter() {
            let shared = &connection.shared;
            let quiet = now.saturating_sub(shared.seen.load(Ordering::Relaxed)) / 1000;
            let age = now.saturating_sub(shared.began) / 1000;
            match shared.kind {
                Kind::WebSocket if connection.actor.exp <= seconds => shared.outbox.close(Close::TOKEN, true),
                Kind::WebSocket if limits.silence_seconds <= quiet => shared.outbox.close(Close::SILENT, true),
                Kind::WebSocket if limits.ping_seconds * 1000 <= now.saturating_sub(shared.pinged.load(Ordering::Relaxed)) => {
                    shared.pinged.store(now, Ordering::Relaxed);
                    shared.outbox.push(Frame::Ping);
                }
                Kind::EventStream if limits.sse_idle_seconds <= quiet || limits.sse_max_seconds <= age => {
                    shared.outbox.close(Close::TIME, false);
                }
                _ => {}
            }
        }
    }
}

/// The record as a look shows it, rendered once for all who see it so.
fn shown(known: &mut Option<Bytes>, look: &Look, images: &Images, action: Action, kind: Kind) -> Result<Bytes> {
    match known {
        Some(shown) => Ok(shown.clone()),
        None => Ok(known.insert(look.show(images, action, kind)?).clone()),
    }
}
