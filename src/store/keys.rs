//! The only place where the bytes of keys are built: which keyspaces there are, and how values become bytes that sort as they do.
//!
//! A key begins with the byte of its keyspace. Numbers in keys are big-endian, so that they sort as numbers.

use super::KeyRange;
use crate::value::{Value, json};
use std::ops::Bound;

/// What a row of [`KEYSPACES`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyspace {
    /// The first byte of its keys.
    pub tag: u8,
    /// Its name, for people.
    pub name: &'static str,
    /// Whether a checkpoint holds it. What it does not hold is set or counted anew when it is loaded.
    pub dumped: bool,
    /// What stands in a key, and what in its value.
    pub layout: &'static str,
}

const HIDDEN: u8 = 0;
const META: u8 = 1;
const ROW: u8 = 2;
const ID: u8 = 3;
const REFERENCE: u8 = 4;
const INDEX: u8 = 5;
const COUNT: u8 = 6;

/// All keyspaces. A tag is never used again; a new keyspace needs a step in [`super::upgrade`] if old stores must get it.
pub const KEYSPACES: &[Keyspace] = &[
    Keyspace { tag: META, name: "meta", dumped: true, layout: "name -> what the store knows of itself" },
    Keyspace { tag: ROW, name: "row", dumped: true, layout: "collection(4) rowid(8) -> revision(8) row" },
    Keyspace { tag: ID, name: "id", dumped: true, layout: "collection(4) id -> rowid(8)" },
    Keyspace { tag: REFERENCE, name: "reference", dumped: true, layout: "collection(4) field(2) target id, ended; rowid(8) -> nothing" },
    Keyspace {
        tag: INDEX,
        name: "index",
        dumped: true,
        layout: "collection(4) index(4) values rowid(8) -> nothing; unique: values -> rowid(8)",
    },
    Keyspace { tag: COUNT, name: "count", dumped: false, layout: "collection(4) -> number of rows(8)" },
];

/// The key of something that the store knows of itself.
pub fn meta(name: &str) -> Vec<u8> {
    [&[META], name.as_bytes()].concat()
}

/// The key of something that the layers of a store know below and show nobody. It comes before all other keys.
pub fn hidden(name: &str) -> Vec<u8> {
    [&[HIDDEN], name.as_bytes()].concat()
}

/// Everything below but what is hidden.
pub fn shown() -> KeyRange {
    KeyRange { from: vec![HIDDEN + 1], ..everything() }
}

/// The first key of those that may share a block with this one, and the first key after them: one collection of one keyspace.
pub fn zone(key: &[u8]) -> KeyRange {
    match key.get(..5) {
        Some(zone) => starting_with(zone.to_vec()),
        None => KeyRange { from: key.to_vec(), to: [key, &[0]].concat() },
    }
}

/// Whether what a key says holds only together with the number of what was applied last: what the store knows of itself, the counts,
/// and the rows of the collection that describes all others. Everything else may be ahead of that number; a replay gets there again.
pub fn goes_with_applied(key: &[u8], collections: u32) -> bool {
    match key.first() {
        Some(&META | &COUNT) => true,
        Some(&ROW) => collection(key) == Some(collections),
        _ => false,
    }
}

/// The key of a row.
pub fn row(collection: u32, rowid: u64) -> Vec<u8> {
    [&prefix(ROW, collection)[..], &rowid.to_be_bytes()].concat()
}

/// The key of `id -> rowid`.
pub fn id(collection: u32, id: &str) -> Vec<u8> {
    [&prefix(ID, collection)[..], id.as_bytes()].concat()
}

/// The key that says: the relation field of this row holds this id.
pub fn reference(collection: u32, field: u16, target_id: &str, rowid: u64) -> Vec<u8> {
    let mut key = reference_prefix(collection, field, target_id);
    key.extend_from_slice(&rowid.to_be_bytes());
    key
}

/// The key of an index entry, from the values of its columns by [`encode_value`]. A unique one has no rowid in the key but as its value.
pub fn index(collection: u32, index: u32, encoded: &[u8], rowid: Option<u64>) -> Vec<u8> {
    let mut key = index_prefix(collection, index);
    key.extend_from_slice(encoded);
    if let Some(rowid) = rowid {
        key.extend_from_slice(&rowid.to_be_bytes());
    }
    key
}

/// The key of the number of rows of a collection.
pub fn count(collection: u32) -> Vec<u8> {
    prefix(COUNT, collection)
}

/// A number as a value: a rowid, a count.
pub fn number_value(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

/// The number that [`number_value`] wrote; `None` for other bytes.
pub fn read_number(value: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(value.try_into().ok()?))
}

/// The rowid at the end of the key of a row, a reference or a plain index entry.
pub fn rowid(key: &[u8]) -> Option<u64> {
    read_number(key.get(key.len().checked_sub(8)?..)?)
}

/// The rowid of an index entry: the value of a unique one, the end of the key of a plain one.
pub fn index_rowid(key: &[u8], value: &[u8]) -> Option<u64> {
    if value.is_empty() { rowid(key) } else { read_number(value) }
}

/// The collection in a key of any keyspace but `meta`.
pub fn collection(key: &[u8]) -> Option<u32> {
    let (tag, rest) = key.split_first()?;
    let number = rest.get(..4)?.try_into().ok()?;
    (*tag != META).then_some(u32::from_be_bytes(number))
}

/// The id in a key of `id -> rowid`.
pub fn id_text(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(5..)?).ok()
}

/// Whether this is the key of a row.
pub fn is_row(key: &[u8]) -> bool {
    key.first() == Some(&ROW)
}

/// All rows of a collection, in the order of creation.
pub fn rows(collection: u32) -> KeyRange {
    starting_with(prefix(ROW, collection))
}

/// The rows from `from` on, and before `to`: a page of a scan, or a part of a backfill.
pub fn rows_between(collection: u32, from: u64, to: Option<u64>) -> KeyRange {
    let to = to.map_or_else(|| rows(collection).to, |to| row(collection, to));
    KeyRange { from: row(collection, from), to }
}

/// All ids of a collection, in their order.
pub fn ids(collection: u32) -> KeyRange {
    starting_with(prefix(ID, collection))
}

/// The ids of a collection that begin like this.
pub fn ids_from(collection: u32, beginning: &str) -> KeyRange {
    starting_with(id(collection, beginning))
}

/// The id in the key of an id.
pub fn id_of(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(5..)?).ok()
}

/// The rows whose relation field holds this id, in the order of creation.
pub fn references(collection: u32, field: u16, target_id: &str) -> KeyRange {
    starting_with(reference_prefix(collection, field, target_id))
}

/// The key of record `rowid` in a range of [`references`], whose keys differ in the number at their end alone.
pub fn reference_in(range: &KeyRange, rowid: u64) -> Vec<u8> {
    [&range.from[..], &rowid.to_be_bytes()].concat()
}

/// Everything of one relation field: to delete it with the field.
pub fn references_of_field(collection: u32, field: u16) -> KeyRange {
    starting_with([&prefix(REFERENCE, collection)[..], &field.to_be_bytes()].concat())
}

/// Part of an index. A bound holds the encoded values of the first columns: included are all entries that begin with it.
pub fn index_range(collection: u32, index: u32, from: Bound<&[u8]>, to: Bound<&[u8]>) -> KeyRange {
    let whole = index_prefix(collection, index);
    let with = |encoded: &[u8]| [&whole[..], encoded].concat();
    let from = match from {
        Bound::Unbounded => whole.clone(),
        Bound::Included(encoded) => with(encoded),
        Bound::Excluded(encoded) => after(with(encoded)),
    };
    let to = match to {
        Bound::Unbounded => after(whole),
        Bound::Included(encoded) => after(with(encoded)),
        Bound::Excluded(encoded) => with(encoded),
    };
    KeyRange { from, to }
}

/// Everything of an index: to delete or to count it.
pub fn index_all(collection: u32, number: u32) -> KeyRange {
    index_range(collection, number, Bound::Unbounded, Bound::Unbounded)
}

/// Everything of a collection, in all keyspaces: to delete it.
pub fn collection_ranges(collection: u32) -> Vec<KeyRange> {
    KEYSPACES.iter().filter(|k| k.tag != META).map(|k| starting_with(prefix(k.tag, collection))).collect()
}

/// Everything in a keyspace.
pub fn keyspace_range(keyspace: &Keyspace) -> KeyRange {
    starting_with(vec![keyspace.tag])
}

/// Everything there is.
pub fn everything() -> KeyRange {
    KeyRange { from: Vec::new(), to: vec![0xff] }
}

/// What of a collection a key belongs to, in parts that can be given up as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The index with this number.
    Index(u32),
    /// The references of the relation field with this number.
    References(u16),
    /// Rows, ids and counters.
    Records,
}

/// The collection and the part of it that a key belongs to, and the keys of that part; `None` for what the store knows of itself.
pub fn part(key: &[u8]) -> Option<(u32, Part, KeyRange)> {
    let number = collection(key)?;
    let (part, length) = match (key.first()?, key.get(5..)?) {
        (&INDEX, [a, b, c, d, ..]) => (Part::Index(u32::from_be_bytes([*a, *b, *c, *d])), 9),
        (&REFERENCE, [a, b, ..]) => (Part::References(u16::from_be_bytes([*a, *b])), 7),
        _ => (Part::Records, 5),
    };
    Some((number, part, starting_with(key.get(..length)?.to_vec())))
}

/// A key for people: the keyspace by name, then what is in it. For dumps in tests and error details.
pub fn describe(key: &[u8]) -> String {
    let name = key.first().and_then(|tag| KEYSPACES.iter().find(|k| k.tag == *tag)).map_or("unknown", |k| k.name);
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
    match (name, collection(key)) {
        ("row", Some(c)) => format!("row {c} {}", rowid(key).unwrap_or_default()),
        ("id", Some(c)) => format!("id {c} {}", shown(&key[5..])),
        (_, Some(c)) => format!("{name} {c} {}", shown(&key[5..])),
        (_, None) => format!("{name} {}", shown(key.get(1..).unwrap_or_default())),
    }
}

// What a value is, in the order in which SQLite sorts: null, numbers, texts. No tag is 0, so that no value begins like the end of a text.
const NULL: u8 = 1;
const NUMBER: u8 = 2;
const TEXT: u8 = 3;

/// Appends a value so that the bytes sort as SQLite sorts the values: null, then bools and numbers, then texts by their bytes.
/// Lists, json and places are their JSON text. No encoding is the beginning of another, so columns can stand one after another.
/// `nocase` compares without the case of ASCII letters; `descending` turns the order around.
pub fn encode_value(out: &mut Vec<u8>, value: &Value, nocase: bool, descending: bool) {
    let start = out.len();
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(b) => encode_number(out, f64::from(u8::from(*b))),
        Value::Number(n) => encode_number(out, *n),
        Value::Text(s) | Value::Json(s) => encode_text(out, s.as_bytes(), nocase),
        Value::List(_) | Value::Geo { .. } => {
            let mut text = Vec::new();
            json::write_value(&mut text, value);
            encode_text(out, &text, nocase);
        }
    }
    if descending {
        out[start..].iter_mut().for_each(|b| *b = !*b);
    }
}

/// The sign bit turned for positive numbers and all bits for negative ones makes IEEE 754 sort as bytes. -0 is 0.
fn encode_number(out: &mut Vec<u8>, n: f64) {
    let bits = if n == 0.0 { 0 } else { n.to_bits() };
    let sortable = if bits >> 63 == 0 { bits ^ (1 << 63) } else { !bits };
    out.push(NUMBER);
    out.extend_from_slice(&sortable.to_be_bytes());
}

fn encode_text(out: &mut Vec<u8>, text: &[u8], nocase: bool) {
    out.push(TEXT);
    let start = out.len();
    push_ended(out, text);
    if nocase {
        out[start..].make_ascii_lowercase();
    }
}

/// Appends bytes with an end that sorts before any further byte: 0 becomes 0 255, and 0 0 is the end.
fn push_ended(out: &mut Vec<u8>, bytes: &[u8]) {
    for (i, part) in bytes.split(|b| *b == 0).enumerate() {
        if 0 < i {
            out.extend_from_slice(&[0, 0xff]);
        }
        out.extend_from_slice(part);
    }
    out.extend_from_slice(&[0, 0]);
}

fn prefix(tag: u8, collection: u32) -> Vec<u8> {
    let [a, b, c, d] = collection.to_be_bytes();
    vec![tag, a, b, c, d]
}

fn reference_prefix(collection: u32, field: u16, target_id: &str) -> Vec<u8> {
    let mut key = prefix(REFERENCE, collection);
    key.extend_from_slice(&field.to_be_bytes());
    push_ended(&mut key, target_id.as_bytes());
    key
}

fn index_prefix(collection: u32, index: u32) -> Vec<u8> {
    [&prefix(INDEX, collection)[..], &index.to_be_bytes()].concat()
}

fn starting_with(prefix: Vec<u8>) -> KeyRange {
    KeyRange { to: after(prefix.clone()), from: prefix }
}

/// The first key after all that begin with `prefix`. Every prefix has a byte below 255: its tag.
fn after(mut prefix: Vec<u8>) -> Vec<u8> {
    while prefix.last() == Some(&0xff) {
        prefix.pop();
    }
    if let Some(last) = prefix.last_mut() {
        *last += 1;
    }
    prefix
}
