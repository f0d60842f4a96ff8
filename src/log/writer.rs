//! The end of the log: appending a group, and what is done when the disk does not take it.
//!
//! A failed write is cut off again, and the cut is synced, so that a refused group cannot come back after a crash.
//! A failed sync is worse: the kernel may have dropped the dirty pages and call the next sync a success (as PostgreSQL found
//! out in 2018). So after one the log takes nothing more until it is opened again and has read what is really there. One case
//! can be told apart: the disk was full, and all that was not synced is this one group. Then cutting the group off drops
//! exactly the pages in doubt, nobody was told that they are safe, and the log goes on.

use super::journal::Inner;
use super::segment::{HEADER, Segment, write_frame};
use super::{Entry, Step, disk};
use crate::error::{Code, Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

/// A buffer above this is given back after use.
const BUFFER_KEPT: usize = 4 << 20;

/// The end of the log.
#[derive(Default)]
pub(super) struct Writer {
    /// The last segment; `None` for a log in memory.
    pub file: Option<Arc<File>>,
    /// Where the last good frame ends.
    pub end: u64,
    /// The last sequence number appended.
    pub head: u64,
    /// The last sequence number known to be on the disk.
    pub durable: u64,
    /// Why nothing more is taken.
    broken: Option<String>,
    buffer: Vec<u8>,
}

impl Writer {
    /// See [`super::Log::append`].
    pub fn append(&mut self, log: &Inner, entries: &[Arc<Entry>], durable: bool) -> Result<()> {
        self.refuse_if_broken()?;
        check_numbers(self.head, entries)?;
        if log.options.segment_bytes <= self.end {
            let epoch = log.segments.read().last().map_or(0, |s| s.epoch);
            self.new_segment(log, epoch)?;
        }
        let segment = log.segments.read().last().cloned().expect("a log has at least one segment");
        let starts = self.encode(&segment, entries)?;
        self.write(log)?;
        if durable {
            self.sync_group(log)?;
        }
        for (entry, start) in entries.iter().zip(starts) {
            segment.mark(entry.seq, start);
        }
        self.end += self.buffer.len() as u64;
        self.head += entries.len() as u64;
        if durable {
            self.durable = self.head;
        }
        self.buffer.clear();
        self.buffer.shrink_to(BUFFER_KEPT);
        Ok(())
    }

    /// Ends the segment and begins the next. A segment without entries is replaced.
    pub fn new_segment(&mut self, log: &Inner, epoch: u32) -> Result<()> {
        self.refuse_if_broken()?;
        // Only the last segment may end in a torn frame, so the old one must be safe before there is a new one.
        if self.durable < self.head
            && let Some(file) = &self.file
        {
            let synced = log.options.faults.pass(Step::Sync).and_then(|()| file.sync_data());
            self.synced(self.head, synced)?;
        }
        let first_seq = self.head + 1;
        let replaces = log.segments.read().last().is_some_and(|s| s.first_seq == first_seq);
        let segment = match &log.dir {
            Some(dir) => self.create(log, dir, epoch, replaces)?,
            None => Segment::in_memory(epoch, first_seq),
        };
        let mut segments = log.segments.write();
        if replaces {
            segments.pop();
        }
        segments.push(Arc::new(segment));
        Ok(())
    }

    /// Creates the file of the next segment and writes to it from now on.
    ///
    /// A file that is left behind by a failure would be taken for the end of the log at the next start, and hide what is still
    /// appended to the old segment. So it is removed, or the log takes nothing more.
    fn create(&mut self, log: &Inner, dir: &Path, epoch: u32, replaces: bool) -> Result<Segment> {
        let first_seq = self.head + 1;
        let planned = log.options.faults.pass(Step::Append).map_err(Error::from);
        let created = planned.and_then(|()| Segment::create(dir, epoch, first_seq));
        let failed = match created.and_then(|segment| self.attach(&segment, HEADER as u64).map(|()| segment)) {
            Ok(segment) => return Ok(segment),
            Err(e) => e,
        };
        if replaces {
            return Err(self.break_down(&io::Error::other(failed)));
        }
        let removed = match fs::remove_file(dir.join(Segment::name(first_seq))) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
            Ok(()) => disk::sync_dir(dir),
        };
        removed.map_err(|e| self.break_down(&e))?;
        Err(failed)
    }

    /// Writes to this segment from now on, from `end`.
    pub fn attach(&mut self, segment: &Segment, end: u64) -> Result<()> {
        let mut file = OpenOptions::new().write(true).open(&segment.path)?;
        file.seek(SeekFrom::Start(end))?;
        self.file = Some(Arc::new(file));
        self.end = end;
        Ok(())
    }

    /// What [`super::Log::sync`] has to sync without the lock: the file, and what it holds.
    pub fn unsynced(&mut self) -> Result<Option<(Arc<File>, u64)>> {
        self.refuse_if_broken()?;
        match &self.file {
            Some(file) if self.durable < self.head => Ok(Some((file.clone(), self.head))),
            Some(_) => Ok(None),
            None => {
                self.durable = self.head;
                Ok(None)
            }
        }
    }

    /// Notes how a sync of everything up to `head` went.
    pub fn synced(&mut self, head: u64, result: io::Result<()>) -> Result<()> {
        match result {
            Ok(()) => {
                self.durable = self.durable.max(head);
                Ok(())
            }
            Err(e) => Err(self.break_down(&e)),
        }
    }

    fn refuse_if_broken(&self) -> Result<()> {
        match &self.broken {
            Some(why) => Err(refusal(why)),
            None => Ok(()),
        }
    }

    /// Encodes the group into the buffer and says where each frame will begin.
    fn encode(&mut self, segment: &Segment, entries: &[Arc<Entry>]) -> Result<Vec<u64>> {
        self.buffer.clear();
        let mut starts = Vec::with_capacity(entries.len());
        if self.file.is_none() {
            return Ok(starts);
        }
        for entry in entries {
            starts.push(self.end + self.buffer.len() as u64);
            write_frame(&mut self.buffer, segment.salt, entry, self.durable)?;
        }
        Ok(starts)
    }

    fn write(&mut self, log: &Inner) -> Result<()> {
        let planned = log.options.faults.pass(Step::Append);
        let Some(mut file) = self.file.as_deref() else { return planned.map_err(Error::from) };
        let written = match planned {
            Ok(()) => file.write_all(&self.buffer),
            Err(e) => file.write_all(&self.buffer[..self.buffer.len() / 2]).and(Err(e)),
        };
        match written {
            Ok(()) => Ok(()),
            Err(e) => {
                self.cut(log).map_err(|cut| self.break_down(&cut))?;
                // Everything that was unsynced before is safe now too: the cut was synced.
                self.durable = self.head;
                Err(e.into())
            }
        }
    }

    fn sync_group(&mut self, log: &Inner) -> Result<()> {
        let planned = log.options.faults.pass(Step::Sync);
        let Err(e) = planned.and_then(|()| self.file.as_ref().map_or(Ok(()), |f| f.sync_data())) else { return Ok(()) };
        let full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        let alone = self.durable == self.head;
        // The cut is tried in any case: a group that was refused should not be there when the log is opened again.
        match self.cut(log) {
            Ok(()) if full && alone => Err(e.into()),
            _ => Err(self.break_down(&e)),
        }
    }

    /// Takes off whatever stands behind the last good frame, for good.
    fn cut(&self, log: &Inner) -> io::Result<()> {
        let Some(mut file) = self.file.as_deref() else { return Ok(()) };
        file.set_len(self.end)?;
        file.seek(SeekFrom::Start(self.end))?;
        log.options.faults.pass(Step::Sync)?;
        file.sync_all()
    }

    fn break_down(&mut self, why: &io::Error) -> Error {
        let why = self.broken.get_or_insert_with(|| why.to_string());
        refusal(why)
    }
}

fn check_numbers(head: u64, entries: &[Arc<Entry>]) -> Result<()> {
    match entries.iter().zip(head + 1..).find(|(entry, expected)| entry.seq != *expected) {
        Some((entry, expected)) => Err(Error::internal(format!("entry {} was appended where {expected} belongs", entry.seq))),
        None => Ok(()),
    }
}

fn refusal(why: &str) -> Error {
    Error::new(Code::Unavailable, "The disk failed while a change was being saved: nothing more is written until the server is restarted.")
        .because(why)
}
