//! Steps 6 to 11: the one thread that numbers transactions, syncs them to the log in groups, and applies them.

use super::prepare::Prepared;
use super::state::{Delta, State, World};
use super::{Durability, Options, Refused, sweep};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::log::{self, Change, ChangeKind, Entry, Log, Position};
use arc_swap::ArcSwap;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How many transactions may wait. One more is refused with 429, so that memory stays bounded when the disk is slow.
const QUEUE: usize = 4096;
/// How many transactions share one write and one sync.
const GROUP: usize = 512;
/// So many bytes of the disk are left alone, for the store that is written behind the log, and for a checkpoint.
pub(super) const RESERVE: u64 = 32 << 20;
/// How long a relaxed commit may stay unsynced.
const RELAXED: Duration = Duration::from_millis(500);

/// What became of a prepared transaction.
pub(crate) enum Verdict {
    /// It is durable and visible.
    Sealed(Position),
    /// Something that it relied on has changed; nothing was written.
    Stale,
    /// It cannot be done; nothing was written.
    Refused(Refused),
}

pub(crate) enum Job {
    Seal(Box<Prepared>, oneshot::Sender<Verdict>),
    /// Something that must not run beside the writer, and takes milliseconds at most.
    Run(Box<dyn FnOnce(&mut State) + Send>),
    Stop,
}

/// The way to the writer thread.
pub(crate) struct Writer {
    sender: SyncSender<Job>,
    /// The last commit that the store may have: it is set before the store is touched.
    pub begun: Arc<AtomicU64>,
    thread: parking_lot::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(state: State, log: Log, world: Arc<ArcSwap<World>>, options: &Options) -> Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE);
        let begun = Arc::new(AtomicU64::new(state.applied));
        let told = begun.clone();
        let (durability, clock, most) = (options.durability, options.clock.clone(), options.entry_bytes);
        let (stale, broken, full, unsynced) = (Vec::new(), false, false, None);
        let mut work = Work { state, log, world, durability, clock, most, broken, unsynced, full, stale, begun: told };
        let thread = std::thread::Builder::new().name("luge-writer".into()).spawn(move || work.run(&receiver))?;
        Ok(Writer { sender, begun, thread: parking_lot::Mutex::new(Some(thread)) })
    }

    /// Queues a job.
    pub fn send(&self, job: Job) -> Result<()> {
        self.sender.try_send(job).map_err(|e| match e {
            TrySendError::Full(_) => Error::new(Code::TooManyRequests, "Too many writes are waiting for the disk. Try again in a moment."),
            TrySendError::Disconnected(_) => Error::new(Code::Unavailable, "The server is stopping: nothing was written."),
        })
    }

    /// Finishes what is queued and ends the thread.
    pub fn stop(&self) {
        // A full queue is drained by the thread, so waiting for a place is fine here.
        let _ = self.sender.send(Job::Stop);
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    state: State,
    log: Log,
    world: Arc<ArcSwap<World>>,
    durability: Durability,
    clock: Clock,
    /// The most bytes of one transaction.
    most: usize,
    /// Set when the log holds something that the store could not take: only a restart, which replays, mends that.
    broken: bool,
    unsynced: Option<Instant>,
    /// Whether the last group found no room on the disk.
    full: bool,
    /// Those that have to prepare again. They hear of it when the group is done: before, they would only find the same state, come
    /// back at once, and keep the group from ever being complete.
    stale: Vec<oneshot::Sender<Verdict>>,
    begun: Arc<AtomicU64>,
}

/// A transaction of the group at hand.
struct Member {
    entry: Entry,
    deltas: Vec<Delta>,
    answer: oneshot::Sender<Verdict>,
}

impl Work {
    fn run(&mut self, receiver: &Receiver<Job>) {
        loop {
            let first = match receiver.recv_timeout(self.patience()) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if self.turn(first, receiver) {
                self.sync_relaxed(true);
                return;
            }
            self.sync_relaxed(false);
            self.clean();
        }
    }

    /// How long to wait for work before there is something else to do.
    fn patience(&self) -> Duration {
        match (self.state.garbage.is_empty(), self.unsynced) {
            (false, _) => Duration::from_millis(1),
            (true, Some(since)) => RELAXED.saturating_sub(since.elapsed()),
            (true, None) => Duration::from_secs(3600),
        }
    }

    /// Handles one group, or one job. Answers whether to stop.
    fn turn(&mut self, first: Option<Job>, receiver: &Receiver<Job>) -> bool {
        let mut group: Vec<Member> = Vec::new();
        let mut next = first;
        while let Some(job) = next.take() {
            match job {
                Job::Seal(prepared, answer) => {
                    let edits = prepared.changes.iter().any(|c| c.collection.number == crate::schema::system::COLLECTIONS);
                    self.admit(*prepared, answer, &mut group);
                    // What comes after an edit of the collections is judged by the new ones.
                    if edits || GROUP <= group.len() {
                        break;
                    }
                }
                Job::Run(run) => {
                    self.finish(std::mem::take(&mut group));
                    run(&mut self.state);
                }
                Job::Stop => {
                    self.finish(group);
                    return true;
                }
            }
            next = receiver.try_recv().ok();
        }
        self.finish(group);
        false
    }

    /// Takes a transaction into the group, unless it is stale or alone more than the log takes, which would refuse the whole group.
    fn admit(&mut self, prepared: Prepared, answer: oneshot::Sender<Verdict>, group: &mut Vec<Member>) {
        if self.broken {
            let error =
                Error::new(Code::Unavailable, "The store could not take a commit. Restart the server: it repairs the store from the log.");
            let _ = answer.send(Verdict::Refused(error.into()));
            return;
        }
        let same_schema = prepared.schema_version == self.state.world.schema.version;
        if !same_schema || self.state.recent.is_stale(prepared.base, &prepared.watched) {
            self.stale.push(answer);
            return;
        }
        if self.most < size(&prepared) {
            let _ = answer.send(Verdict::Refused(log::too_large(self.most).into()));
            return;
        }
        let seq = self.state.applied + 1 + group.len() as u64;
        self.state.recent.touch(seq, &prepared.touched);
        let (entry, deltas) = self.number(seq, prepared);
        group.push(Member { entry, deltas, answer });
    }

    fn number(&mut self, seq: u64, prepared: Prepared) -> (Entry, Vec<Delta>) {
        let mut deltas = Vec::with_capacity(prepared.changes.len());
        let mut changes = Vec::with_capacity(prepared.changes.len());
        for change in prepared.changes {
            let rowid = match &change.before {
                Some(before) => before.rowid,
                None => {
                    self.state.next_rowid += 1;
                    self.state.next_rowid - 1
                }
            };
            let before_rev = change.before.as_ref().map_or(0, |b| b.rev);
            changes.push(Change {
                collection: change.collection.number,
                rowid,
                id: change.id,
                kind: change.kind,
                before_rev,
                before: change.before.map(|b| b.row),
                after: change.after.map(Bytes::from),
            });
            deltas.push(Delta { lost: change.lost, gained: change.gained });
        }
        (Entry { seq, time: self.clock.now(), origin: prepared.origin, changes }, deltas)
    }

    /// Ends a group: whoever was in it or is outdated by it gets an answer.
    fn finish(&mut self, group: Vec<Member>) {
        if !group.is_empty() {
            self.seal(group);
        }
        for answer in self.stale.drain(..) {
            let _ = answer.send(Verdict::Stale);
        }
    }

    /// Syncs, applies and publishes a group, then answers its members.
    fn seal(&mut self, group: Vec<Member>) {
        let mut answers = Vec::with_capacity(group.len());
        let mut entries = Vec::with_capacity(group.len());
        let mut deltas = Vec::with_capacity(group.len());
        for member in group {
            answers.push((member.entry.seq, member.answer));
            entries.push(Arc::new(member.entry));
            deltas.push(Some(member.deltas));
        }
        let appended = self.append(&entries).inspect_err(|_| self.take_back(&entries));
        let outcome = appended.and_then(|()| self.apply(entries, deltas));
        for (seq, answer) in answers {
            let _ = answer.send(match &outcome {
                Ok(()) => Verdict::Sealed(Position { epoch: self.state.epoch, seq }),
                Err(error) => Verdict::Refused(error.clone().into()),
            });
        }
    }

    /// The numbers of a group that the log did not take are given out again.
    fn take_back(&mut self, entries: &[Arc<Entry>]) {
        self.state.recent.undo_after(self.state.applied);
        let created = entries.iter().flat_map(|e| &e.changes).filter(|c| c.kind == ChangeKind::Create).map(|c| c.rowid);
        self.state.next_rowid = created.min().unwrap_or(self.state.next_rowid);
    }

    fn append(&mut self, entries: &[Arc<Entry>]) -> Result<()> {
        self.need_room()?;
        let durable = self.durability == Durability::Full;
        self.log.append(entries, durable).inspect_err(|error| tracing::error!(%error, "the log could not take a group of commits"))?;
        if !durable {
            self.unsynced.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// Refuses while the disk is all but full, or the store has no place for what the log would take.
    fn need_room(&mut self) -> Result<()> {
        let was_full = self.full;
        self.full = self.log.room()? < RESERVE;
        if !self.full {
            return self.state.store.make_room();
        }
        if !was_full {
            tracing::error!("the disk is full: every write is refused until {} MB of it are free", RESERVE >> 20);
        }
        Err(Error::of(Code::DiskFull))
    }

    fn apply(&mut self, entries: Vec<Arc<Entry>>, deltas: Vec<Option<Vec<Delta>>>) -> Result<()> {
        let last = entries.last().map_or(0, |e| e.seq);
        self.begun.store(last, Ordering::SeqCst);
        let edited = self.state.apply(entries.into_iter().zip(deltas).collect()).map_err(|error| {
            self.broken = true;
            tracing::error!(%error, "the store could not take a commit that is in the log; restart to repair it");
            Error::of(Code::Unavailable).because(error)
        })?;
        if edited {
            self.world.store(Arc::new(self.state.world.clone()));
        }
        self.log.publish(last);
        Ok(())
    }

    fn sync_relaxed(&mut self, now: bool) {
        if self.unsynced.is_some_and(|since| now || RELAXED <= since.elapsed()) {
            self.unsynced = None;
            if let Err(error) = self.log.sync() {
                tracing::error!(%error, "the log could not be synced");
            }
        }
    }

    fn clean(&mut self) {
        if let Err(error) = sweep::step(&mut self.state) {
            tracing::warn!(%error, "unused keys could not be deleted; they are tried again at the next start");
            self.state.garbage.clear();
        }
    }
}

/// At least as many bytes as the entry of a transaction has in the log: no number takes more than ten.
fn size(prepared: &Prepared) -> usize {
    let changes = prepared.changes.iter().map(|c| {
        let rows = c.before.as_ref().map_or(0, |b| b.row.len()) + c.after.as_ref().map_or(0, Vec::len);
        64 + c.id.len() + rows
    });
    let origin = &prepared.origin;
    64 + origin.actor.len() + origin.request.len() + origin.source.len() + changes.sum::<usize>()
}
