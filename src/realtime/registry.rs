//! Who is connected and what they subscribed to: everything that is changed under one lock.

use super::actor::Actor;
use super::arena::Arena;
use super::asked::Asked;
use super::channels::Members;
use super::frame::{self, Reason};
use super::group::{Group, Lookup};
use super::hub::{Kind, Shared};
use super::judge::{Judge, Look};
use super::outbox::Frame;
use crate::error::{Error, Result};
use crate::log::Position;
use crate::query::View;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Everything that is connected. The hub holds the lock while it tells a batch of entries, so that each change of it falls between two batches.
#[derive(Default)]
pub struct Registry {
    /// The last entry that the hub has processed.
    pub seq: u64,
    /// Connections by number.
    pub connections: Arena<Connection>,
    /// Subscriptions by number.
    pub subs: Arena<Sub>,
    /// Groups by number.
    pub groups: Arena<Group>,
    /// Groups of a collection.
    pub lookups: HashMap<u32, Lookup>,
    /// Connections by who is behind them.
    pub actors: HashMap<(u32, String), Vec<usize>>,
    /// How many connections an address has.
    pub addresses: HashMap<IpAddr, usize>,
    /// Who is present on which channel.
    pub channels: HashMap<String, Members>,
    /// Event streams by their ids.
    pub streams: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
    generations: u64,
}

/// A connection.
pub struct Connection {
    /// What it shares with whoever writes to it.
    pub shared: Arc<Shared>,
    /// Who is behind it, as of `Registry::seq`.
    pub actor: Actor,
    /// The numbers of its subscriptions, in the order in which they came.
    pub subs: Vec<usize>,
    /// Whether a task brings its subscriptions up.
    pub catching: bool,
}

/// A subscription.
pub struct Sub {
    /// The number of its connection.
    pub connection: usize,
    /// Its name; of an event stream, the whole text that was submitted.
    pub name: Arc<str>,
    /// What was asked for.
    pub asked: Arc<Asked>,
    /// Its group and its look; `None` while there is no such collection, which only an event stream may subscribe to.
    pub spot: Option<(usize, String)>,
    /// How far it is.
    pub state: State,
    /// It is told what comes after this entry.
    pub after: u64,
    /// Of the entry with this number it was told so many changes already; where it is behind `after`, that counts.
    pub told: (u64, usize),
    /// Changes whenever what was being prepared for it must not be sent any more. Never used twice.
    pub generation: u64,
}

/// How far a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The hub tells it what happens.
    Live,
    /// It is brought up from the log. `unproven`: whether its actor saw the same at `after` is to be found out first.
    Catching {
        /// See above.
        unproven: bool,
    },
    /// What it asks for takes too long to find out while all others wait, so it is told from the log until that has nothing more.
    Aside,
    /// It is to be sent what matches now.
    Snapshot,
}

/// A judge and a look, ready to be joined.
pub struct Made {
    key: String,
    judge: Judge,
    look_key: String,
    look: Look,
}

impl Made {
    /// Compiles what is asked for; nothing is changed.
    pub fn new(view: &View, actor: &Actor, asked: &Asked, kind: Kind) -> Result<Made> {
        let (key, judge) = Judge::new(view, actor, asked, kind)?;
        let has_emails = view.schema.by_number(judge.collection).is_some_and(|c| c.is_auth());
        let (look_key, look) = Look::new(&judge, actor, asked, has_emails)?;
        Ok(Made { key, judge, look_key, look })
    }
}

impl Made {
    /// The judge and the look alone, for one who does not stay.
    pub fn into_parts(self) -> (Judge, Look) {
        (self.judge, self.look)
    }
}

impl Registry {
    /// An empty one for a hub that has processed everything up to `seq`.
    pub fn at(seq: u64) -> Registry {
        Registry { seq, ..Registry::default() }
    }

    /// A generation that no subscription has had.
    pub fn generation(&mut self) -> u64 {
        self.generations += 1;
        self.generations
    }

    /// The connection with this number, if it still is the same one.
    pub fn connection(&self, number: usize, shared: &Arc<Shared>) -> Option<&Connection> {
        self.connections.get(number).filter(|c| Arc::ptr_eq(&c.shared, shared))
    }

    /// The number of a connection's subscription with this name.
    pub fn named(&self, connection: usize, name: &str) -> Option<usize> {
        let subs = &self.connections.get(connection)?.subs;
        subs.iter().copied().find(|sub| self.subs.get(*sub).is_some_and(|s| &*s.name == name))
    }

    /// The judge and the look of a subscription.
    pub fn judged(&self, sub: &Sub) -> Option<(Arc<Judge>, Arc<Look>)> {
        let (group, look) = sub.spot.as_ref()?;
        let group = self.groups.get(*group)?;
        Some((group.judge.clone(), group.looks.get(look)?.0.clone()))
    }

    /// Adds a subscription to a connection.
    pub fn add(&mut self, sub: Sub, made: Option<Made>) -> usize {
        let connection = sub.connection;
        let number = self.subs.insert(sub);
        if let Some(made) = made {
            self.place(number, made);
        }
        if let Some(connection) = self.connections.get_mut(connection) {
            connection.subs.push(number);
        }
        number
    }

    /// Ends a subscription.
    pub fn remove(&mut self, number: usize) {
        self.displace(number);
        let Some(sub) = self.subs.remove(number) else { return };
        if let Some(connection) = self.connections.get_mut(sub.connection) {
            connection.subs.retain(|n| *n != number);
            if connection.subs.is_empty() {
                connection.subs = Vec::new();
            }
        }
    }

    /// Puts a subscription where those are that are told the same.
    pub fn place(&mut self, number: usize, made: Made) {
        self.displace(number);
        let Made { key, judge, look_key, look } = made;
        // A group of another version of the schema has another judge, and is about to be left by all.
        let known = self.by_key.get(&key).copied().filter(|g| self.groups.get(*g).is_some_and(|g| g.judge.schema == judge.schema));
        let group = known.unwrap_or_else(|| {
            let judge = Arc::new(judge);
            let group = self.groups.insert(Group { key: key.clone(), judge: judge.clone(), looks: HashMap::new() });
            self.lookups.entry(judge.collection).or_default().add(group, &judge);
            self.by_key.insert(key, group);
            group
        });
        if let Some(group) = self.groups.get_mut(group) {
            group.looks.entry(look_key.clone()).or_insert_with(|| (Arc::new(look), Vec::new())).1.push(number);
        }
        if let Some(sub) = self.subs.get_mut(number) {
            sub.spot = Some((group, look_key));
        }
    }

    /// Takes a subscription out of its group, and the group away when it was the last one.
    pub fn displace(&mut self, number: usize) {
        let Some((group, look)) = self.subs.get_mut(number).and_then(|sub| sub.spot.take()) else { return };
        let Some(found) = self.groups.get_mut(group) else { return };
        if let Some((_, subs)) = found.looks.get_mut(&look) {
            if let Some(at) = subs.iter().position(|n| *n == number) {
                subs.swap_remove(at);
            }
            if subs.is_empty() {
                found.looks.remove(&look);
            }
        }
        if !found.looks.is_empty() {
            return;
        }
        let Some(gone) = self.groups.remove(group) else { return };
        if self.by_key.get(&gone.key) == Some(&group) {
            self.by_key.remove(&gone.key);
        }
        if let Some(lookup) = self.lookups.get_mut(&gone.judge.collection) {
            lookup.remove(group, &gone.judge);
        }
    }

    /// Makes the judge of a subscription anew, for its actor and the collections as they are now. One that is not allowed any more ends.
    /// Answers whether it goes on.
    pub fn judge_anew(&mut self, view: &View, number: usize) -> bool {
        let Some(sub) = self.subs.get(number) else { return false };
        let Some(connection) = self.connections.get(sub.connection) else { return false };
        let (shared, name) = (connection.shared.clone(), sub.name.clone());
        match Made::new(view, &connection.actor, &sub.asked, shared.kind) {
            Ok(made) => self.place(number, made),
            // PocketBase keeps it: it may be allowed again.
            Err(_) if shared.kind == Kind::EventStream => self.displace(number),
            Err(error) => {
                self.fail(number, &name, &error);
                return false;
            }
        }
        true
    }

    /// Ends a subscription and tells its client why.
    pub fn fail(&mut self, number: usize, name: &str, error: &Error) {
        if let Some(connection) = self.subs.get(number).and_then(|sub| self.connections.get(sub.connection))
            && connection.shared.kind == Kind::WebSocket
        {
            connection.shared.outbox.push(Frame::Data(frame::error(None, Some(name), error)));
        }
        self.remove(number);
    }

    /// Tells a client to load a subscription anew; it goes on after `position`. Answers whether it must be sent a snapshot.
    pub fn reset(&mut self, number: usize, reason: Reason, position: Position) -> bool {
        let generation = self.generation();
        let Some(sub) = self.subs.get_mut(number) else { return false };
        let Some(connection) = self.connections.get(sub.connection) else { return false };
        if connection.shared.kind == Kind::EventStream {
            return false;
        }
        sub.generation = generation;
        (sub.after, sub.told) = (position.seq, (0, 0));
        let outbox = &connection.shared.outbox;
        outbox.push(Frame::Data(frame::reset(&sub.name, reason, position)));
        if sub.asked.snapshot.is_some() {
            sub.state = State::Snapshot;
            return true;
        }
        sub.state = State::Live;
        outbox.push(Frame::Data(frame::live(&sub.name, position)));
        false
    }

    /// Binds another actor, or another state of the same one, to a connection.
    pub fn bind(&mut self, number: usize, actor: Actor) {
        let Some(connection) = self.connections.get_mut(number) else { return };
        let old = connection.actor.name().map(|(collection, id)| (collection, id.to_owned()));
        let new = actor.name().map(|(collection, id)| (collection, id.to_owned()));
        connection.actor = actor;
        if old == new {
            return;
        }
        if let Some(old) = old {
            let connections = self.actors.entry(old.clone()).or_default();
            connections.retain(|n| *n != number);
            if connections.is_empty() {
                self.actors.remove(&old);
            }
        }
        if let Some(new) = new {
            self.actors.entry(new).or_default().push(number);
        }
    }

    /// Forgets a connection.
    pub fn disconnect(&mut self, number: usize) {
        self.bind(number, Actor::guest());
        let subs = self.connections.get(number).map_or(Vec::new(), |c| c.subs.clone());
        subs.into_iter().for_each(|sub| self.remove(sub));
        let Some(connection) = self.connections.remove(number) else { return };
        let address = connection.shared.address;
        self.streams.remove(&connection.shared.id);
        if let Some(count) = self.addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.addresses.remove(&address);
            }
        }
    }
}
