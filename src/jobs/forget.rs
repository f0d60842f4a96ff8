//! Forgets the answers that were kept for repeated requests, once they are a day old.

use crate::commit::{Db, Transaction, commit, idempotency};
use crate::error::Result;

/// How many are forgotten in one transaction.
const CHUNK: usize = 500;

pub(super) async fn run(db: &Db) -> Result<()> {
    loop {
        let ops = idempotency::expired(db, CHUNK)?;
        if ops.is_empty() {
            return Ok(());
        }
        commit(db, Transaction::system("forget kept answers", ops)).await?;
    }
}
