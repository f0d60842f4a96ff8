//! The order of a list: sort expressions, and the bytes by which two records are compared.

use super::scope::ViewScope;
use super::{Ask, Authority, Row, View};
use crate::error::{Code, Error, Result};
use crate::rules::{self, Budget, SortPath, Who};
use crate::schema::{Collection, Field};
use crate::store::keys;
use rand::RngExt;
use std::sync::Arc;

/// The expressions of a sort. None is the order of creation, which also parts what is equal.
pub struct Order {
    /// In their order.
    pub items: Vec<Item>,
}

/// One expression of a sort.
pub struct Item {
    /// What is compared.
    pub by: By,
    /// From high to low.
    pub descending: bool,
}

/// What a sort expression compares.
pub enum By {
    /// A field of the record itself: an index may have this order.
    Field(Field),
    /// `@rowid`: the order of creation.
    Rowid,
    /// `@random`: another order each time.
    Random,
    /// A relation path, a modifier, a part of a json field.
    Path(SortPath),
}

impl Order {
    /// Compiles the sort of a list for the one who asks.
    pub fn compile(view: &View, authority: &Authority, collection: &Arc<Collection>, ask: &Ask) -> Result<Self> {
        let items = ask.sorts().map(|text| Item::compile(view, authority, collection, text)).collect::<Result<_>>()?;
        Ok(Order { items })
    }

    /// Whether it differs from one time to the next.
    pub fn is_random(&self) -> bool {
        self.items.iter().any(|item| matches!(item.by, By::Random))
    }

    /// The sort values of a record, each encoded so that comparing bytes compares records.
    pub fn key(&self, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<Vec<Vec<u8>>> {
        self.items.iter().map(|item| item.key(scope, row, budget)).collect()
    }
}

impl Item {
    fn compile(view: &View, authority: &Authority, collection: &Arc<Collection>, text: &str) -> Result<Self> {
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let by = match name {
            "@rowid" => By::Rowid,
            "@random" => By::Random,
            path => Self::path(view, authority, collection, path)?,
        };
        Ok(Item { by, descending })
    }

    fn path(view: &View, authority: &Authority, collection: &Arc<Collection>, path: &str) -> Result<By> {
        // Compiled even for a plain field: that is where hidden fields and protected emails are refused.
        let compiled = rules::compile_sort(&view.schema, collection, path, who(authority))
            .map_err(|e| Error { code: e.code, ..Error::of(Code::BadRequest).because(e) })?;
        Ok(match collection.field(path) {
            Some(field) if !compiled.is_guarded() => By::Field(field.clone()),
            _ => By::Path(compiled),
        })
    }

    fn key(&self, scope: &ViewScope, row: &Row, budget: &mut Budget) -> Result<Vec<u8>> {
        let mut key = Vec::new();
        match &self.by {
            By::Field(field) => keys::encode_value(&mut key, &row.value(field), false, self.descending),
            By::Path(path) => keys::encode_value(&mut key, &path.value(scope, row, budget)?, false, self.descending),
            By::Random => key.extend(rand::rng().random::<u64>().to_be_bytes()),
            By::Rowid => {
                let rowid = if self.descending { !row.rowid() } else { row.rowid() };
                key.extend(rowid.to_be_bytes());
            }
        }
        Ok(key)
    }
}

/// For whom a client's text is compiled.
pub fn who(authority: &Authority) -> Who {
    if authority.bypasses_rules() { Who::Superuser } else { Who::Client }
}
