//! What the planner can use of a rule: conditions on single fields of the record.

use super::ast::Operator;
use super::check::like_text;
use super::compare::{Affinity, converted};
use super::eval::free_value;
use super::like::wrapped;
use super::plan::{Compare, Join, Node, Operand, Plan, Rows, Source, Term};
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
            return Value::text(wrapped(&like_text(&found)));
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

/// A relation field of which every matching record holds an id: `tags.id ?= "…"`.
#[derive(Debug, Clone, Copy)]
pub struct Member<'r> {
    /// A relation field of the collection.
    pub field: &'r Field,
    operand: &'r Operand,
}

impl Member<'_> {
    /// The id that is held; `None` when the condition asks for no id, so that nothing is sure.
    pub fn id<S: Scope>(&self, scope: &S) -> Option<String> {
        let id = free_value(scope, &self.operand.term).to_text()?.into_owned();
        (!id.is_empty()).then_some(id)
    }
}

/// The relation fields of which a plan demands an id.
pub fn members(plan: &Plan) -> Vec<Member<'_>> {
    let mut found = Vec::new();
    collect_members(&plan.node, &plan.joins, &mut found);
    found
}

/// A joined row must exist for what is bound to it, so conditions inside of a `Bind` are as sure as those outside.
fn collect_members<'r>(node: &'r Node, joins: &'r [Join], found: &mut Vec<Member<'r>>) {
    match node {
        Node::All(items) => items.iter().for_each(|item| collect_members(item, joins, found)),
        Node::Bind { body, .. } => collect_members(body, joins, found),
        Node::Compare(compare) if compare.operator == Operator::Equal => {
            let sides = [(&compare.left, &compare.right), (&compare.right, &compare.left)];
            let free = |other: &Operand| other.term.is_free() && !matches!(other.term, Term::Call(..));
            let member = |(own, other): (&Operand, &'r Operand)| {
                let field = held_field(&own.term, joins).filter(|_| free(other))?;
                Some(Member { field, operand: other })
            };
            found.extend(sides.into_iter().find_map(member));
        }
        Node::Any(_) | Node::Compare(_) | Node::Every(_) => {}
    }
}

/// The relation field of the record itself whose item, or the id of whose item's record, the term is.
fn held_field<'r>(term: &Term, joins: &'r [Join]) -> Option<&'r Field> {
    let item = match term {
        Term::Item(slot) => *slot,
        Term::Field(term) if term.field.number == 0 && term.path.is_none() && !term.lower => match term.source {
            Source::Slot(slot) => match &joins.get(slot)?.rows {
                Rows::OfItem(item, _) => *item,
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    match &joins.get(item)?.rows {
        Rows::Items(Source::Root, field) if field.relation().is_some() => Some(field),
        _ => None,
    }
}
