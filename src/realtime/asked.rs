//! What a subscription asks for, whoever asks, and which collection that is now.

use super::hub::Kind;
use super::message::Snapshot;
use crate::error::{Code, Error, Result};
use crate::schema::{Collection, Schema};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A subscription as it was asked for: what its judge is made from, and made from again when the schema or the actor changes.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The name or id of the collection.
    pub collection: String,
    /// The record, when it is about one.
    pub record: Option<String>,
    /// Which records.
    pub filter: String,
    /// Relations to expand.
    pub expand: String,
    /// Fields to pick.
    pub fields: String,
    /// What rules can read as `@request.query`.
    pub query: BTreeMap<String, String>,
    /// What rules can read as `@request.headers`.
    pub headers: BTreeMap<String, String>,
    /// Whether, and how, it begins with what matches now.
    pub snapshot: Option<Snapshot>,
}

impl Asked {
    /// Splits a topic: `collection/*`, `collection/id`, or `collection`, which is all of its records.
    pub fn topic(topic: &str) -> (String, Option<String>) {
        match topic.split_once('/') {
            None | Some((_, "*")) => (topic.trim_end_matches("/*").to_owned(), None),
            Some((collection, id)) => (collection.to_owned(), Some(id.to_owned())),
        }
    }

    /// The collection, as it is now. Event streams name it exactly, as PocketBase wants it.
    pub fn find<'s>(&self, schema: &'s Schema, kind: Kind) -> Result<&'s Arc<Collection>> {
        let exact = |c: &&Arc<Collection>| kind == Kind::WebSocket || c.name == self.collection || c.id == self.collection;
        let found = schema.find(&self.collection).filter(|c| !c.internal).filter(exact);
        found.ok_or_else(|| Error::new(Code::NotFound, format!("There is no collection {:?}.", self.collection)))
    }

    /// The rule that shows what it is about: the view rule for one record, else the list rule.
    pub fn rule<'c>(&self, collection: &'c Collection) -> &'c Option<String> {
        if self.record.is_some() { &collection.rules.view } else { &collection.rules.list }
    }
}
