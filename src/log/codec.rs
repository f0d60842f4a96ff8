//! An entry as bytes: a format byte, then numbers as varints and texts with their length. The sequence number stands in the frame.

use super::varint;
use super::{Change, ChangeKind, Entry, Origin};
use bytes::Bytes;

const FORMAT: u8 = 1;
const HAS_BEFORE: u8 = 0x10;
const HAS_AFTER: u8 = 0x20;
const KIND: u8 = 0x0f;

/// Appends the entry without its sequence number.
pub fn encode(out: &mut Vec<u8>, entry: &Entry) {
    out.push(FORMAT);
    varint::write(out, varint::zigzag(entry.time));
    for text in [&entry.origin.actor, &entry.origin.request, &entry.origin.source] {
        varint::write_bytes(out, text.as_bytes());
    }
    varint::write(out, entry.changes.len() as u64);
    for change in &entry.changes {
        encode_change(out, change);
    }
}

/// The entry that [`encode`] wrote; `None` when the bytes are not one. Rows are slices of `payload`, not copies.
pub fn decode(seq: u64, payload: &Bytes) -> Option<Entry> {
    let mut rest: &[u8] = payload;
    let (&format, after) = rest.split_first()?;
    rest = after;
    if format != FORMAT {
        return None;
    }
    let time = varint::unzigzag(varint::read(&mut rest)?);
    let origin = Origin { actor: text(&mut rest)?, request: text(&mut rest)?, source: text(&mut rest)? };
    let count = usize::try_from(varint::read(&mut rest)?).ok()?;
    // The count is not trusted with memory: every change takes at least one byte.
    let mut changes = Vec::with_capacity(count.min(rest.len()).min(1024));
    for _ in 0..count {
        changes.push(decode_change(&mut rest, payload)?);
    }
    rest.is_empty().then_some(Entry { seq, time, origin, changes })
}

fn encode_change(out: &mut Vec<u8>, change: &Change) {
    let kind = match change.kind {
        ChangeKind::Create => 1,
        ChangeKind::Update => 2,
        ChangeKind::Delete => 3,
    };
    let before = if change.before.is_some() { HAS_BEFORE } else { 0 };
    let after = if change.after.is_some() { HAS_AFTER } else { 0 };
    out.push(kind | before | after);
    varint::write(out, u64::from(change.collection));
    varint::write(out, change.rowid);
    varint::write_bytes(out, change.id.as_bytes());
    varint::write(out, change.before_rev);
    for row in [&change.before, &change.after].into_iter().flatten() {
        varint::write_bytes(out, row);
    }
}

fn decode_change(rest: &mut &[u8], payload: &Bytes) -> Option<Change> {
    let (&flags, after) = rest.split_first()?;
    *rest = after;
    let kind = match flags & KIND {
        1 => ChangeKind::Create,
        2 => ChangeKind::Update,
        3 => ChangeKind::Delete,
        _ => return None,
    };
    let collection = u32::try_from(varint::read(rest)?).ok()?;
    let rowid = varint::read(rest)?;
    let id = text(rest)?;
    let before_rev = varint::read(rest)?;
    let before = row(rest, payload, flags & HAS_BEFORE != 0)?;
    let after = row(rest, payload, flags & HAS_AFTER != 0)?;
    Some(Change { collection, rowid, id, kind, before_rev, before, after })
}

fn row(rest: &mut &[u8], payload: &Bytes, present: bool) -> Option<Option<Bytes>> {
    match present {
        true => Some(Some(payload.slice_ref(varint::read_bytes(rest)?))),
        false => Some(None),
    }
}

fn text(rest: &mut &[u8]) -> Option<String> {
    Some(std::str::from_utf8(varint::read_bytes(rest)?).ok()?.to_owned())
}
