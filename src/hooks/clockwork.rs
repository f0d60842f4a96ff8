//! Runs schedules when they are due. What was due while the server was down is not made up for.

use super::cron::Cron;
use super::kept;
use super::run::Ended;
use super::scripts::Scripts;
use crate::commit::Db;
use crate::error::{Error, Result};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often the clock is looked at: it may be set.
const BEAT: Duration = Duration::from_millis(250);

/// Runs schedules until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    let mut next: HashMap<String, (String, i64)> = HashMap::new();
    let mut running: JoinSet<String> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        let none = scripts.loaded().crons.is_empty() && running.is_empty();
        tokio::select! {
            () = tokio::time::sleep(BEAT), if !none => {}
            () = scripts.0.wake.notified(), if none => {}
            Some(done) = running.join_next(), if !running.is_empty() => {
                busy.remove(&done.unwrap_or_default());
            }
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let Ok(db) = scripts.0.db() else { continue };
        let now = db.clock().now();
        for cron in &scripts.loaded().crons {
            let known = next.get(&cron.id).filter(|(expression, _)| *expression == cron.expression).map(|n| n.1);
            if known.is_some_and(|due| now < due) {
                continue;
            }
            if let Some(due) = cron.schedule.next(now) {
                next.insert(cron.id.clone(), (cron.expression.clone(), due));
            }
            // One that still runs is not begun a second time.
            if known.is_some() && busy.insert(cron.id.clone()) {
                let (scripts, cron) = (scripts.clone(), cron.clone());
                running.spawn(async move {
                    // What went wrong is noted where the state of the schedule is kept.
                    let _ = run(&scripts, &cron).await;
                    cron.id.clone()
                });
            }
        }
    }
}

/// Runs a schedule once and notes what came of it.
pub async fn run(scripts: &Scripts, cron: &Arc<Cron>) -> Result<()> {
    let db = scripts.0.db()?;
    let began = db.clock().now();
    let outcome = scripts.run(&cron.handler, |handler| handler.call(())).await;
    let error = match outcome {
        Ok(_) => None,
        Err(Ended::Busy(error)) => Some(error),
        Err(Ended::Fault(fault)) => {
            let told = format!("cron {} failed: {}", cron.name, fault.at);
            scripts.0.console.write(&cron.handler.unit.source.name, "error", &cron.handler.place(), &told);
            Some(Error { message: fault.at.to_string(), ..fault.error })
        }
    };
    let state = json!({"last": began, "took": db.clock().now() - began, "error": error.as_ref().map(|e| e.message.clone())});
    kept::save(&db, "cron", vec![kept::put(&db.view(), kept::VALUES, &key(cron), &state)?]).await?;
    error.map_or(Ok(()), Err)
}

/// When it ran last and what came of it; null when it never did.
pub fn state(db: &Db, cron: &Cron) -> Result<Json> {
    Ok(kept::get(&db.view(), kept::VALUES, &key(cron))?.unwrap_or(Json::Null))
}

fn key(cron: &Cron) -> String {
    format!("cron/{}", cron.id)
}
