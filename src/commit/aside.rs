//! Preparing a transaction on a thread that may be held up: where a script takes longer than a worker thread may wait.

use super::passwords::Known;
use super::prepare::{self, Outcome};
use super::threads::Threads;
use super::{Db, Refused, Transaction};
use crate::error::{Code, Error, Result};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, oneshot};

/// How many may wait for a thread. One more is refused, so that slow scripts do not fill the memory.
const QUEUE: usize = 256;

/// How long one may wait for a thread.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    static HERE: Cell<bool> = const { Cell::new(false) };
}

/// The threads that scripts may hold up. At any moment as many of them work as half of the cores; the others wait for something outside.
pub struct Aside {
    threads: Threads,
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Aside {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let semaphore = |places| Arc::new(Semaphore::new(places));
        // Whoever is in the queue may hold a thread: with one for each of them, the one whose turn it is never lacks one.
        Aside { threads: Threads::new("luge-scripts", QUEUE), running: semaphore((cores / 2).max(1)), queue: semaphore(QUEUE) }
    }
}

impl Aside {
    /// Runs work that may hold up its thread, one that no request waits for.
    pub async fn run<T: Send + 'static>(self: &Arc<Self>, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        if is_here() {
            return Ok(work());
        }
        let busy = || Error::new(Code::TooManyRequests, "Too many scripts are waiting for their turn. Try again in a moment.");
        // Both are given back by the work, not by whoever waits for it: a client that goes away does not end its script.
        let place = self.queue.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = tokio::time::timeout(PATIENCE, self.running.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| busy())?.map_err(Error::internal)?;
        let (answer, result) = oneshot::channel();
        let runtime = tokio::runtime::Handle::current();
        self.threads.send(move || {
            let _runtime = runtime.enter();
            let _here = Here::begin(turn, place);
            // Whoever waited may have gone.
            let _ = answer.send(work());
        });
        result.await.map_err(Error::internal)
    }

    /// Waits for something outside, and lets other scripts have the turn meanwhile.
    pub fn waiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        if !is_here() {
            return wait();
        }
        self.running.add_permits(1);
        let result = wait();
        // The queue is bounded, and each of its members ends by its own limit.
        let again: Result<SemaphorePermit, _> = tokio::runtime::Handle::current().block_on(self.running.acquire());
        again.map(SemaphorePermit::forget).unwrap_or_default();
        result
    }
}

/// A turn on a thread of its own, and a place in the queue. Both are given back however the work ends.
struct Here(#[allow(dead_code, reason = "held, not read")] [OwnedSemaphorePermit; 2]);

impl Here {
    fn begin(turn: OwnedSemaphorePermit, place: OwnedSemaphorePermit) -> Self {
        HERE.set(true);
        Here([turn, place])
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        HERE.set(false);
    }
}

/// Whether this thread may be held up.
pub fn is_here() -> bool {
    HERE.get()
}

/// Prepares a transaction on such a thread.
pub(super) async fn prepare(db: &Db, tx: &Arc<Transaction>, known: &mut Known) -> Result<Outcome, Refused> {
    let (work_db, work_tx, moved) = (db.clone(), tx.clone(), std::mem::take(known));
    let prepared = db.aside().run(move || {
        let outcome = prepare::prepare(&work_db, &work_tx, &moved);
        (outcome, moved)
    });
    let (outcome, moved) = prepared.await?;
    *known = moved;
    outcome
}
