//! Runs over the rows of joins, as LEFT JOIN does: a join without rows has one missing row.

use super::{Evaluation, Slot, request};
use crate::error::{Error, Result};
use crate::rules::ast::Operator;
use crate::rules::plan::{Back, Compare, Every, Node, Rows, Source, Term};
use crate::rules::scalar::Scalar;
use crate::rules::scope::Scope;
use crate::schema::{Collection, Field, Shape};
use crate::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A field that must have a value for a row to matter: lets the scope use an index.
pub type Hint = Option<(Arc<Field>, Value<'static>)>;

type Visit<'v, 'e, S> = &'v mut dyn FnMut(&mut Evaluation<'e, S>) -> Result<bool>;

/// Takes a row, and says whether to go on.
type Take<'t, S> = &'t mut dyn FnMut(<S as Scope>::Row) -> ControlFlow<()>;
/// Visits rows of the scope.
type Run<'r, S> = &'r mut dyn FnMut(Take<'_, S>) -> Result<()>;

impl<'e, S: Scope> Evaluation<'e, S> {
    /// Binds each row of a join in turn until `visit` says `true`; says whether it did.
    pub(super) fn each_row(&mut self, join: usize, hint: Hint, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let joins = self.joins;
        match &joins[join].rows {
            Rows::Relation(source, field, collection) => {
                let id = self.row(*source).map(|row| self.scope.value(row, field).as_text().to_owned()).unwrap_or_default();
                self.one_row(join, collection, &id, visit)
            }
            Rows::OfItem(item, collection) => {
                let id = match &self.slots[*item] {
                    Slot::Item(Scalar::Text(id)) => id.clone().into_owned(),
                    _ => String::new(),
                };
                self.one_row(join, collection, &id, visit)
            }
            Rows::Items(source, field) => {
                let items = self.row(*source).map(|row| items_of(self.scope.value(row, field))).unwrap_or_else(|| vec![Scalar::Null]);
                self.each_item(join, items, visit)
            }
            Rows::BodyItems(name) => {
                let items = request::items(self.scope.request(), name).into_iter().map(|v| request::json_scalar(v).into_owned()).collect();
                self.each_item(join, items, visit)
            }
            Rows::BodyRelation(name, collection) => self.each_submitted(join, name, collection, visit),
            Rows::Back(back) => self.each_referring(join, back, visit),
            Rows::Collection(collection) => self.each_record(join, collection, hint, visit),
        }
    }

    /// Binds the rows of each join of a chain anew, and restores what was bound.
    pub(super) fn with_chain(&mut self, chain: &[usize], hint: Hint, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let saved: Vec<Slot<S::Row>> = chain.iter().map(|&slot| std::mem::replace(&mut self.slots[slot], Slot::Missing)).collect();
        let found = self.walk(chain, hint, visit);
        for (&slot, before) in chain.iter().zip(saved) {
            self.slots[slot] = before;
        }
        found
    }

    fn walk(&mut self, chain: &[usize], hint: Hint, visit: Visit<'_, 'e, S>) -> Result<bool> {
        match chain.split_first() {
            None => visit(self),
            Some((first, rest)) => self.each_row(*first, hint, &mut |this| this.walk(rest, None, visit)),
        }
    }

    fn bind(&mut self, join: usize, slot: Slot<S::Row>, visit: Visit<'_, 'e, S>) -> Result<bool> {
        self.budget.spend()?;
        self.slots[join] = slot;
        visit(self)
    }

    fn one_row(&mut self, join: usize, collection: &Arc<Collection>, id: &str, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let found = if id.is_empty() { None } else { self.scope.find(collection, id)? };
        self.bind(join, found.map_or(Slot::Missing, Slot::Row), visit)
    }

    fn each_item(&mut self, join: usize, items: Vec<Scalar<'static>>, visit: Visit<'_, 'e, S>) -> Result<bool> {
        if items.is_empty() {
            return self.bind(join, Slot::Missing, visit);
        }
        for item in items {
            if self.bind(join, Slot::Item(item), visit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn each_submitted(&mut self, join: usize, name: &str, collection: &Arc<Collection>, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let mut any = false;
        for id in request::ids(self.scope.request(), name) {
            let Some(row) = self.scope.find(collection, &id)? else { continue };
            any = true;
            if self.bind(join, Slot::Row(row), visit)? {
                return Ok(true);
            }
        }
        if any { Ok(false) } else { self.bind(join, Slot::Missing, visit) }
    }

    fn each_referring(&mut self, join: usize, back: &Back, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let id = self.row(back.source).map(|row| self.scope.value(row, &back.id).as_text().to_owned()).unwrap_or_default();
        if id.is_empty() {
            return self.bind(join, Slot::Missing, visit);
        }
        let scope = self.scope;
        self.each_visited(join, visit, &mut |take| scope.referring(&back.collection, &back.field, &id, take))
    }

    fn each_record(&mut self, join: usize, collection: &Arc<Collection>, hint: Hint, visit: Visit<'_, 'e, S>) -> Result<bool> {
        let scope = self.scope;
        let Some((field, value)) = hint else {
            return self.each_visited(join, visit, &mut |take| scope.each(collection, None, take));
        };
        let mut any = false;
        let found = self.each_taken(join, visit, &mut any, &mut |take| scope.each(collection, Some((&field, &value)), take))?;
        if found || any {
            return Ok(found);
        }
        // The missing row stands in only for an empty collection, not for one without a fitting record.
        let mut empty = true;
        scope.each(collection, None, &mut |_| {
            empty = false;
            ControlFlow::Break(())
        })?;
        if empty { self.bind(join, Slot::Missing, visit) } else { Ok(false) }
    }

    fn each_visited(&mut self, join: usize, visit: Visit<'_, 'e, S>, run: Run<'_, S>) -> Result<bool> {
        let mut any = false;
        let found = self.each_taken(join, visit, &mut any, run)?;
        if found || any { Ok(found) } else { self.bind(join, Slot::Missing, visit) }
    }

    /// Binds each row that `run` visits; `any` becomes true with the first one.
    fn each_taken(&mut self, join: usize, visit: Visit<'_, 'e, S>, any: &mut bool, run: Run<'_, S>) -> Result<bool> {
        let mut outcome: Result<bool, Error> = Ok(false);
        run(&mut |row| {
            *any = true;
            outcome = self.bind(join, Slot::Row(row), visit);
            if matches!(outcome, Ok(false)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        outcome
    }

    /// A field of the joined collection that must equal something known for `body` to hold.
    pub(super) fn hint(&self, join: usize, body: &Node) -> Hint {
        if !matches!(self.joins[join].rows, Rows::Collection(_)) {
            return None;
        }
        let parts = match body {
            Node::All(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        parts.iter().find_map(|part| match part {
            Node::Compare(compare) if compare.operator == Operator::Equal => self.pinned(join, compare),
            _ => None,
        })
    }

    /// For `!=`, only rows that are equal can violate it.
    pub(super) fn violation_hint(&self, every: &Every, chain: &[usize]) -> Hint {
        match chain {
            [join] if every.compare.operator == Operator::NotEqual && matches!(self.joins[*join].rows, Rows::Collection(_)) => {
                self.pinned(*join, &every.compare)
            }
            _ => None,
        }
    }

    /// The field of the join and the text that a comparison compares it with.
    fn pinned(&self, join: usize, compare: &Compare) -> Hint {
        let sides = [(&compare.left, &compare.right), (&compare.right, &compare.left)];
        sides.into_iter().find_map(|(own, other)| {
            let Term::Field(term) = &own.term else { return None };
            let plain = term.source == Source::Slot(join) && term.path.is_none() && !term.lower && term.field.shape() == Shape::Text;
            if !plain || self.depends(&other.term, join) {
                return None;
            }
            let value = self.value(&other.term);
            let text = value.as_str()?.to_owned();
            Some((term.field.clone(), Value::text(text)))
        })
    }

    /// Whether a term is found in a join or in one that starts from it.
    fn depends(&self, term: &Term, join: usize) -> bool {
        (join..self.joins.len()).any(|slot| term.uses(slot) && self.starts_from(slot, join))
    }

    fn starts_from(&self, slot: usize, join: usize) -> bool {
        let mut at = Some(slot);
        while let Some(slot) = at {
            if slot == join {
                return true;
            }
            at = self.joins[slot].parent;
        }
        false
    }
}

/// The items that a field is split into: a single value is one item, even an empty one.
fn items_of(value: Value) -> Vec<Scalar<'static>> {
    match value {
        Value::List(items) => items.into_iter().map(|i| Scalar::Text(i.into_owned().into())).collect(),
        other => vec![Scalar::of(other).into_owned()],
    }
}
