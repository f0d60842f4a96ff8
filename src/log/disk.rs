//! Files that are really there after a power cut: directories are synced too, and a file is replaced as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Makes names that were created, renamed or removed in `dir` last. Syncing a file does not do this for its name.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    // Windows cannot open a directory as a file, and its file systems log name changes by themselves.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(dir)?.sync_all()
}

/// Bytes that can still be written to the disk that `dir` is on.
#[cfg(unix)]
pub fn room(dir: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Where nobody tells, there is room until a write fails.
#[cfg(not(unix))]
pub fn room(_: &Path) -> io::Result<u64> {
    Ok(u64::MAX)
}

/// Gives a file room on the disk for so many bytes after its end, which stays where it is. What is written there then finds room,
/// on file systems that keep this promise; a copy-on-write one does not quite.
#[cfg(target_os = "linux")]
pub fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    let end = file.metadata()?.len();
    match fallocate(file, FallocateFlags::KEEP_SIZE, end, bytes) {
        // Such a file system cannot promise anything.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => Ok(()),
        done => Ok(done?),
    }
}

/// Where this cannot be had, a full disk is found when it is full.
#[cfg(not(target_os = "linux"))]
pub fn allocate(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

/// The size of the disk that `dir` is on, in bytes; `None` where nobody tells.
#[cfg(unix)]
pub fn size(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_blocks.saturating_mul(stat.f_frsize))
}

/// Where nobody tells.
#[cfg(not(unix))]
pub fn size(_: &Path) -> Option<u64> {
    None
}

/// Makes every file below `dir` last, whoever wrote it.
pub fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => sync_tree(&entry.path())?,
            // For writing, because Windows syncs nothing else.
            false => fs::OpenOptions::new().write(true).open(entry.path())?.sync_all()?,
        }
    }
    sync_dir(dir)
}

/// Creates a directory and its parents, so that they last.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        create_dir(parent)?;
    }
    match fs::create_dir(dir) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    match dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => sync_dir(parent),
        None => sync_dir(Path::new(".")),
    }
}

/// Writes `bytes` to `path`: after a crash the file has either its old content or all of the new one.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(e) = written {
        // The half-written copy only takes room; if it cannot be removed now, the next start or write does it.
        let _ = fs::remove_file(&temporary);
        return Err(e);
    }
    install(&temporary, path)
}

/// Gives a synced temporary file its name, for good.
pub fn install(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    sync_dir(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}
