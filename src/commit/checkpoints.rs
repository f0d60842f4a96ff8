//! Taking checkpoints while writing goes on, and trimming the log that they make superfluous.

use super::Db;
use super::writer::RESERVE;
use crate::error::{Code, Error, Result};
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
        let written = tokio::task::spawn_blocking(move || {
            let dir = db.dir().join("checkpoints");
            // It is smaller than the store, and it is the part of the server that can wait for room.
            if db.log().room()? < RESERVE + db.store().size()? {
                return Err(Error::of(Code::DiskFull).because("there is no room for a checkpoint"));
            }
            // What the store has only in memory is replayed from the log if this process is killed, and the log is about to be trimmed.
            db.store().flush()?;
            checkpoint::write(db.store().as_ref(), &dir, &|| db.log().sync())?;
            checkpoint::keep_newest(&dir, KEPT)
        });
        written.await.map_err(Error::internal)??;
        drop(edits);
        Ok(())
    }

    /// Bytes of log since the last checkpoint: what a rebuild would have to replay.
    pub fn log_growth(&self) -> Result<u64> {
        let last = checkpoint::list(&self.dir().join("checkpoints"))?.first().map_or(0, |c| c.position.seq);
        let commits = self.position().seq.saturating_sub(self.log().first_seq()) + 1;
        let since = self.position().seq.saturating_sub(last.max(self.log().first_seq()));
        // The log is not indexed by size; its average is near enough to decide when a checkpoint is due.
        Ok((self.log().size() as f64 * since as f64 / commits as f64) as u64)
    }

    /// Deletes log segments that are older or more than `keep` says, and that no checkpoint needs.
    pub fn trim(&self, keep: &Keep) -> Result<()> {
        let checkpoints = checkpoint::list(&self.dir().join("checkpoints"))?;
        let keep = Keep { not_past_seq: checkpoints.last().map_or(0, |c| c.position.seq), ..keep.clone() };
        self.log().trim(&keep)?;
        Ok(())
    }
}
