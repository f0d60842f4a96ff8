//! Preparing a transaction on a thread that may be held up: where a script takes longer than a worker thread may wait.

use super::passwords::Known;
use super::prepare::{self, Outcome};
use super::{Db, Refused, Transaction};
use crate::error::{Code, Error, Result};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many may wait for a thread. One more is refused, so that slow scripts do not fill the memory.
const QUEUE: usize = 256;

/// How long one may wait for a thread.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    static HERE: Cell<bool> = const { Cell::new(false) };
}

/// The threads that scripts may hold up: half of the cores, so that the other half goes on serving.
pub struct Aside {
    running: Semaphore,
    queue: Semaphore,
}

impl Default for Aside {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Aside { running: Semaphore::new((cores / 2).max(1)), queue: Semaphore::new(QUEUE) }
    }
}

impl Aside {
    /// Runs work that may hold up its thread, one that no request waits for.
    pub async fn run<T: Send + 'static>(self: &Arc<Self>, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        if is_here() {
            return Ok(work());
        }
        let busy = || Error::new(Code::TooManyRequests, "Too many scripts are waiting for their turn. Try again in a moment.");
        let _waiting = self.queue.try_acquire().map_err(|_| busy())?;
        let permit = tokio::time::timeout(PATIENCE, self.running.acquire()).await.map_err(|_| busy())?.map_err(Error::internal)?;
        permit.forget();
        let aside = self.clone();
        let run = move || {
            let _turn = Turn::begin(&aside);
            work()
        };
        tokio::task::spawn_blocking(run).await.map_err(Error::internal)
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

/// A turn on a thread of its own. It is given back however the work ends.
struct Turn<'a>(&'a Aside);

impl<'a> Turn<'a> {
    fn begin(aside: &'a Aside) -> Self {
        HERE.set(true);
        Turn(aside)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        HERE.set(false);
        self.0.running.add_permits(1);
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
