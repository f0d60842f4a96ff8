//! The files of the owner's scripts, for whoever edits them: listed, read, checked, saved.

use super::fault::Diagnostic;
use super::scripts::{HOOKS, LoadReport, Scripts};
use super::unit::{self, MAX_FILE, Source};
use crate::error::{Code, Error, Result};
use crate::log::disk;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The folders that a file may be in.
const FOLDERS: &[&str] = &["lib", "cases", "templates"];

impl Scripts {
    fn dir(&self) -> Result<&Path> {
        self.0.config.dir.as_deref().ok_or_else(|| Error::bad_request("This server has no folder of scripts."))
    }

    /// The path of a file that can be a script or template.
    fn path(&self, file: &str) -> Result<PathBuf> {
        let (folder, name) = file.split_once('/').unwrap_or(("", file));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let kinds: &[&str] = if folder == "templates" { &[".html", ".txt"] } else { &[".rhai"] };
        let fine =
            (folder.is_empty() || FOLDERS.contains(&folder)) && !name.starts_with('.') && name.len() <= 100 && name.chars().all(plain);
        match fine && kinds.iter().any(|kind| name.ends_with(kind) && kind.len() < name.len()) {
            true => Ok(self.dir()?.join(file)),
            false => Err(Error::bad_request(
                "A script is NAME.rhai, lib/NAME.rhai or cases/NAME.rhai, a template templates/NAME.html or .txt, of letters, digits, - _ and dots.",
            )),
        }
    }

    /// All files with their sizes and times, and what is wrong with them.
    pub fn files(&self) -> Result<Json> {
        let dir = self.dir()?;
        let source = Source::read(HOOKS, dir).map_err(|e| Error::bad_request(format!("The scripts cannot be listed: {e}.")))?;
        let files =
            source.files.iter().map(|(file, text)| json!({"file": file, "size": text.len(), "modified": modified(&dir.join(file))}));
        let diagnostics = self.diagnostics();
        let loaded = diagnostics.iter().all(|d| !d.file.starts_with("hooks/"));
        Ok(json!({"dir": dir, "files": files.collect::<Vec<_>>(), "diagnostics": diagnostics, "loaded": loaded}))
    }

    /// One file.
    pub fn read_file(&self, file: &str) -> Result<Json> {
        let path = self.path(file)?;
        let text = std::fs::read_to_string(&path).map_err(missing)?;
        Ok(json!({"file": file, "text": text, "modified": modified(&path)}))
    }

    /// What would be wrong if a file had this text; nothing is changed.
    pub fn check(&self, file: &str, text: &str) -> Result<Vec<Diagnostic>> {
        self.path(file)?;
        if MAX_FILE < text.len() as u64 {
            return Err(Error::bad_request(format!("A script has at most {MAX_FILE} bytes.")));
        }
        let mut source = Source { permissions: self.own(), ..Source::read(HOOKS, self.dir()?)? };
        source.files.retain(|f| f.0 != file);
        source.unread.retain(|d| d.file != format!("{HOOKS}/{file}"));
        source.files.push((file.to_owned(), text.to_owned()));
        source.files.sort();
        let mut found = unit::load(&self.0, source, file.starts_with("cases/")).err().unwrap_or_default();
        // The mistakes of other files are there already, and are not what is asked for.
        found.retain(|d| d.file == format!("{HOOKS}/{file}"));
        Ok(found)
    }

    /// Writes a file and loads the scripts.
    pub fn save(&self, file: &str, text: &str) -> Result<LoadReport> {
        let path = self.path(file)?;
        // Two at once would write the same temporary file.
        let _one = self.0.saving.lock();
        disk::create_dir(path.parent().unwrap_or(&path))?;
        disk::replace(&path, text.as_bytes())?;
        Ok(self.load())
    }

    /// Deletes a file and loads the scripts.
    pub fn delete(&self, file: &str) -> Result<LoadReport> {
        let _one = self.0.saving.lock();
        std::fs::remove_file(self.path(file)?).map_err(missing)?;
        Ok(self.load())
    }
}

fn missing(e: std::io::Error) -> Error {
    if e.kind() == std::io::ErrorKind::NotFound { Error::of(Code::NotFound) } else { e.into() }
}

fn modified(path: &Path) -> Option<u64> {
    let time = path.metadata().ok()?.modified().ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_millis() as u64)
}
