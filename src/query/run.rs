//! Carrying out a plan: candidates are judged, counted, and the page is kept.

use super::cursor::Cursor;
use super::fact::Facts;
use super::plan::Plan;
use super::scope::ViewScope;
use super::sort::Order;
use super::top::Top;
use super::walk::{self, Source, Spot};
use super::{Row, View};
use crate::error::Result;
use crate::rules::{Budget, Rule};
use crate::schema::Collection;
use crate::store::{KeyRange, keys};
use std::ops::ControlFlow;
use std::sync::Arc;

/// All that is needed to read one page.
pub struct Run<'q> {
    /// Where to read.
    pub view: &'q View,
    /// What to read.
    pub collection: &'q Arc<Collection>,
    /// For the conditions and sort values.
    pub scope: &'q ViewScope<'q>,
    /// The rule and the filter together.
    pub condition: Option<&'q Rule>,
    /// What is known for sure of every match.
    pub facts: &'q Facts,
    /// The order.
    pub order: &'q Order,
    /// Where to look.
    pub plan: &'q Plan,
    /// What the page comes after.
    pub cursor: Option<&'q Cursor>,
    /// How many matches are passed over.
    pub offset: u64,
    /// How many are kept.
    pub limit: u64,
    /// Whether all matches are counted.
    pub counting: bool,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// The page.
    pub rows: Vec<Row>,
    /// How many match in all, if it was counted.
    pub total: Option<u64>,
    /// Whether there are matches after the page.
    pub more: bool,
    /// Candidates looked at.
    pub read: u64,
    /// Rows that matched.
    pub kept: u64,
}

impl Run<'_> {
    /// Reads the page.
    pub fn run(self) -> Result<Found> {
        let mut found = if self.plan.ordered { self.in_order()? } else { self.sorted()? };
        found.total = self.counting.then_some(found.kept);
        Ok(found)
    }

    /// The candidates come in the right order: what comes before the page is passed over, and reading stops after it.
    fn in_order(&self) -> Result<Found> {
        let mut found = Found::default();
        let mut budget = Budget::default();
        let held_back = self.walk(&self.rest(), &mut |spot| {
            found.read += 1;
            let sure = spot.is_sure();
            let passing = found.kept < self.offset;
            let full = self.limit <= found.rows.len() as u64;
            // What surely matches is counted and passed over without its row.
            if (self.plan.exact || sure) && (passing || full) {
                found.kept += 1;
                found.more |= full;
                return Ok(self.unless_done(full));
            }
            let Some(row) = spot.load(self.view, self.collection)? else { return Ok(ControlFlow::Continue(())) };
            if self.is_passed(&row) || (!sure && !self.matches(&row, &mut budget)?) {
                return Ok(ControlFlow::Continue(()));
            }
            found.kept += 1;
            found.more |= full;
            if !passing && !full {
                found.rows.push(row);
            }
            Ok(self.unless_done(full))
        })?;
        found.read += held_back;
        Ok(found)
    }

    fn unless_done(&self, full: bool) -> ControlFlow<()> {
        if full && !self.counting { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The candidates come in another order: all are read, and only the sort values of the best are kept.
    fn sorted(&self) -> Result<Found> {
        let mut found = Found::default();
        let mut budget = Budget::default();
        let mut key = Vec::new();
        let ties = self.cursor.is_some_and(|c| c.ties_descending);
        let mut top = Top::new(self.offset.saturating_add(self.limit), ties, self.cursor);
        let held_back = self.walk(&self.plan.source, &mut |spot| {
            found.read += 1;
            let sure = spot.is_sure();
            let Some(row) = spot.load(self.view, self.collection)? else { return Ok(ControlFlow::Continue(())) };
            if sure || self.matches(&row, &mut budget)? {
                found.kept += 1;
                key.clear();
                self.order.append(&mut key, self.scope, &row, &mut budget)?;
                top.offer(&key, row)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        found.read += held_back;
        found.more = top.is_over();
        for spot in top.into_sorted().into_iter().skip(usize::try_from(self.offset).unwrap_or(usize::MAX)) {
            found.rows.extend(spot.load(self.view, self.collection)?);
        }
        Ok(found)
    }

    fn matches(&self, row: &Row, budget: &mut Budget) -> Result<bool> {
        let holds = self.condition.map_or(Ok(true), |rule| rule.matches(self.scope, row, budget))?;
        Ok(holds && self.order.admits(self.scope, row, budget)?)
    }

    /// Answers how many candidates were held back, because single fields of them decide.
    fn walk(&self, source: &Source, visit: &mut dyn FnMut(Spot) -> Result<ControlFlow<()>>) -> Result<u64> {
        let mut failed = None;
        let sieve = self.facts.sieve(!self.order.is_guarded());
        let held_back = walk::spots(self.view, self.collection, source, self.plan.reverse, &sieve, &mut |spot| {
            visit(spot).unwrap_or_else(|e| {
                failed = Some(e);
                ControlFlow::Break(())
            })
        })?;
        failed.map_or(Ok(held_back), Err)
    }

    /// The last record of the page before: an entry of a unique index has no number in its key, so a range cannot leave it out.
    fn is_passed(&self, row: &Row) -> bool {
        self.cursor.is_some_and(|c| c.rowid == row.rowid())
    }

    /// What is left of the source after the cursor: the page begins at a key, nothing is read to get there.
    fn rest(&self) -> Source {
        let Some(cursor) = self.cursor else { return self.plan.source.clone() };
        let mut source = self.plan.source.clone();
        match &mut source {
            Source::Id(_) => {}
            Source::Rows(range) => {
                let at = keys::row(self.collection.number, cursor.rowid);
                self.cut(range, at);
            }
            Source::References { range, .. } => {
                let at = keys::reference_in(range, cursor.rowid);
                self.cut(range, at);
            }
            Source::Index { index, range, .. } => {
                let mut encoded = self.plan.pinned.clone();
                let sorted = self.plan.sorted_by.iter().filter_map(|i| cursor.key.get(*i)).flatten();
                // Read from its end, an index has each column in the other direction: all bits are turned.
                encoded.extend(sorted.map(|b| if self.plan.reverse { !*b } else { *b }));
                self.cut(range, keys::index(self.collection.number, *index, &encoded, Some(cursor.rowid)));
            }
        }
        source
    }

    fn cut(&self, range: &mut KeyRange, at: Vec<u8>) {
        if self.plan.reverse {
            range.to = range.to.clone().min(at);
        } else {
            let after = [&at[..], &[0]].concat();
            range.from = range.from.clone().max(after);
        }
    }
}
