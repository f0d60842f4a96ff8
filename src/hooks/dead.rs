//! Dead letters: events and jobs whose handler kept failing. They are kept as records, can be seen, and run again.

use super::events::EVENTS;
use super::happened::Happened;
use super::kept;
use super::run::Ended;
use super::scripts::Scripts;
use super::unit::Handler;
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use serde_json::{Value as Json, json};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Something that failed for good.
pub struct Letter {
    id: String,
    data: Json,
}

impl Letter {
    /// An event that a handler could not handle.
    pub fn of_event(handler: &Handler, happened: &Happened, attempts: u64, error: &str) -> Self {
        Letter::new("event", handler, happened.to_json(), attempts, error)
    }

    /// A job that failed.
    pub fn of_job(handler: &Handler, job: Json, attempts: u64, error: &str) -> Self {
        Letter::new("job", handler, job, attempts, error)
    }

    fn new(kind: &str, handler: &Handler, what: Json, attempts: u64, error: &str) -> Self {
        let unit = &handler.unit.source.name;
        let data = json!({"kind": kind, "unit": unit, "handler": handler.place(), "what": what, "attempts": attempts, "error": error});
        Letter { id: crate::id::record(), data }
    }

    /// The step that keeps it.
    pub fn op(mut self, db: &Db) -> Result<crate::commit::Op> {
        self.data["failed"] = db.clock().now().into();
        kept::put(&db.view(), kept::DEAD, &self.id, &self.data)
    }

    /// Keeps it, however long that takes: what is dropped here would be lost.
    pub async fn keep(self, db: &Db) {
        let (id, data) = (self.id.clone(), self.data.clone());
        loop {
            let letter = Letter { id: id.clone(), data: data.clone() };
            let saved = match letter.op(db) {
                Ok(op) => kept::save(db, "dead letter", vec![op]).await,
                Err(error) => Err(error),
            };
            match saved {
                Ok(()) => return,
                Err(error) => tracing::error!(%error, "a dead letter could not be kept; it is tried again"),
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

/// All dead letters, the newest first.
pub fn list(db: &Db, limit: usize) -> Result<Vec<Json>> {
    let mut all = Vec::new();
    kept::each(&db.view(), kept::DEAD, &mut |id, mut data| {
        data["deadId"] = id.into();
        all.push(data);
        ControlFlow::Continue(())
    })?;
    all.reverse();
    all.truncate(limit);
    Ok(all)
}

/// Forgets a dead letter.
pub async fn forget(db: &Db, id: &str) -> Result<()> {
    kept::get(&db.view(), kept::DEAD, id)?.ok_or_else(|| Error::of(Code::NotFound))?;
    kept::save(db, "dead letter", vec![kept::remove(&db.view(), kept::DEAD, id)?]).await
}

/// Runs what failed once more; when it succeeds, the letter is gone.
pub async fn again(scripts: &Scripts, db: &Db, id: &str) -> Result<()> {
    let mut data = kept::get(&db.view(), kept::DEAD, id)?.ok_or_else(|| Error::of(Code::NotFound))?;
    let (handler, argument) = match data["kind"].as_str() {
        Some("event") => event(scripts, db, &data)?,
        _ => job(scripts, &data)?,
    };
    match scripts.run_with(&handler, argument).await {
        Ok(_) => forget(db, id).await,
        Err(Ended::Busy(error)) => Err(error),
        Err(Ended::Fault(fault)) => {
            data["attempts"] = (data["attempts"].as_u64().unwrap_or_default() + 1).into();
            data["error"] = fault.at.to_string().into();
            data["failed"] = db.clock().now().into();
            kept::save(db, "dead letter", vec![kept::put(&db.view(), kept::DEAD, id, &data)?]).await?;
            Err(Error::bad_request(format!("It failed again: {}", fault.at)))
        }
    }
}

fn gone() -> Error {
    Error::bad_request("The handler that failed is not there any more. Put it back, or delete the dead letter.")
}

/// The handler at the same place, else the first of the unit for the same event.
fn event(scripts: &Scripts, db: &Db, data: &Json) -> Result<(Arc<Handler>, rhai::Dynamic)> {
    let what = &data["what"];
    let event = EVENTS.iter().find(|e| what["event"] == e.name).ok_or_else(gone)?;
    let schema = db.schema();
    let collection = schema.find(what["collection"].as_str().unwrap_or_default()).ok_or_else(gone)?;
    let loaded = scripts.loaded();
    let of_unit: Vec<_> = loaded.about(event.on, collection).filter(|h| data["unit"] == *h.unit.source.name).collect();
    let same = of_unit.iter().find(|h| data["handler"] == *h.place()).or(of_unit.first());
    let handler = same.copied().cloned().ok_or_else(gone)?;
    Ok((handler, Happened::from_json(what, event.on, collection).event()))
}

fn job(scripts: &Scripts, data: &Json) -> Result<(Arc<Handler>, rhai::Dynamic)> {
    let name = data["what"]["name"].as_str().unwrap_or_default();
    let handler = scripts.loaded().job(data["unit"].as_str().unwrap_or_default(), name).ok_or_else(gone)?;
    Ok((handler, super::convert::from_json(&data["what"]["args"])))
}
