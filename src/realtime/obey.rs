//! What the log says about those who listen, and about the rules: obeyed before anything else of a batch is told.

use super::actor::Actor;
use super::channels::Again;
use super::frame::Reason;
use super::hub::{Hub, Kind};
use super::judge::Judge;
use super::outbox::Close;
use super::registry::Registry;
use crate::commit;
use crate::log::Entry;
use crate::query::View;
use crate::query::row::record;
use crate::query::{Authority, Stored};
use crate::schema::Collection;
use crate::schema::system::COLLECTIONS;
use std::collections::HashMap;
use std::sync::Arc;

/// A collection's definition before and after.
pub type Edit = (Option<Collection>, Option<Collection>);

/// Whether what a judge says may be another thing after an edit.
pub fn concerns(judge: &Judge, (before, after): &Edit) -> bool {
    let is_own = before.iter().chain(after).any(|c| c.number == judge.collection);
    let is_same = match (before, after) {
        (Some(before), Some(after)) => {
            let essence = |c: &Collection| (c.name.clone(), c.kind, c.fields.clone(), c.rules.clone(), c.auth.clone());
            essence(before) == essence(after)
        }
        _ => false,
    };
    !is_same && (is_own || judge.reads_others())
}

/// The definitions that an entry edits. What cannot be read is as if everything was edited.
pub fn edits(entry: &Entry) -> Vec<Edit> {
    commit::edited(entry).unwrap_or_default()
}

impl Hub {
    /// Obeys what a batch of entries says about collections and actors. Whoever is concerned is told to load anew, and goes on behind the
    /// batch: what is in it was decided by rights that do not hold any more.
    pub(super) fn obey(&self, registry: &mut Registry, view: &View, batch: &[Arc<Entry>], to: u64) {
        let edited = batch.iter().filter(|e| e.changes.iter().any(|c| c.collection == COLLECTIONS));
        let edits: Vec<(u64, Vec<Edit>)> = edited.map(|entry| (entry.seq, edits(entry))).collect();
        for (name, actor) in self.changed_actors(registry, view, batch) {
            self.replace(registry, view, &name, actor, to);
        }
        if !edits.is_empty() {
            self.obey_edits(registry, view, &edits, to);
            self.judge_memberships(registry, Again::All);
        } else if !registry.channels.is_empty() {
            let changed = batch.iter().flat_map(|entry| &entry.changes).map(|change| change.collection).collect();
            self.judge_memberships(registry, Again::Reading(&changed));
        }
    }

    /// The actors whose records a batch changes, as the batch leaves them; `None` when they are gone.
    fn changed_actors(&self, registry: &Registry, view: &View, batch: &[Arc<Entry>]) -> HashMap<(u32, String), Option<Authority>> {
        let mut found = HashMap::new();
        if registry.actors.is_empty() {
            return found;
        }
        for entry in batch {
            for change in &entry.changes {
                let name = (change.collection, change.id.clone());
                if !registry.actors.contains_key(&name) {
                    continue;
                }
                let collection = view.schema.by_number(change.collection);
                let after = collection.zip(change.after.clone()).map(|(collection, row)| {
                    let stored = Stored { collection: collection.clone(), rowid: change.rowid, rev: entry.seq, row };
                    Authority::of(Some(Arc::new(record(&stored))))
                });
                found.insert(name, after);
            }
        }
        found
    }

    fn replace(&self, registry: &mut Registry, view: &View, name: &(u32, String), state: Option<Authority>, to: u64) {
        for number in registry.actors.get(name).cloned().unwrap_or_default() {
            let Some(connection) = registry.connections.get(number) else { continue };
            // It was bound with a later state.
            if connection.actor.authority.record().is_some_and(|known| to < known.rev) {
                continue;
            }
            let record = state.as_ref().and_then(|s| s.record().cloned());
            match record.and_then(|record| connection.actor.with(record)) {
                Some(actor) => self.rebind_at(registry, view, number, actor, to),
                None if connection.shared.kind == Kind::WebSocket => connection.shared.outbox.close(Close::TOKEN, true),
                // PocketBase's connections stay, but nobody is behind them any more.
                None => self.rebind_at(registry, view, number, Actor::guest(), to),
            }
        }
    }

    fn obey_edits(&self, registry: &mut Registry, view: &View, edits: &[(u64, Vec<Edit>)], to: u64) {
        let outdated: Vec<usize> = registry.connections.iter().filter(|(_, c)| c.actor.name().is_some()).map(|(n, _)| n).collect();
        for number in outdated {
            let Some(connection) = registry.connections.get(number) else { continue };
            let Some((collection, id)) = connection.actor.name() else { continue };
            let all = edits.iter().flat_map(|(_, edits)| edits);
            if !all.flat_map(|(before, after)| before.iter().chain(after)).any(|c| c.number == collection) {
                continue;
            }
            // Their collection was edited: its secret may be another one, and their record has other fields.
            let record = connection.actor.authority.record().cloned();
            let moved = view.schema.by_number(collection).zip(record).map(|(collection, record)| {
                let mut record = (*record).clone();
                record.collection = collection.clone();
                Authority::of(Some(Arc::new(record)))
            });
            let name = (collection, id.to_owned());
            self.replace(registry, view, &name, moved, to);
        }
        let subs: Vec<usize> = registry.subs.iter().map(|(number, _)| number).collect();
        for number in subs {
            let judged = registry.subs.get(number).and_then(|sub| Some((sub.after, registry.judged(sub)?.0)));
            let concerned = judged.is_some_and(|(after, judge)| {
                // What was asked for after an edit has seen its outcome: there is nothing to load anew.
                let mut later = edits.iter().filter(|(seq, _)| after < *seq);
                later.any(|(_, edits)| edits.is_empty() || edits.iter().any(|edit| concerns(&judge, edit)))
            });
            if registry.judge_anew(view, number) && concerned {
                self.reset(registry, number, Reason::Schema, to);
            }
        }
    }

    /// Binds an actor as of the entry that was processed last.
    pub(super) fn rebind(&self, registry: &mut Registry, view: &View, number: usize, actor: Actor) {
        let seq = registry.seq;
        self.rebind_at(registry, view, number, actor, seq);
    }

    /// Binds an actor. The subscriptions for which that makes a difference are to be loaded anew.
    fn rebind_at(&self, registry: &mut Registry, view: &View, number: usize, actor: Actor, to: u64) {
        let Some(connection) = registry.connections.get(number) else { return };
        let (old, subs) = (connection.actor.clone(), connection.subs.clone());
        let is_same = old.is(&actor);
        registry.bind(number, actor.clone());
        self.judge_memberships(registry, Again::Connection(number));
        for sub in subs {
            let judged = registry.subs.get(sub).and_then(|sub| registry.judged(sub));
            let same = judged.is_some_and(|(judge, _)| is_same && judge.is_same_to(&old.authority, &actor.authority));
            if registry.judge_anew(view, sub) && !same {
                self.reset(registry, sub, Reason::Auth, to);
            }
        }
    }

    /// Resets a subscription, and begins its snapshot if it wants one.
    pub(super) fn reset(&self, registry: &mut Registry, sub: usize, reason: Reason, to: u64) {
        super::counters::add(&self.0.counters.resets, 1);
        let Some(connection) = registry.subs.get(sub).map(|s| s.connection) else { return };
        if registry.reset(sub, reason, self.position(to)) {
            self.catch_up(registry, connection);
        }
    }
}
