//! The queue of jobs: each is a record until it is done, so a restart loses none. A job runs at least once.

use super::after::wait;
use super::dead::Letter;
use super::run::Ended;
use super::scripts::Scripts;
use super::{convert, kept};
use crate::commit::{Db, Op};
use crate::error::{Code, Error, Result};
use crate::log::Tail;
use crate::query::{Row, Stored};
use crate::schema::Collection;
use crate::value::{Value, json};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many jobs run beside each other.
const LANES: usize = 16;
/// How often a job is tried again when it says nothing else.
const RETRIES: u64 = 5;
/// The longest sleep: the clock may be set.
const NAP: Duration = Duration::from_millis(250);
/// How long a job that could not run waits, in milliseconds.
const ORPHAN: i64 = 2_000;

/// A job that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Whose it is.
    pub unit: String,
    /// What is called.
    pub name: String,
    /// With what.
    pub args: Json,
    /// When, in milliseconds since 1970.
    pub due: i64,
    /// How often it failed.
    pub attempts: u64,
    /// When it was pushed.
    pub created: i64,
    /// While a job with this key waits, another one is not pushed.
    pub unique: Option<String>,
    /// Why it failed last.
    pub error: String,
}

impl Job {
    /// The id of its record: random, or made of its unique key.
    pub fn id(&self) -> String {
        match &self.unique {
            None => crate::id::record(),
            Some(key) => {
                let digest = Sha256::digest(format!("{}\n{}\n{key}", self.unit, self.name).as_bytes());
                format!("u{}", digest.iter().take(15).map(|b| format!("{b:02x}")).collect::<String>())
            }
        }
    }

    /// What is stored.
    pub fn to_json(&self) -> Json {
        json!({"unit": self.unit, "name": self.name, "args": self.args, "due": self.due, "attempts": self.attempts,
            "created": self.created, "unique": self.unique, "error": self.error})
    }

    /// What was stored.
    pub fn from_json(json: &Json) -> Job {
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        Job {
            unit: text("unit"),
            name: text("name"),
            args: json["args"].clone(),
            due: json["due"].as_f64().unwrap_or_default() as i64,
            attempts: json["attempts"].as_f64().unwrap_or_default() as u64,
            created: json["created"].as_f64().unwrap_or_default() as i64,
            unique: json["unique"].as_str().map(str::to_owned),
            error: text("error"),
        }
    }
}

/// All jobs that wait, with their ids, the oldest first.
pub fn list(db: &Db, limit: usize) -> Result<Vec<(String, Job)>> {
    let mut all = Vec::new();
    kept::each(&db.view(), kept::JOBS, &mut |id, data| {
        all.push((id, Job::from_json(&data)));
        if all.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(all)
}

/// Lets a job run at once.
pub async fn now(db: &Db, id: &str) -> Result<()> {
    let data = kept::get(&db.view(), kept::JOBS, id)?.ok_or_else(|| Error::of(Code::NotFound))?;
    let job = Job { due: db.clock().now(), ..Job::from_json(&data) };
    kept::save(db, "job", vec![kept::put(&db.view(), kept::JOBS, id, &job.to_json())?]).await
}

/// Forgets a job that waits.
pub async fn forget(db: &Db, id: &str) -> Result<()> {
    kept::get(&db.view(), kept::JOBS, id)?.ok_or_else(|| Error::of(Code::NotFound))?;
    kept::save(db, "job", vec![kept::remove(&db.view(), kept::JOBS, id)?]).await
}

/// Runs jobs when they are due, until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    loop {
        let woken = scripts.0.wake.notified();
        if !scripts.loaded().jobs.is_empty()
            && let Ok(db) = scripts.0.db()
        {
            let ended = tokio::select! {
                ended = work(&scripts, &db) => ended,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(error) = ended {
                tracing::error!(%error, "the queue of jobs stopped; it begins anew");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            continue;
        }
        tokio::select! {
            () = woken => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn work(scripts: &Scripts, db: &Db) -> Result<()> {
    // The log is followed from before the jobs are read, so that none falls between.
    let tail = db.log().tail(db.position().seq + 1);
    let keeper = kept::keeper(&db.view(), kept::JOBS)?;
    let mut queue = Queue { scripts: scripts.clone(), db: db.clone(), keeper, tail, due: BTreeSet::new(), known: HashMap::new() };
    for (id, job) in list(db, usize::MAX)? {
        queue.note(&id, Some(job.due));
    }
    let mut running: JoinSet<(String, bool)> = JoinSet::new();
    let mut busy: BTreeSet<String> = BTreeSet::new();
    loop {
        while running.len() < LANES
            && let Some(id) = queue.take(&busy)
        {
            busy.insert(id.clone());
            let (scripts, db) = (queue.scripts.clone(), queue.db.clone());
            running.spawn(async move {
                let ran = run(&scripts, &db, &id).await.unwrap_or_else(|error| {
                    tracing::error!(%error, "a job could not be noted as done; it runs again");
                    false
                });
                (id, ran)
            });
        }
        let nap = queue.nap();
        tokio::select! {
            entry = queue.tail.next() => queue.follow(entry?.as_ref()),
            Some(done) = running.join_next(), if !running.is_empty() => {
                let (id, ran) = done.map_err(Error::internal)?;
                busy.remove(&id);
                queue.look(&id, ran)?;
            }
            () = tokio::time::sleep(nap) => {}
        }
    }
}

struct Queue {
    scripts: Scripts,
    db: Db,
    keeper: Arc<Collection>,
    tail: Tail,
    due: BTreeSet<(i64, String)>,
    known: HashMap<String, i64>,
}

impl Queue {
    fn note(&mut self, id: &str, due: Option<i64>) {
        if let Some(old) = self.known.remove(id) {
            self.due.remove(&(old, id.to_owned()));
        }
        if let Some(due) = due {
            self.known.insert(id.to_owned(), due);
            self.due.insert((due, id.to_owned()));
        }
    }

    /// What the log says of jobs.
    fn follow(&mut self, entry: &crate::log::Entry) {
        let number = self.keeper.number;
        for change in entry.changes.iter().filter(|c| c.collection == number) {
            let due = change.after.as_ref().map(|row| {
                let stored = Stored { collection: self.keeper.clone(), rowid: change.rowid, rev: entry.seq, row: row.clone() };
                match Row::Stored(stored).to_record().get_named("data") {
                    Value::Json(text) => json::reread(text.as_bytes()).map_or(0, |data| Job::from_json(&data).due),
                    _ => 0,
                }
            });
            self.note(&change.id, due);
        }
    }

    /// The state of a job that has just ended: what the log said of it while it ran may have been passed over.
    fn look(&mut self, id: &str, ran: bool) -> Result<()> {
        let due = kept::get(&self.db.view(), kept::JOBS, id)?.map(|data| Job::from_json(&data).due);
        let now = self.db.clock().now();
        // One that could not run, for lack of a handler or of a turn, waits a while.
        self.note(id, due.map(|due| if ran { due } else { now.saturating_add(ORPHAN) }));
        Ok(())
    }

    /// The next job that is due and not at work.
    fn take(&self, busy: &BTreeSet<String>) -> Option<String> {
        let now = self.db.clock().now();
        self.due.iter().take_while(|(due, _)| *due <= now).find(|(_, id)| !busy.contains(id)).map(|(_, id)| id.clone())
    }

    fn nap(&self) -> Duration {
        let wait = self.due.first().map_or(i64::MAX, |(due, _)| due.saturating_sub(self.db.clock().now()));
        Duration::from_millis(u64::try_from(wait).unwrap_or(0)).clamp(Duration::from_millis(20), NAP)
    }
}

/// Runs a job once, and notes what came of it. Says whether it ran.
async fn run(scripts: &Scripts, db: &Db, id: &str) -> Result<bool> {
    let Some(data) = kept::get(&db.view(), kept::JOBS, id)? else { return Ok(true) };
    let mut job = Job::from_json(&data);
    let Some(handler) = scripts.loaded().job(&job.unit, &job.name) else { return Ok(false) };
    let retries = handler.options.get("retries").and_then(Json::as_u64).unwrap_or(RETRIES).min(50);
    let fault = match scripts.run_with(&handler, convert::from_json(&job.args)).await {
        Ok(_) => return finished(db, vec![kept::remove(&db.view(), kept::JOBS, id)?]).await,
        Err(Ended::Busy(_)) => return Ok(false),
        Err(Ended::Fault(fault)) => fault,
    };
    job.attempts += 1;
    job.error = fault.at.to_string();
    scripts.0.console.write(
        &job.unit,
        "error",
        &handler.place(),
        &format!("job {} failed {} times, last: {}", job.name, job.attempts, job.error),
    );
    if retries < job.attempts {
        let letter = Letter::of_job(&handler, job.to_json(), job.attempts, &job.error);
        return finished(db, vec![letter.op(db)?, kept::remove(&db.view(), kept::JOBS, id)?]).await;
    }
    job.due = db.clock().now().saturating_add(i64::try_from(wait(job.attempts).as_millis()).unwrap_or(0));
    finished(db, vec![kept::put(&db.view(), kept::JOBS, id, &job.to_json())?]).await
}

async fn finished(db: &Db, ops: Vec<Op>) -> Result<bool> {
    kept::save(db, "job", ops).await.map(|()| true)
}
