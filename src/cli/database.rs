//! The data directory, opened by a command while no server uses it.

use crate::commit::{Db, Options};
use crate::error::{Code, Error, Result};
use crate::query::View;
use crate::schema::Collection;
use std::path::Path;
use std::sync::Arc;

/// Opens the data directory that a server would use too.
pub async fn open(dir: &Path) -> Result<Db> {
    open_with(Options::new(dir)).await.map_err(|error| match error.code {
        Code::Unavailable => {
            let message =
                format!("A server is running on {}. Stop it first, or use its API; this command needs the directory alone.", dir.display());
            Error::new(Code::Unavailable, message)
        }
        _ => error,
    })
}

/// Opens a data directory that must be there already: looking at one must not make one.
pub async fn open_existing(dir: &Path) -> Result<Db> {
    must_exist(dir)?;
    open(dir).await
}

/// Opens a data directory, or makes one and says so. Its parent must be there: a path that is half wrong is a mistake.
pub async fn open_or_make(dir: &Path) -> Result<Db> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !dir.exists() && !parent.is_dir() {
        return Err(Error::bad_request(format!("There is no directory {}. Choose another data directory with --dir.", parent.display())));
    }
    let is_new = !dir.join("log").is_dir();
    let db = open(dir).await?;
    if is_new {
        eprintln!("A new data directory was made at {}.", dir.display());
    }
    Ok(db)
}

/// Refuses what is no data directory.
pub fn must_exist(dir: &Path) -> Result<()> {
    let shown = dir.display();
    if !dir.exists() {
        return Err(Error::bad_request(format!("There is no data directory at {shown}. Choose another with --dir; luge serve makes one.")));
    }
    // One that has lost its log is refused when it is opened, with what to do.
    if dir.is_dir() && !["log", "store", "checkpoints"].iter().any(|part| dir.join(part).exists()) {
        return Err(Error::bad_request(format!("{shown} is not a data directory of Luge. Choose another with --dir.")));
    }
    Ok(())
}

/// Opens a data directory with these options.
pub async fn open_with(options: Options) -> Result<Db> {
    let dir = options.dir.clone();
    if dir.exists() && !dir.is_dir() {
        let message = format!("{} is a file, and data is kept in a directory. Choose another with --dir.", dir.display());
        return Err(Error::bad_request(message));
    }
    Db::open(options).await.map_err(|error| of_opening(&dir, error))
}

/// Says of a failure which directory it is about, and what to do.
fn of_opening(dir: &Path, error: Error) -> Error {
    let shown = dir.display();
    let cause = error.detail.as_deref().filter(|_| error.code == Code::Internal).unwrap_or_default();
    // What comes from the operating system names no file.
    if !cause.contains("(os error") || cause.contains(&*dir.to_string_lossy()) {
        return error;
    }
    let advice = match cause.starts_with("Permission denied") {
        true => {
            "Everything in it must belong to the user that Luge runs as: run the command as that user, or change the owner with chown -R."
        }
        false => "Look at the disk, or choose another directory with --dir.",
    };
    Error::internal(format!("The data directory {shown} cannot be used: {cause}. {advice}"))
}

/// A collection that was named on the command line.
pub fn collection(view: &View, name: &str) -> Result<Arc<Collection>> {
    view.collection(name).cloned().map_err(|_| {
        let (system, own): (Vec<_>, Vec<_>) = view.schema.all().iter().filter(|c| !c.internal).partition(|c| c.system);
        let names: Vec<&str> = own.into_iter().chain(system).map(|c| c.name.as_str()).collect();
        Error::bad_request(format!("There is no collection {name}. There are {}.", names.join(", ")))
    })
}

/// Ends the use of the directory, whatever the result was.
pub fn closing<T>(db: &Db, result: Result<T>) -> Result<T> {
    db.close();
    result
}
