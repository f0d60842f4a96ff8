//! Records that live with a record that can sign in: external auths, one-time passwords, MFA sessions, known places.

use super::stage::Stage;
use crate::error::Result;
use crate::query::Row;
use crate::schema::Record;
use crate::store::keys;
use crate::value::Value;
use std::ops::{Bound, ControlFlow};

pub(super) const ALL: &[&str] = &["_externalAuths", "_mfas", "_otps", "_authOrigins"];

impl Stage<'_> {
    /// They go with their record.
    pub(super) fn satellites_of_deleted(&mut self, row: &Row) -> Result<()> {
        if row.collection().is_auth() { self.remove_satellites(&row.to_record(), ALL) } else { Ok(()) }
    }

    /// A new password ends started sign-ins and forgets known places; a new token key ends one-time passwords.
    pub(super) fn satellites_of_changed(&mut self, original: &Record, record: &Record) -> Result<()> {
        let changed = |name: &str| original.get_named(name) != record.get_named(name);
        if changed("password") {
            self.remove_satellites(record, &["_mfas", "_authOrigins"])?;
        }
        if changed("tokenKey") {
            self.remove_satellites(record, &["_otps"])?;
        }
        Ok(())
    }

    fn remove_satellites(&mut self, record: &Record, names: &[&str]) -> Result<()> {
        for name in names {
            for row in self.satellites(record, name)? {
                self.stage_delete(&row)?;
            }
        }
        Ok(())
    }

    /// The rows of a satellite collection that name the record: each has an index that begins with both references.
    fn satellites(&self, record: &Record, name: &str) -> Result<Vec<Row>> {
        let Some(collection) = self.view.schema.find(name).cloned() else { return Ok(Vec::new()) };
        let (Some(of_collection), Some(of_record)) = (collection.field("collectionRef"), collection.field("recordRef")) else {
            return Ok(Vec::new());
        };
        let begins = |i: &&crate::schema::Index| {
            1 < i.columns.len() && i.columns[0].field == of_collection.number && i.columns[1].field == of_record.number
        };
        let Some(index) = collection.indexes.iter().find(begins) else { return Ok(Vec::new()) };
        let mut prefix = Vec::new();
        let values = [record.collection.id.as_str(), record.id()];
        for (value, column) in values.into_iter().zip(&index.columns) {
            keys::encode_value(&mut prefix, &Value::text(value), column.nocase, column.descending);
        }
        let mut rowids = Vec::new();
        let range = keys::index_range(collection.number, index.number, Bound::Included(&prefix), Bound::Included(&prefix));
        self.view.store.scan(&range, false, &mut |key, value| {
            rowids.extend(keys::index_rowid(key, &value));
            ControlFlow::Continue(())
        })?;
        let rows = rowids.into_iter().filter_map(|rowid| self.view.at(&collection, rowid).transpose());
        rows.collect()
    }
}
