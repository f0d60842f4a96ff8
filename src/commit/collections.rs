//! Creating, editing, deleting and importing collections while records are read and written.
//!
//! An edit that adds indexes to a collection with records first commits itself as *pending*: from then on every write
//! keeps the new indexes too. Then the existing records are indexed in chunks, and a second commit makes the edit real.

use super::numbers::Numbers;
use super::state::PENDING;
use super::{Db, Op, Transaction, backfill, commit, convert, numbers};
use crate::error::{Code, Error, Result};
use crate::query::Authority;
use crate::rules::{self, Who};
use crate::schema::{Collection, Kind, Record, Schema, diff, edit, stored, system};
use crate::value::{Value, json, time};
use serde_json::{Map, Value as Json};
use std::sync::{Arc, LazyLock};

/// What is to become of the collections, all of it or nothing.
#[derive(Default)]
struct Plan {
    save: Vec<Collection>,
    delete: Vec<Arc<Collection>>,
}

/// Makes a collection from what was submitted.
pub async fn create(db: &Db, authority: &Authority, body: &Map<String, Json>) -> Result<Arc<Collection>> {
    let _edit = db.edits().lock_owned().await;
    let collection = edit::create(&db.schema(), body, &now(db), &check_rule)?;
    let id = collection.id.clone();
    apply(db, authority, Plan { save: vec![collection], ..Plan::default() }).await?;
    found(&db.schema(), &id)
}

/// Changes a collection: what was submitted is merged over it.
pub async fn update(db: &Db, authority: &Authority, id_or_name: &str, body: &Map<String, Json>) -> Result<Arc<Collection>> {
    let _edit = db.edits().lock_owned().await;
    let schema = db.schema();
    let current = found(&schema, id_or_name)?;
    let collection = edit::update(&schema, &current, body, &now(db), &check_rule)?;
    apply(db, authority, Plan { save: vec![collection], ..Plan::default() }).await?;
    found(&db.schema(), &current.id)
}

/// Deletes a collection with all its records.
pub async fn delete(db: &Db, authority: &Authority, id_or_name: &str) -> Result<()> {
    let _edit = db.edits().lock_owned().await;
    let schema = db.schema();
    let current = found(&schema, id_or_name)?;
    edit::deletable(&schema, &current)?;
    apply(db, authority, Plan { delete: vec![current], ..Plan::default() }).await
}

/// Deletes every record of a collection. In one transaction where other records may be concerned, else in chunks.
pub async fn truncate(db: &Db, authority: &Authority, id_or_name: &str) -> Result<()> {
    let schema = db.schema();
    let collection = found(&schema, id_or_name)?;
    if collection.kind == Kind::View {
        return Err(Error::bad_request("View collections cannot be truncated since they don't store their own records."));
    }
    let concerns_others = schema.referring(&collection.id).next().is_some() || collection.is_auth();
    let chunk = if concerns_others { usize::MAX } else { 1000 };
    loop {
        let ids = first_ids(db, &collection, chunk)?;
        if ids.is_empty() {
            return Ok(());
        }
        let ops = ids.into_iter().map(|id| Op::Delete { collection: collection.clone(), id, if_match: None }).collect();
        let tx = Transaction { authority: authority.clone(), ..Transaction::system("truncate", ops) };
        commit(db, tx).await?;
    }
}

fn first_ids(db: &Db, collection: &Arc<Collection>, limit: usize) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    db.view().each(collection, false, &mut |row| {
        if limit <= ids.len() {
            return std::ops::ControlFlow::Break(());
        }
        ids.push(row.id().into_owned());
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(ids)
}

/// Makes the collections those of a list, matched by id, else by name.
pub async fn import(db: &Db, authority: &Authority, collections: &[Json], delete_missing: bool) -> Result<()> {
    let _edit = db.edits().lock_owned().await;
    let plan = edit::import(&db.schema(), collections, delete_missing, &now(db), &check_rule)?;
    let save = plan.create.into_iter().chain(plan.update).collect();
    apply(db, authority, Plan { save, delete: plan.delete }).await
}

/// The first collections of a new directory; and the end of edits that a stop has interrupted.
pub(super) async fn finish_start(db: &Db) -> Result<()> {
    let world = db.world();
    if world.schema.all().is_empty() {
        let save = system::collections(&now(db));
        return apply(db, &Authority::System("first start"), Plan { save, ..Plan::default() }).await;
    }
    abandon_all(db).await?;
    // A directory of an older version lacks what came later.
    let lacks = |c: &Collection| c.internal && world.schema.find(&c.name).is_none();
    let save: Vec<_> = system::collections(&now(db)).into_iter().filter(lacks).collect();
    if save.is_empty() { Ok(()) } else { apply(db, &Authority::System("new version"), Plan { save, ..Plan::default() }).await }
}

/// Ends edits that failed and could not even be ended, because the disk was full: until then every write keeps their indexes
/// and obeys the unique ones.
pub async fn end_failed(db: &Db) -> Result<()> {
    let _edit = db.edits().lock_owned().await;
    abandon_all(db).await
}

/// Nobody is preparing an edit: the caller holds the lock of edits, or is the start.
async fn abandon_all(db: &Db) -> Result<()> {
    for pending in db.world().pending.values() {
        abandon(db, pending).await?;
    }
    Ok(())
}

fn now(db: &Db) -> String {
    time::from_millis(db.clock().now())
}

fn found(schema: &Schema, id_or_name: &str) -> Result<Arc<Collection>> {
    let found = schema.find(id_or_name).filter(|c| !c.internal).cloned();
    found.ok_or_else(|| Error::of(Code::NotFound))
}

fn check_rule(schema: &Schema, collection: &Collection, text: &str) -> std::result::Result<(), String> {
    rules::compile(schema, &Arc::new(collection.clone()), text, Who::Rule).map(drop).map_err(|e| e.detail.unwrap_or(e.message))
}

/// Carries a plan out. The caller holds the lock of edits.
async fn apply(db: &Db, authority: &Authority, mut plan: Plan) -> Result<()> {
    abandon_all(db).await?;
    let before = db.schema();
    let mut numbers = numbers::read(db)?;
    for collection in &mut plan.save {
        numbers.assign(collection);
    }
    build_indexes(db, &before, &mut plan.save, &numbers).await?;
    let mut ops: Vec<Op> = vec![numbers.op()];
    for collection in &plan.save {
        ops.push(put(&collection.id, collection));
        if before.by_number(collection.number).is_some() {
            ops.push(forget(&format!("{PENDING}{}", collection.id)));
        }
    }
    ops.extend(plan.delete.iter().map(|c| forget(&c.id)));
    let mut tx = Transaction::system("collections", ops);
    if let Some(actor) = authority.record() {
        tx.origin.actor = format!("{}/{}", actor.collection.id, actor.id());
    }
    commit(db, tx).await?;
    for collection in &plan.save {
        let converted = before.by_number(collection.number).map(|old| diff::between(old, collection).converted).unwrap_or_default();
        convert::rewrite(db, collection.number, &converted).await?;
    }
    for collection in plan.delete.iter().filter(|c| c.is_auth()) {
        convert::forget_satellites(db, collection).await?;
    }
    Ok(())
}

/// Builds the indexes that are not ready yet. When a unique one cannot be, nothing of the edit remains.
async fn build_indexes(db: &Db, before: &Schema, save: &mut [Collection], numbers: &Numbers) -> Result<()> {
    let mut begun: Vec<Arc<Collection>> = Vec::new();
    let mut outcome = Ok(());
    for collection in save.iter_mut() {
        let new: Vec<u32> = collection.indexes.iter().filter(|i| !i.ready).map(|i| i.number).collect();
        let old = before.by_number(collection.number);
        if let (Some(old), false) = (old, new.is_empty())
            && 0 < db.view().count(old)?
        {
            let pending = Arc::new(collection.clone());
            begun.push(pending.clone());
            outcome = build(db, &pending, new, numbers).await;
        }
        if outcome.is_err() {
            break;
        }
        collection.indexes.iter_mut().for_each(|i| i.ready = true);
    }
    if outcome.is_err() {
        for pending in &begun {
            abandon(db, pending).await?;
        }
    }
    outcome
}

/// The numbers are stored with it: if this edit comes to nothing, another one must not use them while they are swept.
async fn build(db: &Db, pending: &Arc<Collection>, indexes: Vec<u32>, numbers: &Numbers) -> Result<()> {
    let id = format!("{PENDING}{}", pending.id);
    commit(db, Transaction::system("collections", vec![numbers.op(), put(&id, pending)])).await?;
    backfill::fill(db, pending, indexes).await
}

/// Ends a pending edit without making it real; its half-built indexes become garbage.
async fn abandon(db: &Db, pending: &Collection) -> Result<()> {
    let id = format!("{PENDING}{}", pending.id);
    commit(db, Transaction::system("collections", vec![forget(&id)])).await?;
    Ok(())
}

/// An internal collection, also before the store holds it.
pub(super) fn keeper(name: &str) -> Arc<Collection> {
    static ALL: LazyLock<Vec<Arc<Collection>>> = LazyLock::new(|| system::collections("").into_iter().map(Arc::new).collect());
    ALL.iter().find(|c| c.name == name).expect("the internal collections are among the system's").clone()
}

fn put(id: &str, collection: &Collection) -> Op {
    let mut record = Record::new(keeper("_collections"));
    record.set(0, Value::text(id.to_owned()));
    record.set_named("name", Value::text(collection.name.clone()));
    record.set_named("data", Value::Json(json::canonical(&stored::to_json(collection)).into()));
    Op::Put { record }
}

fn forget(id: &str) -> Op {
    Op::Remove { collection: keeper("_collections"), id: id.to_owned() }
}
