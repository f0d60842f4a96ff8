//! A segment file: a header, then frames of one entry each; how they are written, read and judged after a crash.
//!
//! Header: magic (8 bytes), format (1), epoch (4), first sequence number (8), salt (4), CRC of all that (4).
//! Frame: CRC (4), length of the payload (4), sequence number (8), `synced` (8), payload. Numbers are little-endian.
//!
//! `synced` is the last sequence number that was known to be on the disk when the frame was written. It is what tells a torn
//! tail from damage. A power cut may keep the pages of an unsynced write in any order, so a frame may be missing although one
//! after it is whole: harmless, nobody was told that either is safe. But a whole frame whose `synced` covers the missing one
//! proves that the missing one had been safe: that is damage, and cutting it off would lose what was promised.
//!
//! The salt starts every CRC. It is random and never leaves the file, so no text in a record can pretend to be a frame.

use super::{Entry, codec, disk};
use crate::error::{Code, Error, Result};
use bytes::Bytes;
use crc32fast::Hasher;
use parking_lot::Mutex;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"LUGE-LOG";
const FORMAT: u8 = 1;
/// Bytes before the first frame.
pub const HEADER: usize = 29;
/// Bytes of a frame before its payload.
pub const FRAME: usize = 24;
/// The most bytes of one entry: far above what a request may hold, far below what would exhaust memory.
pub const MAX_ENTRY: usize = 256 << 20;
/// A reader can start at every so many bytes.
const MARK_EVERY: u64 = 256 << 10;

/// One file of the log, as far as it is known without reading it.
#[derive(Debug)]
pub struct Segment {
    /// Where it is; empty for a log in memory.
    pub path: PathBuf,
    /// The history that its entries belong to.
    pub epoch: u32,
    /// The sequence number of its first frame.
    pub first_seq: u64,
    /// What every CRC in it starts with.
    pub salt: u32,
    /// Sequence numbers and where their frames begin, ascending and sparse; so a read near the end does not read the whole file.
    marks: Mutex<Vec<(u64, u64)>>,
}

/// What stands at a place in a segment.
pub enum Found {
    /// A whole frame.
    Frame {
        /// The encoded entry.
        payload: Bytes,
    },
    /// The file ends here.
    End,
    /// Something that is not the frame that belongs here, and why.
    Bad(&'static str),
}

impl Segment {
    /// The name of the segment that begins with this sequence number; names sort as the numbers do.
    pub fn name(first_seq: u64) -> String {
        format!("{first_seq:020}.log")
    }

    /// A segment that is only in memory.
    pub fn in_memory(epoch: u32, first_seq: u64) -> Self {
        Segment { path: PathBuf::new(), epoch, first_seq, salt: 0, marks: Mutex::default() }
    }

    /// Creates the file with its header, synced under its name: a segment with half a header cannot come to be.
    pub fn create(dir: &Path, epoch: u32, first_seq: u64) -> Result<Self> {
        let path = dir.join(Self::name(first_seq));
        let salt = rand::random();
        disk::replace(&path, &header(epoch, first_seq, salt))?;
        Ok(Segment { path, epoch, first_seq, salt, marks: Mutex::default() })
    }

    /// Reads the header of an existing file.
    pub fn load(path: PathBuf) -> Result<Self> {
        let mut bytes = [0; HEADER];
        let mut file = File::open(&path)?;
        if file.read_exact(&mut bytes).is_err() {
            return Err(damaged(&path, 0, "the header is cut short"));
        }
        if &bytes[..8] != MAGIC {
            return Err(damaged(&path, 0, "this is not a log file"));
        }
        if bytes[8] != FORMAT {
            let format = bytes[8];
            return Err(Error::internal(format!("{} has format {format}, this program knows {FORMAT}: use a newer one", path.display())));
        }
        if u32_at(&bytes, HEADER - 4) != crc32fast::hash(&bytes[..HEADER - 4]) {
            return Err(damaged(&path, 0, "the header has a wrong checksum"));
        }
        let (epoch, first_seq, salt) = (u32_at(&bytes, 9), u64_at(&bytes, 13), u32_at(&bytes, 21));
        Ok(Segment { path, epoch, first_seq, salt, marks: Mutex::default() })
    }

    /// Remembers where a frame begins, if it is far enough from the last one remembered.
    pub fn mark(&self, seq: u64, offset: u64) {
        let mut marks = self.marks.lock();
        let (last_seq, last_offset) = marks.last().copied().unwrap_or((self.first_seq, HEADER as u64));
        if last_seq < seq && last_offset + MARK_EVERY <= offset {
            marks.push((seq, offset));
        }
    }

    /// The nearest known frame at or before `seq`.
    pub fn nearest(&self, seq: u64) -> (u64, u64) {
        let marks = self.marks.lock();
        match marks.partition_point(|m| m.0 <= seq) {
            0 => (self.first_seq, HEADER as u64),
            n => marks[n - 1],
        }
    }
}

/// Reads the frames of a segment one after another.
pub struct Frames<'s> {
    segment: &'s Segment,
    file: BufReader<File>,
    size: u64,
    /// The sequence number that the next frame must have.
    pub seq: u64,
    /// Where the next frame begins.
    pub offset: u64,
}

impl<'s> Frames<'s> {
    /// Starts at the nearest known frame at or before `seq`.
    pub fn open(segment: &'s Segment, seq: u64) -> std::io::Result<Self> {
        let (seq, offset) = segment.nearest(seq);
        let mut file = File::open(&segment.path)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(offset))?;
        Ok(Frames { segment, file: BufReader::with_capacity(64 << 10, file), size, seq, offset })
    }

    /// The next frame; after [`Found::Bad`] the reader is of no more use.
    pub fn next(&mut self) -> Result<Found> {
        let left = self.size.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Found::End);
        }
        if left < FRAME as u64 {
            return Ok(Found::Bad("a frame is cut short"));
        }
        let mut head = [0; FRAME];
        self.file.read_exact(&mut head)?;
        let length = u32_at(&head, 4) as usize;
        // The length is checked before it is trusted with memory.
        if MAX_ENTRY < length || left - (FRAME as u64) < length as u64 {
            return Ok(Found::Bad("a frame is longer than the file"));
        }
        let mut payload = vec![0; length];
        self.file.read_exact(&mut payload)?;
        if u32_at(&head, 0) != checksum(self.segment.salt, &head[4..], &payload) {
            return Ok(Found::Bad("a frame has a wrong checksum"));
        }
        if u64_at(&head, 8) != self.seq {
            return Ok(Found::Bad("a frame has the wrong number"));
        }
        self.segment.mark(self.seq, self.offset);
        self.seq += 1;
        self.offset += (FRAME + length) as u64;
        Ok(Found::Frame { payload: Bytes::from(payload) })
    }

    /// Whether what follows the bad frame at `self.offset` proves that the bad frame was once safe on the disk.
    pub fn follows_safe_frame(&self) -> Result<bool> {
        let mut file = File::open(&self.segment.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut rest = Vec::new();
        file.read_to_end(&mut rest)?;
        let most = self.seq + (rest.len() / FRAME) as u64;
        let proves = |at: usize| {
            let Some(head) = rest.get(at..at + FRAME) else { return false };
            let (length, seq, synced) = (u32_at(head, 4) as usize, u64_at(head, 8), u64_at(head, 16));
            if seq <= self.seq || most < seq || synced < self.seq || seq <= synced {
                return false;
            }
            match rest.get(at + FRAME..).and_then(|r| r.get(..length)) {
                Some(payload) => u32_at(head, 0) == checksum(self.segment.salt, &head[4..], payload),
                None => false,
            }
        };
        Ok((1..rest.len()).any(proves))
    }
}

/// Appends the frame of an entry.
pub fn write_frame(out: &mut Vec<u8>, salt: u32, entry: &Entry, synced: u64) -> Result<()> {
    let start = out.len();
    out.extend_from_slice(&[0; FRAME]);
    codec::encode(out, entry);
    let length = out.len() - start - FRAME;
    if MAX_ENTRY < length {
        out.truncate(start);
        return Err(too_large(MAX_ENTRY));
    }
    let (head, payload) = out[start..].split_at_mut(FRAME);
    head[4..8].copy_from_slice(&(length as u32).to_le_bytes());
    head[8..16].copy_from_slice(&entry.seq.to_le_bytes());
    head[16..24].copy_from_slice(&synced.to_le_bytes());
    let crc = checksum(salt, &head[4..], payload);
    head[..4].copy_from_slice(&crc.to_le_bytes());
    Ok(())
}

/// The error of an entry with more than so many bytes.
pub fn too_large(most: usize) -> Error {
    Error::new(Code::TooLarge, format!("One transaction may change at most {} MB. Split it.", most >> 20))
}

/// The error of a file that does not hold what it must.
pub fn damaged(path: &Path, offset: u64, what: &str) -> Error {
    Error::internal(format!(
        "the log file {} is damaged at byte {offset}: {what}. Nothing was changed. Put a good copy of the file in its place, or restore a backup",
        path.display()
    ))
}

fn header(epoch: u32, first_seq: u64, salt: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER);
    out.extend_from_slice(MAGIC);
    out.push(FORMAT);
    out.extend_from_slice(&epoch.to_le_bytes());
    out.extend_from_slice(&first_seq.to_le_bytes());
    out.extend_from_slice(&salt.to_le_bytes());
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    out
}

fn checksum(salt: u32, head: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = Hasher::new_with_initial(salt);
    hasher.update(head);
    hasher.update(payload);
    hasher.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("a slice of four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("a slice of eight bytes"))
}
