//! Who is connected at this moment, for administrators.

use super::hub::{Hub, Kind};
use super::outbox::Close;
use super::registry::{Connection, Registry, State, Sub};
use crate::value::time;
use serde_json::{Value as Json, json};

impl Hub {
    /// All open connections as JSON, the oldest first.
    pub fn connections(&self) -> Json {
        let registry = self.0.registry.lock();
        let mut found: Vec<&Connection> = registry.connections.iter().map(|(_, connection)| connection).collect();
        found.sort_by_key(|c| (c.shared.began, c.shared.id.clone()));
        let items: Vec<Json> = found.into_iter().map(|connection| self.describe(&registry, connection)).collect();
        json!({"items": items, "totalItems": items.len()})
    }

    fn describe(&self, registry: &Registry, connection: &Connection) -> Json {
        let shared = &connection.shared;
        let actor = connection.actor.authority.record().map(|r| {
            let collection = &r.collection;
            json!({"collectionId": collection.id, "collectionName": collection.name, "id": r.id(), "email": r.get_named("email").as_text()})
        });
        let subs: Vec<&Sub> = connection.subs.iter().filter_map(|sub| registry.subs.get(*sub)).collect();
        let position = subs.iter().map(|sub| if sub.state == State::Live { registry.seq.max(sub.after) } else { sub.after }).min();
        json!({
            "id": shared.id,
            "kind": if shared.kind == Kind::WebSocket { "ws" } else { "sse" },
            "address": shared.address.to_string(),
            "actor": actor,
            "since": time::from_millis(shared.opened),
            "subscriptions": subs.iter().map(|sub| describe_sub(sub)).collect::<Vec<_>>(),
            "queue": shared.outbox.len(),
            "position": self.position(position.unwrap_or(registry.seq)).to_string(),
        })
    }

    /// Closes the connection with this id; whether there was one.
    pub fn close(&self, id: &str) -> bool {
        let registry = self.0.registry.lock();
        let found = registry.connections.iter().find(|(_, connection)| connection.shared.id == id);
        if let Some((_, connection)) = found {
            connection.shared.outbox.close(Close::FORBIDDEN, true);
        }
        found.is_some()
    }
}

fn describe_sub(sub: &Sub) -> Json {
    let state = match sub.state {
        State::Live | State::Aside => "live",
        State::Catching { .. } => "catching up",
        State::Snapshot => "snapshot",
    };
    let topic = format!("{}/{}", sub.asked.collection, sub.asked.record.as_deref().unwrap_or("*"));
    json!({"sub": &*sub.name, "topic": topic, "filter": sub.asked.filter, "state": state})
}
