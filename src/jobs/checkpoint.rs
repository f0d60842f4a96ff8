//! Takes a checkpoint when the log has grown enough since the last one, and trims what it makes superfluous.

use crate::commit::Db;
use crate::error::Result;
use crate::log::Keep;

/// How many bytes the log may grow between two checkpoints: so much is replayed at most when the store is rebuilt.
const GROWTH: u64 = 512 << 20;
/// A cursor holds back at most so many bytes.
const CURSOR_LAG: u64 = 8 << 30;

pub(super) async fn run(db: &Db) -> Result<()> {
    let kept = db.retention();
    // A log that is to stay small is trimmed more often.
    if db.log_growth()? < GROWTH.min(kept.bytes / 4) {
        return Ok(());
    }
    db.checkpoint().await?;
    db.trim(&Keep { since: Some(db.clock().now() - kept.millis), bytes: Some(kept.bytes), not_past_seq: 0, cursor_lag: CURSOR_LAG })
}
