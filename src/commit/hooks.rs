//! What scripts may do to a transaction before it is committed.

use super::{Op, Transaction};
use crate::error::Result;
use crate::query::{Authority, View};
use crate::schema::{Collection, Record};
use std::cell::Cell;

/// How deep writes that hooks add may cause hooks that add writes.
pub const DEPTH: usize = 5;

/// The `before` events. A handler sees only the transaction: it may run more than once for one request.
pub trait Hooks: Send + Sync {
    /// Whether anything listens to writes of this collection. Asked for each record, so it must cost nothing.
    fn listens(&self, collection: &Collection) -> bool;

    /// Before a record is created or updated: `record` may be changed, an error refuses the whole transaction.
    /// The writes that it answers follow the record in the same transaction.
    fn before_save(&self, call: &Before, original: Option<&Record>, record: &mut Record) -> Result<Vec<Added>>;

    /// Before a record is deleted: an error refuses the whole transaction. The same about the writes.
    fn before_delete(&self, call: &Before, record: &Record) -> Result<Vec<Added>>;
}

/// What a `before` handler may know.
pub struct Before<'a> {
    /// Sees what was staged so far.
    pub view: &'a View,
    /// The transaction.
    pub tx: &'a Transaction,
    /// Who asks for this step.
    pub authority: &'a Authority,
    /// Where the time comes from, in milliseconds since 1970.
    pub now: i64,
    /// Whether this thread may be held up. Where it may not, a handler that takes long gives up and sets `slow`.
    pub patient: bool,
    /// Set by a handler that gave up: the transaction is prepared again on a thread that may be held up.
    pub slow: &'a Cell<bool>,
}

/// A write that a hook adds to the transaction that caused it.
#[derive(Debug, Clone)]
pub struct Added {
    /// The step.
    pub op: Op,
    /// In whose name.
    pub authority: Authority,
}

/// No scripts.
pub struct NoHooks;

impl Hooks for NoHooks {
    fn listens(&self, _: &Collection) -> bool {
        false
    }

    fn before_save(&self, _: &Before, _: Option<&Record>, _: &mut Record) -> Result<Vec<Added>> {
        Ok(Vec::new())
    }

    fn before_delete(&self, _: &Before, _: &Record) -> Result<Vec<Added>> {
        Ok(Vec::new())
    }
}
