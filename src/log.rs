//! The commit log: every change, in one order, on disk before it is answered.

mod codec;
mod cursor;
pub mod disk;
mod faults;
mod journal;
mod open;
mod read;
mod recent;
mod segment;
mod tail;
mod trim;
pub mod varint;
mod writer;

pub use faults::{Faults, Step};
pub use journal::{Log, Options};
pub use segment::{MAX_ENTRY, too_large};
pub use tail::Tail;
pub use trim::Keep;

use crate::error::Error;
use bytes::Bytes;

/// A place in the log: `epoch:seq`. The epoch changes when a log is replaced (a restore, a lost tail).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Which history.
    pub epoch: u32,
    /// How many commits; 0 is before the first.
    pub seq: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)
    }
}

impl std::str::FromStr for Position {
    type Err = Error;

    /// Takes only what `Display` writes: digits, no sign.
    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let parts = text.split_once(':').filter(|(epoch, seq)| digits(epoch) && digits(seq));
        match parts.and_then(|(epoch, seq)| Some((epoch.parse().ok()?, seq.parse().ok()?))) {
            Some((epoch, seq)) => Ok(Position { epoch, seq }),
            None => Err(Error::bad_request("A position looks like 12:345. Send one that the server gave out.")),
        }
    }
}

/// One committed transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number: one more than that of the entry before.
    pub seq: u64,
    /// When it was committed, in milliseconds since 1970.
    pub time: i64,
    /// Who caused it.
    pub origin: Origin,
    /// What it changed, in order.
    pub changes: Vec<Change>,
}

/// Who caused a transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origin {
    /// `collection id/record id` of the actor; empty for a guest or the system.
    pub actor: String,
    /// The id of the request; empty when there was none.
    pub request: String,
    /// What kind of source: `api`, `cli`, or the reason of a system write.
    pub source: String,
}

impl Origin {
    /// The id of the request, if the client chose it (`Luge-Request-Id`). Those that the server makes have a dot.
    pub fn chosen_request(&self) -> Option<&str> {
        Some(self.request.as_str()).filter(|id| !id.is_empty() && !id.contains('.'))
    }
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Create,
    /// It was there and stays.
    Update,
    /// It is gone.
    Delete,
}

/// The complete change of one record: applying it twice gives the same state.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The number of the collection.
    pub collection: u32,
    /// The number of the record.
    pub rowid: u64,
    /// The id of the record.
    pub id: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The revision before; 0 for a create.
    pub before_rev: u64,
    /// The row before (`store::row`); `None` for a create.
    pub before: Option<Bytes>,
    /// The row after; `None` for a delete. Its revision is the entry's `seq`.
    pub after: Option<Bytes>,
}
