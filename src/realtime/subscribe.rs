//! A subscription begins, or ends.

use super::asked::Asked;
use super::counters::add;
use super::frame::{self, Reason};
use super::hub::{Hub, Kind};
use super::message::{Snapshot, Subscribe};
use super::outbox::Frame;
use super::registry::{Made, Registry, State, Sub};
use crate::error::{Code, Error, Result};
use crate::log::Position;
use crate::query::{self, Authority, View};
use std::sync::Arc;

impl Hub {
    /// Opens a subscription of a WebSocket, in place of one with the same name. Refused, nothing has changed.
    pub(super) fn subscribe(&self, number: usize, id: Option<&str>, ask: Subscribe) -> Result<()> {
        let mut registry = self.0.registry.lock();
        let view = self.0.db.view();
        let Some(connection) = registry.connections.get(number) else { return Ok(()) };
        let (shared, actor) = (connection.shared.clone(), connection.actor.clone());
        let most = self.limits().max_subscriptions;
        let known = registry.named(number, &ask.sub);
        if known.is_none() && most <= connection.subs.len() {
            add(&self.0.counters.refused, 1);
            return Err(Error::new(Code::TooManyRequests, format!("A connection may have {most} subscriptions, no more.")));
        }
        let Subscribe { sub: name, topic, filter, expand, fields, since, snapshot } = ask;
        let (collection, record) = Asked::topic(&topic);
        let asked = Asked { collection, record, filter, expand, fields, snapshot, ..Asked::default() };
        let made = Made::new(&view, &actor, &asked, Kind::WebSocket)?;
        if let Some(snapshot) = &asked.snapshot {
            check(&view, &actor.authority, &asked, snapshot)?;
        }
        if let Some(known) = known {
            registry.remove(known);
        }
        // Whatever the hub has not processed yet, but is visible, is before this position: it is not told again.
        let position = self.0.db.position();
        let generation = registry.generation();
        let asked = Arc::new(asked);
        let (name, after, state) = (Arc::from(name.as_str()), position.seq, State::Live);
        let sub = Sub { connection: number, name: Arc::clone(&name), asked, spot: None, state, after, told: (0, 0), generation };
        let sub = registry.add(sub, Some(made));
        if let Some(ok) = frame::ok(id, Some(&name), position) {
            shared.outbox.push(Frame::Data(ok));
        }
        self.begin(&mut registry, sub, since, position);
        Ok(())
    }

    /// Sets a new subscription on its way: from the position it asks for, from what matches now, or from now on.
    fn begin(&self, registry: &mut Registry, number: usize, since: Option<Position>, position: Position) {
        let Some(since) = since else {
            let Some(sub) = registry.subs.get_mut(number) else { return };
            let (connection, wants) = (sub.connection, sub.asked.snapshot.is_some());
            if wants {
                sub.state = State::Snapshot;
                self.catch_up(registry, connection);
            } else if let Some(connection) = registry.connections.get(connection) {
                connection.shared.outbox.push(Frame::Data(frame::live(&sub.name, position)));
            }
            return;
        };
        if !self.0.db.log().holds(since) {
            let same = since.epoch == position.epoch && since.seq <= position.seq;
            self.reset(registry, number, if same { Reason::Trimmed } else { Reason::Epoch }, position.seq);
            return;
        }
        let judged = registry.subs.get(number).and_then(|sub| registry.judged(sub));
        let unproven = judged.is_some_and(|(judge, _)| !judge.actor_fields.is_empty());
        let Some(sub) = registry.subs.get_mut(number) else { return };
        sub.state = State::Catching { unproven };
        sub.after = since.seq;
        let connection = sub.connection;
        self.catch_up(registry, connection);
    }

    /// Ends a subscription; whether there was one.
    pub(super) fn unsubscribe(&self, number: usize, name: &str) -> bool {
        let mut registry = self.0.registry.lock();
        let found = registry.named(number, name);
        found.into_iter().for_each(|sub| registry.remove(sub));
        found.is_some()
    }
}

/// Refuses a snapshot whose order cannot be read.
fn check(view: &View, authority: &Authority, asked: &Asked, snapshot: &Snapshot) -> Result<()> {
    let collection = asked.find(&view.schema, Kind::WebSocket)?;
    let ask = query::Ask { sort: snapshot.sort.clone(), filter: asked.filter.clone(), skip_total: true, ..query::Ask::default() };
    query::list::prepare_under(view, authority, &Default::default(), collection, asked.rule(collection), &ask).map(drop)
}
