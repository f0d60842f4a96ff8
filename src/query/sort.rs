//! The order of a list: sort keys, and the bytes by which two records are compared.

use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::{Code, Error, Result};
use crate::rules::sort::SortBy;
use crate::rules::{self, Budget, SortKey, Who};
use crate::schema::Collection;
use crate::store::keys;
use rand::RngExt;
use std::sync::Arc;

/// The keys of a sort. None is the order of creation, which also parts what is equal.
pub struct Order {
    /// In their order.
    pub keys: Vec<SortKey>,
}

impl Order {
    /// Compiles the sort of a list for the one who asks. The wire has no cause in its 400: clients compare the message.
    pub fn compile(view: &View, authority: &Authority, collection: &Arc<Collection>, text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Order { keys: Vec::new() });
        }
        let keys = rules::compile_sort(&view.schema, collection, text, who(authority));
        Ok(Order { keys: keys.map_err(|e| Error::of(Code::BadRequest).because(e))? })
    }

    /// Whether it differs from one time to the next.
    pub fn is_random(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.by, SortBy::Random))
    }

    /// Whether it is the order of creation, or the one against it (true).
    pub fn creation(&self) -> Option<bool> {
        match self.keys.first() {
            None => Some(false),
            Some(SortKey { by: SortBy::Rowid, descending }) => Some(*descending),
            Some(_) => None,
        }
    }

    /// Whether it leaves out records whose joined record the one who asks may not list.
    pub fn is_guarded(&self) -> bool {
        self.keys.iter().any(SortKey::is_guarded)
    }

    /// Whether a record has a place in the order for the one who asks.
    pub fn admits(&self, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<bool> {
        for key in &self.keys {
            if !key.admits(scope, row, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The sort values of a record, each encoded so that comparing bytes compares records.
    pub fn values(&self, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<Vec<Vec<u8>>> {
        let one = |key| {
            let mut out = Vec::new();
            append(key, &mut out, scope, row, budget).map(|()| out)
        };
        self.keys.iter().map(one).collect()
    }

    /// Appends the same values, one after another, to bytes that are used again for each record.
    pub fn append(&self, out: &mut Vec<u8>, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<()> {
        self.keys.iter().try_for_each(|key| append(key, out, scope, row, budget))
    }
}

fn append(key: &SortKey, out: &mut Vec<u8>, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<()> {
    match &key.by {
        SortBy::Random => out.extend(rand::rng().random::<u64>().to_be_bytes()),
        SortBy::Rowid => {
            let rowid = if key.descending { !row.rowid() } else { row.rowid() };
            out.extend(rowid.to_be_bytes());
        }
        SortBy::Value(_) => match key.field() {
            Some(field) => keys::encode_value(out, &row.value(field), false, key.descending),
            None => keys::encode_value(out, &key.key(scope, row, budget)?, false, key.descending),
        },
    }
    Ok(())
}

/// For whom a client's text is compiled.
pub fn who(authority: &Authority) -> Who {
    if authority.bypasses_rules() { Who::Superuser } else { Who::Client }
}
