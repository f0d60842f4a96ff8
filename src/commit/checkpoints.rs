//! Taking checkpoints while writing goes on, and trimming the log that they make superfluous.

use super::Db;
use crate::error::{Error, Result};
use crate::log::Keep;
use crate::store::checkpoint;

/// How many checkpoints are kept: the last one, and one before it in case the last is damaged.
const KEPT: usize = 2;

impl Db {
    /// Writes a checkpoint of everything that is visible now; what is committed meanwhile may be in it, and is in the log.
    pub async fn checkpoint(&self) -> Result<()> {
        // An edit of the collections in the middle of the dump could leave an index half in it.
        let edits = self.edits().lock_owned().await;
        let db = self.clone();
        let written =
            tokio::task::spawn_blocking(move || checkpoint::write(&db.dir().join("checkpoints"), db.store().as_ref(), db.position(), KEPT));
        written.await.map_err(Error::internal)??;
        drop(edits);
        Ok(())
    }

    /// Deletes log segments that are older or more than `keep` says, and that no checkpoint needs.
    pub fn trim(&self, keep: &Keep) -> Result<()> {
        let oldest = checkpoint::oldest(&self.dir().join("checkpoints"), self.position().epoch)?;
        let keep = Keep { not_past_seq: oldest.map_or(0, |c| c.seq), ..keep.clone() };
        self.log().trim(&keep)?;
        Ok(())
    }
}
