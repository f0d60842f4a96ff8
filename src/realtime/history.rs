//! What became of one record, change by change, as far as the log reaches.

use crate::commit::Db;
use crate::error::{Code, Error, Result};
use crate::log::{Change, ChangeKind, Entry, Log, Position};
use crate::query::{Row, Stored, View};
use crate::schema::{Collection, Field, Options};
use crate::value::json::{reread, write_value};
use crate::value::{Value, time};
use serde_json::{Map, Value as Json, json};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Which part of a history.
pub struct Part {
    /// Changes before this revision; `None` begins with the last one.
    pub before: Option<u64>,
    /// How many at most.
    pub limit: usize,
    /// Whether hidden fields are shown.
    pub hidden: bool,
}

/// The changes of a record, the newest first, and the revision to go on before, when there may be more. Reads files: not for an async thread.
pub fn read(db: &Db, collection: &Arc<Collection>, id: &str, part: &Part) -> Result<Json> {
    let view = db.view();
    let last = match view.get(collection, id)? {
        Some(row) => row.rev(),
        None => last_of(db.log(), collection.number, id)?.ok_or_else(|| Error::of(Code::NotFound))?,
    };
    let mut rev = part.before.map_or(last, |before| last.min(before.saturating_sub(1)));
    // A revision that the record never had is found from the next one that it had.
    if part.before.is_some() {
        rev = at_or_before(db.log(), collection.number, id, last, rev)?;
    }
    let mut items = Vec::new();
    while 0 < rev && items.len() < part.limit {
        let Some(entry) = entry_at(db.log(), rev)? else { break };
        let Some(change) = change_of(&entry, collection.number, id) else { break };
        items.push(item(&view, collection, &entry, change, db.position().epoch, part.hidden)?);
        rev = change.before_rev;
    }
    let more = 0 < rev && items.len() == part.limit;
    Ok(json!({"items": items, "nextBefore": if more { Some(rev + 1) } else { None }}))
}

/// The entry with this number; `None` when the log does not reach back to it.
fn entry_at(log: &Log, seq: u64) -> Result<Option<Entry>> {
    let mut found = None;
    let read = log.read(seq, &mut |entry| {
        found = Some(entry);
        ControlFlow::Break(())
    });
    match read {
        Ok(()) => Ok(found.filter(|e| e.seq == seq)),
        Err(error) if error.code == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The last change that an entry makes to a record.
fn change_of<'e>(entry: &'e Entry, collection: u32, id: &str) -> Option<&'e Change> {
    entry.changes.iter().rev().find(|c| c.collection == collection && c.id == id)
}

/// Follows the revisions of a record down to the first that is not after `rev`.
fn at_or_before(log: &Log, collection: u32, id: &str, last: u64, rev: u64) -> Result<u64> {
    let mut at = last;
    while rev < at {
        let Some(entry) = entry_at(log, at)? else { return Ok(0) };
        at = change_of(&entry, collection, id).map_or(0, |c| c.before_rev);
    }
    Ok(at)
}

/// The entry that ended a record: nothing leads to it, so the whole log is read.
fn last_of(log: &Log, collection: u32, id: &str) -> Result<Option<u64>> {
    let mut found = None;
    log.read(log.first_seq(), &mut |entry| {
        if change_of(&entry, collection, id).is_some() {
            found = Some(entry.seq);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn item(view: &View, collection: &Arc<Collection>, entry: &Entry, change: &Change, epoch: u32, hidden: bool) -> Result<Json> {
    let row = |row: &Option<bytes::Bytes>| {
        let stored = |row| Row::Stored(Stored { collection: collection.clone(), rowid: change.rowid, rev: entry.seq, row });
        row.clone().map(stored)
    };
    let (before, after) = (row(&change.before), row(&change.after));
    let action = match change.kind {
        ChangeKind::Create => "create",
        ChangeKind::Update => "update",
        ChangeKind::Delete => "delete",
    };
    Ok(json!({
        "action": action,
        "actor": actor(view, &entry.origin.actor),
        "source": entry.origin.source,
        "request": entry.origin.request,
        "time": time::from_millis(entry.time),
        "position": Position { epoch, seq: entry.seq }.to_string(),
        "rev": entry.seq,
        "changes": changes(collection, before.as_ref(), after.as_ref(), hidden)?,
    }))
}

/// `collection id/record id`, taken apart.
fn actor(view: &View, text: &str) -> Json {
    let Some((collection, id)) = text.split_once('/') else { return Json::Null };
    let name = view.schema.find(collection).map_or("", |c| c.name.as_str());
    json!({"collectionId": collection, "collectionName": name, "id": id})
}

/// The fields that differ, each with its value before and after. What never leaves the server does not do so here.
fn changes(collection: &Collection, before: Option<&Row>, after: Option<&Row>, hidden: bool) -> Result<Json> {
    let mut out = Map::new();
    let is_secret = |f: &Field| matches!(f.options, Options::Password(_)) || (collection.is_auth() && f.name == "tokenKey");
    for field in collection.fields.iter().filter(|f| hidden || !f.hidden) {
        let value = |row: Option<&Row>| row.map(|row| row.value(field).into_owned());
        let (old, new) = (value(before), value(after));
        if old == new {
            continue;
        }
        match is_secret(field) {
            true => drop(out.insert(field.name.clone(), json!({"before": null, "after": null}))),
            false => drop(out.insert(field.name.clone(), json!({"before": to_json(old)?, "after": to_json(new)?}))),
        }
    }
    Ok(Json::Object(out))
}

fn to_json(value: Option<Value<'static>>) -> Result<Json> {
    let Some(value) = value else { return Ok(Json::Null) };
    let mut text = Vec::new();
    write_value(&mut text, &value);
    reread(&text).map_err(Error::internal)
}
