//! The data directory, opened by a command while no server uses it.

use crate::commit::{Db, Options};
use crate::error::{Code, Error, Result};
use std::path::Path;

/// Opens the data directory that a server would use too.
pub async fn open(dir: &Path) -> Result<Db> {
    match Db::open(Options::new(dir)).await {
        Err(e) if e.code == Code::Unavailable => {
            let message =
                format!("A server is running on {}. Stop it first, or use its API; this command needs the directory alone.", dir.display());
            Err(Error::new(Code::Unavailable, message))
        }
        opened => opened,
    }
}

/// Opens a data directory that must be there already: looking at one must not make one.
pub async fn open_existing(dir: &Path) -> Result<Db> {
    if !dir.join("log").is_dir() {
        return Err(Error::bad_request(format!("{} is not a data directory of Luge. Choose another with --dir.", dir.display())));
    }
    open(dir).await
}

/// Ends the use of the directory, whatever the result was.
pub fn closing<T>(db: &Db, result: Result<T>) -> Result<T> {
    db.close();
    result
}
