//! What was written and is not in blocks yet, in memory, in the order of the keys.

use super::KeyRange;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Bound;

/// What a key costs beside its bytes and its value, more or less.
const OVERHEAD: usize = 96;

/// Keys and their new values; `None` says that the key is gone.
#[derive(Default)]
pub(super) struct Table {
    map: BTreeMap<Vec<u8>, Option<Bytes>>,
    bytes: usize,
}

impl Table {
    /// Sets or removes a key.
    pub fn write(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        let length = value.as_ref().map_or(0, Vec::len);
        self.bytes += key.len() + length + OVERHEAD;
        let own = key.len() + OVERHEAD;
        if let Some(old) = self.map.insert(key, value.map(Bytes::from)) {
            self.bytes -= own + old.map_or(0, |v| v.len());
        }
    }

    /// What is known of a key; `None` when nothing is.
    pub fn get(&self, key: &[u8]) -> Option<&Option<Bytes>> {
        self.map.get(key)
    }

    /// What is known of the keys from `from` on.
    pub fn from(&self, from: &[u8]) -> impl Iterator<Item = (&[u8], &Option<Bytes>)> {
        self.map.range::<[u8], _>((Bound::Included(from), Bound::Unbounded)).map(|(key, value)| (&key[..], value))
    }

    /// What is known of the keys in a range. It must not be turned around.
    pub fn range(&self, range: &KeyRange) -> impl DoubleEndedIterator<Item = (&[u8], &Option<Bytes>)> {
        let bounds = (Bound::Included(&range.from[..]), Bound::Excluded(&range.to[..]));
        self.map.range::<[u8], _>(bounds).map(|(key, value)| (&key[..], value))
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
