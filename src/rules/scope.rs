//! Where a path in an expression gets its values from.

use super::Request;
use crate::error::Result;
use crate::schema::{Collection, Field};
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What the evaluator can ask for: its only door to data. The store-backed scope stands in `query`, a map-backed one in the tests.
pub trait Scope {
    /// A record at hand; cheap to clone, since each joined record is kept while it is looked at.
    type Row: Clone;

    /// The value of a field, already adapted to the field's shape. It borrows from the row, so that comparing copies nothing.
    fn value<'r>(&self, row: &'r Self::Row, field: &Field) -> Value<'r>;

    /// The record with this id.
    fn find(&self, collection: &Arc<Collection>, id: &str) -> Result<Option<Self::Row>>;

    /// Visits the records whose relation field holds `id`, in the order of creation.
    fn referring(
        &self,
        collection: &Arc<Collection>,
        field: &Field,
        id: &str,
        visit: &mut dyn FnMut(Self::Row) -> ControlFlow<()>,
    ) -> Result<()>;

    /// Visits all records of a collection in the order of creation. With `equal`, those whose field is another text than the value may be left out (if an index helps).
    fn each(
        &self,
        collection: &Arc<Collection>,
        equal: Option<(&Field, &Value)>,
        visit: &mut dyn FnMut(Self::Row) -> ControlFlow<()>,
    ) -> Result<()>;

    /// What is known of the request, `@request.*`.
    fn request(&self) -> &Request;

    /// The record of who is asking, `@request.auth.*`, with its collection.
    fn auth(&self) -> Option<(&Arc<Collection>, &Self::Row)>;
}
