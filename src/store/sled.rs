//! The store on disk. sled is fast and atomic per batch, but not safe in a power cut: after one it is rebuilt from the log.

use super::{Batch, Held, KeyRange, Store, Visit};
use crate::error::{Error, Result};
use crate::log::disk;
use bytes::Bytes;
use std::fs::{File, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// How sled is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes of pages kept in memory.
    pub cache_bytes: u64,
    /// So often what was applied goes to the operating system by itself, in milliseconds; what a killed process loses of it
    /// is replayed from the log.
    pub flush_every_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { cache_bytes: 8 << 20, flush_every_ms: 500 }
    }
}

/// How long opening waits for the file of a store that was just closed.
const PATIENCE: Duration = Duration::from_secs(3);

/// One sled tree.
pub struct Sled {
    db: ::sled::Db,
    /// The file that it writes to.
    file: File,
}

impl Sled {
    /// Opens the store in `dir`, or begins one there.
    ///
    /// # Errors
    /// Whatever sled does with files that it does not like, an error or a panic: set the directory aside and rebuild.
    pub fn open(dir: &Path, options: &Options) -> Result<Sled> {
        // HighThroughput: the store is compacted by rebuilding it, so sled need not spend writes on keeping its file small.
        let config = ::sled::Config::new()
            .path(dir)
            .cache_capacity(options.cache_bytes)
            .mode(::sled::Mode::HighThroughput)
            .flush_every_ms(Some(options.flush_every_ms));
        match catch_unwind(AssertUnwindSafe(|| open_patiently(&config))) {
            Ok(opened) => {
                let db = opened.map_err(failure)?;
                let file = OpenOptions::new().write(true).open(dir.join("db"))?;
                Ok(Sled { db, file })
            }
            Err(panic) => {
                let what = panic.downcast_ref::<String>().cloned();
                let what = what.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                let what = what.unwrap_or_else(|| "no message".to_owned());
                Err(Error::internal(format!("the store in {} cannot be opened: sled panicked: {what}", dir.display())))
            }
        }
    }
}

impl Store for Sled {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        Ok(self.db.get(key).map_err(failure)?.map(|value| Bytes::copy_from_slice(&value)))
    }

    fn scan(&self, range: &KeyRange, reverse: bool, visit: Visit) -> Result<()> {
        if range.to <= range.from {
            return Ok(());
        }
        let mut pairs = self.db.range(&range.from[..]..&range.to[..]);
        while let Some(pair) = if reverse { pairs.next_back() } else { pairs.next() } {
            let (key, value) = pair.map_err(failure)?;
            let value = Bytes::copy_from_slice(&value);
            if visit(&key, Held { bytes: &value, whole: &value }).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn apply(&self, batch: Batch) -> Result<()> {
        let mut writes = ::sled::Batch::default();
        for (key, value) in batch.writes {
            match value {
                Some(value) => writes.insert(key, value),
                None => writes.remove(key),
            }
        }
        self.db.apply_batch(writes).map_err(failure)
    }

    /// sled has no way back from a full disk: after a write that failed it serves no more reads either. So the file gets its
    /// blocks on the disk before sled writes to them; its length stays, because that tells sled where its log ends.
    fn reserve(&self, bytes: u64) -> Result<()> {
        Ok(disk::allocate(&self.file, bytes)?)
    }

    fn flush(&self) -> Result<()> {
        self.db.flush().map(|_| ()).map_err(failure)
    }

    fn size(&self) -> Result<u64> {
        self.db.size_on_disk().map_err(failure)
    }
}

/// sled's own threads may hold its file for a moment after the last handle was dropped. Another server is kept out by the log's lock.
fn open_patiently(config: &::sled::Config) -> ::sled::Result<::sled::Db> {
    let end = Instant::now() + PATIENCE;
    loop {
        match config.open() {
            Err(::sled::Error::Io(e)) if is_locked(&e) && Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            opened => return opened,
        }
    }
}

/// sled wraps the error of the lock in a text, so its kind is lost.
fn is_locked(e: &std::io::Error) -> bool {
    e.kind() == std::io::ErrorKind::WouldBlock || e.to_string().contains("could not acquire lock")
}

fn failure(e: ::sled::Error) -> Error {
    match e {
        ::sled::Error::Io(e) => e.into(),
        e => Error::internal(format!("sled: {e}")),
    }
}
