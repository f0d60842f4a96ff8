//! What follows an edit of a collection: values are rewritten in chunks, and what belonged to a deleted one goes.

use super::{Db, Op, Transaction, commit};
use crate::error::Result;
use crate::schema::Collection;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many records one transaction rewrites.
const CHUNK: usize = 500;

/// Rewrites the records whose fields became single or multiple. Until then reading converts them, so a stop in
/// between does no harm; without it, a field that is made multiple again would show values that were given up.
pub(super) async fn rewrite(db: &Db, collection: u32, fields: &[u16]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let Some(collection) = db.schema().by_number(collection).cloned() else { return Ok(()) };
    let mut from = 0;
    loop {
        let mut ops = Vec::new();
        let mut seen = 0;
        let range = crate::store::keys::rows_between(collection.number, from, None);
        db.view().each_in(&collection, &range, false, &mut |row| {
            seen += 1;
            from = row.rowid() + 1;
            let mut record = (*row.to_record()).clone();
            for field in fields.iter().filter_map(|n| collection.field_by_number(*n)) {
                let value = record.get(field);
                record.set(field.number, value);
            }
            ops.push(Op::Put { record });
            if seen < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if ops.is_empty() {
            return Ok(());
        }
        commit(db, Transaction::system("convert", ops)).await?;
    }
}

/// Deletes the external auths, one-time passwords, MFA sessions and known places of a deleted collection.
pub(super) async fn forget_satellites(db: &Db, deleted: &Collection) -> Result<()> {
    for name in super::satellites::ALL {
        let Some(collection) = db.schema().find(name).cloned() else { continue };
        let mut ops = Vec::new();
        let Some(field) = collection.field("collectionRef") else { continue };
        db.view().each(&collection, false, &mut |row| {
            if row.value(field).as_text() == deleted.id {
                ops.push(Op::Remove { collection: Arc::clone(&collection), id: row.id().into_owned() });
            }
            ControlFlow::Continue(())
        })?;
        if !ops.is_empty() {
            commit(db, Transaction::system("collection deleted", ops)).await?;
        }
    }
    Ok(())
}
