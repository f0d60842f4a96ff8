//! Where a rule's paths get their values from while reading: the store, through a view.

use super::{Authority, Row, View, lookup};
use crate::error::Result;
use crate::rules::{Request, Scope};
use crate::schema::{Collection, Field};
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The scope of one request: made once, used for every row that it judges.
pub struct ViewScope<'v> {
    view: &'v View,
    request: &'v Request,
    auth: Option<(Arc<Collection>, Row)>,
}

impl<'v> ViewScope<'v> {
    /// The scope of a request that this authority makes.
    pub fn new(view: &'v View, authority: &Authority, request: &'v Request) -> Self {
        let auth = authority.record().map(|r| (r.collection.clone(), Row::Record(r.clone())));
        ViewScope { view, request, auth }
    }
}

impl Scope for ViewScope<'_> {
    type Row = Row;

    fn value<'r>(&self, row: &'r Row, field: &Field) -> Value<'r> {
        row.value(field)
    }

    fn find(&self, collection: &Arc<Collection>, id: &str) -> Result<Option<Row>> {
        self.view.get(collection, id)
    }

    fn referring(
        &self,
        collection: &Arc<Collection>,
        field: &Field,
        id: &str,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<()> {
        self.view.referring(collection, field, id, visit)
    }

    fn each(
        &self,
        collection: &Arc<Collection>,
        equal: Option<(&Field, &Value)>,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<()> {
        match equal {
            Some((field, value)) => lookup::each_equal(self.view, collection, field, value, visit),
            None => self.view.each(collection, false, visit),
        }
    }

    fn request(&self) -> &Request {
        self.request
    }

    fn auth(&self) -> Option<(&Arc<Collection>, &Row)> {
        self.auth.as_ref().map(|(collection, row)| (collection, row))
    }
}

/// The scope of an index's `WHERE`: the record and nothing else, so that an entry depends on its record alone.
#[derive(Default)]
pub struct Alone(Request);

impl Scope for Alone {
    type Row = Row;

    fn value<'r>(&self, row: &'r Row, field: &Field) -> Value<'r> {
        row.value(field)
    }

    fn find(&self, _: &Arc<Collection>, _: &str) -> Result<Option<Row>> {
        Ok(None)
    }

    fn referring(&self, _: &Arc<Collection>, _: &Field, _: &str, _: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<()> {
        Ok(())
    }

    fn each(&self, _: &Arc<Collection>, _: Option<(&Field, &Value)>, _: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<()> {
        Ok(())
    }

    fn request(&self) -> &Request {
        &self.0
    }

    fn auth(&self) -> Option<(&Arc<Collection>, &Row)> {
        None
    }
}
