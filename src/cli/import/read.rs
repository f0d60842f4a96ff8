//! Rows out of a file: JSON, NDJSON or CSV, one at a time, each with its line.

use super::elements::Elements;
use crate::error::{Error, Result};
use crate::value::json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// An array of objects, or an object that has one.
    Json,
    /// An object per line.
    Ndjson,
    /// Cells between commas, with the names in the first line.
    Csv,
    /// The same between tabs.
    Tsv,
}

impl Format {
    /// The format that the end of a file's name stands for.
    pub fn of(path: &Path) -> Result<Format> {
        let end = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match end.as_str() {
            "json" => Ok(Format::Json),
            "ndjson" | "jsonl" => Ok(Format::Ndjson),
            "csv" => Ok(Format::Csv),
            "tsv" | "tab" => Ok(Format::Tsv),
            _ => Err(Error::bad_request(format!("{}: say what is in it with --format json, ndjson, csv or tsv.", path.display()))),
        }
    }

    /// Whether every value is text, so that `12` may be a number and `true` a bool.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv)
    }
}

/// One row: names and values in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it starts, from 1.
    pub line: u64,
    /// Its cells. Empty cells of a CSV file are left out.
    pub cells: Vec<(String, Json)>,
}

/// A row that cannot be read; the rows after it can.
#[derive(Debug, Clone, PartialEq)]
pub struct BadRow {
    /// Where it starts, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// Reads a file row by row.
pub struct Reader(Source);

enum Source {
    Array { elements: Elements<BufReader<File>>, buffer: Vec<u8>, first: bool },
    Lines { elements: Elements<BufReader<File>>, buffer: Vec<u8> },
    Table { reader: Box<csv::Reader<File>>, names: Vec<String>, record: csv::ByteRecord, late: u64 },
}

impl Reader {
    /// Opens a file and goes to its first row.
    pub fn open(path: &Path, format: Format) -> Result<Reader> {
        let file = File::open(path).map_err(|e| Error::bad_request(format!("{} cannot be read: {e}.", path.display())))?;
        let buffered = |file| Elements::new(BufReader::with_capacity(256 * 1024, file));
        let source = match format {
            Format::Json => {
                let mut elements = buffered(file)?;
                enter_array(&mut elements)?;
                Source::Array { elements, buffer: Vec::new(), first: true }
            }
            Format::Ndjson => Source::Lines { elements: buffered(file)?, buffer: Vec::new() },
            Format::Csv => open_table(file, b',')?,
            Format::Tsv => open_table(file, b'\t')?,
        };
        Ok(Reader(source))
    }

    /// How many bytes of the file were read.
    pub fn bytes(&self) -> u64 {
        match &self.0 {
            Source::Array { elements, .. } | Source::Lines { elements, .. } => elements.bytes,
            Source::Table { reader, .. } => reader.position().byte(),
        }
    }

    /// The next row; `None` at the end. The outer error ends the reading, the inner one is about this row only.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, BadRow>>> {
        match &mut self.0 {
            Source::Array { elements, buffer, first } => next_element(elements, buffer, first),
            Source::Lines { elements, buffer } => next_line(elements, buffer),
            Source::Table { reader, names, record, late } => next_record(reader, names, record, *late),
        }
    }
}

/// Goes past the `[` of the outer array, or of the first array of objects inside the outer object.
fn enter_array(elements: &mut Elements<BufReader<File>>) -> Result<()> {
    let wrong = || {
        Error::bad_request(
            "The file is not an array of objects, and not an object with one. For one object per line choose --format ndjson.",
        )
    };
    if elements.symbol(b"[")?.is_some() {
        return Ok(());
    }
    elements.symbol(b"{")?.ok_or_else(wrong)?;
    let mut skipped = Vec::new();
    loop {
        elements.value(&mut skipped)?;
        elements.symbol(b":")?.ok_or_else(wrong)?;
        if elements.next_is()? == Some(b'[') {
            elements.symbol(b"[")?;
            if matches!(elements.next_is()?, Some(b'{' | b']')) {
                return Ok(());
            }
            // An array of something else: skip what is left of it, value by value.
            while elements.symbol(b"]")?.is_none() {
                elements.value(&mut skipped)?;
                elements.symbol(b",")?;
                if skipped.is_empty() {
                    return Err(wrong());
                }
            }
        } else {
            elements.value(&mut skipped)?;
        }
        elements.symbol(b",")?.ok_or_else(wrong)?;
    }
}

fn next_element(elements: &mut Elements<BufReader<File>>, buffer: &mut Vec<u8>, first: &mut bool) -> Result<Option<Result<Row, BadRow>>> {
    if elements.symbol(b"]")?.is_some() {
        return Ok(None);
    }
    let at = elements.line;
    let separated = elements.symbol(b",")?.is_some() || std::mem::replace(first, false);
    elements.next_is()?;
    let line = elements.line;
    elements.value(buffer)?;
    if !separated || buffer.is_empty() {
        return Err(Error::bad_request(format!(
            "The JSON is broken near line {at}: a `,` or `]` is missing. The rows before it were imported."
        )));
    }
    Ok(Some(parse_object(line, buffer)))
}

fn next_line(elements: &mut Elements<BufReader<File>>, buffer: &mut Vec<u8>) -> Result<Option<Result<Row, BadRow>>> {
    loop {
        let line = elements.line;
        if !elements.whole_line(buffer)? {
            return Ok(None);
        }
        if !buffer.trim_ascii().is_empty() {
            return Ok(Some(parse_object(line, buffer)));
        }
    }
}

fn parse_object(line: u64, text: &[u8]) -> Result<Row, BadRow> {
    match json::parse::<Pairs>(text) {
        Ok(Pairs(cells)) => Ok(Row { line, cells }),
        Err(e) => Err(BadRow { line, problem: format!("not a JSON object: {e}") }),
    }
}

fn open_table(mut file: File, delimiter: u8) -> Result<Source> {
    let late = u64::from(ends_with_return(&mut file)?);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(file);
    let names = reader.byte_headers().map_err(|e| Error::bad_request(format!("The first line cannot be read: {e}.")))?;
    let names: Vec<String> = names.iter().map(|n| String::from_utf8_lossy(n).trim_start_matches('\u{feff}').trim().to_owned()).collect();
    if names.iter().all(String::is_empty) {
        return Err(Error::bad_request("The file has no first line with the names of the columns."));
    }
    let names = told_apart(names)?;
    Ok(Source::Table { reader: Box::new(reader), names, record: csv::ByteRecord::new(), late })
}

/// Two columns of one name would be one field, so that the values of one of them are lost. Columns without a name get their number.
fn told_apart(mut names: Vec<String>) -> Result<Vec<String>> {
    let unnamed = names.iter().filter(|name| name.is_empty()).count();
    if 1 < unnamed {
        names.iter_mut().enumerate().filter(|(_, name)| name.is_empty()).for_each(|(at, name)| *name = format!("column {}", at + 1));
    }
    let twice = names.iter().enumerate().find_map(|(at, name)| Some((names[..at].iter().position(|n| n == name)?, at)));
    match twice {
        None => Ok(names),
        Some((first, second)) => Err(Error::bad_request(format!(
            "The columns {} and {} are both called {:?}, so the values of one would be lost. Give one of them another name in the first line.",
            first + 1,
            second + 1,
            names[first]
        ))),
    }
}

/// Whether lines end with `\r\n`. The reader then stops between the two, and each row seems to start one line early.
fn ends_with_return(file: &mut File) -> Result<bool> {
    let mut start = vec![0; 64 * 1024];
    let length = file.read(&mut start)?;
    file.rewind()?;
    let end = start[..length].iter().position(|b| *b == b'\n').unwrap_or(0);
    Ok(0 < end && start[end - 1] == b'\r')
}

fn next_record(
    reader: &mut csv::Reader<File>,
    names: &[String],
    record: &mut csv::ByteRecord,
    late: u64,
) -> Result<Option<Result<Row, BadRow>>> {
    if !reader.read_byte_record(record).map_err(Error::internal)? {
        return Ok(None);
    }
    let line = record.position().map_or(0, csv::Position::line) + late;
    let bad = |problem: String| Ok(Some(Err(BadRow { line, problem })));
    if names.len() < record.len() {
        return bad(format!("{} cells, but the first line names {}", record.len(), names.len()));
    }
    let mut cells = Vec::with_capacity(record.len());
    for (name, cell) in names.iter().zip(record.iter()) {
        match std::str::from_utf8(cell) {
            Ok("") => {}
            Ok(text) => cells.push((name.clone(), Json::String(text.to_owned()))),
            Err(_) => return bad(format!("{name} is not UTF-8: convert the file first")),
        }
    }
    Ok(Some(Ok(Row { line, cells })))
}

/// The members of an object in the order of the file, which a map would lose.
struct Pairs(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Pairs, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Pairs(cells))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
