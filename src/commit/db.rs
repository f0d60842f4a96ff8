//! The database at work: one log, one store, one writer.

use super::open::{self, Notice};
use super::passwords::Passwords;
use super::prepare::Prepared;
use super::state::{State, World};
use super::writer::{Job, Verdict, Writer};
use super::{Aside, Hooks, NoHooks};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::log::{self, Log, Position};
use crate::query::View;
use crate::schema::Schema;
use crate::store::{self, Store};
use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How many locks the transactions that were stale once share.
const STRIPES: usize = 1024;

/// When a commit is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it is on disk.
    #[default]
    Full,
    /// When it is with the operating system: a power cut can lose up to 500 ms, and then changes the epoch.
    Relaxed,
}

/// How a database is opened.
pub struct Options {
    /// The data directory; it is created when it is not there.
    pub dir: PathBuf,
    /// Whether the store is kept in memory and built from the log at each start: for tests.
    pub memory_store: bool,
    /// How much of the store is in memory.
    pub store: store::Limits,
    /// When a commit is answered.
    pub durability: Durability,
    /// Where the time comes from.
    pub clock: Clock,
    /// Whether password hashes cost almost nothing: for tests.
    pub cheap_passwords: bool,
    /// The scripts that see a transaction before it is committed.
    pub hooks: Box<dyn Hooks>,
    /// A file of the log that has this many bytes is followed by a new one.
    pub segment_bytes: u64,
    /// The most bytes of one transaction in the log; at most what the log takes.
    pub entry_bytes: usize,
    /// Whether the log gets a new epoch: positions after its end were given out for other commits, as when a backup was restored.
    pub new_epoch: bool,
    /// Failures that a test injects into the log and the memory store.
    pub faults: crate::log::Faults,
}

impl Options {
    /// The defaults for a data directory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Options {
            dir: dir.into(),
            memory_store: false,
            store: store::Limits::default(),
            durability: Durability::Full,
            clock: Clock::system(),
            cheap_passwords: false,
            hooks: Box::new(NoHooks),
            segment_bytes: log::Options::default().segment_bytes,
            entry_bytes: log::MAX_ENTRY,
            new_epoch: false,
            faults: crate::log::Faults::default(),
        }
    }
}

/// How long the log is kept for readers that come late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Entries that are younger stay, in milliseconds.
    pub millis: i64,
    /// Above so many bytes old entries go even if they are younger.
    pub bytes: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { millis: 7 * 24 * 60 * 60 * 1000, bytes: 4 << 30 }
    }
}

/// The database; cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

/// A database that this does not keep open: for what the database itself holds, such as its hooks.
#[derive(Clone, Default)]
pub struct WeakDb(Weak<Inner>);

impl WeakDb {
    /// The database, as long as it is open.
    pub fn get(&self) -> Option<Db> {
        self.0.upgrade().map(Db)
    }
}

pub(super) struct Inner {
    pub dir: PathBuf,
    pub log: Log,
    pub store: Arc<dyn Store>,
    pub world: Arc<ArcSwap<World>>,
    pub writer: Writer,
    pub clock: Clock,
    pub passwords: Passwords,
    pub hooks: Box<dyn Hooks>,
    pub aside: Arc<Aside>,
    pub notices: Vec<Notice>,
    /// One edit of the collections at a time.
    pub edits: Arc<Mutex<()>>,
    stripes: Vec<Arc<Mutex<()>>>,
    retention: ArcSwap<Retention>,
}

impl Db {
    /// Opens the database: cuts a torn tail off the log, brings the store up to it (or rebuilds it), starts the writer.
    pub async fn open(options: Options) -> Result<Db> {
        let opened = tokio::task::spawn_blocking(move || open::open(options)).await.map_err(Error::internal)??;
        let db = Db::assemble(opened)?;
        super::collections::finish_start(&db).await?;
        Ok(db)
    }

    fn assemble(opened: open::Opened) -> Result<Db> {
        let open::Opened { options, log, state, notices } = opened;
        let store = state.store.clone();
        let world = Arc::new(ArcSwap::from_pointee(state.world.clone()));
        let writer = Writer::start(state, log.clone(), world.clone(), &options)?;
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2));
        Ok(Db(Arc::new(Inner {
            dir: options.dir,
            log,
            store,
            world,
            writer,
            clock: options.clock,
            passwords: Passwords::new(threads, options.cheap_passwords),
            hooks: options.hooks,
            aside: Arc::default(),
            notices,
            edits: Arc::default(),
            stripes: (0..STRIPES).map(|_| Arc::default()).collect(),
            retention: ArcSwap::default(),
        })))
    }

    /// A view of what is stored now.
    pub fn view(&self) -> View {
        self.world().view(&self.0.store)
    }

    /// The collections now.
    pub fn schema(&self) -> Arc<Schema> {
        self.0.world.load().schema.clone()
    }

    /// The position up to which everything is visible.
    pub fn position(&self) -> Position {
        self.0.log.position()
    }

    /// The commit log, for those who react to it.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// How long the log is kept.
    pub fn retention(&self) -> Retention {
        **self.0.retention.load()
    }

    /// Keeps the log for another time from now on.
    pub fn set_retention(&self, retention: Retention) {
        self.0.retention.store(Arc::new(retention));
    }

    /// The store, for checks.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Password hashing.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// What was unusual at the start, such as a rebuilt store.
    pub fn notices(&self) -> &[Notice] {
        &self.0.notices
    }

    /// The threads that scripts may hold up.
    pub fn aside(&self) -> &Arc<Aside> {
        &self.0.aside
    }

    /// The same database without keeping it open.
    pub fn downgrade(&self) -> WeakDb {
        WeakDb(Arc::downgrade(&self.0))
    }

    pub(super) fn hooks(&self) -> &dyn Hooks {
        self.0.hooks.as_ref()
    }

    pub(super) fn world(&self) -> Arc<World> {
        self.0.world.load_full()
    }

    pub(super) fn edits(&self) -> Arc<Mutex<()>> {
        self.0.edits.clone()
    }

    /// The locks that a transaction takes once it was stale: those of the records that it touches, in ascending order.
    pub(super) fn stripes(&self, prepared: &Prepared) -> Vec<usize> {
        let mut stripes: Vec<usize> = prepared.touched.iter().map(|hash| (*hash % STRIPES as u64) as usize).collect();
        stripes.sort_unstable();
        stripes.dedup();
        stripes
    }

    /// Whether a transaction that was stale before is at work on one of these.
    pub(super) fn is_contended(&self, stripes: &[usize]) -> bool {
        stripes.iter().any(|stripe| self.0.stripes[*stripe].try_lock().is_err())
    }

    pub(super) async fn lock_stripe(&self, stripe: usize) -> OwnedMutexGuard<()> {
        self.0.stripes[stripe].clone().lock_owned().await
    }

    pub(super) async fn seal(&self, prepared: Prepared) -> Result<Verdict> {
        let (answer, verdict) = oneshot::channel();
        self.0.writer.send(Job::Seal(Box::new(prepared), answer))?;
        verdict.await.map_err(|_| stopping())
    }

    /// The last commit that a read of the store may have seen by now, published or not.
    pub fn begun(&self) -> u64 {
        self.0.writer.begun.load(Ordering::SeqCst)
    }

    /// Whether a commit after `base` may be in the store by now, published or not.
    pub(super) fn has_moved(&self, base: u64) -> bool {
        base < self.begun()
    }

    /// Whether any of `watched` was touched after `base`. Waits for the group that is being written.
    pub(super) async fn is_stale(&self, base: u64, watched: Vec<u64>) -> bool {
        self.in_writer(move |state| state.recent.is_stale(base, &watched)).await.unwrap_or(false)
    }

    /// Runs something in the writer thread, between two groups. It must take milliseconds at most.
    pub(super) async fn in_writer<T: Send + 'static>(&self, run: impl FnOnce(&mut State) -> T + Send + 'static) -> Result<T> {
        let (answer, result) = oneshot::channel();
        self.0.writer.send(Job::Run(Box::new(move |state| drop(answer.send(run(state))))))?;
        result.await.map_err(|_| stopping())
    }

    /// Waits until `position` is visible. False when it is not within `patience`, or belongs to another epoch.
    pub async fn wait_for(&self, position: Position, patience: std::time::Duration) -> bool {
        if self.position().epoch != position.epoch {
            return false;
        }
        tokio::time::timeout(patience, self.0.log.reached(position.seq)).await.is_ok()
    }

    /// Finishes what is queued, flushes the store and marks the stop as clean. Afterwards every write is refused.
    pub fn close(&self) {
        self.0.writer.stop();
        if let Err(error) = self.0.store.flush().and_then(|()| open::mark_clean(&self.0.dir)) {
            tracing::error!(%error, "the store could not be made safe; the next start repairs it from the log");
        }
    }
}

fn stopping() -> Error {
    Error::new(Code::Unavailable, "The server is stopping. Whether this was written is not known: read it again before you repeat it.")
}
