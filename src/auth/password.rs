//! Signing in with an identity and a password.

use super::options;
use super::throttle::{Throttle, Tried};
use crate::commit::passwords::Passwords;
use crate::commit::{Db, Op, Transaction, commit};
use crate::error::{Code, Error, Result};
use crate::query::{self, View};
use crate::schema::{AuthOptions, Collection, Index, Record};
use crate::value::Value;
use std::sync::Arc;

/// What was submitted, within its limits.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The value of an identity field.
    pub identity: String,
    /// The plain password.
    pub password: String,
    /// The one field to look in; empty for all identity fields.
    pub field: String,
}

/// The options of the collection, or why nobody signs in there with a password.
pub fn allowed(collection: &Collection) -> Result<&AuthOptions> {
    let options = options(collection)?;
    if !options.password_enabled {
        return Err(Error::new(Code::Forbidden, "The collection is not configured to allow password authentication."));
    }
    if options.mfa.get("enabled").and_then(|v| v.as_bool()) == Some(true) {
        let message = "This collection asks for multi-factor sign-in, which this version cannot do yet. Turn its mfa option off to sign in with a password alone.";
        return Err(Error::new(Code::Forbidden, message));
    }
    Ok(options)
}

/// The record that the attempt proves to be; a 429 after too many failures.
pub async fn sign_in(db: &Db, throttle: &Throttle, tried: Tried, collection: &Arc<Collection>, attempt: Attempt) -> Result<Arc<Record>> {
    throttle.check(tried, db.clock().now())?;
    let proved = prove(db, collection, attempt).await;
    let now = db.clock().now();
    match &proved {
        // Others may have failed while this one was compared: whoever sends many guesses at once learns no more than one after the other.
        Ok(_) => throttle.check(tried, now)?,
        Err(e) if e.code == Code::BadRequest => throttle.failed(tried, now),
        Err(_) => {}
    }
    if proved.is_ok() {
        throttle.succeeded(tried);
    }
    proved
}

/// An unknown identity costs as much time as a wrong password, and both read the same.
async fn prove(db: &Db, collection: &Arc<Collection>, attempt: Attempt) -> Result<Arc<Record>> {
    let options = allowed(collection)?;
    let found = find(&db.view(), collection, options, &attempt)?;
    let plain = attempt.password;
    let fits = match &found {
        Some(record) => db.passwords().verify(plain.clone(), hash_of(record)).await?,
        None => db.passwords().refuse(plain.clone()).await?,
    };
    match found {
        Some(record) if fits => {
            if Passwords::is_outdated(&hash_of(&record)) {
                rehash(db, &record, plain).await?;
            }
            Ok(record)
        }
        _ => Err(Error::bad_request("Failed to authenticate.").because("invalid login credentials")),
    }
}

fn hash_of(record: &Record) -> String {
    record.get_named("password").as_text().to_owned()
}

/// Looks the identity up in each field, `email` first, and there only what looks like an address.
fn find(view: &View, collection: &Arc<Collection>, options: &AuthOptions, attempt: &Attempt) -> Result<Option<Arc<Record>>> {
    if !attempt.field.is_empty() {
        return find_by(view, collection, &attempt.field, &attempt.identity);
    }
    let (email, others): (Vec<&String>, Vec<&String>) = options.identity_fields.iter().partition(|f| *f == "email");
    for field in email.into_iter().filter(|_| attempt.identity.contains('@')).chain(others) {
        if let Some(record) = find_by(view, collection, field, &attempt.identity)? {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

/// The record whose field has this value. Only fields with a unique index of their own can be identities.
fn find_by(view: &View, collection: &Arc<Collection>, field: &str, identity: &str) -> Result<Option<Arc<Record>>> {
    let Some(field) = collection.field(field) else { return Ok(None) };
    let names_it = |i: &Index| i.unique && i.columns.len() == 1 && i.columns[0].field == field.number;
    if !collection.indexes.iter().any(names_it) {
        return Ok(None);
    }
    Ok(query::find_unique(view, collection, field, identity)?.map(|row| row.to_record()))
}

/// Replaces the hash of a record that was moved over by one of today's kind. Its tokens stay good, since the password is the same.
async fn rehash(db: &Db, known: &Record, plain: String) -> Result<()> {
    let hash = db.passwords().hash(plain).await?;
    let Some(row) = db.view().get(&known.collection, known.id())? else { return Ok(()) };
    let mut record = (*row.to_record()).clone();
    // Someone may have changed the password meanwhile.
    if hash_of(&record) == hash_of(known) {
        record.set_named("password", Value::text(hash));
        commit(db, Transaction::system("rehash", vec![Op::Put { record }])).await.map_err(Error::from)?;
    }
    Ok(())
}
