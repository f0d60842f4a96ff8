//! `luge types`: the collections as types of a programming language.

use super::database;
use crate::commit::Db;
use crate::error::{Error, Result};
use crate::schema::typescript;
use std::path::{Path, PathBuf};

/// Which types, and where to.
#[derive(Debug, clap::Args)]
pub struct Types {
    /// The language.
    #[arg(long, value_enum, default_value = "ts")]
    pub lang: Lang,
    /// The file; without it, the terminal or a pipe.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write nothing, and fail when the file is not what would be written.
    #[arg(long, requires = "out")]
    pub check: bool,
}

/// A language that types can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// TypeScript, for `@luge/sdk`.
    Ts,
}

impl Types {
    /// Writes or compares, and says what it did.
    pub async fn run(&self, dir: &Path) -> Result<()> {
        let db = database::open_existing(dir).await?;
        let text = database::closing(&db, Ok(text(&db, self.lang)))?;
        match &self.out {
            None => print!("{text}"),
            Some(path) if self.check => compare(path, &text)?,
            Some(path) => {
                std::fs::write(path, text).map_err(|e| {
                    Error::bad_request(format!("{} cannot be written: {e}. Choose another file with --out.", path.display()))
                })?;
                eprintln!("The types are in {}.", path.display());
            }
        }
        Ok(())
    }
}

fn text(db: &Db, lang: Lang) -> String {
    match lang {
        Lang::Ts => typescript::schema(&db.view().schema),
    }
}

fn compare(path: &Path, text: &str) -> Result<()> {
    let shown = path.display();
    let found = std::fs::read_to_string(path).map_err(|e| Error::bad_request(format!("{shown} cannot be read: {e}.")))?;
    // A checkout may have turned the ends of lines into those of Windows.
    if found.replace("\r\n", "\n") != text {
        return Err(Error::bad_request(format!("{shown} is out of date. Write it anew with `luge types --out {shown}`.")));
    }
    eprintln!("{shown} is up to date.");
    Ok(())
}
