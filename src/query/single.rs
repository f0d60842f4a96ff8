//! One record by its id, for one who may view it.

use super::access::allowed;
use super::render::render_record;
use super::{Authority, View};
use crate::error::{Code, Error, Result};
use crate::rules::Request;
use crate::schema::Collection;
use std::sync::Arc;

/// A record as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The complete body.
    pub body: Vec<u8>,
    /// Its revision: the first part of the `ETag`.
    pub rev: u64,
}

/// The record with this id as the one who is asking may see it; `None` when there is none, or the view rule does not let him at it: the two cannot be told apart.
pub fn view(
    view: &View,
    authority: &Authority,
    request: &Request,
    collection: &Arc<Collection>,
    id: &str,
    expand: &str,
    fields: &str,
) -> Result<Option<Answer>> {
    let rule = &collection.rules.view;
    if rule.is_none() && !authority.bypasses_rules() {
        return Err(Error::new(Code::Forbidden, "Only superusers can perform this action."));
    }
    let Some(row) = view.get(collection, id)? else { return Ok(None) };
    if !allowed(view, authority, request, collection, rule, &row)? {
        return Ok(None);
    }
    let body = render_record(view, authority, request, &row, expand, fields)?;
    Ok(Some(Answer { body, rev: row.rev() }))
}
