//! A record as bytes: one field can be read without decoding the others, and most values are rendered by copying.
//!
//! Format (1 byte), CRC of everything but itself (4), number of fields (2), then for each field, by ascending number, the number
//! (2) and where its value ends (2, or 4 in a wide row), then the values. All little-endian. A value is a tag and its bytes.
//! Texts are stored raw, and their tag says whether JSON has to escape them; so are lists, whose plain form is JSON already.
//!
//! Reading never panics and never trusts: of damaged bytes it makes `None`, and [`Row::check`] tells that they are damaged.

use crate::error::{Error, Result};
use crate::log::varint;
use crate::value::{Value, json};
use crc32fast::Hasher;
use std::borrow::Cow;

const FORMAT: u8 = 0x10;
const WIDE: u8 = 0x11;
const HEAD: usize = 7;
/// Bytes of the revision before a stored row.
const REV: usize = 8;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const WHOLE: u8 = 3;
const FLOAT: u8 = 4;
const TEXT: u8 = 5;
const TEXT_ESCAPED: u8 = 6;
const LIST: u8 = 7;
const LIST_ESCAPED: u8 = 8;
const JSON: u8 = 9;
const GEO: u8 = 10;

/// Whole numbers below this are exact as `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The row of these values; field numbers are ascending, each at most once.
pub fn encode(values: &[(u16, Value<'_>)]) -> Vec<u8> {
    let mut ends = Vec::with_capacity(values.len());
    let mut data = Vec::with_capacity(32 * values.len());
    for (_, value) in values {
        encode_value(&mut data, value);
        ends.push(data.len());
    }
    let wide = usize::from(u16::MAX) < data.len();
    let mut out = Vec::with_capacity(HEAD + 6 * values.len() + data.len());
    out.extend_from_slice(&[if wide { WIDE } else { FORMAT }, 0, 0, 0, 0]);
    out.extend_from_slice(&(values.len() as u16).to_le_bytes());
    for ((number, _), end) in values.iter().zip(ends) {
        out.extend_from_slice(&number.to_le_bytes());
        let bytes = (end as u32).to_le_bytes();
        out.extend_from_slice(if wide { &bytes } else { &bytes[..2] });
    }
    out.extend_from_slice(&data);
    let crc = checksum(&out);
    out[1..5].copy_from_slice(&crc.to_le_bytes());
    out
}

/// What is stored under the key of a row: its revision, then the row.
pub fn stored(rev: u64, row: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(REV + row.len());
    out.extend_from_slice(&rev.to_be_bytes());
    out.extend_from_slice(row);
    out
}

/// The revision and the row of what [`stored`] made; `None` when the bytes are too few.
pub fn split(stored: &[u8]) -> Option<(u64, &[u8])> {
    let (rev, row) = stored.split_first_chunk::<REV>()?;
    Some((u64::from_be_bytes(*rev), row))
}

/// As [`split`], with a row that keeps the bytes alive and copies nothing.
pub fn split_bytes(stored: &bytes::Bytes) -> Option<(u64, bytes::Bytes)> {
    Some((split(stored)?.0, stored.slice(REV..)))
}

/// A row to read from.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    bytes: &'a [u8],
}

impl<'a> Row<'a> {
    /// Any bytes will do; what is no row has no values and fails [`Row::check`].
    pub fn new(bytes: &'a [u8]) -> Self {
        Row { bytes }
    }

    /// Whether the row is as it was written. Cheap enough for every read of a single record.
    ///
    /// # Errors
    /// When the bytes are damaged: the store has to be rebuilt from checkpoint and log.
    pub fn check(&self) -> Result<()> {
        match self.bytes.get(1..5) {
            Some(crc) if self.table().is_some() && crc == checksum(self.bytes).to_le_bytes() => Ok(()),
            _ => Err(Error::internal("a stored row is damaged: rebuild the store from the log")),
        }
    }

    /// The value of a field, borrowed; `None` when it was never set.
    pub fn get(&self, number: u16) -> Option<Value<'a>> {
        decode_value(self.raw(number)?)
    }

    /// All values by ascending field number.
    pub fn values(&self) -> impl Iterator<Item = (u16, Value<'a>)> + use<'a> {
        let table = self.table();
        let count = table.as_ref().map_or(0, |t| t.count);
        (0..count).filter_map(move |i| {
            let table = table.as_ref()?;
            Some((table.number(i)?, decode_value(table.value(i)?)?))
        })
    }

    /// Whether a field holds a text.
    pub fn has_text(&self, number: u16) -> bool {
        matches!(self.raw(number), Some([TEXT | TEXT_ESCAPED, ..]))
    }

    /// Appends the value of a field as JSON, mostly by copying. Returns false, with nothing appended, when it was never set.
    pub fn write_json(&self, number: u16, out: &mut Vec<u8>) -> bool {
        match self.raw(number).and_then(<[u8]>::split_first) {
            Some((&TEXT, text)) => {
                out.reserve(text.len() + 2);
                out.push(b'"');
                out.extend_from_slice(text);
                out.push(b'"');
                true
            }
            Some((&LIST | &JSON, json)) => {
                out.extend_from_slice(json);
                true
            }
            Some(_) => self.get(number).map(|value| json::write_value(out, &value)).is_some(),
            None => false,
        }
    }

    /// The tag and bytes of a field.
    fn raw(&self, number: u16) -> Option<&'a [u8]> {
        let table = self.table()?;
        // Where no field was left out or removed, each stands at its number.
        let usual = usize::from(number);
        if table.number(usual) == Some(number) {
            return table.value(usual);
        }
        let (mut low, mut high) = (0, table.count);
        while low < high {
            let middle = low.midpoint(high);
            match table.number(middle)?.cmp(&number) {
                std::cmp::Ordering::Equal => return table.value(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn table(&self) -> Option<Table<'a>> {
        let (head, rest) = self.bytes.split_first_chunk::<HEAD>()?;
        let width = match head[0] {
            FORMAT => 4,
            WIDE => 6,
            _ => return None,
        };
        let count = usize::from(u16::from_le_bytes([head[5], head[6]]));
        let (cells, data) = rest.split_at_checked(width * count)?;
        Some(Table { cells, data, width, count })
    }
}

struct Table<'a> {
    cells: &'a [u8],
    data: &'a [u8],
    width: usize,
    count: usize,
}

impl<'a> Table<'a> {
    fn number(&self, i: usize) -> Option<u16> {
        let at = i * self.width;
        Some(u16::from_le_bytes(self.cells.get(at..at + 2)?.try_into().ok()?))
    }

    fn end(&self, i: usize) -> Option<usize> {
        let cell = self.cells.get(i * self.width + 2..(i + 1) * self.width)?;
        match *cell {
            [a, b] => Some(usize::from(u16::from_le_bytes([a, b]))),
            [a, b, c, d] => Some(u32::from_le_bytes([a, b, c, d]) as usize),
            _ => None,
        }
    }

    fn value(&self, i: usize) -> Option<&'a [u8]> {
        let start = if i == 0 { 0 } else { self.end(i - 1)? };
        self.data.get(start..self.end(i)?)
    }
}

fn checksum(row: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&row[..1]);
    hasher.update(&row[5..]);
    hasher.finalize()
}

fn encode_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(b) => out.push(if *b { TRUE } else { FALSE }),
        Value::Number(n) => encode_number(out, *n),
        Value::Text(s) => {
            out.push(if json::needs_escape(s.as_bytes()) { TEXT_ESCAPED } else { TEXT });
            out.extend_from_slice(s.as_bytes());
        }
        Value::List(items) if items.iter().any(|s| json::needs_escape(s.as_bytes())) => {
            out.push(LIST_ESCAPED);
            items.iter().for_each(|s| varint::write_bytes(out, s.as_bytes()));
        }
        Value::List(items) => {
            out.push(LIST);
            json::write_list(out, items.iter().map(AsRef::as_ref));
        }
        Value::Json(raw) => {
            out.push(JSON);
            out.extend_from_slice(raw.as_bytes());
        }
        Value::Geo { lon, lat } => {
            out.push(GEO);
            out.extend_from_slice(&lon.to_le_bytes());
            out.extend_from_slice(&lat.to_le_bytes());
        }
    }
}

fn encode_number(out: &mut Vec<u8>, n: f64) {
    // -0 is not whole here: it is rendered with its sign.
    if n.fract() == 0.0 && n.abs() < EXACT && !(n == 0.0 && n.is_sign_negative()) {
        out.push(WHOLE);
        varint::write(out, varint::zigzag(n as i64));
    } else {
        out.push(FLOAT);
        out.extend_from_slice(&n.to_le_bytes());
    }
}

fn decode_value(raw: &[u8]) -> Option<Value<'_>> {
    let (tag, bytes) = raw.split_first()?;
    match *tag {
        NULL => Some(Value::Null),
        FALSE => Some(Value::Bool(false)),
        TRUE => Some(Value::Bool(true)),
        WHOLE => {
            let mut rest = bytes;
            Some(Value::Number(varint::unzigzag(varint::read(&mut rest)?) as f64))
        }
        FLOAT => finite(bytes).map(Value::Number),
        TEXT | TEXT_ESCAPED => Some(Value::Text(Cow::Borrowed(std::str::from_utf8(bytes).ok()?))),
        LIST => decode_plain_list(std::str::from_utf8(bytes).ok()?).map(Value::List),
        LIST_ESCAPED => decode_list(bytes).map(Value::List),
        JSON => Some(Value::Json(Cow::Borrowed(std::str::from_utf8(bytes).ok()?))),
        GEO => {
            let (lon, lat) = bytes.split_at_checked(8)?;
            Some(Value::Geo { lon: finite(lon)?, lat: finite(lat)? })
        }
        _ => None,
    }
}

/// A number; what is not finite was never written.
fn finite(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.try_into().ok()?)).filter(|n| n.is_finite())
}

/// `["a","b"]`, where no item holds a quote or a backslash.
fn decode_plain_list(text: &str) -> Option<Vec<Cow<'_, str>>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    let items = inner.strip_prefix('"')?.strip_suffix('"')?;
    Some(items.split("\",\"").map(Cow::Borrowed).collect())
}

fn decode_list(mut bytes: &[u8]) -> Option<Vec<Cow<'_, str>>> {
    let mut items = Vec::new();
    while !bytes.is_empty() {
        items.push(Cow::Borrowed(std::str::from_utf8(varint::read_bytes(&mut bytes)?).ok()?));
    }
    Some(items)
}
