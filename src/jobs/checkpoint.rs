//! Takes a checkpoint when the log has grown enough since the last one, and trims what it makes superfluous.

use crate::commit::Db;
use crate::error::Result;
use crate::log::Keep;

/// How many bytes the log may grow between two checkpoints: so much is replayed at most when the store is rebuilt.
const GROWTH: u64 = 512 << 20;
/// How long entries are kept for readers that come late, in milliseconds.
const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;
/// Above so many bytes old entries go even if they are younger.
const KEPT_BYTES: u64 = 4 << 30;
/// A cursor holds back at most so many bytes.
const CURSOR_LAG: u64 = 8 << 30;

pub(super) async fn run(db: &Db) -> Result<()> {
    if db.log_growth()? < GROWTH {
        return Ok(());
    }
    db.checkpoint().await?;
    db.trim(&Keep { since: Some(db.clock().now() - KEPT), bytes: Some(KEPT_BYTES), not_past_seq: 0, cursor_lag: CURSOR_LAG })
}
