//! A compiled expression: fields are handles, joins are numbered slots.

use super::ast::Operator;
use super::compare::{Affinity, Fallback, Origin};
use super::functions::Function;
use super::json_path::Step;
use super::like::Pattern;
use super::macros::Macro;
use super::scalar::Scalar;
use crate::schema::{Collection, Field};
use std::sync::Arc;

/// A compiled expression over the records of one collection.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What must hold.
    pub node: Node,
    /// The joins that its [`Node::Bind`]s fill, by slot.
    pub joins: Vec<Join>,
}

/// A part of a compiled expression. There is no negation, so "unknown" and "false" need no distinction above a comparison.
#[derive(Debug, Clone)]
pub enum Node {
    /// Each must hold; none is true.
    All(Vec<Node>),
    /// One must hold.
    Any(Vec<Node>),
    /// The body must hold for one row of the join (or for its missing row, if the join has none).
    Bind {
        /// The slot of the join.
        join: usize,
        /// What must hold with it.
        body: Box<Node>,
    },
    /// A comparison with the rows that are bound.
    Compare(Box<Compare>),
    /// A comparison that no value of a path may violate, whatever is bound.
    Every(Box<Every>),
}

/// A comparison.
#[derive(Debug, Clone)]
pub struct Compare {
    /// Before the operator.
    pub left: Operand,
    /// The operator.
    pub operator: Operator,
    /// After the operator.
    pub right: Operand,
    /// The pattern of `~` with a literal, prepared.
    pub pattern: Option<Pattern>,
}

/// The second half of a plain operator over a path with many values.
#[derive(Debug, Clone)]
pub struct Every {
    /// The comparison.
    pub compare: Compare,
    /// Whether the left side runs over all its values.
    pub over_left: bool,
    /// Whether the right side runs over all its values.
    pub over_right: bool,
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub struct Operand {
    /// How its value is found.
    pub term: Term,
    /// What it does to the other side.
    pub affinity: Affinity,
    /// How `=` treats it when it is nothing.
    pub fallback: Fallback,
    /// Where it comes from.
    pub origin: Origin,
    /// The slots that lead to it, if its path has many values and plain operators demand all of them.
    pub many: Option<Vec<usize>>,
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The record that the expression is evaluated for.
    Root,
    /// The record of who is asking.
    Actor,
    /// The row of a join.
    Slot(usize),
}

/// How a value is found.
#[derive(Debug, Clone)]
pub enum Term {
    /// A literal.
    Constant(Scalar<'static>),
    /// A macro.
    Macro(&'static Macro),
    /// A field of a record.
    Field(FieldTerm),
    /// How many items a field of a record has.
    Length(Source, Arc<Field>),
    /// An item of a list.
    Item(usize),
    /// A value of the request.
    Request(RequestTerm),
    /// How many items a submitted field has.
    BodyLength(String),
    /// What is known of every actor, by name.
    Actor(&'static str),
    /// Whether a field was sent and differs from the stored one: the condition itself.
    Changed(Box<Node>),
    /// A call.
    Call(&'static Function, Vec<Term>),
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct FieldTerm {
    /// Which record.
    pub source: Source,
    /// Which field.
    pub field: Arc<Field>,
    /// The way into its JSON.
    pub path: Option<Vec<Step>>,
    /// Whether its letters are made small.
    pub lower: bool,
}

/// A value of the request.
#[derive(Debug, Clone)]
pub struct RequestTerm {
    /// Which part of the request.
    pub area: Area,
    /// The keys into it.
    pub path: Vec<String>,
    /// What is done with the value.
    pub reading: Reading,
    /// Whether a text that is a number is taken as one: the field of this name is a number.
    pub numeric: bool,
}

/// A part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// `@request.context`
    Context,
    /// `@request.method`
    Method,
    /// `@request.query`
    Query,
    /// `@request.headers`
    Headers,
    /// `@request.body`
    Body,
}

/// What is done with a value of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It is taken as it is.
    Plain,
    /// Its letters are made small.
    Lower,
    /// It is made a text, then its letters are made small.
    LowerText,
    /// Whether it was sent.
    IsSet,
}

/// A join.
#[derive(Debug, Clone)]
pub struct Join {
    /// The same key is the same join: paths that begin alike share their rows.
    pub key: String,
    /// The slot that it starts from.
    pub parent: Option<usize>,
    /// Its rows.
    pub rows: Rows,
}

impl Join {
    /// Whether its rows are those that refer to the record that is judged.
    pub fn leads_back_to_root(&self) -> bool {
        matches!(&self.rows, Rows::Back(back) if back.source == Source::Root)
    }
}

/// The rows of a join.
#[derive(Debug, Clone)]
pub enum Rows {
    /// The record that a single relation points to.
    Relation(Source, Arc<Field>, Arc<Collection>),
    /// The items of a field.
    Items(Source, Arc<Field>),
    /// The record whose id is the item in a slot.
    OfItem(usize, Arc<Collection>),
    /// The records whose relation field points to a record.
    Back(Back),
    /// All records of a collection.
    Collection(Arc<Collection>),
    /// The records whose ids were submitted for a relation field.
    BodyRelation(String, Arc<Collection>),
    /// The items that were submitted for a field.
    BodyItems(String),
}

impl Rows {
    /// The collection whose records they are, if they are records.
    pub fn collection(&self) -> Option<&Arc<Collection>> {
        match self {
            Rows::Relation(_, _, collection)
            | Rows::OfItem(_, collection)
            | Rows::Collection(collection)
            | Rows::BodyRelation(_, collection) => Some(collection),
            Rows::Back(back) => Some(&back.collection),
            Rows::Items(..) | Rows::BodyItems(_) => None,
        }
    }
}

/// The way back from a record to those that point to it.
#[derive(Debug, Clone)]
pub struct Back {
    /// The record that is pointed to.
    pub source: Source,
    /// The id of that record.
    pub id: Arc<Field>,
    /// The collection that points to it.
    pub collection: Arc<Collection>,
    /// The relation field there.
    pub field: Arc<Field>,
}

impl Node {
    /// Whether it is true without looking.
    pub fn is_true(&self) -> bool {
        matches!(self, Node::All(items) if items.is_empty())
    }

    /// Visits the comparisons in it, with whether each demands all values.
    pub fn comparisons(&self, visit: &mut dyn FnMut(&Compare)) {
        match self {
            Node::All(items) | Node::Any(items) => items.iter().for_each(|n| n.comparisons(visit)),
            Node::Bind { body, .. } => body.comparisons(visit),
            Node::Compare(compare) => visit(compare),
            Node::Every(every) => visit(&every.compare),
        }
    }

    /// Whether the rows of a join decide over it. The joins that start from it count too.
    pub fn uses(&self, join: usize, joins: &[Join]) -> bool {
        match self {
            Node::All(items) | Node::Any(items) => items.iter().any(|n| n.uses(join, joins)),
            Node::Bind { join: bound, body } => joins[*bound].parent == Some(join) || body.uses(join, joins),
            Node::Compare(compare) => compare.left.term.uses(join) || compare.right.term.uses(join),
            Node::Every(every) => {
                // A side that runs over all its values binds its own joins.
                (!every.over_left && every.compare.left.term.uses(join))
                    || (!every.over_right && every.compare.right.term.uses(join))
                    || every.chains().any(|chain| starts_from(chain, join, joins))
            }
        }
    }
}

fn starts_from(chain: &[usize], join: usize, joins: &[Join]) -> bool {
    chain.first().is_some_and(|first| joins[*first].parent == Some(join))
}

impl Every {
    /// The slots that its sides run over.
    pub fn chains(&self) -> impl Iterator<Item = &Vec<usize>> {
        let left = self.compare.left.many.as_ref().filter(|_| self.over_left);
        let right = self.compare.right.many.as_ref().filter(|_| self.over_right);
        left.into_iter().chain(right)
    }
}

impl Term {
    /// Whether its value is found in the slot.
    pub fn uses(&self, join: usize) -> bool {
        match self {
            Term::Field(term) => term.source == Source::Slot(join),
            Term::Length(source, _) => *source == Source::Slot(join),
            Term::Item(slot) => *slot == join,
            Term::Changed(node) => node.uses(join, &[]),
            Term::Call(_, arguments) => arguments.iter().any(|a| a.uses(join)),
            _ => false,
        }
    }

    /// Whether its value can be found without a row.
    pub fn is_free(&self) -> bool {
        match self {
            Term::Field(FieldTerm { source, .. }) | Term::Length(source, _) => *source == Source::Actor,
            Term::Item(_) | Term::Changed(_) => false,
            Term::Call(_, arguments) => arguments.iter().all(Term::is_free),
            _ => true,
        }
    }
}

impl Operand {
    /// A literal or request value.
    pub fn parameter(term: Term) -> Self {
        Operand { term, affinity: Affinity::None, fallback: Fallback::Auto, origin: Origin::Parameter, many: None }
    }

    /// A value without affinity from a row.
    pub fn expression(term: Term) -> Self {
        Operand { term, affinity: Affinity::None, fallback: Fallback::Auto, origin: Origin::Column, many: None }
    }

    /// `null`, or a request value that cannot be there.
    pub fn nothing() -> Self {
        Operand { origin: Origin::Nothing, ..Operand::parameter(Term::Constant(Scalar::Null)) }
    }

    /// `true` or `false`.
    pub fn truth(value: bool) -> Self {
        Operand { origin: Origin::Certain, ..Operand::parameter(Term::Constant(Scalar::truth(value))) }
    }
}
