//! Channels: who is present, and what members tell each other. Nothing of it is stored, nothing of it is in the log.

use super::actor::Actor;
use super::hub::{Hub, Shared};
use super::limits::ChannelRule;
use super::outbox::Frame;
use super::registry::{Connection, Registry};
use crate::error::{Code, Error, Result};
use crate::query::scope::ViewScope;
use crate::query::{Row, View};
use crate::rules::{self, Budget, Request, Rule, Who};
use crate::schema::{Collection, Options, Record, Schema};
use crate::value::Value;
use bytes::Bytes;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// How many members a channel may have: each who comes or goes is told to all others.
const MOST_MEMBERS: usize = 2000;
/// How large the state of a member may be, in bytes.
const MOST_STATE: usize = 4096;

/// How many steps a rule may take: members are judged while others wait.
const STEPS: u64 = 200_000;

/// Those who are present on a channel: the numbers of their connections, with what others see of them.
pub type Members = BTreeMap<usize, Json>;

/// Which memberships are judged again.
#[derive(Clone, Copy)]
pub(super) enum Again<'c> {
    /// Those of a connection: somebody else is behind it, or they have become another one.
    Connection(usize),
    /// Those whose rule reads records of one of these collections, which were written.
    Reading(&'c HashSet<u32>),
    /// All: the rules themselves, or the collections, are others now.
    All,
}

/// What a member wants to do.
#[derive(Clone, Copy)]
enum Want {
    Join,
    Broadcast,
}

impl Hub {
    /// Makes a connection a member of a channel, or changes its state there.
    pub(super) fn join(&self, number: usize, channel: &str, state: Json) -> Result<()> {
        if MOST_STATE < state.to_string().len() {
            return Err(Error::bad_request(format!("The state has more than {MOST_STATE} bytes.")));
        }
        let mut registry = self.0.registry.lock();
        let Some(connection) = registry.connections.get(number) else { return Ok(()) };
        let (shared, actor) = (connection.shared.clone(), connection.actor.clone());
        self.may(&actor, channel, Want::Join)?;
        let most = self.limits().max_subscriptions;
        let joined = registry.channels.values().filter(|members| members.contains_key(&number)).count();
        let members = registry.channels.get(channel);
        let is_new = members.is_none_or(|members| !members.contains_key(&number));
        if is_new && (most <= joined || members.is_some_and(|members| MOST_MEMBERS <= members.len())) {
            let message = format!("A connection may be on {most} channels, and a channel have {MOST_MEMBERS} members, no more.");
            return Err(Error::new(Code::TooManyRequests, message));
        }
        registry.channels.entry(channel.to_owned()).or_default().insert(number, state.clone());
        self.tell_others(&registry, channel, number, &presence(channel, &[(&shared, &actor, state)], &[]));
        if is_new {
            let all = registry.channels.get(channel).into_iter().flatten();
            let present = all.filter_map(|(n, state)| registry.connections.get(*n).map(|c| (&c.shared, &c.actor, state.clone())));
            shared.outbox.push(Frame::Data(presence(channel, &present.collect::<Vec<_>>(), &[])));
        }
        Ok(())
    }

    /// Ends a membership; whether there was one.
    pub(super) fn leave(&self, number: usize, channel: &str) -> bool {
        let mut registry = self.0.registry.lock();
        let there = registry.channels.get_mut(channel).is_some_and(|members| members.remove(&number).is_some());
        if there {
            self.tell_left(&mut registry, channel, number);
        }
        there
    }

    /// Ends all memberships of a connection that goes away.
    pub(super) fn leave_all(&self, registry: &mut Registry, number: usize) {
        let joined: Vec<String> =
            registry.channels.iter_mut().filter_map(|(name, members)| members.remove(&number).map(|_| name.clone())).collect();
        for channel in joined {
            self.tell_left(registry, &channel, number);
        }
    }

    /// Ends the memberships that the rules do not allow any more.
    pub(super) fn judge_memberships(&self, registry: &mut Registry, again: Again) {
        if registry.channels.is_empty() {
            return;
        }
        let (limits, view) = (self.limits(), self.0.db.view());
        let mut ended = Vec::new();
        for (channel, members) in &registry.channels {
            let numbers: Vec<usize> = match again {
                Again::Connection(number) => members.get_key_value(&number).map(|(number, _)| *number).into_iter().collect(),
                Again::Reading(changed) if !reads(&view, &limits.channels, channel, changed) => continue,
                Again::Reading(_) | Again::All => members.keys().copied().collect(),
            };
            let may = |number: &usize| registry.connections.get(*number).is_none_or(|c| self.may(&c.actor, channel, Want::Join).is_ok());
            ended.extend(numbers.into_iter().filter(|number| !may(number)).map(|number| (channel.clone(), number)));
        }
        for (channel, number) in ended {
            if let Some(members) = registry.channels.get_mut(&channel) {
                members.remove(&number);
            }
            if let Some(connection) = registry.connections.get(number) {
                connection.shared.outbox.push(Frame::Data(presence(&channel, &[], &[&connection.shared])));
            }
            self.tell_left(registry, &channel, number);
        }
    }

    fn tell_left(&self, registry: &mut Registry, channel: &str, number: usize) {
        if let Some(connection) = registry.connections.get(number) {
            self.tell_others(registry, channel, number, &presence(channel, &[], &[&connection.shared]));
        }
        if registry.channels.get(channel).is_some_and(BTreeMap::is_empty) {
            registry.channels.remove(channel);
        }
    }

    /// Whether a connection may send to a channel.
    pub(super) fn may_broadcast(&self, number: usize, channel: &str) -> Result<()> {
        self.sender(&self.0.registry.lock(), number, channel).map(drop)
    }

    /// The connection, if it may send to a channel.
    fn sender<'r>(&self, registry: &'r Registry, number: usize, channel: &str) -> Result<&'r Connection> {
        let connection = registry.connections.get(number).ok_or_else(|| Error::of(Code::NotFound))?;
        if registry.channels.get(channel).is_none_or(|members| !members.contains_key(&number)) {
            return Err(Error::new(Code::Forbidden, format!("Join {channel:?} before you send to it.")));
        }
        self.may(&connection.actor, channel, Want::Broadcast)?;
        Ok(connection)
    }

    /// Sends something to all others on a channel.
    pub(super) fn broadcast(&self, number: usize, channel: &str, event: &str, data: &Json) -> Result<()> {
        let registry = self.0.registry.lock();
        let connection = self.sender(&registry, number, channel)?;
        let message = json!({"type": "broadcast", "channel": channel, "event": event, "data": data, "from": connection.shared.id});
        self.tell_others(&registry, channel, number, &message.to_string().into());
        Ok(())
    }

    /// Who has no room does not hear it: it is in no log.
    fn tell_others(&self, registry: &Registry, channel: &str, but: usize, message: &Bytes) {
        let others = registry.channels.get(channel).into_iter().flat_map(BTreeMap::keys).filter(|n| **n != but);
        for connection in others.filter_map(|n| registry.connections.get(*n)) {
            connection.shared.outbox.offer_once(message);
        }
    }

    /// Whether the first rule in the settings that fits the channel allows it.
    fn may(&self, actor: &Actor, channel: &str, want: Want) -> Result<()> {
        let refused = || Error::new(Code::Forbidden, "No rule in the settings allows this on the channel.");
        let limits = self.limits();
        let (rule, rest) = rule_for(&limits.channels, channel).ok_or_else(refused)?;
        if actor.authority.bypasses_rules() {
            return Ok(());
        }
        let text = match want {
            Want::Join => &rule.join,
            Want::Broadcast => &rule.broadcast,
        };
        let text = text.as_deref().ok_or_else(refused)?;
        let now = self.0.db.clock().now();
        match text.is_empty() || holds(&self.0.db.view(), actor, text, channel, rest, now)? {
            true => Ok(()),
            false => Err(refused()),
        }
    }
}

/// The first rule that fits a channel, and what stands for its `*`.
fn rule_for<'r, 'c>(rules: &'r [ChannelRule], channel: &'c str) -> Option<(&'r ChannelRule, &'c str)> {
    rules.iter().find_map(|rule| Some((rule, rest(&rule.pattern, channel)?)))
}

/// Whether records of one of these collections decide who may be on a channel. One that cannot be read is judged again, and refused.
fn reads(view: &View, rules: &[ChannelRule], channel: &str, changed: &HashSet<u32>) -> bool {
    let text = rule_for(rules, channel).and_then(|(rule, _)| rule.join.as_deref()).filter(|text| !text.is_empty());
    text.is_some_and(|text| compiled(view, text).map_or(true, |rule| rule.joined().any(|number| changed.contains(&number))))
}

/// What stands for the `*` of a pattern; `None` when the channel is another one.
fn rest<'c>(pattern: &str, channel: &'c str) -> Option<&'c str> {
    match pattern.strip_suffix('*') {
        Some(beginning) => channel.strip_prefix(beginning),
        None => (pattern == channel).then_some(""),
    }
}

/// What is wrong with the rules of a channel; for the settings, before they are saved.
pub fn problem(schema: &Schema, rule: &ChannelRule) -> Option<String> {
    let shape = Arc::new(shape());
    let texts = [&rule.join, &rule.broadcast].into_iter().flatten().filter(|text| !text.is_empty());
    texts.filter_map(|text| rules::compile(schema, &shape, text, Who::Rule).err()).map(|e| e.message).next()
}

/// A rule for channels; kept with the others, among which no other shape has rules.
fn compiled(view: &View, text: &str) -> Result<Arc<Rule>> {
    view.rules.rule(&view.schema, &Arc::new(shape()), text, Who::Rule)
}

fn holds(view: &View, actor: &Actor, text: &str, channel: &str, rest: &str, now: i64) -> Result<bool> {
    let rule = compiled(view, text)?;
    let mut record = Record::new(Arc::new(shape()));
    record.set_named("channel", Value::text(channel.to_owned()));
    record.set_named("name", Value::text(rest.to_owned()));
    let request = Request { context: "realtime", method: "GET".to_owned(), now, ..Request::default() };
    let scope = ViewScope::new(view, &actor.authority, &request);
    rule.matches(&scope, &Row::Record(Arc::new(record)), &mut Budget::new(STEPS))
}

/// A collection whose records stand for channels: `channel` is the whole name, `name` what the `*` of the pattern stands for.
fn shape() -> Collection {
    Collection::shape("channels", ["id", "channel", "name"].map(|name| (name, Options::Text(Default::default()))))
}

/// Who came, with their states, and who left. Who they are signed in as stands apart: nobody can claim it.
fn presence(channel: &str, joins: &[(&Arc<Shared>, &Actor, Json)], leaves: &[&Arc<Shared>]) -> Bytes {
    let states: Map<String, Json> = joins.iter().map(|(shared, _, state)| (shared.id.clone(), state.clone())).collect();
    let actor = |(shared, actor, _): &(&Arc<Shared>, &Actor, Json)| {
        let record = actor.authority.record()?;
        Some((shared.id.clone(), json!({"collectionName": record.collection.name, "id": record.id()})))
    };
    let actors: Map<String, Json> = joins.iter().filter_map(actor).collect();
    let left: Map<String, Json> = leaves.iter().map(|shared| (shared.id.clone(), json!({}))).collect();
    json!({"type": "presence", "channel": channel, "joins": states, "actors": actors, "leaves": left}).to_string().into()
}
