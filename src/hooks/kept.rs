//! What scripts leave behind in internal collections: JSON under a key.

use crate::commit::{Db, Op, Transaction, commit};
use crate::error::{Error, Result};
use crate::query::View;
use crate::schema::{Collection, Record};
use crate::value::{Value, json};
use serde_json::Value as Json;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Waiting and running jobs.
pub const JOBS: &str = "_jobs";
/// What failed for good.
pub const DEAD: &str = "_deadLetters";
/// Mail on its way.
pub const OUTBOX: &str = "_outbox";
/// Small values: of scripts, of plugins, of schedules.
pub const VALUES: &str = "_scripts";

/// The internal collection of this name.
pub fn keeper(view: &View, name: &str) -> Result<Arc<Collection>> {
    view.schema.find(name).cloned().ok_or_else(|| Error::internal(format!("there is no collection {name}")))
}

fn data(record: &Record) -> Json {
    match record.get_named("data") {
        Value::Json(text) => json::reread(text.as_bytes()).unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

/// What is kept under a key.
pub fn get(view: &View, collection: &str, id: &str) -> Result<Option<Json>> {
    Ok(view.get(&keeper(view, collection)?, id)?.map(|row| data(&row.to_record())))
}

/// The step that keeps a value.
pub fn put(view: &View, collection: &str, id: &str, value: &Json) -> Result<Op> {
    let mut record = Record::new(keeper(view, collection)?);
    record.set(0, Value::text(id.to_owned()));
    record.set_named("data", Value::Json(json::canonical(value).into()));
    Ok(Op::Put { record })
}

/// The step that forgets one.
pub fn remove(view: &View, collection: &str, id: &str) -> Result<Op> {
    Ok(Op::Remove { collection: keeper(view, collection)?, id: id.to_owned() })
}

/// Visits all, in the order of their creation, until the visitor breaks.
pub fn each(view: &View, collection: &str, visit: &mut dyn FnMut(String, Json) -> ControlFlow<()>) -> Result<()> {
    view.each(&keeper(view, collection)?, false, &mut |row| {
        let record = row.to_record();
        visit(record.id().to_owned(), data(&record))
    })
}

/// Does steps of the server itself.
pub async fn save(db: &Db, why: &'static str, ops: Vec<Op>) -> Result<()> {
    commit(db, Transaction::system(why, ops)).await?;
    Ok(())
}
