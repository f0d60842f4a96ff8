//! Who may refuse what a client is about to do, besides the rules: scripts, which realtime does not know.

use super::asked::Asked;
use super::hub::{Hub, Kind};
use crate::error::Result;
use crate::query::Authority;
use crate::schema::Schema;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::pin::Pin;

/// What a client is about to do.
pub enum Attempt<'a> {
    /// To hear of a topic, or to be present on a channel.
    Subscribe {
        /// The topic without its options, or the name of the channel. A topic of a collection names it as it is called, however the client did.
        topic: &'a str,
        /// The name of the collection, if it is the topic of one.
        collection: Option<&'a str>,
        /// The id of the record, if the topic is about one.
        record: Option<&'a str>,
        /// What rules can read as `@request.query`.
        query: &'a BTreeMap<String, String>,
        /// What rules can read as `@request.headers`.
        headers: &'a BTreeMap<String, String>,
    },
    /// To send to a channel.
    Message {
        /// Its name.
        channel: &'a str,
        /// What kind of thing.
        event: &'a str,
        /// The thing.
        data: &'a Json,
    },
}

/// Decides; an error is what the client is told.
pub type Decision = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Asked before anything is changed. `None` when there is nobody to decide, which costs nothing.
pub type Veto = Box<dyn Fn(&Authority, &Attempt) -> Option<Decision> + Send + Sync>;

impl Hub {
    /// Has somebody asked from now on. Only the first one counts.
    pub fn ask_before(&self, veto: Veto) {
        // There is one app to a hub, and it says this once.
        let _ = self.0.veto.set(veto);
    }

    /// Asks about one attempt in somebody's name. What may take its time must not be awaited under a lock.
    pub(super) fn asking(&self, authority: &Authority, attempt: &Attempt) -> Option<Decision> {
        self.0.veto.get().and_then(|veto| veto(authority, attempt))
    }

    /// Asks about a subscription that somebody wants, under the name that its collection has.
    pub(super) fn asking_for(&self, authority: &Authority, topic: &str, asked: &Asked, kind: Kind) -> Option<Decision> {
        self.0.veto.get()?;
        let view = self.0.db.view();
        let (topic, collection) = named(&view.schema, topic, asked, kind);
        let record = collection.and(asked.record.as_deref());
        self.asking(authority, &Attempt::Subscribe { topic: &topic, collection, record, query: &asked.query, headers: &asked.headers })
    }

    /// Asks about an attempt of whoever is behind a connection now.
    pub(super) async fn ask(&self, number: usize, attempt: Attempt<'_>) -> Result<()> {
        let decision = {
            let registry = self.0.registry.lock();
            let Some(connection) = registry.connections.get(number) else { return Ok(()) };
            self.asking(&connection.actor.authority, &attempt)
        };
        decided(decision).await
    }

    /// Asks about a topic that a WebSocket wants to hear of.
    pub(super) async fn ask_for(&self, number: usize, topic: &str) -> Result<()> {
        let (collection, record) = Asked::topic(topic);
        let asked = Asked { collection, record, ..Asked::default() };
        let decision = {
            let registry = self.0.registry.lock();
            let Some(connection) = registry.connections.get(number) else { return Ok(()) };
            self.asking_for(&connection.actor.authority, topic, &asked, Kind::WebSocket)
        };
        decided(decision).await
    }
}

async fn decided(decision: Option<Decision>) -> Result<()> {
    match decision {
        Some(decision) => decision.await,
        None => Ok(()),
    }
}

/// The topic in the one spelling that scripts compare, and the name of its collection.
fn named<'s>(schema: &'s Schema, topic: &'s str, asked: &Asked, kind: Kind) -> (Cow<'s, str>, Option<&'s str>) {
    let Ok(collection) = asked.find(schema, kind) else { return (topic.into(), None) };
    let name = collection.name.as_str();
    (format!("{name}/{}", asked.record.as_deref().unwrap_or("*")).into(), Some(name))
}
