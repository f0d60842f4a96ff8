//! `luge import`: rows of JSON, NDJSON and CSV files as records.

pub mod convert;
pub mod dates;
pub mod elements;
pub mod infer;
pub mod load;
pub mod names;
pub mod read;
pub mod report;
pub mod target;

use super::database;
use crate::error::{Error, Result};
use indicatif::{ProgressBar, ProgressStyle};
use load::{Existing, Loader};
use read::{Format, Reader};
use report::Report;
use std::path::{Path, PathBuf};
use target::Target;

/// What to import, and where to.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    /// What is moved over instead of a file.
    #[command(subcommand)]
    pub app: Option<App>,
    /// The file: .json, .ndjson, .jsonl, .csv or .tsv.
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    /// The collection that the rows become records of.
    #[arg(long, value_name = "COLLECTION", required = true)]
    pub into: Option<String>,
    /// Make the collection when it is not there, with the fields that the file has.
    #[arg(long)]
    pub create: bool,
    /// The column that tells rows apart: a row whose key is there already is not created again.
    #[arg(long, value_name = "FIELD")]
    pub key: Option<String>,
    /// What happens to a row whose key is there already.
    #[arg(long, value_enum, default_value = "skip", requires = "key")]
    pub existing: Existing,
    /// What is in the file, when its name does not say it.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Find the types of the columns from the first rows only; 0 is all rows.
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub sample: u64,
    /// Write every problem into this file, a line of JSON each.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// An app of another server.
#[derive(Debug, clap::Subcommand)]
pub enum App {
    /// A PocketBase data directory, with everything in it.
    Pocketbase {
        /// The directory, usually pb_data. The data directory of the new server (--dir) must be empty.
        source: PathBuf,
    },
}

impl Import {
    /// Imports, says what was done, and fails at the end when rows have failed.
    pub async fn run(&self, dir: &Path) -> Result<()> {
        if let Some(App::Pocketbase { source }) = &self.app {
            return super::pocketbase::run(source, dir).await;
        }
        let (Some(file), Some(into)) = (&self.file, &self.into) else {
            return Err(Error::bad_request("Name a file and --into COLLECTION."));
        };
        let format = self.format.map_or_else(|| Format::of(file), Ok)?;
        let size = std::fs::metadata(file).map_err(|e| Error::bad_request(format!("{} cannot be read: {e}.", file.display())))?.len();
        let bar = bar(size);
        let db = if self.create { database::open_or_make(dir).await? } else { database::open_existing(dir).await? };
        let mut report = database::closing(&db, load_file(self, &db, file, into, format, &bar).await)?;
        bar.finish_and_clear();
        println!("{into}: {}.", report.finish()?);
        match report.failed {
            0 => Ok(()),
            failed => Err(Error::bad_request(format!("{failed} rows were not imported. Mend them and import the file again with --key."))),
        }
    }
}

async fn load_file(import: &Import, db: &crate::commit::Db, file: &Path, into: &str, format: Format, bar: &ProgressBar) -> Result<Report> {
    let report = Report::new(import.report.as_deref(), bar.clone())?;
    let target = match db.view().collection(into) {
        Ok(collection) => Target::of(collection.clone()),
        Err(_) if import.create => {
            bar.set_message("looking at the columns");
            let columns = target::look(file, format, import.sample, bar)?;
            Target::create(db, into, &columns, import.key.as_deref()).await?
        }
        Err(_) => return Err(Error::bad_request(format!("There is no collection {into}. Make it with --create, or choose another."))),
    };
    let mut loader = Loader::new(db, target, report, import.key.as_deref(), import.existing)?;
    bar.set_message("importing");
    let mut reader = Reader::open(file, format)?;
    let read = read_all(&mut reader, &mut loader, bar).await;
    // What was read before a failure is kept, as it is in every other interruption.
    loader.flush().await?;
    if let Err(error) = read {
        bar.suspend(|| eprintln!("{}", error.message));
        loader.report.failed += 1;
    }
    if !loader.target.ignored.is_empty() {
        bar.suspend(|| eprintln!("{into} has no field for: {}. These columns were left out.", loader.target.ignored.join(", ")));
    }
    Ok(loader.report)
}

async fn read_all(reader: &mut Reader, loader: &mut Loader<'_>, bar: &ProgressBar) -> Result<()> {
    let mut rows = 0_u64;
    while let Some(row) = reader.next_row()? {
        loader.row(row).await?;
        rows += 1;
        if rows.is_multiple_of(500) {
            bar.set_position(reader.bytes());
        }
    }
    Ok(())
}

/// A bar that shows itself only on a terminal.
fn bar(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
