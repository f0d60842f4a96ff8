//! The numbers of collections and indexes: they stand in keys, so none is ever given out twice.

use super::collections::keeper;
use super::{Db, Op};
use crate::error::Result;
use crate::schema::{Collection, Record};
use crate::value::Value;
use serde_json::{Value as Json, json};

/// The next free numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    collection: u32,
    index: u32,
}

/// The numbers as they are stored.
pub(super) fn read(db: &Db) -> Result<Numbers> {
    let row = db.view().get(&keeper("_params"), "numbers")?;
    let data = match row.map(|r| r.to_record().get_named("data")) {
        Some(Value::Json(text)) => serde_json::from_str(&text).unwrap_or(Json::Null),
        _ => Json::Null,
    };
    // Numbers up to 100 belong to the collections and indexes that come with Luge.
    let number = |name: &str, least: u32| data[name].as_u64().map_or(least, |n| n as u32);
    Ok(Numbers { collection: number("collection", 101), index: number("index", 101) })
}

impl Numbers {
    /// Gives numbers to a collection and to its indexes that have none.
    pub fn assign(&mut self, collection: &mut Collection) {
        if collection.number == 0 {
            collection.number = self.collection;
            self.collection += 1;
        }
        for index in collection.indexes.iter_mut().filter(|i| i.number == 0) {
            index.number = self.index;
            self.index += 1;
        }
    }

    /// The step that stores them.
    pub fn op(&self) -> Op {
        let mut record = Record::new(keeper("_params"));
        record.set(0, Value::text("numbers"));
        let data = json!({"collection": self.collection, "index": self.index});
        record.set_named("data", Value::Json(data.to_string().into()));
        Op::Put { record }
    }
}
