//! Step 2 of a transaction: the rules of the collection, on the record as it is or would be.

use super::stage::{Saving, Stage};
use crate::error::{Code, Error, Result};
use crate::query::{self, Row};
use crate::rules::Request;
use crate::schema::{Collection, patch};
use crate::value::Value;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

impl Stage<'_> {
    /// Judges a create on the record as it would be. Answers whether the manage rule holds.
    pub(super) fn may_create(&self, patched: &patch::Patched) -> Result<bool> {
        if self.authority.bypasses_rules() {
            return Ok(true);
        }
        let collection = patched.record.collection.clone();
        if is_open(&collection, &collection.rules.create) {
            return Ok(false);
        }
        let mut record = patched.record.clone();
        if record.id().is_empty() {
            record.set(0, Value::text("__temp_id__"));
        }
        // A rule that trusts `verified` must not be satisfied by the submitted value.
        record.set_named("verified", Value::Bool(false));
        let request = Request { body: patched.body.clone(), ..self.request.clone() };
        let row = Row::Record(Arc::new(record));
        if !query::allowed_new(&self.view, &self.authority, &request, &collection.rules.create, &row)? {
            return Err(Error::bad_request(Saving::Create.failed()).because("the create rule does not hold"));
        }
        match manage_rule(&collection) {
            rule @ Some(_) => query::allowed_new(&self.view, &self.authority, &request, rule, &row),
            None => Ok(false),
        }
    }

    /// Judges an update or delete on the record as it is. Answers whether the manage rule holds.
    pub(super) fn may_change(&self, row: &Row, body: &Map<String, Json>, rule: &Option<String>) -> Result<bool> {
        if self.authority.bypasses_rules() {
            return Ok(true);
        }
        if is_open(row.collection(), rule) {
            return Ok(false);
        }
        let request = Request { body: body.clone(), ..self.request.clone() };
        if !query::allowed(&self.view, &self.authority, &request, row.collection(), rule, row)? {
            return Err(Error::of(Code::NotFound).because("the rule does not hold"));
        }
        match manage_rule(row.collection()) {
            rule @ Some(_) => query::allowed(&self.view, &self.authority, &request, row.collection(), rule, row),
            None => Ok(false),
        }
    }
}

/// Whether everyone may, and there are no managers: then nothing is copied for rules to look at.
fn is_open(collection: &Collection, rule: &Option<String>) -> bool {
    rule.as_deref() == Some("") && manage_rule(collection).is_none()
}

fn manage_rule(collection: &Collection) -> &Option<String> {
    collection.auth.as_ref().map_or(&None, |a| &a.manage_rule)
}
