//! Who may refuse what a client is about to do, besides the rules: scripts, which realtime does not know.

use super::hub::Hub;
use crate::error::Result;
use crate::query::Authority;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::pin::Pin;

/// What a client is about to do.
pub enum Attempt<'a> {
    /// To hear of a topic, or to be present on a channel.
    Subscribe {
        /// The topic without its options, or the name of the channel.
        topic: &'a str,
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

    /// Asks about an attempt of whoever is behind a connection now.
    pub(super) async fn ask(&self, number: usize, attempt: Attempt<'_>) -> Result<()> {
        let decision = {
            let registry = self.0.registry.lock();
            let Some(connection) = registry.connections.get(number) else { return Ok(()) };
            self.asking(&connection.actor.authority, &attempt)
        };
        match decision {
            Some(decision) => decision.await,
            None => Ok(()),
        }
    }
}
