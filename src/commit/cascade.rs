//! What a delete takes along: referencing records are deleted, or lose the id, or forbid it.

use super::conflicts;
use super::stage::Stage;
use crate::error::{Error, Result};
use crate::query::Row;
use crate::schema::{Collection, Field};
use crate::value::Value;
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The most records that one delete may take along. More would make one transaction that holds up all others.
pub const LIMIT: usize = 50_000;

const BLOCKED: &str = "Failed to delete record. Make sure that the record is not part of a required relation reference.";

impl Stage<'_> {
    /// Stages the delete of a record and of everything that goes with it. Not recursive: a long chain must not end the stack.
    pub(super) fn delete_with_references(&mut self, row: Row) -> Result<()> {
        let mut queue = vec![row];
        let mut count = 0;
        while let Some(row) = queue.pop() {
            count += 1;
            if LIMIT < count {
                return Err(Error::bad_request(format!(
                    "Deleting this record would delete more than {LIMIT} others. Delete some of those first."
                )));
            }
            if self.is_gone(row.collection(), &row.id()) {
                continue;
            }
            let added = self.before_delete(&row)?;
            self.stage_delete(&row)?;
            self.satellites_of_deleted(&row)?;
            self.release(&row, &mut queue)?;
            self.add(added)?;
        }
        Ok(())
    }

    /// Handles every record that points to `target`, collections in the order of their names.
    fn release(&mut self, target: &Row, queue: &mut Vec<Row>) -> Result<()> {
        let schema = self.view.schema.clone();
        let mut fields: Vec<_> = schema.referring(&target.collection().id).collect();
        fields.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        for (collection, field) in fields {
            let id = target.id();
            self.watch(conflicts::reference(collection.number, field.number, &id));
            for row in self.holders(collection, field, &id)? {
                self.release_one(row, field, &id, queue)?;
            }
        }
        Ok(())
    }

    fn holders(&self, collection: &Arc<Collection>, field: &Field, id: &str) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.view.referring(collection, field, id, &mut |row| {
            rows.push(row);
            if rows.len() <= LIMIT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(rows)
    }

    fn release_one(&mut self, row: Row, field: &Field, id: &str, queue: &mut Vec<Row>) -> Result<()> {
        let options = field.relation().expect("`referring` yields relation fields only");
        let mut record = (*row.to_record()).clone();
        let value = record.get(field);
        let rest: Vec<&str> = value.items().into_iter().filter(|i| *i != id).collect();
        if rest.is_empty() && options.cascade_delete {
            queue.push(row);
            return Ok(());
        }
        if rest.is_empty() && options.required {
            let detail = format!("{} {} requires it in {}", record.collection.name, record.id(), field.name);
            return Err(Error::bad_request(BLOCKED).because(detail));
        }
        let rest = match value {
            Value::List(_) => Value::List(rest.into_iter().map(|s| Cow::Owned(s.to_owned())).collect()),
            _ => Value::text(""),
        };
        record.set(field.number, rest);
        self.touch_autodates(&mut record, false);
        self.stage_save(Some(&row), record)
    }
}
