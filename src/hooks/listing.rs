//! What runs, for whoever looks: schedules, jobs, dead letters, and how far the after-handlers have come.

use super::scripts::Scripts;
use super::{clockwork, dead, queue};
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use serde_json::{Value as Json, json};
use std::sync::atomic::Ordering;

impl Scripts {
    /// All schedules with their last and next runs.
    pub fn crons(&self, db: &Db) -> Result<Json> {
        let now = db.clock().now();
        let mut items = Vec::new();
        for cron in &self.loaded().crons {
            let state = clockwork::state(db, cron)?;
            items.push(json!({
                "id": cron.id, "name": cron.name, "unit": cron.handler.unit.source.name, "expression": cron.expression, "zone": cron.zone,
                "next": cron.schedule.next(now), "last": state["last"], "took": state["took"], "error": state["error"],
            }));
        }
        Ok(json!({"items": items}))
    }

    /// Runs a schedule now.
    pub async fn run_cron(&self, id: &str) -> Result<()> {
        let cron = self.loaded().crons.iter().find(|c| c.id == id).cloned().ok_or_else(|| Error::of(Code::NotFound))?;
        clockwork::run(self, &cron).await.map_err(|e| Error::bad_request(e.message))
    }

    /// What waits, and what failed for good.
    pub fn jobs(&self, db: &Db, limit: usize) -> Result<Json> {
        let waiting = queue::list(db, limit)?.into_iter().map(|(id, job)| {
            let mut json = job.to_json();
            json["id"] = id.into();
            json
        });
        let after = &self.0.after;
        Ok(json!({
            "items": waiting.collect::<Vec<_>>(),
            "dead": dead::list(db, limit)?,
            "after": {
                "done": after.done.load(Ordering::SeqCst), "head": db.position().seq, "retried": after.retried.load(Ordering::Relaxed),
            },
        }))
    }

    /// Lines of the log of scripts after `since`; waits until there is one.
    pub async fn log_lines(&self, since: u64, limit: usize, wait: std::time::Duration, unit: &str) -> Json {
        if self.log(since, 1).is_empty() && !wait.is_zero() {
            // Nothing new within the time is an answer too.
            let _ = tokio::time::timeout(wait, self.0.console.reached(since)).await;
        }
        let lines = self.log(since, limit);
        let last = lines.last().map_or(since, |l| l.seq);
        let of_unit: Vec<_> = lines.into_iter().filter(|l| unit.is_empty() || l.unit == unit).collect();
        json!({"lines": of_unit, "last": last})
    }
}
