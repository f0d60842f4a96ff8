//! One subscription as its client knows it: the set built from the messages, the position to resume from, and all that was heard.

use super::api::Position;
use super::rules::{Filter, Viewer};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub struct Subscription {
    pub name: String,
    pub collection: &'static str,
    /// The only record, when the topic is one.
    pub record: Option<String>,
    pub filter: Filter,
    pub fields: &'static str,
    pub expand: bool,
    pub state: State,
    pub set: BTreeMap<String, Json>,
    /// Pages of a snapshot that is not complete.
    pages: BTreeMap<String, Json>,
    /// Everything up to here has arrived.
    pub safe: Option<Position>,
    /// The transaction that is arriving, which may not be complete.
    arriving: Option<Position>,
    /// The highest number on this connection.
    highest: u64,
    pub heard: Vec<Heard>,
    pub snapshots: Vec<Snapshot>,
    pub spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum State {
    /// Not subscribed on this connection.
    Off,
    Asked,
    Open,
    /// Refused, because nobody may ask.
    Refused,
}

/// A bound of what may decide: from the last access that was answered before the server was asked, to the last that had begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    pub from: usize,
    pub to: usize,
    /// Two while the client changes who it is.
    pub viewers: Vec<Viewer>,
}

/// A change as it was heard.
pub struct Heard {
    pub seq: u64,
    pub id: String,
    pub action: String,
    /// The record; `None` for a delete.
    pub image: Option<Json>,
    pub bounds: Bounds,
}

pub struct Snapshot {
    pub seq: u64,
    pub set: BTreeMap<String, Json>,
    pub bounds: Bounds,
}

/// A stretch of the log that must have arrived completely: what came after `from`, up to `to`.
pub struct Span {
    pub from: u64,
    pub to: u64,
    pub bounds: Bounds,
}

impl Subscription {
    pub fn new(name: String, collection: &'static str, record: Option<String>, filter: Filter, fields: &'static str, expand: bool) -> Self {
        Subscription {
            name,
            collection,
            record,
            filter,
            fields,
            expand,
            state: State::Off,
            set: BTreeMap::new(),
            pages: BTreeMap::new(),
            safe: None,
            arriving: None,
            highest: 0,
            heard: Vec::new(),
            snapshots: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// The message that begins it, or goes on where it was.
    pub fn message(&self) -> Json {
        let topic = format!("{}/{}", self.collection, self.record.as_deref().unwrap_or("*"));
        let mut message =
            json!({"type": "subscribe", "sub": self.name, "topic": topic, "filter": self.filter.text(), "snapshot": true, "limit": 500});
        if !self.fields.is_empty() {
            message["fields"] = self.fields.into();
        }
        if self.expand {
            message["expand"] = "author".into();
        }
        if let Some(position) = &self.safe {
            message["since"] = position.to_string().into();
        }
        message
    }

    /// A new connection: what had arrived of the last transaction may arrive again.
    pub fn connected(&mut self) {
        self.state = State::Off;
        self.arriving = None;
        self.pages.clear();
        self.highest = self.safe.as_ref().map_or(0, |p| p.seq);
    }

    pub fn snapshot(&mut self, message: &Json, bounds: Bounds) -> Result<(), String> {
        let position = position(message)?;
        for item in message["items"].as_array().ok_or("a snapshot without items")? {
            if self.pages.insert(id(item)?, item.clone()).is_some() {
                return Err(format!("a snapshot has {} twice", item["id"]));
            }
        }
        if message["last"] == true {
            self.set = std::mem::take(&mut self.pages);
            self.snapshots.push(Snapshot { seq: position.seq, set: self.set.clone(), bounds: bounds.clone() });
            self.begin(position, bounds);
        }
        Ok(())
    }

    /// From here on everything must arrive.
    fn begin(&mut self, position: Position, bounds: Bounds) {
        self.highest = position.seq;
        self.spans.push(Span { from: position.seq, to: position.seq, bounds });
        self.arriving = None;
        self.safe = Some(position);
    }

    pub fn change(&mut self, message: &Json, bounds: Bounds) -> Result<(), String> {
        let (position, record) = (position(message)?, &message["record"]);
        let id = id(record)?;
        if position.seq < self.highest {
            return Err(format!("{position} came after {}", self.highest));
        }
        let Some(safe) = &self.safe else { return Err(format!("{position} came before a snapshot")) };
        if position.seq <= safe.seq && self.arriving.is_none() {
            return Err(format!("{position} came, but {safe} was known already"));
        }
        self.highest = position.seq;
        if let Some(arriving) = self.arriving.take_if(|arriving| *arriving != position) {
            self.arrived(arriving, &bounds);
        }
        self.arriving = Some(position.clone());
        let action = message["action"].as_str().unwrap_or_default().to_owned();
        let image = match action.as_str() {
            "create" | "update" => Some(record.clone()),
            "delete" => None,
            _ => return Err(format!("the action {action:?}")),
        };
        match &image {
            Some(image) => _ = self.set.insert(id.clone(), image.clone()),
            None => _ = self.set.remove(&id),
        }
        let keys = record.as_object().map_or(0, serde_json::Map::len);
        if image.is_none() && (keys != 3 || record["collectionName"] != self.collection) {
            return Err(format!("a delete says more than who is gone: {record}"));
        }
        self.heard.push(Heard { seq: position.seq, id, action, image, bounds });
        Ok(())
    }

    /// A transaction is complete, since something later has come.
    fn arrived(&mut self, position: Position, bounds: &Bounds) {
        if let Some(span) = self.spans.last_mut() {
            span.to = span.to.max(position.seq);
            span.bounds.to = bounds.to;
            // It also goes on with another token of the same user.
            let more = bounds.viewers.iter().filter(|viewer| !span.bounds.viewers.contains(viewer)).cloned().collect::<Vec<_>>();
            span.bounds.viewers.extend(more);
        }
        self.safe = Some(position);
    }

    pub fn live(&mut self, message: &Json, bounds: &Bounds) -> Result<(), String> {
        let position = position(message)?;
        if position.seq < self.highest {
            return Err(format!("live at {position}, after {}", self.highest));
        }
        self.highest = position.seq;
        self.arriving = None;
        self.arrived(position, bounds);
        Ok(())
    }

    /// The set is void: a snapshot follows.
    pub fn reset(&mut self) {
        self.set.clear();
        self.pages.clear();
        self.safe = None;
        self.arriving = None;
        self.highest = 0;
    }

    /// What a fresh list has to compare with, without what changes when other records do.
    pub fn comparable(&self, set: &BTreeMap<String, Json>) -> BTreeMap<String, Json> {
        let mut set = set.clone();
        for record in set.values_mut().filter_map(Json::as_object_mut) {
            record.remove("expand");
        }
        set
    }
}

fn position(message: &Json) -> Result<Position, String> {
    message["position"].as_str().and_then(Position::parse).ok_or_else(|| format!("no position in {message}"))
}

fn id(record: &Json) -> Result<String, String> {
    record["id"].as_str().map(str::to_owned).ok_or_else(|| format!("no id in {record}"))
}
