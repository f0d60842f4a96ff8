//! Which parts of a rule hold for a record, and which of them decide: for whoever writes rules.
//!
//! Each part is compiled and evaluated as a rule of its own, so what is told is what the evaluator does and not a second opinion.

use super::ast::{Comparison, Expression};
use super::budget::Budget;
use super::check::{Checker, Found, place_joins};
use super::error::Outcome;
use super::eval::Evaluation;
use super::parse::parse;
use super::plan::{Join, Node, Plan, Source, Term};
use super::rule::Who;
use super::scope::Scope;
use crate::error::Result;
use crate::schema::{Collection, Schema};
use crate::value::Value;
use std::sync::Arc;

/// How many values of a side are told.
const MOST_VALUES: usize = 10;

/// The field of an auth record that its tokens are signed with.
const TOKEN_KEY: &str = "tokenKey";

/// Told when parts that hold each do not hold together.
const NOT_TOGETHER: &str = "Each part holds for some joined record, but no single one makes all of them hold.";

/// A part of a rule, and what it came to.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes.
    pub to: usize,
    /// Whether it holds.
    pub holds: bool,
    /// Whether it is among the parts that make the result.
    pub decides: bool,
    /// What the parts alone do not say.
    pub note: Option<&'static str>,
    /// What it is made of.
    pub part: Part,
}

/// What a part is made of.
#[derive(Debug, Clone)]
pub enum Part {
    /// Joined by `&&`.
    All(Vec<Trace>),
    /// Joined by `||`.
    Any(Vec<Trace>),
    /// A comparison.
    Compare {
        /// Before the operator.
        left: Side,
        /// The operator as it was written.
        operator: String,
        /// After the operator.
        right: Side,
    },
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub struct Side {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes.
    pub to: usize,
    /// Its values; a path through many records has many, of which the first are told.
    pub values: Vec<Value<'static>>,
}

/// A rule for one record: every part is evaluated, also those that the result does not need.
pub fn trace<S: Scope>(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who, scope: &S, row: &S::Row) -> Result<Trace> {
    let expression = parse(text)?;
    let actor = scope.auth().map(|(collection, _)| collection);
    let mut tracer = Tracer { schema, collection, actor, who, scope, row, budget: Budget::default() };
    let mut trace = tracer.part(&expression)?;
    trace.decide();
    Ok(trace)
}

struct Tracer<'t, S: Scope> {
    schema: &'t Schema,
    collection: &'t Arc<Collection>,
    actor: Option<&'t Arc<Collection>>,
    who: Who,
    scope: &'t S,
    row: &'t S::Row,
    budget: Budget,
}

impl<S: Scope> Tracer<'_, S> {
    fn part(&mut self, expression: &Expression) -> Result<Trace> {
        let plan = self.plan(|checker| checker.expression(expression))?;
        let holds = Evaluation::new(&plan, self.scope, self.row, &mut self.budget).node(&plan.node)?;
        let part = match expression {
            Expression::All(items) => Part::All(self.parts(items)?),
            Expression::Any(items) => Part::Any(self.parts(items)?),
            Expression::Compare(comparison) => self.comparison(comparison)?,
        };
        let (from, to) = expression.span();
        let apart = matches!(&part, Part::All(items) if !holds && items.iter().all(|item| item.holds));
        Ok(Trace { from, to, holds, decides: false, note: apart.then_some(NOT_TOGETHER), part })
    }

    fn parts(&mut self, items: &[Expression]) -> Result<Vec<Trace>> {
        items.iter().map(|item| self.part(item)).collect()
    }

    fn comparison(&mut self, comparison: &Comparison) -> Result<Part> {
        let operator = format!("{}{}", if comparison.any { "?" } else { "" }, comparison.operator.text());
        Ok(Part::Compare { left: self.side(&comparison.left)?, operator, right: self.side(&comparison.right)? })
    }

    fn side(&mut self, operand: &super::ast::Operand) -> Result<Side> {
        let mut term = None;
        let plan = self.plan(|checker| {
            term = Some(checker.operand(operand)?.0.term);
            Ok(Node::All(Vec::new()))
        })?;
        let mut evaluation = Evaluation::new(&plan, self.scope, self.row, &mut self.budget);
        let told = term.filter(|term| !is_secret(term));
        let found = told.map_or(Ok(Vec::new()), |term| evaluation.some_values(&term, MOST_VALUES))?;
        let values = found.into_iter().map(|value| value.into_value().into_owned()).collect();
        Ok(Side { from: operand.position, to: operand.end, values })
    }

    /// The plan of a part, as that of a whole rule is made.
    fn plan(&self, compile: impl FnOnce(&mut Checker) -> Outcome<Node>) -> Result<Plan> {
        let mut found = Found::default();
        let node = compile(&mut Checker {
            schema: self.schema,
            base: self.collection,
            source: Source::Root,
            prefix: String::new(),
            trusted: true,
            actor: self.actor,
            found: &mut found,
        })?;
        let joins = std::mem::take(&mut found.joins);
        if self.who == Who::Creation && joins.iter().any(Join::leads_back_to_root) {
            return Ok(Plan { node: Node::Any(Vec::new()), joins: Vec::new() });
        }
        Ok(Plan { node: place_joins(node, &joins), joins })
    }
}

/// Hashes and token keys are told to nobody, whatever a rule compares them with.
fn is_secret(term: &Term) -> bool {
    match term {
        Term::Field(found) => found.field.is_password() || found.field.name == TOKEN_KEY,
        Term::Actor(name) => *name == TOKEN_KEY,
        Term::Call(_, arguments) => arguments.iter().any(is_secret),
        _ => false,
    }
}

impl Trace {
    /// Marks the parts without which the result would not be what it is.
    fn decide(&mut self) {
        self.decides = true;
        let together = self.note.is_some();
        match &mut self.part {
            Part::Compare { .. } => {}
            Part::All(items) => items.iter_mut().filter(|i| self.holds || together || !i.holds).for_each(Trace::decide),
            // One that holds is enough, and the first one is what a reader finds first.
            Part::Any(items) if self.holds => items.iter_mut().filter(|i| i.holds).take(1).for_each(Trace::decide),
            Part::Any(items) => items.iter_mut().for_each(Trace::decide),
        }
    }

    /// The smallest part that decides alone; the whole when several do.
    pub fn culprit(&self) -> &Trace {
        let items = match &self.part {
            Part::All(items) | Part::Any(items) => items,
            Part::Compare { .. } => return self,
        };
        let mut deciding = items.iter().filter(|item| item.decides);
        match (deciding.next(), deciding.next()) {
            (Some(one), None) => one.culprit(),
            _ => self,
        }
    }
}
