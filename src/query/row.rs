//! A record at hand while reading: the stored bytes as they are, or a record that a transaction has staged.

use crate::error::{Error, Result};
use crate::schema::{Collection, Field, Record};
use crate::store::row;
use crate::value::Value;
use bytes::{Buf, Bytes};
use std::borrow::Cow;
use std::sync::Arc;

/// A record as the store holds it. Fields are read from the bytes one by one; nothing is decoded ahead.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The collection it belongs to.
    pub collection: Arc<Collection>,
    /// Its place in the order of creation.
    pub rowid: u64,
    /// The sequence number of the commit that wrote it.
    pub rev: u64,
    /// The row (`store::row`), without the revision in front.
    pub row: Bytes,
}

impl Stored {
    /// Splits a stored value into revision and row. With `check`, the row's checksum is verified: point reads do, scans do not.
    pub fn parse(collection: &Arc<Collection>, rowid: u64, value: Bytes, check: bool) -> Result<Self> {
        let Some((rev, _)) = value.split_first_chunk::<8>() else {
            return Err(broken(collection, rowid, "it is too short"));
        };
        let rev = u64::from_be_bytes(*rev);
        let mut row = value;
        row.advance(8);
        let stored = Stored { collection: collection.clone(), rowid, rev, row };
        if check {
            row::Row::new(&stored.row).check().map_err(|e| broken(collection, rowid, e))?;
        }
        Ok(stored)
    }
}

fn broken(collection: &Collection, rowid: u64, why: impl std::fmt::Display) -> Error {
    Error::internal(format!("row {rowid} of {} is damaged: {why}. Stop the server and rebuild the store from the log.", collection.name))
}

/// A record at hand; cheap to clone.
#[derive(Debug, Clone)]
pub enum Row {
    /// From the store.
    Stored(Stored),
    /// Staged by the transaction that is reading, or the record of who is asking.
    Record(Arc<Record>),
}

impl Row {
    /// The collection it belongs to.
    pub fn collection(&self) -> &Arc<Collection> {
        match self {
            Row::Stored(stored) => &stored.collection,
            Row::Record(record) => &record.collection,
        }
    }

    /// Its place in the order of creation. A record that was never stored comes after all others.
    pub fn rowid(&self) -> u64 {
        match self {
            Row::Stored(stored) => stored.rowid,
            Row::Record(record) => record.rowid.unwrap_or(u64::MAX),
        }
    }

    /// The sequence number of the commit that wrote it; 0 before it is stored.
    pub fn rev(&self) -> u64 {
        match self {
            Row::Stored(stored) => stored.rev,
            Row::Record(record) => record.rev,
        }
    }

    /// How many bytes its values have, more or less.
    pub fn size(&self) -> usize {
        match self {
            Row::Stored(stored) => stored.row.len(),
            Row::Record(record) => record.values().iter().map(|(_, value)| value.as_text().len() + 8).sum(),
        }
    }

    /// The id.
    pub fn id(&self) -> Cow<'_, str> {
        match self {
            Row::Stored(stored) => match row::Row::new(&stored.row).get(0) {
                Some(Value::Text(id)) => id,
                _ => Cow::Borrowed(""),
            },
            Row::Record(record) => Cow::Borrowed(record.id()),
        }
    }

    /// The value of a field, in the field's shape; its zero value when it was never set.
    pub fn value(&self, field: &Field) -> Value<'_> {
        match self {
            Row::Stored(stored) => match row::Row::new(&stored.row).get(field.number) {
                Some(value) => field.adapt(value),
                None => field.zero(),
            },
            Row::Record(record) => record.get(field),
        }
    }

    /// The value of a field as it was written, whatever the field has become since; `Null` when it was never set.
    pub fn raw(&self, number: u16) -> Value<'_> {
        match self {
            Row::Stored(stored) => row::Row::new(&stored.row).get(number).unwrap_or(Value::Null),
            Row::Record(record) => record.values().iter().find(|v| v.0 == number).map_or(Value::Null, |v| v.1.clone()),
        }
    }

    /// The same record as one of an edited collection.
    pub fn within(&self, collection: &Arc<Collection>) -> Row {
        match self {
            Row::Stored(stored) => Row::Stored(Stored { collection: collection.clone(), ..stored.clone() }),
            Row::Record(record) => {
                let mut record = (**record).clone();
                record.collection = collection.clone();
                Row::Record(Arc::new(record))
            }
        }
    }

    /// The same as a record at work: what writers and hooks change.
    pub fn to_record(&self) -> Arc<Record> {
        match self {
            Row::Record(record) => record.clone(),
            Row::Stored(stored) => Arc::new(record(stored)),
        }
    }
}

impl From<Arc<Record>> for Row {
    fn from(record: Arc<Record>) -> Self {
        Row::Record(record)
    }
}

/// A stored row as a record at work.
pub fn record(stored: &Stored) -> Record {
    let mut record = Record::new(stored.collection.clone());
    record.rowid = Some(stored.rowid);
    record.rev = stored.rev;
    for (number, value) in row::Row::new(&stored.row).values() {
        record.set(number, value.into_owned());
    }
    record
}
