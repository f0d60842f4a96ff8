//! The files of records: `storage/COLLECTION/RECORD/NAME` becomes `files/COLLECTION/RECORD/NAME`.

use crate::error::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// What was copied.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many files.
    pub files: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// Copies the files of the collections with these ids. Thumbnails (`thumbs_NAME/`) are made again when they are asked for, and types (`NAME.attrs`) are found again.
pub fn copy(storage: &Path, files: &Path, collections: &[String], progress: &dyn Fn(u64)) -> Result<Copied> {
    let mut copied = Copied::default();
    for collection in collections {
        for record in entries(&storage.join(collection))? {
            let Some(name) = record.file_name().filter(|_| record.is_dir()) else { continue };
            let target = files.join(collection).join(name);
            for file in entries(&record)?.iter().filter(|f| is_original(f)) {
                fs::create_dir_all(&target)?;
                copied.bytes += fs::copy(file, target.join(file.file_name().unwrap_or_default()))?;
                copied.files += 1;
                progress(copied.files);
            }
        }
    }
    Ok(copied)
}

fn is_original(file: &Path) -> bool {
    let sidecar = file.extension().is_some_and(|e| e == "attrs") && file.with_extension("").is_file();
    file.is_file() && !sidecar
}

/// What is in a directory, sorted; nothing when it is not there.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let read = match fs::read_dir(dir) {
        Ok(read) => read,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let mut paths = read.map(|entry| entry.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
