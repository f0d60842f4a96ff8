//! Step 3 of a transaction: the scripts that listen, and the writes that they add.

use super::stage::Stage;
use super::{Added, Before, DEPTH, aside};
use crate::error::{Error, Result};
use crate::query::Row;
use crate::schema::Record;

impl Stage<'_> {
    /// Before a record is saved; answers the writes that its hooks add.
    pub(super) fn before_save(&self, original: Option<&Record>, record: &mut Record) -> Result<Vec<Added>> {
        let hooks = self.db.hooks();
        if hooks.listens(&record.collection) { hooks.before_save(&self.before(), original, record) } else { Ok(Vec::new()) }
    }

    fn before(&self) -> Before<'_> {
        let (view, tx, authority, slow) = (&self.view, self.tx, &self.authority, &self.slow);
        Before { view, tx, authority, now: self.db.clock().now(), patient: aside::is_here(), slow }
    }

    /// Before the end of a record; answers the writes that its hooks add.
    pub(super) fn before_delete(&self, row: &Row) -> Result<Vec<Added>> {
        let hooks = self.db.hooks();
        if hooks.listens(row.collection()) { hooks.before_delete(&self.before(), &row.to_record()) } else { Ok(Vec::new()) }
    }

    /// Does the writes that a hook has added, each in the name that it states.
    pub(super) fn add(&mut self, added: Vec<Added>) -> Result<()> {
        if added.is_empty() {
            return Ok(());
        }
        if self.depth == DEPTH {
            return Err(Error::bad_request(format!("The hooks of this write cause each other more than {DEPTH} levels deep.")));
        }
        self.depth += 1;
        for Added { op, authority } in added {
            let asking = std::mem::replace(&mut self.authority, authority);
            let done = self.run(&op);
            self.authority = asking;
            done?;
        }
        self.depth -= 1;
        Ok(())
    }
}
