//! Reading the log from a position.

use super::journal::Log;
use super::segment::{Found, Frames, Segment, damaged};
use super::{Entry, codec};
use crate::error::{Code, Error, Result};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::sync::Arc;

/// So many entries are taken from memory under one lock.
const CHUNK: usize = 256;

impl Log {
    /// Visits the published entries from `from_seq` on, in order, up to the position at the time of the call, until the
    /// visitor breaks. Reads files: on an async thread use [`Log::tail`], or a blocking task.
    ///
    /// # Errors
    /// `NotFound` when `from_seq` was trimmed: whoever reads must begin anew. Damage is `Internal`, with file and offset.
    pub fn read(&self, from_seq: u64, visit: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<()> {
        let to = self.position().seq;
        let mut next = from_seq.max(1);
        while next <= to {
            let recent = self.0.recent.read().read(next, to, CHUNK);
            let read = match recent {
                Some(entries) => visit_all(&entries, visit),
                None => self.read_file(next, to, visit)?,
            };
            match read {
                ControlFlow::Continue(seq) => next = seq,
                ControlFlow::Break(()) => break,
            }
        }
        Ok(())
    }

    /// Visits what one file holds of the entries from `from` to `to`, and says which comes next.
    fn read_file(&self, from: u64, to: u64, visit: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<ControlFlow<(), u64>> {
        let (segment, last) = self.segment_of(from, to).ok_or_else(|| trimmed(from, self.first_seq()))?;
        let mut frames = match Frames::open(&segment, from) {
            Ok(frames) => frames,
            // The file went between the two steps.
            Err(e) if e.kind() == ErrorKind::NotFound => return Err(trimmed(from, self.first_seq())),
            Err(e) => return Err(e.into()),
        };
        while frames.seq <= last {
            let (seq, offset) = (frames.seq, frames.offset);
            let payload = match frames.next()? {
                Found::Frame { payload } => payload,
                Found::End => return Err(damaged(&segment.path, offset, &format!("entry {seq} is missing"))),
                Found::Bad(what) => return Err(damaged(&segment.path, offset, what)),
            };
            if seq < from {
                continue;
            }
            let entry = codec::decode(seq, &payload).ok_or_else(|| damaged(&segment.path, offset, "an entry cannot be decoded"))?;
            if visit(entry).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(last + 1))
    }

    /// The segment that holds `from`, and the last entry of it that is not after `to`.
    fn segment_of(&self, from: u64, to: u64) -> Option<(Arc<Segment>, u64)> {
        let segments = self.0.segments.read();
        let after = segments.partition_point(|s| s.first_seq <= from);
        let segment = segments.get(after.checked_sub(1)?)?.clone();
        let last = segments.get(after).map_or(to, |next| to.min(next.first_seq - 1));
        Some((segment, last))
    }
}

/// The error for a reader that comes too late.
pub(super) fn trimmed(seq: u64, first: u64) -> Error {
    Error::new(
        Code::NotFound,
        format!("The log no longer holds entry {seq}; it begins at {first}. Load the data anew and go on from there."),
    )
}

fn visit_all(entries: &[Arc<Entry>], visit: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> ControlFlow<(), u64> {
    let mut next = 0;
    for entry in entries {
        next = entry.seq + 1;
        visit(Entry::clone(entry))?;
    }
    ControlFlow::Continue(next)
}
