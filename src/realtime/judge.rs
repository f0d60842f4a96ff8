//! Who sees which change: a rule and a filter, made once for all who would be told the same.

use super::actor::Actor;
use super::asked::Asked;
use super::change::Images;
use super::frame::Action;
use super::hub::Kind;
use crate::error::Result;
use crate::log::ChangeKind;
use crate::query::expand;
use crate::query::fact::Facts;
use crate::query::fields::Fields;
use crate::query::render;
use crate::query::scope::ViewScope;
use crate::query::{Authority, Row, View, condition};
use crate::rules::{Budget, Reads, Request, Rule};
use crate::schema::Field;
use crate::value::Value;
use bytes::Bytes;
use std::fmt::Write;
use std::sync::Arc;

/// How many steps one decision may take: a change is judged for many.
pub const STEPS: u64 = 200_000;

/// What every actor keeps for as long as they are the same one.
const CONSTANT: [&str; 3] = ["id", "collectionId", "collectionName"];

/// Decides about changes for everyone who would be told the same of them.
#[derive(Debug)]
pub struct Judge {
    /// The number of the collection.
    pub collection: u32,
    /// The record, when it is about one.
    pub record: Option<String>,
    /// Which version of the schema it was made for.
    pub schema: u64,
    /// The fields of the actor that decide, but for those that never change.
    pub actor_fields: Vec<String>,
    /// A field that has this value in every record that matches.
    pub pin: Option<(u16, Pin)>,
    /// In whose name: anyone for whom the fields above have the same values.
    pub authority: Authority,
    /// What rules can know of the request.
    pub request: Request,
    condition: Option<Arc<Rule>>,
    reads: Reads,
    kind: Kind,
}

/// How a change is shown to one who may see it.
#[derive(Debug)]
pub struct Look {
    expand: String,
    fields: Fields,
    authority: Authority,
    request: Request,
    /// Whether what it shows depends on who looks.
    pub personal: bool,
}

/// A value that records are found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pin {
    /// A text.
    Text(String),
    /// The bits of a number.
    Number(u64),
    /// Yes or no.
    Bool(bool),
}

impl Pin {
    /// The pin of a value; `None` for lists and the like.
    pub fn of(value: &Value) -> Option<Pin> {
        match value {
            Value::Text(text) => Some(Pin::Text(text.clone().into_owned())),
            // Zero has two signs, and they are equal.
            Value::Number(number) => Some(Pin::Number((number + 0.0).to_bits())),
            Value::Bool(yes) => Some(Pin::Bool(*yes)),
            _ => None,
        }
    }
}

impl Judge {
    /// Compiles what is asked for the one who asks. Also gives the key that all have who can share it.
    pub fn new(view: &View, actor: &Actor, asked: &Asked, kind: Kind) -> Result<(String, Judge)> {
        let collection = asked.find(&view.schema, kind)?;
        let authority = &actor.authority;
        let rule = asked.rule(collection);
        let condition = condition(view, authority, collection, rule, &asked.filter)?.filter(|rule| !rule.is_always_true());
        let request = request(asked);
        let scope = ViewScope::new(view, authority, &request);
        let (mut reads, mut actor_fields, mut pin) = (Reads::default(), Vec::new(), None);
        if let Some(condition) = &condition {
            reads = condition.reads();
            actor_fields = condition.actor_fields(&scope)?.into_iter().collect();
            let facts = Facts::of(condition, &scope)?;
            // What is pinned to the time of day is pinned to nothing.
            pin = facts.list.iter().find(|f| f.pins() && !reads.time).and_then(|f| Some((f.field, Pin::of(&f.value)?)));
        }
        let key = key(actor, asked, collection.number, kind, &reads, &actor_fields);
        actor_fields.retain(|name| !CONSTANT.contains(&name.as_str()));
        let judge = Judge {
            collection: collection.number,
            record: asked.record.clone(),
            schema: view.schema.version,
            actor_fields,
            pin,
            authority: authority.clone(),
            request,
            condition,
            reads,
            kind,
        };
        Ok((key, judge))
    }

    /// Whether other records decide as well, or which collection the actor is of.
    pub fn reads_others(&self) -> bool {
        self.reads.joins || self.reads.auth
    }

    /// What the change is for those it is told to; `None`: nothing.
    pub fn decide(&self, images: &Images, now: i64, budget: &mut Budget) -> Result<Option<Action>> {
        let after = |budget: &mut Budget| self.matches(images.told.view, images.after.as_ref(), now, budget);
        let before = |budget: &mut Budget| match self.reads.joins {
            true => self.matches(images.told.past(), images.before.as_ref(), now, budget),
            false => self.matches(images.told.view, images.before.as_ref(), now, budget),
        };
        let stream = self.kind == Kind::EventStream;
        Ok(match images.change.kind {
            // PocketBase tells what happened to the record, to those who may see it as it is then.
            ChangeKind::Update if stream => after(budget)?.then_some(Action::Update),
            ChangeKind::Create => after(budget)?.then_some(Action::Create),
            ChangeKind::Delete => before(budget)?.then_some(Action::Delete),
            ChangeKind::Update => match (before(budget)?, after(budget)?) {
                (false, true) => Some(Action::Create),
                (true, true) => Some(Action::Update),
                (true, false) => Some(Action::Delete),
                (false, false) => None,
            },
        })
    }

    /// Whether a record is among those it is about.
    pub fn matches(&self, view: &View, row: Option<&Row>, now: i64, budget: &mut Budget) -> Result<bool> {
        let Some(row) = row else { return Ok(false) };
        let Some(condition) = &self.condition else { return Ok(true) };
        let later;
        let request = match self.reads.time {
            true => {
                later = Request { now, ..self.request.clone() };
                &later
            }
            false => &self.request,
        };
        condition.matches(&ViewScope::new(view, &self.authority, request), row, budget)
    }

    /// Whether two states of an actor are the same to it.
    pub fn is_same_to(&self, one: &Authority, other: &Authority) -> bool {
        let (Some(one), Some(other)) = (one.record(), other.record()) else { return true };
        self.actor_fields.iter().all(|name| one.get_named(name) == other.get_named(name))
    }
}

impl Look {
    /// How one who asks sees records, and the key that all have who see the same.
    pub fn new(judge: &Judge, actor: &Actor, asked: &Asked, has_emails: bool) -> Result<(String, Look)> {
        let fields = Fields::parse(&asked.fields)?;
        let expand = match expand::check(&asked.expand) {
            // There is no message that could tell the client of an event stream: it is shown the records alone.
            Err(_) if judge.kind == Kind::EventStream => String::new(),
            checked => checked.map(|()| asked.expand.clone())?,
        };
        let mut key = format!("{expand}\0{}\0", asked.fields);
        // What is expanded, and whether an email is shown, depends on who looks, and on what has become of them.
        let personal = !actor.authority.bypasses_rules() && (has_emails || !expand.is_empty());
        if personal {
            let (collection, id) = actor.name().unwrap_or_default();
            let rev = actor.authority.record().map_or(0, |record| record.rev);
            let _ = write!(key, "{collection}/{id}/{rev}");
        }
        Ok((key, Look { expand, fields, authority: actor.authority.clone(), request: judge.request.clone(), personal }))
    }

    /// The JSON of records, with commas between them.
    pub fn render(&self, view: &View, rows: &[Row]) -> Result<Bytes> {
        let mut out = Vec::new();
        render::rows(&mut out, view, &self.authority, &self.request, rows, &self.expand, &self.fields)?;
        Ok(out.into())
    }

    /// What is sent of a change.
    pub fn show(&self, images: &Images, action: Action, kind: Kind) -> Result<Bytes> {
        match (action, kind) {
            (Action::Delete, Kind::WebSocket) => {
                let id = images.change.id.as_str();
                let (collection, name) = (images.collection.id.as_str(), images.collection.name.as_str());
                Ok(serde_json::json!({"collectionId": collection, "collectionName": name, "id": id}).to_string().into())
            }
            (Action::Delete, Kind::EventStream) => self.render(images.told.past(), std::slice::from_ref(images.shown()?)),
            _ => self.render(images.told.view, std::slice::from_ref(images.shown()?)),
        }
    }
}

fn request(asked: &Asked) -> Request {
    Request {
        context: "realtime",
        method: "GET".to_owned(),
        query: asked.query.clone(),
        headers: asked.headers.clone(),
        ..Request::default()
    }
}

/// What two subscriptions must have in common to share a judge.
fn key(actor: &Actor, asked: &Asked, collection: u32, kind: Kind, reads: &Reads, actor_fields: &[String]) -> String {
    let mut key = format!("{kind:?}\0{collection}\0{:?}\0{}\0", asked.record, asked.filter);
    if actor.authority.bypasses_rules() {
        key.push('*');
    }
    if reads.request {
        let _ = write!(key, "{:?}{:?}", asked.query, asked.headers);
    }
    if reads.auth
        && let Some(record) = actor.authority.record()
    {
        let values: Vec<_> = actor_fields.iter().map(|name| record.get_named(name)).collect();
        let _ = write!(key, "\0{}{values:?}", record.collection.number);
    }
    key
}

/// The value that a record is found by.
pub fn pin_of(row: &Row, field: &Field) -> Option<Pin> {
    Pin::of(&row.value(field))
}
