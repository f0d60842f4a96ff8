//! PocketBase's event streams: a client connects, and says in requests of its own what it subscribes to.

use super::actor::Actor;
use super::asked::Asked;
use super::frame;
use super::hub::{Hub, Kind};
use super::outbox::Frame;
use super::registry::{Made, Registry, State, Sub};
use super::session::Session;
use super::veto::Decision;
use crate::auth;
use crate::error::{Code, Error, Result};
use crate::query::View;
use bytes::Bytes;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

/// What a client submits: everything that it is subscribed to from now on.
pub struct Submitted {
    /// The id of the connection.
    pub client: String,
    /// Topics with their options.
    pub subscriptions: Vec<String>,
    /// Where the request comes from.
    pub address: IpAddr,
    /// Who asks.
    pub session: Option<Arc<auth::Session>>,
}

impl Session {
    /// Queues the first event, which tells the client its id.
    pub fn greet(&self) {
        let id = &self.shared().id;
        let data = json!({"clientId": id}).to_string();
        self.shared().outbox.push(Frame::Data(frame::event(id, "PB_CONNECT", data.as_bytes())));
    }
}

impl Hub {
    /// Replaces the subscriptions of an event stream. Those that it has already go on without a gap.
    pub async fn submit(&self, submitted: Submitted) -> Result<()> {
        let Submitted { client, subscriptions, address, session } = submitted;
        let actor = session.as_deref().map_or_else(Actor::guest, Actor::of);
        let (number, shared, decisions) = {
            let registry = self.0.registry.lock();
            let found = registry.streams.get(&client).and_then(|number| Some((*number, registry.connections.get(*number)?)));
            let (number, connection) = found.ok_or_else(|| Error::new(Code::NotFound, "Missing or invalid client id."))?;
            if connection.shared.address != address {
                return Err(Error::bad_request("Invalid realtime client."));
            }
            if connection.actor.name().is_some() && !connection.actor.is(&actor) {
                let message = "The current and the previous request authorization don't match.";
                return Err(Error::new(Code::Forbidden, message));
            }
            // What it has already is asked about again when it becomes somebody's.
            let has = |text: &str| connection.actor.is(&actor) && registry.named(number, text).is_some();
            let new = subscriptions.iter().filter(|text| !has(text));
            let decisions: Vec<Decision> = new.filter_map(|text| self.about(text, &actor)).collect();
            (number, connection.shared.clone(), decisions)
        };
        for decision in decisions {
            decision.await?;
        }
        self.bind(number, &shared, actor).await?;
        let mut registry = self.0.registry.lock();
        // It may have ended meanwhile, and its number be that of another one.
        if registry.streams.get(&client) == Some(&number) {
            self.replace_all(&mut registry, &self.0.db.view(), number, &subscriptions);
        }
        Ok(())
    }

    /// Asks about a subscription of an event stream.
    fn about(&self, text: &str, actor: &Actor) -> Option<Decision> {
        let topic = text.split_once('?').map_or(text, |(topic, _)| topic);
        self.asking_for(&actor.authority, topic, &asked(text), Kind::EventStream)
    }

    fn replace_all(&self, registry: &mut Registry, view: &View, number: usize, subscriptions: &[String]) {
        let wanted: HashSet<&str> = subscriptions.iter().map(String::as_str).collect();
        let subs = registry.connections.get(number).map_or(Vec::new(), |c| c.subs.clone());
        for sub in subs {
            if registry.subs.get(sub).is_some_and(|s| !wanted.contains(&*s.name)) {
                registry.remove(sub);
            }
        }
        for text in subscriptions {
            if registry.named(number, text).is_some() {
                continue;
            }
            let Some(actor) = registry.connections.get(number).map(|c| c.actor.clone()) else { return };
            let asked = Arc::new(asked(text));
            // A topic without a collection may be one that scripts send to, or its collection comes later.
            let made = Made::new(view, &actor, &asked, Kind::EventStream).ok();
            let (name, after, generation) = (text.as_str().into(), self.0.db.position().seq, registry.generation());
            registry.add(Sub { connection: number, name, asked, spot: None, state: State::Live, after, told: (0, 0), generation }, made);
        }
    }

    /// Sends an event to every stream that is subscribed to a topic that is no collection's, and to the members of the channel of that
    /// name; to how many.
    pub fn publish(&self, topic: &str, data: &Json) -> usize {
        let message = json!({"type": "broadcast", "channel": topic, "event": "message", "data": data, "from": ""}).to_string().into();
        let data = data.to_string();
        let registry = self.0.registry.lock();
        let members = registry.channels.get(topic).into_iter().flat_map(|members| members.keys());
        let members = members.filter_map(|number| registry.connections.get(*number));
        let heard = members.filter(|connection| connection.shared.outbox.offer_once(&message)).count();
        let subs = registry.subs.iter().filter(|(_, sub)| is_named(&sub.name, topic));
        let open = subs.filter_map(|(_, sub)| Some((&sub.name, &registry.connections.get(sub.connection)?.shared)));
        let streams = open.filter(|(_, shared)| shared.kind == Kind::EventStream);
        // What is not in the log cannot be told later: where there is no room, it is not told.
        heard + streams.filter(|(name, shared)| shared.outbox.offer_once(&frame::event(&shared.id, name, data.as_bytes()))).count()
    }

    /// The same for those who live longer than the hub, such as scripts; whether somebody heard it.
    pub fn publisher(&self) -> impl Fn(&str, &Json) -> bool + Send + Sync + use<> {
        let hub = Arc::downgrade(&self.0);
        move |topic, data| hub.upgrade().is_some_and(|inner| 0 < Hub(inner).publish(topic, data))
    }

    /// Sends an event to one stream, if it comes from this address and is subscribed to the topic.
    pub fn send_to(&self, client: &str, address: IpAddr, topic: &str, data: &Json) -> bool {
        let registry = self.0.registry.lock();
        let Some(number) = registry.streams.get(client) else { return false };
        let Some(connection) = registry.connections.get(*number).filter(|c| c.shared.address == address) else { return false };
        let event: Bytes = frame::event(client, topic, data.to_string().as_bytes());
        registry.named(*number, topic).is_some() && connection.shared.outbox.offer_once(&event)
    }
}

/// Whether a subscription is one to a topic, with whatever options.
fn is_named(name: &str, topic: &str) -> bool {
    name.strip_prefix(topic).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'))
}

/// Reads `topic?options={"query":{…},"headers":{…}}`. Options that cannot be read are none.
fn asked(text: &str) -> Asked {
    let (topic, options) = text.split_once('?').unwrap_or((text, ""));
    let options = url::form_urlencoded::parse(options.as_bytes()).find(|(key, _)| key == "options").map(|(_, value)| value);
    let options: Json = options.and_then(|o| serde_json::from_str(&o).ok()).unwrap_or_default();
    let group = |name: &str| options.get(name).and_then(Json::as_object).map_or_else(BTreeMap::new, texts);
    let query = group("query");
    let headers = group("headers").into_iter().map(|(key, value)| (key.to_lowercase().replace('-', "_"), value)).collect();
    let param = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (collection, record) = Asked::topic(topic);
    Asked { collection, record, filter: param("filter"), expand: param("expand"), fields: param("fields"), headers, snapshot: None, query }
}

fn texts(map: &Map<String, Json>) -> BTreeMap<String, String> {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    };
    map.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}
