//! What the parent knows from the child's lines: every acknowledged write, and what was under way.

use super::world::{self, Fields, Key, Seen};
use luge::commit::{Db, audit};
use luge::log::Position;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// A transaction as the child tells it before it commits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Intent {
    /// What each record will be; `None` for one that goes.
    pub changes: Vec<(Key, Option<Fields>)>,
    /// Whether it increments the counter.
    pub counts: bool,
}

/// A line of the child.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Line {
    /// The database is open and stands here.
    Ready(String),
    /// This writer is about to commit.
    Begin(usize, Intent),
    /// It was acknowledged at this position (`None` where the call does not tell one).
    Done(usize, Option<String>),
    /// It was refused for want of luck: nothing of it may be there.
    Refused(usize, String),
    /// An error that should not be.
    Wrong(String),
    /// The database was closed.
    Closed,
}

/// The state that must be found.
#[derive(Clone, Default)]
pub struct Ledger {
    pub records: BTreeMap<Key, Seen>,
    pub counter: u64,
    /// Acknowledged transactions.
    pub acknowledged: u64,
    /// Those under way when it ended, and how many of them were there.
    pub open: (u64, u64),
    pub refused: u64,
    pub closed: bool,
    epoch: Option<u32>,
    positions: HashSet<u64>,
    highest: u64,
    begun: BTreeMap<usize, Intent>,
}

impl Ledger {
    /// Takes over what is there before the first child.
    pub fn of(db: &Db) -> Ledger {
        Ledger { records: world::read_all(db), counter: world::counter(db), epoch: Some(db.position().epoch), ..Ledger::default() }
    }

    pub fn hear(&mut self, line: Line) {
        match line {
            Line::Ready(at) => self.ready(&at),
            Line::Begin(writer, intent) => drop(self.begun.insert(writer, intent)),
            Line::Done(writer, at) => self.done(writer, at),
            Line::Refused(writer, _) => {
                self.begun.remove(&writer);
                self.refused += 1;
            }
            Line::Wrong(what) => panic!("the child says: {what}"),
            Line::Closed => self.closed = true,
        }
    }

    fn ready(&mut self, at: &str) {
        let at: Position = at.parse().expect("a position");
        assert_eq!(self.epoch.get_or_insert(at.epoch), &at.epoch, "the epoch changed");
        assert!(self.highest <= at.seq, "{} was told, but the child starts at {at}", self.highest);
    }

    fn done(&mut self, writer: usize, at: Option<String>) {
        let intent = self.begun.remove(&writer).expect("the child tells the beginning first");
        self.acknowledged += 1;
        let Some(at) = at else { return self.adopt(intent, 0) };
        let at: Position = at.parse().expect("a position");
        assert_eq!(Some(at.epoch), self.epoch, "the epoch changed");
        assert!(self.positions.insert(at.seq), "the position {at} was told twice");
        self.highest = self.highest.max(at.seq);
        self.adopt(intent, at.seq);
    }

    fn adopt(&mut self, intent: Intent, rev: u64) {
        self.counter += u64::from(intent.counts);
        for (key, fields) in intent.changes {
            match fields {
                Some(fields) => drop(self.records.insert(key, Seen { rev, fields })),
                None => drop(self.records.remove(&key)),
            }
        }
    }

    /// Compares with a database that was opened after the end: all that was acknowledged, and of the rest all or nothing each.
    pub fn settle(&mut self, db: &Db) {
        let at = db.position();
        assert_eq!(Some(at.epoch), self.epoch, "the epoch changed");
        assert!(self.highest <= at.seq, "{} was acknowledged, but the log ends at {at}", self.highest);
        self.highest = at.seq;
        let found = world::read_all(db);
        for (writer, intent) in std::mem::take(&mut self.begun) {
            self.open.0 += 1;
            if is_there(&intent, &self.records, &found, writer) {
                self.open.1 += 1;
                let rev = intent.changes.first().and_then(|(key, _)| found.get(key)).map_or(0, |seen| seen.rev);
                self.adopt(intent, rev);
            }
        }
        self.compare(&found);
        assert_eq!(self.counter, world::counter(db), "increments of the counter were lost or done twice");
        let report = audit::indexes(db).expect("the store can be read");
        assert_eq!(report.problems, Vec::<String>::new());
        for (key, seen) in found {
            self.records.insert(key, seen);
        }
    }

    fn compare(&self, found: &BTreeMap<Key, Seen>) {
        for (key, seen) in &self.records {
            let is = found.get(key).unwrap_or_else(|| panic!("{key:?} was acknowledged and is lost ({seen:?})"));
            assert_eq!(is.fields, seen.fields, "{key:?} has other values than were acknowledged");
            assert!(seen.rev == 0 || seen.rev == is.rev, "{key:?} is of commit {}, but {} was told", is.rev, seen.rev);
        }
        for (key, seen) in found {
            assert!(self.records.contains_key(key), "{key:?} is there, but was deleted or never created ({seen:?})");
        }
    }
}

/// Whether a transaction that nobody heard the end of was done. Half of one is a failure.
fn is_there(intent: &Intent, before: &BTreeMap<Key, Seen>, found: &BTreeMap<Key, Seen>, writer: usize) -> bool {
    let is_new = |(key, fields): &(Key, Option<Fields>)| found.get(key).map(|s| &s.fields) == fields.as_ref();
    let is_old = |(key, _): &(Key, Option<Fields>)| found.get(key) == before.get(key);
    let done = intent.changes.iter().all(is_new);
    let undone = intent.changes.iter().all(is_old);
    assert!(done || undone, "the transaction of writer {writer} was applied in part: {intent:?}");
    done && !undone
}
