//! Forgetting old entries, a whole segment at a time.

use super::journal::Log;
use super::segment::{Found, Frames, Segment};
use super::{codec, disk};
use crate::error::Result;
use std::fs;
use std::sync::Arc;

/// What has to stay when the log is trimmed.
#[derive(Debug, Clone)]
pub struct Keep {
    /// Entries at or after this time stay, in milliseconds since 1970; `None` sets no limit by age.
    pub since: Option<i64>,
    /// Above so many bytes the oldest segments go, even if they are young; `None` sets no limit by size.
    pub bytes: Option<u64>,
    /// Entries after this one stay, whatever their age: the position of the oldest checkpoint that is kept.
    pub not_past_seq: u64,
    /// A cursor holds back at most so many bytes of log. Its reader finds out that it is too late by a `NotFound`.
    pub cursor_lag: u64,
}

impl Log {
    /// Removes the oldest segments that [`Keep`] does not want kept, and says how many. The newest segment always stays.
    pub fn trim(&self, keep: &Keep) -> Result<usize> {
        let segments = self.0.segments.read().clone();
        let sizes: Vec<u64> = segments.iter().map(|s| fs::metadata(&s.path).map_or(0, |m| m.len())).collect();
        let slowest = self.0.cursors.lock().values().map(|p| p.seq).min().unwrap_or(u64::MAX);
        let mut left: u64 = sizes.iter().sum();
        let mut removed = 0;
        for (pair, size) in segments.windows(2).zip(sizes) {
            let last = pair[1].first_seq - 1;
            let over = keep.bytes.is_some_and(|most| most < left);
            // How much log lies between this segment and the end: a cursor that far behind has had its chance.
            let held = slowest < last && left - size <= keep.cursor_lag;
            if keep.not_past_seq < last || held || !(over || self.is_older(&pair[1], keep.since)?) {
                break;
            }
            self.remove_oldest(&pair[0])?;
            left -= size;
            removed += 1;
        }
        if 0 < removed
            && let Some(dir) = &self.0.dir
        {
            disk::sync_dir(dir)?;
        }
        Ok(removed)
    }

    /// Bytes on disk of all segments.
    pub fn size(&self) -> u64 {
        self.0.segments.read().iter().map(|s| fs::metadata(&s.path).map_or(0, |m| m.len())).sum()
    }

    /// Whether everything before this segment is older than `since`: told by its first entry, the only one that is quick to find.
    fn is_older(&self, segment: &Segment, since: Option<i64>) -> Result<bool> {
        let (Some(since), true) = (since, self.0.dir.is_some()) else { return Ok(false) };
        match Frames::open(segment, segment.first_seq)?.next()? {
            Found::Frame { payload } => Ok(codec::decode(segment.first_seq, &payload).is_some_and(|e| e.time < since)),
            // Without an entry nothing is known, and nothing is lost by waiting; damage is for the reader to report.
            Found::End | Found::Bad(_) => Ok(false),
        }
    }

    /// Oldest first, so that a crash in between leaves a log without a gap.
    fn remove_oldest(&self, segment: &Arc<Segment>) -> Result<()> {
        let mut segments = self.0.segments.write();
        if segments.first().is_some_and(|s| Arc::ptr_eq(s, segment)) {
            segments.remove(0);
        }
        let next = segments.first().map_or(0, |s| s.first_seq);
        drop(segments);
        match self.0.dir {
            Some(_) => Ok(fs::remove_file(&segment.path)?),
            None => {
                self.0.recent.write().drop_before(next);
                Ok(())
            }
        }
    }
}
