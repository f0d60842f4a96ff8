//! The place after the last record of a page, as an opaque text that a client hands back.

use crate::error::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const VERSION: u8 = 1;
/// A cursor travels in an address, so what it may hold is bounded.
const MAX_BYTES: usize = 3000;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// What makes a cursor good for one list only: collection, sort and filter.
    pub list: u32,
    /// Whether records that sort equal are in the order of creation (false) or against it.
    pub ties_descending: bool,
    /// The encoded sort values of the last record.
    pub key: Vec<Vec<u8>>,
    /// The number of the last record.
    pub rowid: u64,
}

/// What a cursor is good for: a number that differs for another collection, sort or filter.
pub fn list_of(collection: u32, sort: &str, filter: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&collection.to_be_bytes());
    hasher.update(sort.as_bytes());
    hasher.update(&[0]);
    hasher.update(filter.as_bytes());
    hasher.finalize()
}

impl Cursor {
    /// The text; an error when the sort values are too long to travel.
    pub fn encode(&self) -> Result<String> {
        let mut bytes = vec![VERSION, u8::from(self.ties_descending)];
        bytes.extend(self.list.to_be_bytes());
        bytes.extend(self.rowid.to_be_bytes());
        for part in &self.key {
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            bytes.extend(length.to_be_bytes());
            bytes.extend(part);
        }
        if MAX_BYTES < bytes.len() {
            return Err(Error::bad_request("The sort values are too long for a cursor. Sort by a shorter field, or use pages."));
        }
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a text that [`Cursor::encode`] wrote for the same list.
    pub fn decode(text: &str, list: u32, parts: usize) -> Result<Self> {
        let cursor = Self::read(text).ok_or_else(|| Error::bad_request("The cursor is damaged. Start again with an empty cursor."))?;
        if cursor.list != list || cursor.key.len() != parts {
            return Err(Error::bad_request("The cursor was made with another sort or filter. Start again with an empty cursor."));
        }
        Ok(cursor)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (head, mut rest) = bytes.split_first_chunk::<14>()?;
        let [VERSION, ties @ (0 | 1), a, b, c, d, rowid @ ..] = *head else { return None };
        let mut key = Vec::new();
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<2>()?;
            let (part, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            key.push(part.to_vec());
            rest = after;
        }
        let list = u32::from_be_bytes([a, b, c, d]);
        Some(Cursor { list, ties_descending: ties == 1, key, rowid: u64::from_be_bytes(rowid) })
    }
}
