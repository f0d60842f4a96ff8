//! The SQLite file of a PocketBase data directory, opened so that nothing in it can change.

use crate::error::{Error, Result};
use crate::id;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};

/// An open PocketBase data directory.
pub struct Source {
    /// The directory, `pb_data`.
    pub dir: PathBuf,
    /// The open `data.db`, or its copy.
    pub db: Connection,
    /// Where the copy is; removed at the end.
    copy: Option<PathBuf>,
}

impl Source {
    /// Opens `dir/data.db`. Changes that SQLite has not yet moved from its WAL file into it are seen: then both are copied and the copy is opened.
    pub fn open(dir: &Path) -> Result<Source> {
        let file = dir.join("data.db");
        if !file.is_file() {
            let message = format!("{} is not there: give the data directory of PocketBase, usually pb_data.", file.display());
            return Err(Error::bad_request(message));
        }
        let pending = fs::metadata(dir.join("data.db-wal")).is_ok_and(|m| 0 < m.len());
        let copy = if pending { Some(copy_database(dir)?) } else { None };
        let opened = match &copy {
            Some(copy) => Connection::open(copy.join("data.db")),
            None => open_unchanging(&file),
        };
        let source = Source { dir: dir.to_owned(), db: opened.map_err(|e| broken(dir, &e))?, copy };
        source.check_version()?;
        Ok(source)
    }

    /// Directories of PocketBase before 0.23 have other tables.
    fn check_version(&self) -> Result<()> {
        let columns = "SELECT count(*) FROM pragma_table_info('_collections') WHERE name = 'fields'";
        match self.db.query_row(columns, [], |row| row.get::<_, i64>(0)) {
            Ok(1) => Ok(()),
            Ok(_) => Err(Error::bad_request(format!(
                "{} was written by a PocketBase before 0.23: start a newer PocketBase on it once, then import it.",
                self.dir.display()
            ))),
            Err(e) => Err(broken(&self.dir, &e)),
        }
    }

    /// The settings; `None` when they are encrypted.
    pub fn settings(&self) -> Result<Option<Json>> {
        let row = self.db.query_row("SELECT CAST(value AS TEXT) FROM _params WHERE id = 'settings'", [], |row| row.get::<_, String>(0));
        match row {
            Ok(text) => Ok(serde_json::from_str(&text).ok().filter(Json::is_object)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(Some(serde_json::json!({}))),
            Err(e) => Err(broken(&self.dir, &e)),
        }
    }

    /// The error of a query that should have worked.
    pub fn broken(&self, e: &rusqlite::Error) -> Error {
        broken(&self.dir, e)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(copy) = &self.copy {
            // A copy that stays behind only takes room in the directory for such files.
            let _ = fs::remove_dir_all(copy);
        }
    }
}

/// `immutable` keeps SQLite from making `-shm` and lock files beside the database.
fn open_unchanging(file: &Path) -> rusqlite::Result<Connection> {
    let mut address = url::Url::from_file_path(std::path::absolute(file).unwrap_or_else(|_| file.to_owned()))
        .map_err(|()| rusqlite::Error::InvalidPath(file.to_owned()))?;
    address.set_query(Some("immutable=1"));
    Connection::open_with_flags(address.as_str(), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
}

fn copy_database(dir: &Path) -> Result<PathBuf> {
    let copy = std::env::temp_dir().join(format!("luge-import-{}", id::record()));
    fs::create_dir_all(&copy)?;
    for name in ["data.db", "data.db-wal"] {
        if let Err(e) = fs::copy(dir.join(name), copy.join(name)) {
            let _ = fs::remove_dir_all(&copy);
            let message = format!("{name} could not be copied to {}: {e}. Set TMPDIR to a place with room.", copy.display());
            return Err(Error::bad_request(message));
        }
    }
    Ok(copy)
}

fn broken(dir: &Path, e: &rusqlite::Error) -> Error {
    Error::bad_request(format!("data.db in {} cannot be read: {e}. Stop PocketBase and try again.", dir.display()))
}
