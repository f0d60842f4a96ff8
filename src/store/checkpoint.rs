//! A dump of the whole store, taken while writing goes on, that a rebuild starts from.
//!
//! File: magic (8 bytes), format (1), format of the store (8), epoch (4) and sequence number (8) of what was applied when the dump
//! began; an lz4 frame of pairs (length of key and value, 4 each, then both), ended by a pair without a key and the number of
//! pairs (8); the CRC of all that (4). Numbers are little-endian.
//!
//! The dump is not a snapshot: a pair may be newer than its start. That is repaired by replaying the log from there, because
//! entries are full images: whatever was written meanwhile is written again, and ends as the last entry says. Only counts would
//! be counted twice, so they are not dumped, but counted from the rows when the dump is loaded; and replay counts a create only
//! when the row is not there yet, a delete only when it is.

use super::{Batch, Store, keys, upgrade};
use crate::error::{Error, Result};
use crate::log::{Position, disk};
use crc32fast::Hasher;
use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"LUGECKPT";
const FORMAT: u8 = 1;
const HEADER: usize = 29;
const CRC: u64 = 4;
const EXTENSION: &str = "checkpoint";
/// A batch of a load has about so many bytes.
const BATCH_BYTES: usize = 1 << 20;

/// A finished checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Where it is.
    pub path: PathBuf,
    /// Everything up to here is in it: the log is replayed from the next entry on.
    pub position: Position,
    /// Bytes on disk.
    pub bytes: u64,
    store_format: u64,
}

/// Dumps the store into `dir`. Takes long and waits for the disk: not for an async thread. Writing to the store goes on meanwhile.
/// `make_safe` syncs the log before the checkpoint counts, so that it never holds a commit that the log loses.
///
/// # Errors
/// `DiskFull` when there is no room: nothing is left behind. `Internal` when the store has applied nothing yet.
pub fn write(store: &dyn Store, dir: &Path, make_safe: &dyn Fn() -> Result<()>) -> Result<Checkpoint> {
    // Read before the first pair: what is applied later may or may not be in the dump, and is replayed.
    let position = upgrade::applied(store)?.ok_or_else(|| Error::internal("a checkpoint was asked of a store that has applied nothing"))?;
    disk::create_dir(dir)?;
    let path = dir.join(format!("{:020}.{EXTENSION}", position.seq));
    let temporary = path.with_extension("tmp");
    let written = File::create(&temporary).map_err(Error::from).and_then(|file| dump(store, position, file));
    if let Err(e) = written.and_then(|()| make_safe()).and_then(|()| Ok(disk::install(&temporary, &path)?)) {
        // If it cannot be removed now, `keep_newest` does it later; it is never read.
        let _ = fs::remove_file(&temporary);
        return Err(e);
    }
    describe(path)
}

/// The finished checkpoints in `dir`, newest first. What is half-written or not a checkpoint is not among them.
pub fn list(dir: &Path) -> Result<Vec<Checkpoint>> {
    let files = match fs::read_dir(dir) {
        Ok(files) => files,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let mut found = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().and_then(|e| e.to_str()) != Some(EXTENSION) {
            continue;
        }
        match describe(path) {
            Ok(checkpoint) => found.push(checkpoint),
            Err(e) => tracing::warn!("checkpoint: passed over: {e}"),
        }
    }
    found.sort_by_key(|c| std::cmp::Reverse(c.position.seq));
    Ok(found)
}

/// Fills an empty store. The file is verified as a whole before the store is touched; `progress` hears the number of pairs so far.
/// Until the end the store does not say what it has applied, so that a load that was cut off is not taken for a store.
///
/// # Errors
/// `Internal` when the file is damaged or was written by a newer program: try the checkpoint before it.
pub fn load(checkpoint: &Checkpoint, store: &dyn Store, progress: &mut dyn FnMut(u64)) -> Result<u64> {
    if upgrade::FORMAT < checkpoint.store_format {
        let (found, known) = (checkpoint.store_format, upgrade::FORMAT);
        return Err(bad(&checkpoint.path, &format!("it holds store format {found}, this program knows {known}: start a newer one")));
    }
    verify(&checkpoint.path)?;
    let mut batch = Batch::default();
    upgrade::set_unknown(&mut batch);
    let mut loading = Loading { store, batch, bytes: 0, pairs: 0, counts: BTreeMap::new() };
    let mut pairs = open_pairs(checkpoint)?;
    loop {
        let mut lengths = [0; 8];
        pairs.read_exact(&mut lengths)?;
        let [key, value] = [&lengths[..4], &lengths[4..]].map(|l| u32::from_le_bytes(l.try_into().expect("a slice of four bytes")));
        if key == 0 {
            break;
        }
        loading.add(take(&mut pairs, key)?, take(&mut pairs, value)?, progress)?;
    }
    let mut expected = [0; 8];
    pairs.read_exact(&mut expected)?;
    if u64::from_le_bytes(expected) != loading.pairs {
        return Err(bad(&checkpoint.path, "it does not hold as many pairs as it says"));
    }
    loading.finish(checkpoint.position)
}

/// Removes all but the newest `count` checkpoints, and what unfinished ones left behind. Not while one is being written.
pub fn keep_newest(dir: &Path, count: usize) -> Result<usize> {
    let found = list(dir)?;
    let old = found.get(count..).unwrap_or_default();
    for checkpoint in old {
        fs::remove_file(&checkpoint.path)?;
    }
    if dir.is_dir() {
        for file in fs::read_dir(dir)? {
            let path = file?.path();
            if path.extension().and_then(|e| e.to_str()) == Some("tmp") {
                fs::remove_file(path)?;
            }
        }
        disk::sync_dir(dir)?;
    }
    Ok(old.len())
}

fn dump(store: &dyn Store, position: Position, file: File) -> Result<()> {
    let mut out = Hashed { inner: BufWriter::with_capacity(1 << 20, file), hasher: Hasher::new() };
    out.write_all(MAGIC)?;
    out.write_all(&[FORMAT])?;
    out.write_all(&upgrade::format(store)?.to_le_bytes())?;
    out.write_all(&position.epoch.to_le_bytes())?;
    out.write_all(&position.seq.to_le_bytes())?;
    let mut pairs = FrameEncoder::new(out);
    let count = dump_pairs(store, &mut pairs)?;
    pairs.write_all(&[0; 8])?;
    pairs.write_all(&count.to_le_bytes())?;
    let mut out = pairs.finish().map_err(io::Error::from)?;
    let crc = out.hasher.clone().finalize();
    out.write_all(&crc.to_le_bytes())?;
    let file = out.inner.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(file.sync_all()?)
}

fn dump_pairs(store: &dyn Store, out: &mut impl Write) -> Result<u64> {
    let mut count = 0;
    for keyspace in keys::KEYSPACES.iter().filter(|k| k.dumped) {
        let mut failed = None;
        store.scan(&keys::keyspace_range(keyspace), false, &mut |key, value| {
            if upgrade::is_applied(key) {
                return ControlFlow::Continue(());
            }
            count += 1;
            match write_pair(out, key, &value) {
                Ok(()) => ControlFlow::Continue(()),
                Err(e) => {
                    failed = Some(e);
                    ControlFlow::Break(())
                }
            }
        })?;
        if let Some(e) = failed {
            return Err(e.into());
        }
    }
    Ok(count)
}

fn write_pair(out: &mut impl Write, key: &[u8], value: &[u8]) -> io::Result<()> {
    out.write_all(&(key.len() as u32).to_le_bytes())?;
    out.write_all(&(value.len() as u32).to_le_bytes())?;
    out.write_all(key)?;
    out.write_all(value)
}

/// Reads the header.
fn describe(path: PathBuf) -> Result<Checkpoint> {
    let mut file = File::open(&path)?;
    let mut header = [0; HEADER];
    let bytes = file.metadata()?.len();
    if bytes < HEADER as u64 + CRC || file.read_exact(&mut header).is_err() || &header[..8] != MAGIC {
        return Err(bad(&path, "it is not a checkpoint"));
    }
    if header[8] != FORMAT {
        return Err(bad(&path, &format!("it has format {}, this program knows {FORMAT}: start a newer one", header[8])));
    }
    let number = |at: usize| u64::from_le_bytes(header[at..at + 8].try_into().expect("a slice of eight bytes"));
    let epoch = u32::from_le_bytes(header[17..21].try_into().expect("a slice of four bytes"));
    Ok(Checkpoint { path, position: Position { epoch, seq: number(21) }, bytes, store_format: number(9) })
}

/// Reads the whole file and compares its checksum.
fn verify(path: &Path) -> Result<()> {
    let file = File::open(path)?;
    let length = file.metadata()?.len().saturating_sub(CRC);
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut out = Hashed { inner: io::sink(), hasher: Hasher::new() };
    let copied = io::copy(&mut file.by_ref().take(length), &mut out)?;
    let mut crc = [0; CRC as usize];
    file.read_exact(&mut crc)?;
    match copied == length && out.hasher.finalize() == u32::from_le_bytes(crc) {
        true => Ok(()),
        false => Err(bad(path, "its checksum is wrong")),
    }
}

fn open_pairs(checkpoint: &Checkpoint) -> Result<impl Read> {
    let mut file = File::open(&checkpoint.path)?;
    file.seek(SeekFrom::Start(HEADER as u64))?;
    let length = checkpoint.bytes - HEADER as u64 - CRC;
    Ok(BufReader::with_capacity(256 << 10, FrameDecoder::new(BufReader::with_capacity(256 << 10, file.take(length)))))
}

fn take(from: &mut impl Read, length: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity((length as usize).min(BATCH_BYTES));
    match from.take(u64::from(length)).read_to_end(&mut bytes)? == length as usize {
        true => Ok(bytes),
        false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}

fn bad(path: &Path, what: &str) -> Error {
    Error::internal(format!("the checkpoint {} cannot be used: {what}", path.display()))
}

/// What was read and is not applied yet.
struct Loading<'s> {
    store: &'s dyn Store,
    batch: Batch,
    bytes: usize,
    pairs: u64,
    counts: BTreeMap<u32, u64>,
}

impl Loading<'_> {
    fn add(&mut self, key: Vec<u8>, value: Vec<u8>, progress: &mut dyn FnMut(u64)) -> Result<()> {
        if let Some(collection) = keys::collection(&key).filter(|_| keys::is_row(&key)) {
            *self.counts.entry(collection).or_default() += 1;
        }
        self.pairs += 1;
        self.bytes += key.len() + value.len();
        self.batch.put(key, value);
        if BATCH_BYTES <= self.bytes {
            self.store.apply(std::mem::take(&mut self.batch))?;
            self.bytes = 0;
            progress(self.pairs);
        }
        Ok(())
    }

    fn finish(mut self, position: Position) -> Result<u64> {
        for (collection, count) in &self.counts {
            self.batch.put(keys::count(*collection), keys::number_value(*count));
        }
        self.store.apply(self.batch)?;
        upgrade::prepare(self.store)?;
        let mut last = Batch::default();
        upgrade::set_applied(&mut last, position);
        self.store.apply(last)?;
        Ok(self.pairs)
    }
}

/// Counts what goes through into a checksum.
struct Hashed<W> {
    inner: W,
    hasher: Hasher,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
