//! Where the settings are kept: the record `settings` of the internal collection `_params`.

use super::Settings;
use crate::commit::{Db, Op, Transaction, commit};
use crate::error::{Error, Result};
use crate::log::{Origin, Position};
use crate::query::View;
use crate::schema::Record;
use crate::value::{Value, json};
use std::sync::Arc;

const COLLECTION: &str = "_params";
const ID: &str = "settings";
const FIELD: &str = "data";

/// The stored settings, or those of a new server.
pub fn load(view: &View) -> Result<Settings> {
    match find(view)? {
        None => Ok(Settings::initial()),
        Some(record) => match record.get_named(FIELD) {
            Value::Json(text) => serde_json::from_str(&text).map_err(Error::internal),
            other => Err(Error::internal(format!("the stored settings are not JSON but {other:?}"))),
        },
    }
}

/// Checks and stores settings. `origin` says who did it, for the log.
pub async fn save(db: &Db, origin: Origin, settings: &Settings) -> Result<Position> {
    let view = db.view();
    let mut problems = settings.problems();
    if problems.is_empty() {
        problems = settings.realtime.rule_problems(&view.schema);
    }
    if !problems.is_empty() {
        return Err(Error::bad_request("An error occurred while saving the new settings.").with_fields(problems));
    }
    let collection = view.schema.find(COLLECTION).ok_or_else(|| Error::internal("there is no collection _params"))?;
    let mut record = match find(&view)? {
        Some(record) => (*record).clone(),
        None => {
            let mut new = Record::new(collection.clone());
            new.set(0, Value::text(ID));
            new
        }
    };
    record.set_named(FIELD, Value::Json(json::canonical(&settings.to_stored()).into()));
    let tx = Transaction { origin, ..Transaction::system("settings", vec![Op::Put { record }]) };
    Ok(commit(db, tx).await.map_err(Error::from)?.position)
}

fn find(view: &View) -> Result<Option<Arc<Record>>> {
    match view.schema.find(COLLECTION) {
        Some(collection) => Ok(view.get(collection, ID)?.map(|row| row.to_record())),
        None => Ok(None),
    }
}
