//! The commit log: every change, in one order, on disk before it is answered.

use bytes::Bytes;

/// A place in the log: `epoch:seq`. The epoch changes when a log is replaced (a restore, a lost tail).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Which history.
    pub epoch: u32,
    /// How many commits; 0 is before the first.
    pub seq: u64,
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
