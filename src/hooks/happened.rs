//! What the log says of a record, as an after-handler sees it; also as JSON, which a dead letter keeps.

use super::event::E;
use super::events::{On, row};
use super::record::Rec;
use crate::log::{Change, ChangeKind, Entry};
use crate::query::{Row, Stored};
use crate::schema::{Collection, Record};
use crate::value::{Value, time};
use bytes::Bytes;
use rhai::Dynamic;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// A change that after-handlers react to.
#[derive(Clone)]
pub struct Happened {
    /// Which event.
    pub on: On,
    /// The same for each try: what a handler can use to do something once only.
    pub id: String,
    /// When it was committed, in milliseconds since 1970.
    pub time: i64,
    /// `collection id/record id` of who did it.
    pub actor: String,
    /// What kind of source did it.
    pub source: String,
    /// The collection.
    pub collection: Arc<Collection>,
    /// The record as it is after, or, when it is gone, as it was.
    pub record: Record,
    /// The record as it was.
    pub before: Option<Record>,
}

impl Happened {
    /// The event of a change.
    pub fn on(change: &Change) -> On {
        match change.kind {
            ChangeKind::Create => On::AfterCreate,
            ChangeKind::Update => On::AfterUpdate,
            ChangeKind::Delete => On::AfterDelete,
        }
    }

    /// What the entry of the log says at this place.
    pub fn of(epoch: u32, entry: &Entry, place: usize, collection: &Arc<Collection>) -> Self {
        let change = &entry.changes[place];
        let image = |row: &Bytes, rev| {
            let stored = Stored { collection: collection.clone(), rowid: change.rowid, rev, row: row.clone() };
            (*Row::Stored(stored).to_record()).clone()
        };
        let before = change.before.as_ref().map(|row| image(row, change.before_rev));
        let after = change.after.as_ref().map(|row| image(row, entry.seq));
        let blank = || Record::new(collection.clone());
        Happened {
            on: Happened::on(change),
            id: format!("{epoch}-{}-{place}", entry.seq),
            time: entry.time,
            actor: entry.origin.actor.clone(),
            source: entry.origin.source.clone(),
            collection: collection.clone(),
            record: after.or_else(|| before.clone()).unwrap_or_else(blank),
            before,
        }
    }

    /// What the handler is given: fresh for each try.
    pub fn event(&self) -> Dynamic {
        let copy = |r: &Record| Dynamic::from(Rec::copy(r));
        Dynamic::from(E::new(
            row(self.on).name,
            [
                ("id", self.id.clone().into()),
                ("record", copy(&self.record)),
                ("before", self.before.as_ref().map_or(Dynamic::UNIT, copy)),
                ("collection", self.collection.name.clone().into()),
                ("time", time::from_millis(self.time).into()),
                ("actor", self.actor.clone().into()),
                ("source", self.source.clone().into()),
            ],
        ))
    }

    /// What a dead letter keeps.
    pub fn to_json(&self) -> Json {
        let image = |r: &Record| Json::Object(Rec::copy(r).to_json());
        json!({
            "event": row(self.on).name, "id": self.id, "time": self.time, "actor": self.actor, "source": self.source,
            "collection": self.collection.id, "record": image(&self.record), "before": self.before.as_ref().map(image),
        })
    }

    /// What [`Happened::to_json`] kept, for the collection as it is now.
    pub fn from_json(json: &Json, on: On, collection: &Arc<Collection>) -> Self {
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let image = |values: &Map<String, Json>| {
            let mut record = Record::new(collection.clone());
            for field in &collection.fields {
                if let Some(value) = values.get(&field.name) {
                    record.set(field.number, field.normalise(value));
                }
            }
            record.set(0, Value::text(values.get("id").and_then(Json::as_str).unwrap_or_default().to_owned()));
            record
        };
        Happened {
            on,
            id: text("id"),
            time: json["time"].as_i64().unwrap_or_default(),
            actor: text("actor"),
            source: text("source"),
            collection: collection.clone(),
            record: json["record"].as_object().map_or_else(|| Record::new(collection.clone()), image),
            before: json["before"].as_object().map(image),
        }
    }
}
