//! What the planner can use of a rule: conditions on single fields of the record.

use super::ast::Operator;
use super::compare::{Affinity, converted};
use super::eval::free_value;
use super::like::wrapped;
use super::plan::{Compare, Node, Operand, Source, Term};
use super::scope::Scope;
use crate::schema::{Field, Shape};
use crate::value::Value;

/// A condition that every matching record fulfils: `field operator value`.
#[derive(Debug, Clone, Copy)]
pub struct Conjunct<'r> {
    /// A text, number or bool field of the collection.
    pub field: &'r Field,
    /// Whether the field's letters are made small before they are compared.
    pub lower: bool,
    /// One of `=`, `!=`, `>`, `>=`, `<`, `<=` and `~`.
    pub operator: Operator,
    operand: &'r Operand,
}

impl Conjunct<'_> {
    /// The value to look for, as the field's column would have it: a text for text fields, a number for number and bool fields (bools as 1 and 0).
    /// `Null` means that no record matches. A value of the other type is not an error: numbers stand before texts. For `~`, the LIKE pattern.
    pub fn value<'v, S: Scope>(&'v self, scope: &'v S) -> Value<'v> {
        let found = free_value(scope, &self.operand.term);
        if self.operator == Operator::Like {
            return found.to_text().map_or(Value::Null, |text| Value::text(wrapped(&text)));
        }
        if matches!(self.operator, Operator::Equal | Operator::NotEqual) && found.is_empty() {
            return Value::text("");
        }
        let direct = self.operand.affinity == Affinity::None && !self.lower;
        let to = match self.field.shape() {
            Shape::Text => Affinity::Text,
            _ => Affinity::Numeric,
        };
        if direct { converted(&found, to).into_owned().into_value() } else { found.into_value() }
    }
}

/// The conditions of a node that stand in its outermost `&&`.
pub fn of(node: &Node) -> Vec<Conjunct<'_>> {
    match node {
        Node::All(items) => items.iter().filter_map(single).collect(),
        single_node => single(single_node).into_iter().collect(),
    }
}

/// Whether the node is nothing but such conditions: then they decide alone.
pub fn are_all(node: &Node) -> bool {
    match node {
        Node::All(items) => items.iter().all(|item| single(item).is_some()),
        single_node => single(single_node).is_some(),
    }
}

fn single(node: &Node) -> Option<Conjunct<'_>> {
    let Node::Compare(compare) = node else { return None };
    from_sides(compare, &compare.left, compare.operator, &compare.right)
        .or_else(|| from_sides(compare, &compare.right, compare.operator.flipped(), &compare.left).filter(|_| !compare.operator.is_like()))
}

fn from_sides<'r>(compare: &'r Compare, own: &'r Operand, operator: Operator, other: &'r Operand) -> Option<Conjunct<'r>> {
    let Term::Field(term) = &own.term else { return None };
    let plain = term.source == Source::Root && term.path.is_none();
    let scalar = matches!(term.field.shape(), Shape::Text | Shape::Number | Shape::Bool);
    let usable = operator != Operator::NotLike;
    // Two columns of which one is the actor's compare without affinity only for `=`; other operators are left to the rule itself.
    let exact = other.affinity == Affinity::None || matches!(operator, Operator::Equal | Operator::NotEqual);
    let like = operator != Operator::Like || compare.pattern.is_some();
    if !plain || !scalar || !usable || !exact || !like || !other.term.is_free() || matches!(other.term, Term::Call(..)) {
        return None;
    }
    Some(Conjunct { field: &term.field, lower: term.lower, operator, operand: other })
}
