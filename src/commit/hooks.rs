//! What scripts may do to a transaction before it is committed.

use super::Transaction;
use crate::error::Result;
use crate::query::View;
use crate::schema::Record;

/// The `before` events. A handler sees only the transaction: it may run more than once for one request.
pub trait Hooks: Send + Sync {
    /// Before a record is created or updated: `record` may be changed, an error refuses the whole transaction.
    fn before_save(&self, view: &View, tx: &Transaction, original: Option<&Record>, record: &mut Record) -> Result<()>;

    /// Before a record is deleted: an error refuses the whole transaction.
    fn before_delete(&self, view: &View, tx: &Transaction, record: &Record) -> Result<()>;
}

/// No scripts.
pub struct NoHooks;

impl Hooks for NoHooks {
    fn before_save(&self, _: &View, _: &Transaction, _: Option<&Record>, _: &mut Record) -> Result<()> {
        Ok(())
    }

    fn before_delete(&self, _: &View, _: &Transaction, _: &Record) -> Result<()> {
        Ok(())
    }
}
