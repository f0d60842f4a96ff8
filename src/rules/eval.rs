//! Evaluates a compiled expression for a record. An expression without joins allocates nothing.

mod request;
mod rows;

use super::budget::Budget;
use super::check::like_text;
use super::compare::{Origin, Side, holds};
use super::functions::Function;
use super::json_path;
use super::like::{self, Pattern};
use super::plan::{Compare, Every, FieldTerm, Join, Node, Operand, Plan, Source, Term};
use super::scalar::Scalar;
use super::scope::Scope;
use crate::error::{Error, Result};
use crate::value::Value;

/// How many values a path with many values may have when it is compared with another one.
const MAX_VALUES: usize = 100_000;

/// So many bytes are compared with others, or read on the way to a part of them, in the time in which one is looked at by itself.
const SKIPPED: usize = 16;
const READ: usize = 4;
/// What it costs to make a pattern of a byte.
const PREPARED: usize = 4;

/// What a join has bound at the moment.
#[derive(Clone)]
pub enum Slot<R> {
    /// Nothing yet, or its missing row.
    Missing,
    /// A record.
    Row(R),
    /// An item of a list.
    Item(Scalar<'static>),
}

/// An evaluation under way.
pub struct Evaluation<'e, S: Scope> {
    scope: &'e S,
    root: &'e S::Row,
    joins: &'e [Join],
    slots: Vec<Slot<S::Row>>,
    budget: &'e mut Budget,
}

impl<'e, S: Scope> Evaluation<'e, S> {
    /// An evaluation of `plan` for the record `root`.
    pub fn new(plan: &'e Plan, scope: &'e S, root: &'e S::Row, budget: &'e mut Budget) -> Self {
        Evaluation { scope, root, joins: &plan.joins, slots: vec![Slot::Missing; plan.joins.len()], budget }
    }

    /// Whether a node holds with what is bound.
    pub fn node(&mut self, node: &Node) -> Result<bool> {
        match node {
            Node::All(items) => {
                for item in items {
                    if !self.node(item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Any(items) => {
                for item in items {
                    if self.node(item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::Compare(compare) => {
                self.budget.spend()?;
                let held = self.compare(compare) == Some(true);
                self.budget.check()?;
                Ok(held)
            }
            Node::Bind { join, body } => {
                let hint = self.hint(*join, body);
                self.each_row(*join, hint, &mut |this| this.node(body))
            }
            Node::Every(every) => Ok(!self.is_violated(every)?),
        }
    }

    /// What a comparison says of the values that are bound.
    fn compare(&self, compare: &Compare) -> Option<bool> {
        if compare.operator.is_like() {
            return self.like(compare);
        }
        let (left, right) = (self.side(&compare.left), self.side(&compare.right));
        self.budget.look((left.value.weight() + right.value.weight()) / SKIPPED);
        holds(&left, compare.operator, &right)
    }

    fn side<'v>(&'v self, operand: &'v Operand) -> Side<'v> {
        Side { value: self.value(&operand.term), affinity: operand.affinity, fallback: operand.fallback, origin: operand.origin }
    }

    fn like(&self, compare: &Compare) -> Option<bool> {
        let left = self.value(&compare.left.term);
        match &compare.pattern {
            Some(pattern) => like_holds(&left, pattern, compare, self.budget),
            None => like_holds(&left, &self.pattern(&compare.right)?, compare, self.budget),
        }
    }

    /// The pattern of what stands after `~`, when it is known only now.
    fn pattern(&self, right: &Operand) -> Option<Pattern> {
        if let Term::Call(function, arguments) = &right.term {
            let values: Vec<Scalar> = arguments.iter().map(|a| self.like_argument(a)).collect();
            return Some(Pattern::new(&(function.evaluate)(&values, self.scope.request().now).to_text()?));
        }
        let value = self.value(&right.term);
        if value == Scalar::Null {
            return None;
        }
        self.budget.look(PREPARED * value.weight());
        match (&right.term, right.origin) {
            (Term::Request(term), Origin::Parameter) => Some(Pattern::of_value(&request::plain_text(self.scope.request(), term, &value))),
            (_, Origin::Parameter) => Some(Pattern::of_value(&like_text(&value))),
            _ => Some(Pattern::of_column(&value.to_text()?)),
        }
    }

    /// PocketBase prepares every value after `~` as a pattern, those inside a call too.
    fn like_argument<'v>(&'v self, term: &'v Term) -> Scalar<'v> {
        match (term, self.value(term)) {
            (_, Scalar::Null) => Scalar::Null,
            (Term::Constant(_) | Term::Macro(_) | Term::Request(_) | Term::Actor(_), value) => {
                Scalar::Text(like::wrapped(&like_text(&value)).into())
            }
            (_, value) => value,
        }
    }

    /// The value of a term with what is bound.
    pub fn value<'v>(&'v self, term: &'v Term) -> Scalar<'v> {
        match term {
            Term::Constant(value) => value.borrowed(),
            Term::Field(term) => self.field(term),
            Term::Macro(found) => found.at(self.scope.request().now),
            Term::Item(slot) => match &self.slots[*slot] {
                Slot::Item(value) => value.borrowed(),
                _ => Scalar::Null,
            },
            Term::Length(source, field) => self.row(*source).map_or(Scalar::number(0.0), |row| length(&self.scope.value(row, field))),
            Term::Actor(name) => actor_value(self.scope, name),
            Term::Request(term) => request::value(self.scope.request(), term),
            Term::BodyLength(name) => Scalar::number(request::items(self.scope.request(), name).len() as f64),
            Term::Changed(node) => Scalar::truth(self.plain(node)),
            Term::Call(function, arguments) => self.call(function, arguments),
        }
    }

    /// A node without joins, as the value of a term.
    fn plain(&self, node: &Node) -> bool {
        match node {
            Node::All(items) => items.iter().all(|n| self.plain(n)),
            Node::Any(items) => items.iter().any(|n| self.plain(n)),
            Node::Compare(compare) => self.compare(compare) == Some(true),
            Node::Bind { .. } | Node::Every(_) => false,
        }
    }

    fn call<'v>(&'v self, function: &'static Function, arguments: &'v [Term]) -> Scalar<'v> {
        let values: Vec<Scalar> = arguments.iter().map(|a| self.value(a)).collect();
        (function.evaluate)(&values, self.scope.request().now)
    }

    /// The record at a source; `None` if there is none.
    fn row(&self, source: Source) -> Option<&S::Row> {
        match source {
            Source::Root => Some(self.root),
            Source::Actor => self.scope.auth().map(|(_, row)| row),
            Source::Slot(slot) => match &self.slots[slot] {
                Slot::Row(row) => Some(row),
                _ => None,
            },
        }
    }

    fn field<'v>(&'v self, term: &'v FieldTerm) -> Scalar<'v> {
        let Some(row) = self.row(term.source) else { return Scalar::Null };
        let value = self.scope.value(row, &term.field);
        if term.path.is_some() || term.lower {
            self.budget.look(value_weight(&value) / READ);
        }
        part_of(value, term)
    }

    /// Whether one of the values of a path makes its comparison false.
    fn is_violated(&mut self, every: &Every) -> Result<bool> {
        let compare = &every.compare;
        if every.over_left && every.over_right {
            let left = self.values(&compare.left)?;
            let right = self.values(&compare.right)?;
            return self.clash(compare, &left, &right);
        }
        let (many, other) = if every.over_left { (&compare.left, &compare.right) } else { (&compare.right, &compare.left) };
        let chain = many.many.as_deref().unwrap_or_default();
        // What the chain binds anew must not hide what the other side is bound to.
        let shared = chain.iter().any(|slot| other.term.uses(*slot));
        if shared {
            let fixed = vec![self.value(&other.term).into_owned()];
            let values = self.values(many)?;
            let (left, right) = if every.over_left { (values, fixed) } else { (fixed, values) };
            return self.clash(compare, &left, &right);
        }
        let hint = self.violation_hint(every, chain);
        self.with_chain(chain, hint, &mut |this| {
            this.budget.spend()?;
            let violated = this.judge(every) == Some(false);
            this.budget.check()?;
            Ok(violated)
        })
    }

    /// A comparison in which the side with many values counts as a column, and the other side has lost its own way with nothing.
    fn judge(&self, every: &Every) -> Option<bool> {
        let compare = &every.compare;
        if compare.operator.is_like() {
            let left = self.value(&compare.left.term);
            if every.over_right {
                let right = self.value(&compare.right.term);
                self.budget.look(PREPARED * right.weight());
                return like_holds(&left, &Pattern::of_column(&right.to_text()?), compare, self.budget);
            }
            return self.like(compare);
        }
        let (mut left, mut right) = (self.side(&compare.left), self.side(&compare.right));
        many_or_other(&mut left, every.over_left);
        many_or_other(&mut right, every.over_right);
        holds(&left, compare.operator, &right)
    }

    /// Whether some pair of values violates a comparison.
    fn clash(&mut self, compare: &Compare, left: &[Scalar<'static>], right: &[Scalar<'static>]) -> Result<bool> {
        for l in left {
            for r in right {
                self.budget.spend()?;
                let violated = judge_pair(compare, l, r, self.budget) == Some(false);
                self.budget.check()?;
                if violated {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The first value of a path for which a node holds.
    pub fn first(&mut self, chain: &[usize], node: &Node, term: &Term) -> Result<Option<Scalar<'static>>> {
        let mut first = None;
        self.with_chain(chain, None, &mut |this| {
            if this.node(node)? {
                first = Some(this.value(term).into_owned());
            }
            Ok(first.is_some())
        })?;
        Ok(first)
    }

    /// The first values of a term over all rows of all joins.
    pub fn some_values(&mut self, term: &Term, most: usize) -> Result<Vec<Scalar<'static>>> {
        let chain: Vec<usize> = (0..self.joins.len()).collect();
        let mut values: Vec<Scalar<'static>> = Vec::new();
        self.with_chain(&chain, None, &mut |this| {
            this.budget.spend()?;
            let value = this.value(term).into_owned();
            if !values.contains(&value) {
                values.push(value);
            }
            Ok(most <= values.len())
        })?;
        Ok(values)
    }

    /// All values of a path.
    fn values(&mut self, operand: &Operand) -> Result<Vec<Scalar<'static>>> {
        let mut values = Vec::new();
        let chain = operand.many.as_deref().unwrap_or_default();
        self.with_chain(chain, None, &mut |this| {
            this.budget.spend()?;
            values.push(this.value(&operand.term).into_owned());
            if values.len() <= MAX_VALUES {
                return Ok(false);
            }
            Err(Error::bad_request(format!("A path has more than {MAX_VALUES} values. Use ?= and its kin, or fewer relations.")))
        })?;
        Ok(values)
    }
}

fn many_or_other(side: &mut Side, over: bool) {
    if over {
        side.origin = Origin::Column;
    } else {
        side.fallback = super::compare::Fallback::Auto;
    }
}

fn judge_pair(compare: &Compare, left: &Scalar, right: &Scalar, budget: &Budget) -> Option<bool> {
    if compare.operator.is_like() {
        budget.look(PREPARED * right.weight());
        return like_holds(left, &Pattern::of_column(&right.to_text()?), compare, budget);
    }
    budget.look((left.weight() + right.weight()) / SKIPPED);
    let side = |value: &Scalar, operand: &Operand| Side {
        value: value.clone().into_owned(),
        affinity: operand.affinity,
        fallback: operand.fallback,
        origin: Origin::Column,
    };
    holds(&side(left, &compare.left), compare.operator, &side(right, &compare.right))
}

fn like_holds(left: &Scalar, pattern: &Pattern, compare: &Compare, budget: &Budget) -> Option<bool> {
    let found = pattern.matches(&left.to_text()?, budget);
    Some(found == (compare.operator == super::ast::Operator::Like))
}

/// The value of a field term of a record.
pub fn field_value<'v, S: Scope>(scope: &S, row: &'v S::Row, term: &FieldTerm) -> Scalar<'v> {
    part_of(scope.value(row, &term.field), term)
}

/// What of a field's value a term wants.
fn part_of<'v>(value: Value<'v>, term: &FieldTerm) -> Scalar<'v> {
    let found = match (&term.path, value) {
        (Some(steps), Value::Json(text)) => json_path::extract(text, steps),
        (Some(steps), Value::Geo { lon, lat }) => geo_part(steps, lon, lat),
        (Some(steps), _) if !steps.is_empty() => Scalar::Null,
        (_, value) => Scalar::of(value),
    };
    if term.lower { found.lower() } else { found }
}

/// The bytes of a value that are looked at to find a part of it.
fn value_weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::List(items) => 8 * items.len(),
        _ => 0,
    }
}

fn geo_part<'v>(steps: &[json_path::Step], lon: f64, lat: f64) -> Scalar<'v> {
    match steps {
        [json_path::Step::Key(key)] if key == "lon" => Scalar::number(lon),
        [json_path::Step::Key(key)] if key == "lat" => Scalar::number(lat),
        [] => Scalar::of(Value::Geo { lon, lat }),
        _ => Scalar::Null,
    }
}

fn length(value: &Value) -> Scalar<'static> {
    let count = match value {
        Value::List(items) => items.len(),
        other => usize::from(!other.as_text().is_empty()),
    };
    Scalar::number(count as f64)
}

/// The value of a term that needs no record but the actor's.
pub fn free_value<'v, S: Scope>(scope: &'v S, term: &'v Term) -> Scalar<'v> {
    match term {
        Term::Constant(value) => value.borrowed(),
        Term::Macro(found) => found.at(scope.request().now),
        Term::Actor(name) => actor_value(scope, name),
        Term::Request(term) => request::value(scope.request(), term),
        Term::BodyLength(name) => Scalar::number(request::items(scope.request(), name).len() as f64),
        Term::Field(term) => scope.auth().map_or(Scalar::Null, |(_, row)| field_value(scope, row, term)),
        Term::Length(_, field) => scope.auth().map_or(Scalar::number(0.0), |(_, row)| length(&scope.value(row, field))),
        Term::Item(_) | Term::Changed(_) | Term::Call(..) => Scalar::Null,
    }
}

/// A value that every actor has.
pub fn actor_value<'v, S: Scope>(scope: &'v S, name: &str) -> Scalar<'v> {
    let Some((collection, row)) = scope.auth() else { return Scalar::Null };
    match name {
        "collectionId" => Scalar::text(&collection.id),
        "collectionName" => Scalar::text(&collection.name),
        _ => collection.field(name).map_or(Scalar::Null, |field| Scalar::of(scope.value(row, field))),
    }
}
