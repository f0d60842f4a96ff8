//! `sort=-created,author.name`: keys to order records by.

use super::budget::Budget;
use super::check::{Checker, Found, place_joins_from};
use super::error::{Fault, Outcome};
use super::eval::{Evaluation, field_value};
use super::plan::{Node, Plan, Source, Term};
use super::reach::Reached;
use super::rule::{Who, guards};
use super::scalar::Scalar;
use super::scope::Scope;
use crate::error::Result;
use crate::schema::{Collection, Field, Schema, Shape};
use crate::value::Value;
use std::sync::Arc;

/// How many keys a sort may have.
pub const MAX_KEYS: usize = 8;
/// How long one key may be, in bytes.
pub const MAX_KEY: usize = 255;

/// One key of a sort.
#[derive(Debug)]
pub struct SortKey {
    /// From high to low.
    pub descending: bool,
    /// What is sorted by.
    pub by: SortBy,
}

/// What a key sorts by.
#[derive(Debug)]
pub enum SortBy {
    /// `@random`: the caller gives each record a random number.
    Random,
    /// `@rowid`: the order of creation, which the caller knows.
    Rowid,
    /// A value that is found from the record.
    Value(Box<SortValue>),
}

/// A value that is found from a record.
#[derive(Debug)]
pub struct SortValue {
    /// Its node is what must hold for the joined records to be seen.
    plan: Plan,
    term: Term,
    /// The joins that lead to the value.
    chain: Vec<usize>,
}

/// Compiles the keys of a sort: see section 3.8 of the wire contract.
pub fn compile_sort(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Result<Vec<SortKey>> {
    Ok(keys(schema, collection, text, who)?)
}

/// What is wrong with a sort, and where. The one who wrote it may know.
pub fn check_sort(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Outcome<()> {
    keys(schema, collection, text, who).map(drop)
}

fn keys(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Outcome<Vec<SortKey>> {
    let mut keys = Vec::new();
    let mut position = 0;
    for part in text.split(',') {
        let trimmed = part.trim();
        let (descending, name) = match trimmed.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        if MAX_KEYS <= keys.len() || MAX_KEY < name.len() {
            return Fault::fail(position, format!("A sort may have at most {MAX_KEYS} keys of {MAX_KEY} bytes."));
        }
        keys.push(SortKey { descending, by: key(schema, collection, name, who, position)? });
        position += part.len() + 1;
    }
    Ok(keys)
}

fn key(schema: &Schema, collection: &Arc<Collection>, name: &str, who: Who, position: usize) -> Outcome<SortBy> {
    match name {
        "@random" => return Ok(SortBy::Random),
        "@rowid" => return Ok(SortBy::Rowid),
        _ => {}
    }
    if !is_path(name) {
        return Fault::fail(position, format!("{name:?} is not a field to sort by."));
    }
    let mut found = Found::default();
    let trusted = who != Who::Client;
    let mut checker =
        Checker { schema, base: collection, source: Source::Root, prefix: String::new(), trusted, actor: None, found: &mut found };
    let operand = checker.sort_path(name, position)?;
    let hops = found.joins.len();
    let guards = guards(schema, None, &mut found)?;
    let node = place_joins_from(hops, Node::All(guards), &found.joins);
    let chain = (0..hops).collect();
    Ok(SortBy::Value(Box::new(SortValue { plan: Plan { node, joins: found.joins }, term: operand.term, chain })))
}

fn is_path(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let rest = name.strip_prefix("@collection.").unwrap_or(name);
    rest.bytes().next().is_some_and(word) && rest.bytes().all(|b| word(b) || b == b'.' || b == b':')
}

impl SortKey {
    /// The field whose index has this order: a plain text, number or bool field of the collection itself.
    pub fn field(&self) -> Option<&Field> {
        let SortBy::Value(value) = &self.by else { return None };
        match &value.term {
            Term::Field(term) if term.source == Source::Root && term.path.is_none() && !term.lower => match term.field.shape() {
                Shape::Text | Shape::Number | Shape::Bool => Some(&term.field),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds what it reads besides the record.
    pub fn reaches(&self, reached: &mut Reached) {
        if let SortBy::Value(value) = &self.by {
            reached.add(&value.plan);
            reached.term(&value.term);
        }
    }

    /// Whether a record may be in the list at all: a client that sorts by a joined record does not see those whose joined record it may not list.
    pub fn admits<S: Scope>(&self, scope: &S, row: &S::Row, budget: &mut Budget) -> Result<bool> {
        match &self.by {
            SortBy::Value(value) if self.is_guarded() => Ok(value.find(scope, row, budget)?.is_some()),
            _ => Ok(true),
        }
    }

    /// Whether there may be records that it does not admit.
    pub fn is_guarded(&self) -> bool {
        matches!(&self.by, SortBy::Value(value) if !value.plan.node.is_true())
    }

    /// What a record is ordered by, to be compared with [`super::compare::order`]; with several joined records, the first one decides. `Null` for
    /// `@random` and `@rowid`, which the caller knows better.
    pub fn key<'r, S: Scope>(&self, scope: &S, row: &'r S::Row, budget: &mut Budget) -> Result<Value<'r>> {
        let SortBy::Value(value) = &self.by else { return Ok(Value::Null) };
        if let (Term::Field(term), true) = (&value.term, value.chain.is_empty()) {
            return Ok(field_value(scope, row, term).into_value());
        }
        Ok(value.find(scope, row, budget)?.map_or(Value::Null, Scalar::into_value))
    }
}

impl SortValue {
    /// The value of the first joined record that may be seen.
    fn find<S: Scope>(&self, scope: &S, row: &S::Row, budget: &mut Budget) -> Result<Option<Scalar<'static>>> {
        Evaluation::new(&self.plan, scope, row, budget).first(&self.chain, &self.plan.node, &self.term)
    }
}
