//! Named cursors: how far a reader of the log has come, kept over restarts.

use super::journal::Log;
use super::{Position, disk};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DIR: &str = "cursors";
const EXTENSION: &str = "cursor";

impl Log {
    /// Where the reader of this name stands: everything up to there is done. `None` before its first [`Log::set_cursor`].
    pub fn cursor(&self, name: &str) -> Option<Position> {
        self.0.cursors.lock().get(name).copied()
    }

    /// Notes that the reader of this name is done with everything up to `position`, durably: it costs two syncs, so set it
    /// after a batch or at intervals, and expect entries after it once more when the server dies in between.
    ///
    /// # Errors
    /// `BadRequest` when the name is not 1 to 64 of `a-z 0-9 _ - .`, and when the disk does not take it.
    pub fn set_cursor(&self, name: &str, position: Position) -> Result<()> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b);
        if name.is_empty() || 64 < name.len() || !name.bytes().all(allowed) {
            return Err(Error::bad_request(format!("The cursor name {name:?} must be 1 to 64 of a-z, 0-9, \"_\", \"-\" and \".\".")));
        }
        // Held over the write, so that two calls for a name end in the same order on disk and in memory.
        let mut cursors = self.0.cursors.lock();
        if let Some(path) = self.cursor_path(name) {
            disk::create_dir(path.parent().unwrap_or(&path))?;
            disk::replace(&path, format!("{position}\n").as_bytes())?;
        }
        cursors.insert(name.to_owned(), position);
        Ok(())
    }

    /// Forgets a reader, so that it no longer holds the log back.
    pub fn remove_cursor(&self, name: &str) -> Result<()> {
        let mut cursors = self.0.cursors.lock();
        if cursors.remove(name).is_some()
            && let Some(path) = self.cursor_path(name)
        {
            fs::remove_file(&path)?;
            disk::sync_dir(path.parent().unwrap_or(&path))?;
        }
        Ok(())
    }

    /// All cursors by name.
    pub fn cursors(&self) -> BTreeMap<String, Position> {
        self.0.cursors.lock().clone()
    }

    fn cursor_path(&self, name: &str) -> Option<PathBuf> {
        self.0.dir.as_ref().map(|dir| dir.join(DIR).join(format!("{name}.{EXTENSION}")))
    }
}

/// The cursors of the log in `dir`. Files are replaced as a whole, so one that cannot be read was damaged from outside.
pub(super) fn load(dir: &Path) -> Result<BTreeMap<String, Position>> {
    let mut cursors = BTreeMap::new();
    let files = match fs::read_dir(dir.join(DIR)) {
        Ok(files) => files,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(cursors),
        Err(e) => return Err(e.into()),
    };
    for file in files {
        let path = file?.path();
        if path.extension().and_then(|e| e.to_str()) != Some(EXTENSION) {
            continue;
        }
        let name = path.file_stem().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let text = fs::read_to_string(&path)?;
        let position = text.trim_end().parse().map_err(|_| {
            Error::internal(format!("the cursor file {} holds no position: remove it, and its reader begins anew", path.display()))
        })?;
        cursors.insert(name, position);
    }
    Ok(cursors)
}
