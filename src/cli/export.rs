//! `luge export`: the records of a collection as JSON, NDJSON or CSV, in the form that `luge import` reads.

use super::database;
use crate::commit::Db;
use crate::error::{Error, Result};
use crate::query::Row;
use crate::schema::{Collection, Field, Options};
use crate::value::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The collection.
    pub collection: String,
    /// How the records are written; else what the name of the file says, else json.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The file; without it, the terminal or a pipe.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// An array of objects, one per line.
    Json,
    /// An object per line.
    Ndjson,
    /// Cells between commas, with the names in the first line.
    Csv,
}

impl Export {
    /// Exports and says how many records there were.
    pub async fn run(&self, dir: &Path) -> Result<()> {
        let db = database::open_existing(dir).await?;
        let count = database::closing(&db, to_file(&db, self))?;
        if let Some(out) = &self.out {
            eprintln!("{count} records of {} are in {}.", self.collection, out.display());
        }
        Ok(())
    }
}

fn to_file(db: &Db, export: &Export) -> Result<u64> {
    let format = export.format.or_else(|| export.out.as_deref().and_then(Format::of)).unwrap_or(Format::Json);
    match &export.out {
        Some(path) => {
            let file = File::create(path)
                .map_err(|e| Error::bad_request(format!("{} cannot be written: {e}. Choose another file with --out.", path.display())))?;
            let mut out = BufWriter::new(file);
            let count = write(db, &export.collection, format, &mut out)?;
            out.flush()?;
            Ok(count)
        }
        None => write(db, &export.collection, format, &mut BufWriter::new(std::io::stdout().lock())),
    }
}

impl Format {
    fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()? {
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }
}

/// Writes all records in the order of their creation and returns how many there were. Password hashes and token keys are left out.
pub fn write(db: &Db, collection: &str, format: Format, out: &mut dyn Write) -> Result<u64> {
    let view = db.view();
    let collection = database::collection(&view, collection)?;
    let fields: Vec<&Field> = collection.fields.iter().filter(|f| is_public(&collection, f)).collect();
    let mut count = 0_u64;
    let mut failed = None;
    out.write_all(&head(format, &fields))?;
    view.each(&collection, false, &mut |row| {
        let line = line(format, &fields, &row, count == 0);
        count += 1;
        match out.write_all(&line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => {
                failed = Some(e);
                ControlFlow::Break(())
            }
        }
    })?;
    match failed {
        // Who reads the pipe has seen enough, as in `luge export … | head`.
        Some(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(count),
        Some(e) => return Err(e.into()),
        None => {}
    }
    if format == Format::Json {
        out.write_all(b"\n]\n")?;
    }
    out.flush()?;
    Ok(count)
}

fn is_public(collection: &Collection, field: &Field) -> bool {
    let secret = matches!(field.options, Options::Password(_)) || (collection.is_auth() && field.name == "tokenKey");
    !secret
}

fn head(format: Format, fields: &[&Field]) -> Vec<u8> {
    match format {
        Format::Json => b"[".to_vec(),
        Format::Ndjson => Vec::new(),
        Format::Csv => csv_line(fields.iter().map(|f| f.name.clone().into_bytes())),
    }
}

fn line(format: Format, fields: &[&Field], row: &Row, first: bool) -> Vec<u8> {
    match format {
        Format::Json => [if first { "\n".as_bytes() } else { b",\n" }, &object(fields, row)].concat(),
        Format::Ndjson => [object(fields, row).as_slice(), b"\n"].concat(),
        Format::Csv => csv_line(fields.iter().map(|f| cell(&row.value(f)))),
    }
}

fn object(fields: &[&Field], row: &Row) -> Vec<u8> {
    let mut out = vec![b'{'];
    for (i, field) in fields.iter().enumerate() {
        if 0 < i {
            out.push(b',');
        }
        json::write_string(&mut out, &field.name);
        out.push(b':');
        json::write_value(&mut out, &row.value(field));
    }
    out.push(b'}');
    out
}

/// Text as it is, everything else as JSON; nothing for null.
fn cell(value: &Value) -> Vec<u8> {
    match value {
        Value::Text(s) => s.as_bytes().to_vec(),
        Value::Null => Vec::new(),
        other => {
            let mut out = Vec::new();
            json::write_value(&mut out, other);
            out
        }
    }
}

fn csv_line(cells: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).expect("a Vec takes every write, and there is one record");
    writer.into_inner().expect("a Vec takes every write")
}
