//! Opening a log: which files belong to it, and cutting off what a crash left half-written.

use super::journal::{Log, Options};
use super::segment::{Found, Frames, Segment, damaged};
use super::writer::Writer;
use super::{cursor, disk};
use crate::error::{Code, Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

impl Log {
    /// Opens the log in `dir`, or begins one there with a random epoch. Everything that it then holds is on the disk and published.
    ///
    /// # Errors
    /// When another process has it open, when a file that must be whole is damaged (named with its offset; nothing is changed
    /// then), and when the disk fails.
    pub fn open(dir: &Path, options: Options) -> Result<Log> {
        disk::create_dir(dir)?;
        let lock = lock(dir)?;
        let mut segments = load_segments(dir)?;
        if segments.is_empty() {
            segments.push(Segment::create(dir, rand::random(), options.first_seq)?);
        }
        let mut writer = Writer::default();
        let last = segments.last().expect("one was just created if there was none");
        let (end, head) = mend_tail(last)?;
        writer.attach(last, end)?;
        writer.head = head;
        let cursors = cursor::load(dir)?;
        let log = Log::start(Some(dir.to_path_buf()), options, segments, writer, Some(lock));
        *log.0.cursors.lock() = cursors;
        Ok(log)
    }
}

fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!(
                "Another Luge is using {}. Stop it first, or choose another directory with --dir.",
                dir.parent().unwrap_or(dir).display()
            );
            Err(Error::new(Code::Unavailable, message))
        }
        Err(TryLockError::Error(e)) => Err(e.into()),
    }
}

/// The segments in their order. Temporary files of a creation that did not end are removed.
fn load_segments(dir: &Path) -> Result<Vec<Segment>> {
    let mut segments = Vec::new();
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        match path.extension().and_then(|e| e.to_str()) {
            Some("tmp") => fs::remove_file(&path)?,
            Some("log") => segments.push(Segment::load(path)?),
            _ => {}
        }
    }
    segments.sort_by_key(|s| s.first_seq);
    for segment in &segments {
        if segment.path.file_name().and_then(|n| n.to_str()) != Some(&Segment::name(segment.first_seq)) {
            return Err(damaged(&segment.path, 0, &format!("its header belongs to {}", Segment::name(segment.first_seq))));
        }
    }
    Ok(segments)
}

/// Reads the last segment, cuts a torn tail off, syncs it, and says where it ends and with which entry.
///
/// The sync matters without a cut as well: a process that was killed may have left entries that are only in the page cache,
/// and they are about to be treated as safe.
fn mend_tail(segment: &Segment) -> Result<(u64, u64)> {
    let mut frames = Frames::open(segment, segment.first_seq)?;
    let file = OpenOptions::new().write(true).open(&segment.path)?;
    loop {
        match frames.next()? {
            Found::Frame { .. } => {}
            Found::End => break,
            Found::Bad(what) if frames.follows_safe_frame()? => return Err(damaged(&segment.path, frames.offset, what)),
            Found::Bad(what) => {
                let (path, end, head) = (segment.path.display(), frames.offset, frames.seq - 1);
                tracing::warn!("log: cut an unfinished write off {path} at byte {end} ({what}); the last entry is {head}");
                file.set_len(end)?;
                break;
            }
        }
    }
    file.sync_all()?;
    Ok((frames.offset, frames.seq - 1))
}
