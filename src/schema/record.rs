//! A record at work: its values by field number, not yet or no longer a stored row.

use super::{Collection, Field};
use crate::value::Value;
use std::sync::Arc;

/// The values of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The collection it belongs to.
    pub collection: Arc<Collection>,
    /// Its place in the order of creation; `None` before it is stored.
    pub rowid: Option<u64>,
    /// The sequence number of the commit that wrote it; 0 before it is stored.
    pub rev: u64,
    /// Sorted by field number; a field that is not here has its zero value.
    values: Vec<(u16, Value<'static>)>,
}

impl Record {
    /// A record whose fields all have their zero value.
    pub fn new(collection: Arc<Collection>) -> Self {
        Record { collection, rowid: None, rev: 0, values: Vec::new() }
    }

    /// The value of a field; its zero value when it was never set.
    pub fn get(&self, field: &Field) -> Value<'static> {
        match self.values.binary_search_by_key(&field.number, |v| v.0) {
            Ok(i) => field.adapt(self.values[i].1.clone()),
            Err(_) => field.zero(),
        }
    }

    /// The value of the field with this name; `Null` when there is no such field.
    pub fn get_named(&self, name: &str) -> Value<'static> {
        self.collection.field(name).map_or(Value::Null, |f| self.get(f))
    }

    /// Sets a field.
    pub fn set(&mut self, field: u16, value: Value<'static>) {
        match self.values.binary_search_by_key(&field, |v| v.0) {
            Ok(i) => self.values[i].1 = value,
            Err(i) => self.values.insert(i, (field, value)),
        }
    }

    /// Sets the field with this name; does nothing when there is no such field.
    pub fn set_named(&mut self, name: &str, value: Value<'static>) {
        if let Some(number) = self.collection.field(name).map(|f| f.number) {
            self.set(number, value);
        }
    }

    /// Calls `f` with the value of a field, without copying it where it is stored as the field shows it.
    pub fn with<R>(&self, field: &Field, f: impl FnOnce(&Value<'static>) -> R) -> R {
        match self.values.binary_search_by_key(&field.number, |v| v.0) {
            Ok(i) if matches!((&self.values[i].1, field.is_multi()), (Value::List(_), false) | (Value::Text(_), true)) => {
                f(&self.get(field))
            }
            Ok(i) => f(&self.values[i].1),
            Err(_) => f(&field.zero()),
        }
    }

    /// The id, `""` when it has none yet.
    pub fn id(&self) -> &str {
        match self.values.first() {
            Some((0, Value::Text(id))) => id,
            _ => "",
        }
    }

    /// All values that were set, sorted by field number: what a stored row holds.
    pub fn values(&self) -> &[(u16, Value<'static>)] {
        &self.values
    }
}
