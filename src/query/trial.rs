//! Trying a rule as somebody else: what it says, and which part of it decides.

use super::access::{allowed, allowed_new};
use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::Result;
use crate::rules::{self, Fault, Request, Trace, Who};
use crate::schema::Collection;
use std::sync::Arc;

/// What a rule says of someone and a record.
pub enum Verdict {
    /// Rules do not apply to superusers.
    Superuser,
    /// The rule is null: superusers only.
    Locked,
    /// The rule is empty: everyone.
    Everyone,
    /// It cannot be compiled.
    Mistake(Fault),
    /// It holds or does not, for these reasons.
    Judged(bool, Box<Trace>),
}

/// What is tried.
pub struct Trial<'t> {
    /// The state that is read.
    pub view: &'t View,
    /// As whom.
    pub authority: &'t Authority,
    /// The request that the rule sees.
    pub request: &'t Request,
    /// The collection of the record.
    pub collection: &'t Arc<Collection>,
    /// The rule, which need not be a stored one.
    pub rule: &'t Option<String>,
    /// The record.
    pub row: &'t Row,
    /// Whether the record is not there yet.
    pub creating: bool,
}

impl Trial<'_> {
    /// Judges as a real request is judged, and then looks at the parts.
    pub fn run(&self) -> Result<Verdict> {
        if self.authority.bypasses_rules() {
            return Ok(Verdict::Superuser);
        }
        let text = match self.rule.as_deref() {
            None => return Ok(Verdict::Locked),
            Some("") => return Ok(Verdict::Everyone),
            Some(text) => text,
        };
        let who = if self.creating { Who::Creation } else { Who::Rule };
        if let Err(fault) = rules::check_text(&self.view.schema, self.collection, text, who) {
            return Ok(Verdict::Mistake(fault));
        }
        let holds = match self.creating {
            true => allowed_new(self.view, self.authority, self.request, self.rule, self.row)?,
            false => allowed(self.view, self.authority, self.request, self.collection, self.rule, self.row)?,
        };
        let scope = ViewScope::new(self.view, self.authority, self.request);
        let trace = rules::trace(&self.view.schema, self.collection, text, who, &scope, self.row)?;
        Ok(Verdict::Judged(holds, Box::new(trace)))
    }
}
