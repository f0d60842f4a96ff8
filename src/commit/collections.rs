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
pub(super) struct Plan {
    pub save: Vec<Collection>,
    pub delete: Vec<Arc<Collection>>,
}

/// An edit that is asked for.
pub enum Change {
    /// A new collection.
    Create {
        /// What was submitted.
        body: Map<String, Json>,
    },
    /// Another form of one.
    Update {
        /// Its id or name.
        id: String,
        /// What is put over it.
        body: Map<String, Json>,
    },
    /// The end of one.
    Delete {
        /// Its id or name.
        id: String,
    },
    /// Many at once.
    Import {
        /// What was submitted.
        collections: Vec<Json>,
        /// Whether those that are not among them go.
        delete_missing: bool,
    },
}

/// What a change comes to with the collections as they are, or all that is wrong with it.
pub(super) fn plan(db: &Db, change: &Change) -> Result<Plan> {
    let (schema, now) = (db.schema(), now(db));
    match change {
        Change::Create { body } => Ok(Plan { save: vec![edit::create(&schema, body, &now, &check_rule)?], ..Plan::default() }),
        Change::Update { id, body } => {
            let current = found(&schema, id)?;
            Ok(Plan { save: vec![edit::update(&schema, &current, body, &now, &check_rule)?], ..Plan::default() })
        }
        Change::Delete { id } => {
            let current = found(&schema, id)?;
            edit::deletable(&schema, &current)?;
            Ok(Plan { delete: vec![current], ..Plan::default() })
        }
        Change::Import { collections, delete_missing } => {
            let plan = edit::import(&schema, collections, *delete_missing, &now, &check_rule)?;
            let save = plan.create.into_iter().chain(plan.update).collect();
            Ok(Plan { save, delete: plan.delete })
        }
    }
}

/// Makes a collection from what was submitted.
pub async fn create(db: &Db, authority: &Authority, body: &Map<String, Json>) -> Result<Arc<Collection>> {
    let _edit = db.edits().lock_owned().await;
    saved(db, authority, Change::Create { body: body.clone() }).await
}

/// Changes a collection: what was submitted is merged over it.
pub async fn update(db: &Db, authority: &Authority, id_or_name: &str, body: &Map<String, Json>) -> Result<Arc<Collection>> {
    let _edit = db.edits().lock_owned().await;
    saved(db, authority, Change::Update { id: id_or_name.to_owned(), body: body.clone() }).await
}

/// Carries out a change of one collection, which it answers.
async fn saved(db: &Db, authority: &Authority, change: Change) -> Result<Arc<Collection>> {
    let plan = plan(db, &change)?;
    let id = plan.save.first().map(|c| c.id.clone()).unwrap_or_default();
    apply(db, authority, plan).await?;
    found(&db.schema(), &id)
}

/// Deletes a collection with all its records.
pub async fn delete(db: &Db, authority: &Authority, id_or_name: &str) -> Result<()> {
    let _edit = db.edits().lock_owned().await;
    let plan = plan(db, &Change::Delete { id: id_or_name.to_owned() })?;
    apply(db, authority, plan).await
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
    let plan = plan(db, &Change::Import { collections: collections.to_vec(), delete_missing })?;
    apply(db, authority, plan).await
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
