//! `after` handlers: driven by a durable cursor on the log, so that each event reaches them at least once.
//!
//! The events of a record come in order, those of different records beside each other. A handler that fails is tried again
//! after a while, and holds back its record only; when it keeps failing, the event becomes a dead letter. The cursor stands
//! before the oldest event that is not done.

use super::dead::Letter;
use super::events::row;
use super::happened::Happened;
use super::run::Ended;
use super::scripts::Scripts;
use super::unit::Handler;
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use crate::log::{Entry, Position, Tail};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// The name of the cursor.
pub const CURSOR: &str = "hooks";
/// So many events are at work or wait for their record at most; then the log is not read on.
const MOST: usize = 512;
/// So many handlers run beside each other.
const LANES: usize = 32;
/// How often the cursor is written, while it moves.
const BEAT: Duration = Duration::from_millis(500);
/// How long to wait before a handler is tried again, by the number of times that it failed.
const WAITS: [u64; 6] = [200, 1_000, 4_000, 10_000, 20_000, 60_000];
/// How often a handler is tried again when it says nothing else.
const RETRIES: u64 = 5;

/// What the after-handlers have come to, for whoever looks.
pub struct After {
    /// Every event up to this commit is done.
    pub done: AtomicU64,
    /// Runs that failed and were tried again.
    pub retried: AtomicU64,
    /// Runs at once: the rest of the threads is for those who wait for an answer.
    lanes: Semaphore,
}

impl Default for After {
    fn default() -> Self {
        After { done: AtomicU64::new(0), retried: AtomicU64::new(0), lanes: Semaphore::new(LANES) }
    }
}

/// An event of the log that has handlers: a change of an entry.
struct Task {
    entry: Arc<Entry>,
    place: usize,
}

/// The events of one record stand in one lane.
type Lane = (u32, String);

/// Drives the after-handlers until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    loop {
        let woken = scripts.0.wake.notified();
        if scripts.loaded().reacts()
            && let Ok(db) = scripts.0.db()
        {
            let ended = tokio::select! {
                ended = follow(&scripts, &db) => ended,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(error) = ended {
                give_up(&db, &error);
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

/// What is left when the log cannot be followed: only events that it no longer holds are given up.
fn give_up(db: &Db, error: &Error) {
    if error.code != Code::NotFound {
        return tracing::error!(%error, "the after-handlers stopped; they begin again where they were");
    }
    tracing::error!(%error, "the after-handlers cannot follow the log; they go on at its end");
    if let Err(error) = db.log().remove_cursor(CURSOR) {
        tracing::error!(%error, "the cursor of the after-handlers cannot be removed");
    }
}

/// Where the handlers stand. A server that had none begins at the end of the log: they react to what comes. So does one whose
/// log does not hold the place, because it was trimmed or a backup was put back.
pub fn begin(db: &Db) -> Position {
    let now = db.position();
    match db.log().cursor(CURSOR) {
        Some(cursor) if db.log().holds(cursor) => return cursor,
        Some(cursor) => {
            tracing::error!(%cursor, %now, "the log does not hold what the after-handlers had to do next; they go on at its end")
        }
        None => {}
    }
    if let Err(error) = db.log().set_cursor(CURSOR, now) {
        // It is tried again as soon as the handlers have done something.
        tracing::error!(%error, "the cursor of the after-handlers cannot be written");
    }
    now
}

async fn follow(scripts: &Scripts, db: &Db) -> Result<()> {
    let start = begin(db);
    let mut work = Work::new(scripts.clone(), db.clone(), start);
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            entry = work.tail.next(), if work.waiting < MOST && !work.stuck => match entry {
                Ok(entry) => work.take(&entry),
                Err(error) if error.code == Code::NotFound => return Err(error),
                // Too many open files, a disk that hangs: what is at work goes on, and the log is read again at the next beat.
                Err(error) => work.trouble(&error),
            },
            Some(done) = work.running.join_next(), if !work.running.is_empty() => work.finish(done),
            _ = beat.tick() => {
                work.save();
                if work.waiting == 0 && !scripts.loaded().reacts() {
                    return db.log().remove_cursor(CURSOR);
                }
            }
        }
    }
}

struct Work {
    scripts: Scripts,
    db: Db,
    tail: Tail,
    /// Events that are not done, by commit.
    open: BTreeMap<u64, usize>,
    /// Events that wait for the one before of the same record; a lane that is here has one at work.
    lanes: HashMap<Lane, VecDeque<Task>>,
    running: JoinSet<(Lane, u64)>,
    waiting: usize,
    read: u64,
    saved: u64,
    /// Whether the log could not be read, until the next beat.
    stuck: bool,
    /// The trouble that was told last.
    told: Option<String>,
}

impl Work {
    fn new(scripts: Scripts, db: Db, start: Position) -> Self {
        let tail = db.log().tail(start.seq + 1);
        scripts.0.after.done.store(start.seq, Ordering::SeqCst);
        let (open, lanes, running) = (BTreeMap::new(), HashMap::new(), JoinSet::new());
        Work { scripts, db, tail, open, lanes, running, waiting: 0, read: start.seq, saved: start.seq, stuck: false, told: None }
    }

    /// Takes the events of an entry that have handlers.
    fn take(&mut self, entry: &Arc<Entry>) {
        self.read = entry.seq;
        let (loaded, schema) = (self.scripts.loaded(), self.db.schema());
        for (place, change) in entry.changes.iter().enumerate() {
            let Some(collection) = schema.by_number(change.collection).filter(|c| !c.internal) else { continue };
            if loaded.about(Happened::on(change), collection).next().is_none() {
                continue;
            }
            *self.open.entry(entry.seq).or_default() += 1;
            self.waiting += 1;
            let (lane, task) = ((change.collection, change.id.clone()), Task { entry: entry.clone(), place });
            match self.lanes.get_mut(&lane) {
                Some(queue) => queue.push_back(task),
                None => self.begin(lane, task),
            }
        }
        self.note();
    }

    fn begin(&mut self, lane: Lane, task: Task) {
        self.lanes.entry(lane.clone()).or_default();
        // The id of an event is the same before and after a new epoch.
        let epoch = self.db.log().at(task.entry.seq).epoch;
        let (scripts, db) = (self.scripts.clone(), self.db.clone());
        self.running.spawn(async move {
            let seq = task.entry.seq;
            handle(&scripts, &db, epoch, &task).await;
            (lane, seq)
        });
    }

    fn finish(&mut self, done: std::result::Result<(Lane, u64), tokio::task::JoinError>) {
        let Ok((lane, seq)) = done else {
            // Only a panic in the driver itself; the event stays open, so the next start takes it again.
            tracing::error!("a driver of after-handlers panicked");
            return;
        };
        self.waiting -= 1;
        if let Some(count) = self.open.get_mut(&seq) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(&seq);
            }
        }
        match self.lanes.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some(next) => self.begin(lane, next),
            None => drop(self.lanes.remove(&lane)),
        }
        self.note();
    }

    fn note(&self) {
        let done = self.open.keys().next().map_or(self.read, |oldest| oldest - 1);
        self.scripts.0.after.done.store(done, Ordering::SeqCst);
    }

    /// Notes how far the handlers are. Where that fails the old place stays, and a restart would handle some events once more.
    fn save(&mut self) {
        let done = self.scripts.0.after.done.load(Ordering::SeqCst);
        let stuck = std::mem::take(&mut self.stuck);
        if done <= self.saved {
            return;
        }
        match self.db.log().set_cursor(CURSOR, self.db.log().at(done)) {
            Ok(()) => {
                self.saved = done;
                self.told = self.told.take().filter(|_| stuck);
            }
            Err(error) => self.trouble_with("the cursor of the after-handlers cannot be written", &error),
        }
    }

    fn trouble(&mut self, error: &Error) {
        self.stuck = true;
        self.trouble_with("the log cannot be read for the after-handlers", error);
    }

    /// Tells what goes wrong, but not at every beat.
    fn trouble_with(&mut self, what: &str, error: &Error) {
        let told = format!("{what}: {error}");
        if self.told.as_ref() != Some(&told) {
            tracing::error!("{told}; it is tried again");
            self.told = Some(told);
        }
    }
}

/// Runs all handlers of an event, one after the other.
async fn handle(scripts: &Scripts, db: &Db, epoch: u32, task: &Task) {
    let change = &task.entry.changes[task.place];
    let Some(collection) = db.schema().by_number(change.collection).cloned() else { return };
    let happened = Happened::of(epoch, &task.entry, task.place, &collection);
    let loaded = scripts.loaded();
    for handler in loaded.about(happened.on, &collection) {
        insist(scripts, db, handler, &happened).await;
    }
}

/// Runs a handler until it succeeds, or the event becomes a dead letter.
async fn insist(scripts: &Scripts, db: &Db, handler: &Arc<Handler>, happened: &Happened) {
    let retries = handler.options.get("retries").and_then(serde_json::Value::as_u64).unwrap_or(RETRIES).min(50);
    let mut failed = 0;
    loop {
        let lane = scripts.0.after.lanes.acquire().await;
        let ran = scripts.run_with(handler, happened.event()).await;
        drop(lane);
        let error = match ran {
            Ok(_) => return,
            Err(Ended::Busy(_)) => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                continue;
            }
            Err(Ended::Fault(fault)) => *fault,
        };
        failed += 1;
        let told = format!("{} failed {failed} times, last: {}", row(happened.on).name, error.at);
        scripts.0.console.write(&handler.unit.source.name, "error", &handler.place(), &told);
        if retries < failed {
            Letter::of_event(handler, happened, failed, &error.at.to_string()).keep(db).await;
            return;
        }
        scripts.0.after.retried.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(wait(failed)).await;
    }
}

/// How long to wait after so many failures.
pub fn wait(failed: u64) -> Duration {
    let place = usize::try_from(failed.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    Duration::from_millis(WAITS[place])
}
