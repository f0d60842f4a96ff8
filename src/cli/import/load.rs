//! Rows into records: transactions of some hundred rows in the order of the file, and a way around rows that are refused.

use super::read::{BadRow, Row};
use super::report::Report;
use super::target::Target;
use crate::commit::{Db, Op, Refused, Transaction, commit};
use crate::error::Result;
use crate::schema::Field;
use crate::value::json;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// How many rows are one transaction: large enough that syncing the log costs little, small enough to stage quickly.
const BATCH: usize = 500;

/// What happens to a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Existing {
    /// Nothing.
    Skip,
    /// It changes the record.
    Update,
}

/// A row on its way.
struct Pending {
    line: u64,
    op: Op,
}

/// Keys that are there already, and the ids of their records.
struct Keys {
    field: Field,
    ids: HashMap<String, String>,
    existing: Existing,
}

/// Takes rows and writes them in batches.
pub struct Loader<'a> {
    db: &'a Db,
    /// What the columns become.
    pub target: Target,
    /// What was done so far.
    pub report: Report,
    keys: Option<Keys>,
    batch: Vec<Pending>,
}

impl<'a> Loader<'a> {
    /// With a `key`, all keys of the collection are read first: they stay in memory, the rows do not.
    pub fn new(db: &'a Db, target: Target, report: Report, key: Option<&str>, existing: Existing) -> Result<Self> {
        let keys = match key {
            Some(key) => Some(Keys::read(db, &target, target.key_field(key)?, existing)?),
            None => None,
        };
        Ok(Loader { db, target, report, keys, batch: Vec::with_capacity(BATCH) })
    }

    /// Takes the next row of the file.
    pub async fn row(&mut self, row: Result<Row, BadRow>) -> Result<()> {
        let row = match row {
            Ok(row) => row,
            Err(bad) => return self.report.fail(bad.line, "", &bad.problem),
        };
        let line = row.line;
        let body = match self.target.body(row) {
            Ok(body) => body,
            Err(misfit) => return self.report.fail(line, &misfit.field, &misfit.problem),
        };
        let Some(op) = self.op(line, body)? else { return Ok(()) };
        self.batch.push(Pending { line, op });
        if self.batch.len() < BATCH { Ok(()) } else { self.flush().await }
    }

    /// What a row does; `None` when there is nothing to do.
    fn op(&mut self, line: u64, mut body: Map<String, Json>) -> Result<Option<Op>> {
        let collection = self.target.collection.clone();
        let Some(keys) = &mut self.keys else { return Ok(Some(Op::Create { collection, body })) };
        let key = body.get(&keys.field.name).map(json::canonical).unwrap_or_default();
        if key.is_empty() || key == "\"\"" {
            self.report.fail(line, &keys.field.name, "the key is empty")?;
            return Ok(None);
        }
        if let Some(id) = keys.ids.get(&key) {
            let id = id.clone();
            if keys.existing == Existing::Update {
                body.remove("id");
                return Ok(Some(Op::Update { collection, id, body, if_match: None }));
            }
            self.report.skipped += 1;
            return Ok(None);
        }
        // The id is chosen here, so that a later row with the same key can name the record.
        let id = body.get("id").and_then(Json::as_str).map_or_else(crate::id::record, str::to_owned);
        body.insert("id".to_owned(), Json::String(id.clone()));
        keys.ids.insert(key, id);
        Ok(Some(Op::Create { collection, body }))
    }

    /// Writes what is waiting. A refused row is left out, and the rows before and after it are tried again.
    pub async fn flush(&mut self) -> Result<()> {
        let mut parts = vec![std::mem::take(&mut self.batch)];
        while let Some(mut rows) = parts.pop() {
            if rows.is_empty() {
                continue;
            }
            let ops = rows.iter().map(|row| row.op.clone()).collect();
            match commit(self.db, Transaction::system("import", ops)).await {
                Ok(_) => rows.iter().for_each(|row| self.count(row)),
                Err(Refused { op: Some(i), error }) if error.status() < 500 => {
                    let after = rows.split_off(i + 1);
                    if let Some(refused) = rows.pop() {
                        self.forget(&refused);
                        self.report.refused(refused.line, &error)?;
                    }
                    // The last part is tried first: the rows before the refused one.
                    parts.push(after);
                    parts.push(rows);
                }
                Err(refused) => return Err(refused.error),
            }
        }
        Ok(())
    }

    fn count(&mut self, row: &Pending) {
        match row.op {
            Op::Update { .. } => self.report.updated += 1,
            _ => self.report.created += 1,
        }
    }

    /// A key whose record was refused is free again.
    fn forget(&mut self, row: &Pending) {
        if let (Some(keys), Op::Create { body, .. }) = (&mut self.keys, &row.op) {
            let key = body.get(&keys.field.name).map(json::canonical).unwrap_or_default();
            keys.ids.remove(&key);
        }
    }
}

impl Keys {
    fn read(db: &Db, target: &Target, field: Field, existing: Existing) -> Result<Self> {
        let mut ids = HashMap::new();
        let view = db.view();
        view.each(&target.collection, false, &mut |row| {
            let mut key = Vec::new();
            json::write_value(&mut key, &row.value(&field));
            ids.insert(String::from_utf8_lossy(&key).into_owned(), row.id().into_owned());
            ControlFlow::Continue(())
        })?;
        Ok(Keys { field, ids, existing })
    }
}
