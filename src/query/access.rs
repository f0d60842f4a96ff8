//! Whether a rule lets someone at a record.

use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::{Code, Error, Result};
use crate::rules::{Budget, Request, Rule, Who};
use crate::schema::Collection;
use std::sync::Arc;

/// What a rule says before any record is looked at.
#[derive(Clone)]
pub enum Access {
    /// Every record: the rule is empty, or does not apply to the one who is asking.
    Every,
    /// The records that match.
    Matching(Arc<Rule>),
}

impl Access {
    /// What `rule` gives to the one who is asking; a 403 when it is for superusers only.
    pub fn of(view: &View, authority: &Authority, collection: &Arc<Collection>, rule: &Option<String>) -> Result<Self> {
        Access::compiled(view, authority, collection, rule, Who::Rule)
    }

    fn compiled(view: &View, authority: &Authority, collection: &Arc<Collection>, rule: &Option<String>, who: Who) -> Result<Self> {
        if authority.bypasses_rules() {
            return Ok(Access::Every);
        }
        match rule.as_deref() {
            None => Err(Error::new(Code::Forbidden, "Only superusers can perform this action.")),
            Some("") => Ok(Access::Every),
            Some(text) => Ok(Access::Matching(view.rules.rule(&view.schema, collection, text, who)?)),
        }
    }

    /// Whether a record is among those it gives.
    pub fn gives(&self, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<bool> {
        match self {
            Access::Every => Ok(true),
            Access::Matching(rule) => rule.matches(scope, row, budget),
        }
    }
}

/// Whether `rule` lets the one who is asking at this record. A `null` rule is a 403 for all but superusers and Luge itself.
pub fn allowed(
    view: &View,
    authority: &Authority,
    request: &Request,
    collection: &Arc<Collection>,
    rule: &Option<String>,
    row: &Row,
) -> Result<bool> {
    let scope = ViewScope::new(view, authority, request);
    Access::of(view, authority, collection, rule)?.gives(&scope, row, &mut Budget::default())
}

/// The same for a record that is not there yet, such as one that a create rule judges.
pub fn allowed_new(view: &View, authority: &Authority, request: &Request, rule: &Option<String>, row: &Row) -> Result<bool> {
    let scope = ViewScope::new(view, authority, request);
    Access::compiled(view, authority, row.collection(), rule, Who::Creation)?.gives(&scope, row, &mut Budget::default())
}
