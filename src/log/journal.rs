//! The log at work: what its parts share, and the small questions about where it stands.

use super::recent::Recent;
use super::segment::Segment;
use super::writer::Writer;
use super::{Entry, Faults, Position};
use crate::error::Result;
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// How a log is kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// A segment that has this many bytes is followed by a new one.
    pub segment_bytes: u64,
    /// Where a log that does not exist yet begins; 1 but for a restored one.
    pub first_seq: u64,
    /// Failures planned by a test.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Options { segment_bytes: 64 << 20, first_seq: 1, faults: Faults::default() }
    }
}

/// The log; clones are the same log.
///
/// Three sequence numbers matter: `head` is the last one appended, `durable` the last one known to be on the disk, and the
/// position the last one published, which is all that readers see: what is published has been applied to the store as well.
#[derive(Clone)]
pub struct Log(pub(super) Arc<Inner>);

/// What the parts of a log share. Locks are taken in the order of the fields.
pub(super) struct Inner {
    /// `None` for a log in memory.
    pub dir: Option<PathBuf>,
    pub options: Options,
    /// Named places that readers reached.
    pub cursors: Mutex<BTreeMap<String, Position>>,
    /// The end of the log; one writer at a time.
    pub writer: Mutex<Writer>,
    /// The files, oldest first; never empty.
    pub segments: RwLock<Vec<Arc<Segment>>>,
    /// The newest entries, decoded; all entries when the log is in memory.
    pub recent: RwLock<Recent>,
    /// The published position; every tail waits for it to move.
    pub visible: watch::Sender<Position>,
    /// Keeps a second process out of the directory.
    pub lock: Option<File>,
}

impl Drop for Inner {
    /// Unlocks at once. Closing the file would do, but not before a child process that is just being started has closed its copy.
    fn drop(&mut self) {
        if let Some(lock) = &self.lock {
            // It fails only if it is not locked any more.
            let _ = lock.unlock();
        }
    }
}

impl Log {
    /// A log that ends with the process.
    pub fn in_memory(options: Options) -> Log {
        let segment = Segment::in_memory(rand::random(), options.first_seq);
        Log::start(None, options, vec![segment], Writer::default(), None)
    }

    /// A log of these segments that begins to be used now; the writer's `head` and `durable` are set from `writer.head`.
    pub(super) fn start(dir: Option<PathBuf>, options: Options, segments: Vec<Segment>, mut writer: Writer, lock: Option<File>) -> Log {
        let last = segments.last().expect("a log has at least one segment");
        writer.head = writer.head.max(last.first_seq - 1);
        writer.durable = writer.head;
        let at = Position { epoch: last.epoch, seq: writer.head };
        let recent = Recent::new(dir.is_none());
        Log(Arc::new(Inner {
            dir,
            options,
            cursors: Mutex::default(),
            writer: Mutex::new(writer),
            segments: RwLock::new(segments.into_iter().map(Arc::new).collect()),
            recent: RwLock::new(recent),
            visible: watch::Sender::new(at),
            lock,
        }))
    }

    /// The published position: everything up to it is durable (unless durability is relaxed), applied and readable.
    pub fn position(&self) -> Position {
        *self.0.visible.borrow()
    }

    /// The sequence number of the last entry appended; the next one has one more.
    pub fn head(&self) -> u64 {
        self.0.writer.lock().head
    }

    /// The sequence number of the last entry known to be on the disk.
    pub fn durable(&self) -> u64 {
        self.0.writer.lock().durable
    }

    /// The sequence number of the oldest entry that is kept, or would be if there were one.
    pub fn first_seq(&self) -> u64 {
        self.0.segments.read().first().map_or(1, |s| s.first_seq)
    }

    /// The position of an entry that is kept: of the epoch in which it was written.
    pub fn at(&self, seq: u64) -> Position {
        let segments = self.0.segments.read();
        let owner = segments.iter().rev().find(|s| s.first_seq <= seq).or_else(|| segments.first());
        Position { epoch: owner.map_or(self.position().epoch, |s| s.epoch), seq }
    }

    /// Whether a reader that stands at `position` can go on from there: it belongs to this history and what follows it is kept.
    ///
    /// A position of an older epoch is still good when its entry survived into the present one.
    pub fn holds(&self, position: Position) -> bool {
        let seq = position.seq;
        let segments = self.0.segments.read();
        let kept = segments.first().is_some_and(|s| s.first_seq <= seq.saturating_add(1));
        let owner = segments.iter().rev().find(|s| s.first_seq <= seq);
        let begins = segments.iter().find(|s| s.first_seq == seq.saturating_add(1));
        let same = [owner, begins].into_iter().flatten().any(|s| s.epoch == position.epoch);
        kept && same && seq <= self.position().seq
    }

    /// Appends a group of entries with one write and, when `durable`, one `fdatasync`. After an error nothing of it was appended.
    /// Entries in an `Arc` are shared with the readers of the log, others are copied for them.
    ///
    /// # Errors
    /// `DiskFull` when there is no room: free some and append again. `Unavailable` when a sync failed: nothing more can be
    /// written until the log is opened again. `TooLarge` when an entry is. Numbers that do not follow the head are `Internal`.
    pub fn append(&self, entries: &[impl Into<Arc<Entry>> + Clone], durable: bool) -> Result<()> {
        let shared: Vec<Arc<Entry>> = entries.iter().map(|entry| entry.clone().into()).collect();
        self.append_shared(&shared, durable)
    }

    fn append_shared(&self, entries: &[Arc<Entry>], durable: bool) -> Result<()> {
        let mut writer = self.0.writer.lock();
        writer.append(&self.0, entries, durable)?;
        // Under the writer's lock, so that the ring has the order of the file.
        self.0.recent.write().push(entries);
        Ok(())
    }

    /// Makes everything appended so far durable; for a ticker beside appends that did not wait. Appends go on meanwhile.
    pub fn sync(&self) -> Result<()> {
        let Some((file, head)) = self.0.writer.lock().unsynced()? else { return Ok(()) };
        let synced = self.0.options.faults.pass(super::Step::Sync).and_then(|()| file.sync_data());
        self.0.writer.lock().synced(head, synced)
    }

    /// Shows readers everything up to `seq`. The writer calls it when the store has applied it.
    pub fn publish(&self, seq: u64) {
        self.0.visible.send_if_modified(|at| {
            let moves = at.seq < seq;
            at.seq = at.seq.max(seq);
            moves
        });
    }

    /// Bytes that the disk still has room for; no limit in memory.
    pub fn room(&self) -> Result<u64> {
        Ok(self.0.dir.as_deref().map_or(Ok(u64::MAX), super::disk::room)?)
    }

    /// Waits until `seq` is published. Never ends if that never happens: the caller sets the limit.
    pub async fn reached(&self, seq: u64) {
        let mut visible = self.0.visible.subscribe();
        // It fails only when the sender is gone, and `self` holds it.
        let _ = visible.wait_for(|at| seq <= at.seq).await;
    }

    /// Begins another history in a new segment: positions that were given out for entries that are lost are not taken for
    /// those of new entries. For the start after a crash with relaxed durability, and for a restore.
    pub fn bump_epoch(&self) -> Result<Position> {
        let mut writer = self.0.writer.lock();
        let old = self.0.segments.read().last().map_or(0, |s| s.epoch);
        let mut epoch = rand::random();
        while epoch == old {
            epoch = rand::random();
        }
        writer.new_segment(&self.0, epoch)?;
        self.0.visible.send_modify(|at| at.epoch = epoch);
        Ok(self.position())
    }
}
