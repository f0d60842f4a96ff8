//! The end of every way to sign in: the collection's `authRule` is asked, then a token is given.

use super::{options, token};
use crate::error::{Code, Error, Result};
use crate::query::{self, Authority, Row, View};
use crate::rules::Request;
use crate::schema::Record;
use std::sync::Arc;

/// Someone may sign in.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Their record.
    pub record: Arc<Record>,
    /// Their token.
    pub token: String,
}

/// Gives `record` the token that `sign` makes, when the `authRule` of its collection holds. `asking` is who sent the request:
/// a guest at a first sign-in.
pub fn grant(
    view: &View,
    asking: &Authority,
    request: &Request,
    record: Arc<Record>,
    sign: impl FnOnce(&Record) -> Result<String>,
) -> Result<Grant> {
    let rule = &options(&record.collection)?.auth_rule;
    let row = Row::Record(record.clone());
    let refused = || Error::new(Code::Forbidden, "The request doesn't satisfy the collection requirements to authenticate.");
    match query::allowed(view, asking, request, &record.collection, rule, &row) {
        Ok(true) => Ok(Grant { token: sign(&record)?, record }),
        Ok(false) => Err(refused()),
        Err(e) if e.code == Code::Forbidden => Err(refused()),
        Err(e) => Err(e),
    }
}

/// A new token for a sign-in.
pub fn fresh(now_millis: i64) -> impl FnOnce(&Record) -> Result<String> {
    move |record| token::sign(record, now_millis, None, true)
}

/// A token for a superuser who acts as `record`: it cannot be refreshed. 0 seconds take the duration of the collection.
pub fn impersonating(now_millis: i64, seconds: i64) -> impl FnOnce(&Record) -> Result<String> {
    move |record| token::sign(record, now_millis, Some(seconds).filter(|s| 0 < *s), false)
}
