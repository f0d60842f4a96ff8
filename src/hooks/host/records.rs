//! `records::…`: reading and writing records. Scripts act as the system; `by` in the options asks the rules for someone.

use super::Part;
use crate::commit::{Added, Op, Transaction, commit};
use crate::error::{Code, Error, Result};
use crate::hooks::call::{self, Call, Reach};
use crate::hooks::convert;
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::hooks::record::Rec;
use crate::hooks::scripts::HOOKS;
use crate::log::Origin;
use crate::query::{self, Ask, Authority, View};
use crate::rules::{Reached, Request};
use crate::schema::{Collection, Record};
use rhai::{Dynamic, Engine, Map};
use serde_json::{Map as JsonMap, Value as Json};
use std::sync::Arc;

/// The most records that one call reads.
const MOST: u64 = 1_000;

/// The keys of options; every other key is the value of a placeholder.
const OPTIONS: &[&str] = &["sort", "limit", "page", "by"];

/// Why the system writes, for the log.
pub const WHY: &str = "script";

/// A collection that the unit may read or write.
pub fn collection(call: &Call, view: &View, name: &str, writing: bool) -> Thrown<Arc<Collection>> {
    let found = view.collection(name).map_err(throw)?.clone();
    let permissions = &call.unit.source.permissions;
    let allowed = if writing { permissions.write(&found.name) } else { permissions.read(&found.name) };
    allowed.map_err(|why| throw(Error::new(Code::Forbidden, why)))?;
    Ok(found)
}

/// In whose name: the system, or the record under `by`. `by: ()` is a guest.
pub fn authority(options: &Map) -> Thrown<Authority> {
    match options.get("by") {
        None => Ok(Authority::System(WHY)),
        Some(nobody) if nobody.is_unit() => Ok(Authority::guest()),
        Some(value) => match value.read_lock::<Rec>() {
            Some(record) => Ok(Authority::of(Some(Arc::new(record.to_record())))),
            None => Err(refuse("by: takes a record, such as e.auth")),
        },
    }
}

/// Puts values into a filter: `{:name}` becomes the value as a literal.
pub fn filled(filter: &str, options: &Map) -> Thrown<String> {
    let mut out = String::with_capacity(filter.len());
    let mut rest = filter;
    while let Some((before, after)) = rest.split_once("{:") {
        let (name, after) = after.split_once('}').ok_or_else(|| refuse("A placeholder looks like {:name}"))?;
        let value = options.get(name).ok_or_else(|| refuse(format!("There is no value for the placeholder {{:{name}}}")))?;
        out.push_str(before);
        out.push_str(&literal(&convert::to_json(value)));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn literal(value: &Json) -> String {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        other => format!("'{}'", other.to_string().replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

fn get(name: &str, id: &str) -> Thrown<Dynamic> {
    let call = call::current()?;
    let view = call.view()?;
    let collection = collection(&call, &view, name, false)?;
    let found = view.get(&collection, id).map_err(throw)?;
    Ok(found.map_or(Dynamic::UNIT, |row| Dynamic::from(Rec::copy(&row.to_record()))))
}

/// What a list of the system asks for.
fn ask(filter: &str, options: &Map, limit: u64) -> Thrown<Ask> {
    let whole = |key: &str| options.get(key).and_then(|v| v.as_int().ok()).and_then(|n| u64::try_from(n).ok());
    let params: Map = options.iter().filter(|(k, _)| !OPTIONS.contains(&k.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
    Ok(Ask {
        filter: filled(filter, &params)?,
        sort: options.get("sort").map(ToString::to_string).unwrap_or_default(),
        page: whole("page").unwrap_or(1).max(1),
        per_page: whole("limit").unwrap_or(limit).clamp(1, MOST),
        skip_total: true,
        ..Ask::default()
    })
}

fn list<T>(name: &str, filter: &str, options: &Map, limit: u64, read: impl FnOnce(&query::List, &Ask) -> Result<T>) -> Thrown<T> {
    let call = call::current()?;
    let view = call.view()?;
    let collection = collection(&call, &view, name, false)?;
    let ask = ask(filter, options, limit)?;
    let request = Request { context: "default", now: call.now()?, ..Request::default() };
    let authority = authority(options)?;
    let told = |e: Error| throw(Error { message: e.detail.clone().unwrap_or_else(|| e.message.clone()), ..e });
    let list = query::prepare(&view, &authority, &request, &collection, &ask).map_err(told)?;
    if call.unit.source.name != HOOKS {
        let reached = view.reached(&collection, &ask.filter, &ask.sort).map_err(told)?;
        may_reach(&call, &reached).map_err(|why| throw(Error::new(Code::Forbidden, why)))?;
    }
    read(&list, &ask).map_err(told)
}

/// A plugin sees what a filter or a sort compares as well as if it read it.
fn may_reach(call: &Call, reached: &Reached) -> std::result::Result<(), String> {
    if reached.secret {
        return Err("a plugin may not filter or sort by passwords and token keys".to_owned());
    }
    reached.collections.iter().try_for_each(|joined| call.unit.source.permissions.read(&joined.name))
}

fn find(name: &str, filter: &str, options: &Map) -> Thrown<Dynamic> {
    let rows = list(name, filter, options, 100, |list, _| list.rows())?;
    Ok(Dynamic::from_array(rows.iter().map(|row| Dynamic::from(Rec::copy(&row.to_record()))).collect()))
}

fn first(name: &str, filter: &str, options: &Map) -> Thrown<Dynamic> {
    let rows = list(name, filter, options, 1, |list, _| list.rows())?;
    Ok(rows.first().map_or(Dynamic::UNIT, |row| Dynamic::from(Rec::copy(&row.to_record()))))
}

fn count(name: &str, filter: &str, options: &Map) -> Thrown<i64> {
    let n = list(name, filter, options, 1, |list, _| list.total())?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A step that creates a record; its id is known before it is done.
pub fn creating(call: &Call, name: &str, body: &Map) -> Thrown<(Op, JsonMap<String, Json>)> {
    let collection = collection(call, &call.view()?, name, true)?;
    let mut body = convert::object(body);
    let has_id = body.get("id").and_then(Json::as_str).is_some_and(|id| !id.is_empty());
    if !has_id {
        let mut blank = Record::new(collection.clone());
        crate::schema::patch::fill_generated(&mut blank).map_err(throw)?;
        body.insert("id".to_owned(), blank.id().into());
    }
    Ok((Op::Create { collection, body: body.clone() }, body))
}

/// A step that changes a record.
pub fn updating(call: &Call, name: &str, id: &str, body: &Map, if_match: Option<u64>) -> Thrown<Op> {
    let collection = collection(call, &call.view()?, name, true)?;
    Ok(Op::Update { collection, id: id.to_owned(), body: convert::object(body), if_match })
}

/// A step that deletes a record.
pub fn deleting(call: &Call, name: &str, id: &str) -> Thrown<Op> {
    let collection = collection(call, &call.view()?, name, true)?;
    Ok(Op::Delete { collection, id: id.to_owned(), if_match: None })
}

/// Does steps: inside a transaction they follow it, else they are one of their own. Answers the records as they are then.
pub fn done(call: &Call, what: &str, ops: Vec<Op>, authority: &Authority) -> Thrown<Vec<Option<Arc<Record>>>> {
    match &call.reach {
        Reach::Loading => Err(refuse(format!("{what} only works inside a handler"))),
        Reach::Staged(staging) => {
            staging.added.borrow_mut().extend(ops.into_iter().map(|op| Added { op, authority: authority.clone() }));
            Ok(Vec::new())
        }
        Reach::World => {
            let db = call.db()?;
            let origin = Origin { source: format!("script {}", call.what), ..Origin::default() };
            let request = Request { context: "default", now: db.clock().now(), ..Request::default() };
            let tx = Transaction { authority: authority.clone(), origin, request, ..Transaction::system(WHY, ops) };
            let committed = call.wait(what, async move { commit(&db, tx).await })?.map_err(|refused| throw(refused.error))?;
            Ok(committed.records)
        }
    }
}

fn create(name: &str, body: &Map, options: &Map) -> Thrown<Dynamic> {
    let call = call::current()?;
    let (op, body) = creating(&call, name, body)?;
    let records = done(&call, "records::create", vec![op], &authority(options)?)?;
    Ok(shown(records, || convert::from_json(&Json::Object(body))))
}

fn update(name: &str, id: &str, body: &Map, options: &Map) -> Thrown<Dynamic> {
    let call = call::current()?;
    let op = updating(&call, name, id, body, None)?;
    let records = done(&call, "records::update", vec![op], &authority(options)?)?;
    Ok(shown(records, || Dynamic::UNIT))
}

fn delete(name: &str, id: &str, options: &Map) -> Thrown<()> {
    let call = call::current()?;
    let op = deleting(&call, name, id)?;
    done(&call, "records::delete", vec![op], &authority(options)?).map(drop)
}

fn shown(records: Vec<Option<Arc<Record>>>, otherwise: impl FnOnce() -> Dynamic) -> Dynamic {
    match records.into_iter().next().flatten() {
        Some(record) => Dynamic::from(Rec::copy(&record)),
        None => otherwise(),
    }
}

/// The module `records`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("get", get);
    m.add("find", |name: &str, filter: &str| find(name, filter, &Map::new()));
    m.add("find", |name: &str, filter: &str, options: Map| find(name, filter, &options));
    m.add("first", |name: &str, filter: &str| first(name, filter, &Map::new()));
    m.add("first", |name: &str, filter: &str, options: Map| first(name, filter, &options));
    m.add("count", |name: &str| count(name, "", &Map::new()));
    m.add("count", |name: &str, filter: &str| count(name, filter, &Map::new()));
    m.add("count", |name: &str, filter: &str, options: Map| count(name, filter, &options));
    m.add("create", |name: &str, body: Map| create(name, &body, &Map::new()));
    m.add("create", |name: &str, body: Map, options: Map| create(name, &body, &options));
    m.add("update", |name: &str, id: &str, body: Map| update(name, id, &body, &Map::new()));
    m.add("update", |name: &str, id: &str, body: Map, options: Map| update(name, id, &body, &options));
    m.add("delete", |name: &str, id: &str| delete(name, id, &Map::new()));
    m.add("delete", |name: &str, id: &str, options: Map| delete(name, id, &options));
    m.publish(engine, "records");
}
