//! From what is asked to where to look: one source of candidates, and what its order and extent already answer.

use super::candidate::{self, Candidate};
use super::fact::Facts;
use super::sort::Order;
use super::walk::Source;
use super::{RuleCache, View};
use crate::schema::{Collection, Schema};
use crate::store::keys;

/// How a list is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where the candidates come from.
    pub source: Source,
    /// Whether it is read from its end.
    pub reverse: bool,
    /// Whether the candidates come in the order that was asked for. Else all are read and the best are kept.
    pub ordered: bool,
    /// Whether every candidate belongs to the answer: then counting entries counts records.
    pub exact: bool,
    /// How many columns of the index are pinned by equality.
    pub equal: usize,
    /// Whether the next column is bounded.
    pub ranged: bool,
    /// The encoded columns at the beginning of the index that are pinned by equality.
    pub pinned: Vec<u8>,
    /// Which sort expressions the order of the source stands for; the others are pinned.
    pub sorted_by: Vec<usize>,
}

/// What a plan is made for.
pub struct Wanted<'q> {
    /// What is sure of every record of the answer.
    pub facts: &'q Facts,
    /// The order.
    pub order: &'q Order,
    /// Whether all matches are counted anyway, so that stopping early gains nothing.
    pub counting: bool,
    /// For a cursor: the order must be complete down to the record, with ties in this direction if it is given.
    pub cursor: Option<Option<bool>>,
}

impl Wanted<'_> {
    /// Whether a record that fulfils all facts is surely in the answer.
    pub fn is_complete(&self) -> bool {
        self.facts.complete && !self.order.is_guarded()
    }
}

impl Plan {
    /// The best plan for a list of `collection`.
    pub fn of(view: &View, collection: &Collection, wanted: &Wanted) -> Self {
        let id = wanted.facts.list.iter().find(|f| f.field == 0 && f.pins());
        if let Some(fact) = id {
            return point(fact.value.as_text(), wanted);
        }
        let scan = Plan::scan(collection, wanted);
        // An index does not know what is staged, a scan does.
        if view.is_staged(collection) {
            return Plan { ordered: scan.ordered, exact: false, ..scan };
        }
        let candidates = candidates(&view.schema, &view.rules, collection, wanted);
        let best = candidates.into_iter().max_by_key(|c| c.score(wanted));
        match best {
            Some(best) if scan_score(&scan, wanted) < best.score(wanted) => best.plan,
            _ => scan,
        }
    }

    /// How much of the question it answers: higher is better.
    pub fn score(&self, wanted: &Wanted) -> u32 {
        match self.source {
            Source::Id(_) => u32::MAX,
            Source::Rows(_) => scan_score(self, wanted),
            Source::Index { .. } | Source::References { .. } => candidate::score(self, wanted),
        }
    }

    /// Reading all rows in the order of creation.
    pub fn scan(collection: &Collection, wanted: &Wanted) -> Self {
        let creation = wanted.order.creation();
        let reverse = creation.unwrap_or(false);
        Plan {
            source: Source::Rows(keys::rows(collection.number)),
            reverse,
            ordered: creation.is_some() && candidate::ties_fit(wanted, reverse),
            exact: wanted.is_complete() && wanted.facts.list.is_empty(),
            equal: 0,
            ranged: false,
            pinned: Vec::new(),
            sorted_by: Vec::new(),
        }
    }
}

fn point(id: &str, wanted: &Wanted) -> Plan {
    Plan {
        source: Source::Id(id.to_owned()),
        reverse: false,
        ordered: true,
        exact: wanted.is_complete() && wanted.facts.list.len() == 1,
        equal: 1,
        ranged: false,
        pinned: Vec::new(),
        sorted_by: Vec::new(),
    }
}

fn candidates(schema: &Schema, rules: &RuleCache, collection: &Collection, wanted: &Wanted) -> Vec<Candidate> {
    let indexes = collection.indexes.iter().filter(|i| i.ready);
    let mut all: Vec<Candidate> = indexes.filter_map(|i| candidate::of_index(schema, rules, collection, i, wanted)).collect();
    all.extend(candidate::of_references(collection, wanted));
    all
}

/// A scan in the right order that may stop early beats reading all of it to sort.
fn scan_score(scan: &Plan, wanted: &Wanted) -> u32 {
    u32::from(scan.ordered && !wanted.counting) * 2 + 1
}
