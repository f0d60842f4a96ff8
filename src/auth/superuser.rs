//! Superusers as the owner of the machine makes them, beside the API.

use crate::commit::{Db, Op, Transaction, commit};
use crate::error::{Code, Error, Result};
use crate::query::View;
use crate::schema::{Collection, Record};
use serde_json::{Map, Value as Json, json};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Why these commits happen, in the log.
const WHY: &str = "superuser command";

/// Makes a new superuser.
pub async fn create(db: &Db, email: &str, password: &str) -> Result<Arc<Record>> {
    let op = Op::Create { collection: collection(&db.view())?, body: body(email, password) };
    run(db, op).await?.ok_or_else(|| Error::internal("a record that was created is not there"))
}

/// Makes a superuser, or gives the one with this address another password.
pub async fn upsert(db: &Db, email: &str, password: &str) -> Result<()> {
    match find(db, email)? {
        None => create(db, email, password).await.map(drop),
        Some(record) => {
            let (collection, id) = (record.collection.clone(), record.id().to_owned());
            // The address stays as it was first written.
            let mut body = body(email, password);
            body.remove("email");
            run(db, Op::Update { collection, id, body, if_match: None }).await.map(drop)
        }
    }
}

/// Deletes a superuser; the last one stays.
pub async fn delete(db: &Db, email: &str) -> Result<()> {
    let record = find(db, email)?.ok_or_else(|| Error::new(Code::NotFound, format!("There is no superuser {email}.")))?;
    run(db, Op::Delete { collection: record.collection.clone(), id: record.id().to_owned(), if_match: None }).await.map(drop)
}

/// The addresses of all superusers, in the order of their creation.
pub fn list(db: &Db) -> Result<Vec<String>> {
    Ok(all(db)?.iter().map(|r| r.get_named("email").as_text().to_owned()).collect())
}

/// Whether there is one.
pub fn any(view: &View) -> Result<bool> {
    Ok(0 < view.count(&collection(view)?)?)
}

fn collection(view: &View) -> Result<Arc<Collection>> {
    view.schema.find("_superusers").cloned().ok_or_else(|| Error::internal("there is no collection _superusers"))
}

fn find(db: &Db, email: &str) -> Result<Option<Arc<Record>>> {
    Ok(all(db)?.into_iter().find(|r| r.get_named("email").as_text().eq_ignore_ascii_case(email)))
}

fn all(db: &Db) -> Result<Vec<Arc<Record>>> {
    let view = db.view();
    let mut found = Vec::new();
    view.each(&collection(&view)?, false, &mut |row| {
        found.push(row.to_record());
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn body(email: &str, password: &str) -> Map<String, Json> {
    let values = json!({"email": email, "password": password, "passwordConfirm": password});
    values.as_object().cloned().unwrap_or_default()
}

/// The record as the step left it.
async fn run(db: &Db, op: Op) -> Result<Option<Arc<Record>>> {
    let done = commit(db, Transaction::system(WHY, vec![op])).await.map_err(Error::from)?;
    Ok(done.records.into_iter().next().flatten())
}
