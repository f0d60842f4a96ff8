//! Resolves an expression against the schema: names become field handles, paths become joins.

mod bind;
mod path;
mod request;

pub use bind::{place_joins, place_joins_from};
pub use path::Walk;

use super::ast::{self, Expression, OperandKind};
use super::compare::{Affinity, Fallback, Origin, converted};
use super::error::{Fault, Outcome};
use super::functions::{self, Function};
use super::like::Pattern;
use super::macros;
use super::plan::{Compare, Every, Join, Node, Operand, Source, Term};
use super::scalar::Scalar;
use crate::schema::{Collection, Schema};
use std::sync::Arc;

/// What is found out about an expression while it is compiled; shared by the parts that share joins.
#[derive(Default)]
pub struct Found {
    /// The joins so far.
    pub joins: Vec<Join>,
    /// Joined collections whose list rule must hold for the joined row.
    pub guards: Vec<(usize, Arc<Collection>)>,
    /// Whether the actor's record is read.
    pub auth: bool,
    /// Whether the meaning depends on which collection the actor belongs to.
    pub by_actor: bool,
    /// Whether another part of the request is read.
    pub request: bool,
    /// Whether the time is read.
    pub time: bool,
}

/// Compiles one expression.
pub struct Checker<'s> {
    /// Where collections are looked up.
    pub schema: &'s Schema,
    /// The collection whose fields are plain names.
    pub base: &'s Arc<Collection>,
    /// Where the record of `base` is.
    pub source: Source,
    /// Sets the joins of a guard apart from those of the expression that it guards.
    pub prefix: String,
    /// Whether hidden fields may be used and joined collections are not guarded.
    pub trusted: bool,
    /// The collection of who is asking; `None` for a guest.
    pub actor: Option<&'s Arc<Collection>>,
    /// What is found out.
    pub found: &'s mut Found,
}

impl Checker<'_> {
    /// Compiles an expression, joins not yet placed.
    pub fn expression(&mut self, expression: &Expression) -> Outcome<Node> {
        match expression {
            Expression::All(items) => Ok(Node::All(self.expressions(items)?)),
            Expression::Any(items) => Ok(Node::Any(self.expressions(items)?)),
            Expression::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn expressions(&mut self, items: &[Expression]) -> Outcome<Vec<Node>> {
        items.iter().map(|item| self.expression(item)).collect()
    }

    fn comparison(&mut self, comparison: &ast::Comparison) -> Outcome<Node> {
        let (left, left_guard) = self.operand(&comparison.left)?;
        let (right, right_guard) = self.operand(&comparison.right)?;
        let mut nodes = compare_nodes(left, comparison.operator, right, comparison.any);
        nodes.extend(left_guard.into_iter().chain(right_guard));
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    /// An operand, and what must hold besides for it to be used at all.
    pub(super) fn operand(&mut self, operand: &ast::Operand) -> Outcome<(Operand, Option<Node>)> {
        match &operand.kind {
            OperandKind::Name(name) => self.name(name, operand.position),
            OperandKind::Number(n) => Ok((Operand::parameter(Term::Constant(Scalar::real(*n))), None)),
            OperandKind::Text(text) => Ok((Operand::parameter(Term::Constant(Scalar::Text(text.clone().into()))), None)),
            OperandKind::Call { name, arguments } => Ok((self.call(name, arguments, operand.position)?, None)),
        }
    }

    fn name(&mut self, name: &str, position: usize) -> Outcome<(Operand, Option<Node>)> {
        if let Some(found) = macros::find(name) {
            self.found.time = true;
            return Ok((Operand::parameter(Term::Macro(found)), None));
        }
        match self.path(name, position) {
            Ok(found) => Ok(found),
            Err(fault) => match name.to_ascii_lowercase().as_str() {
                "null" => Ok((Operand::nothing(), None)),
                "true" => Ok((Operand::truth(true), None)),
                "false" => Ok((Operand::truth(false), None)),
                _ => Err(fault),
            },
        }
    }

    fn call(&mut self, name: &str, arguments: &[ast::Operand], position: usize) -> Outcome<Operand> {
        let Some(function) = functions::find(name) else {
            return Fault::fail(position, format!("There is no function {name:?}."));
        };
        check_arguments(function, arguments, position)?;
        let mut terms = Vec::with_capacity(arguments.len());
        let mut many = None;
        for argument in arguments {
            let (operand, _) = self.operand(argument)?;
            terms.push(operand.term);
            many = many.or(operand.many);
        }
        self.found.time |= arguments.len() < 2 || function.demands_all;
        Ok(Operand {
            term: Term::Call(function, terms),
            affinity: Affinity::None,
            fallback: function.fallback,
            origin: Origin::Certain,
            many: many.filter(|_| function.demands_all),
        })
    }
}

fn check_arguments(function: &Function, arguments: &[ast::Operand], position: usize) -> Outcome<()> {
    let (name, count) = (function.name, arguments.len());
    if count < function.min || function.max < count {
        let wanted = if function.min == function.max { function.min.to_string() } else { format!("{} to {}", function.min, function.max) };
        return Fault::fail(position, format!("{name} takes {wanted} arguments, not {count}."));
    }
    for (i, argument) in arguments.iter().enumerate() {
        let accepts = function.accepts[i.min(function.accepts.len() - 1)];
        if !accepts.takes(&argument.kind) {
            return Fault::fail(argument.position, format!("{name} wants {} as argument {}.", accepts.wanted(), i + 1));
        }
    }
    Ok(())
}

/// A value as the text that `~` looks for: whole numbers without a fraction.
pub fn like_text(value: &Scalar) -> String {
    match value {
        Scalar::Number { value, .. } => Scalar::number(*value).to_text().unwrap_or_default().into_owned(),
        other => other.to_text().unwrap_or_default().into_owned(),
    }
}

/// The nodes of a comparison: itself, and for plain operators over many values that none violates it.
pub fn compare_nodes(left: Operand, operator: ast::Operator, right: Operand, any: bool) -> Vec<Node> {
    let (over_left, over_right) = (!any && left.many.is_some(), !any && right.many.is_some());
    let compare = prepared(Compare { left, operator, right, pattern: None });
    let mut nodes = vec![Node::Compare(Box::new(compare.clone()))];
    if over_left || over_right {
        nodes.push(Node::Every(Box::new(Every { compare, over_left, over_right })));
    }
    nodes
}

/// Does once what need not be done for every record: literals are converted and patterns prepared.
fn prepared(mut compare: Compare) -> Compare {
    if compare.operator.is_like() {
        if let (Term::Constant(value), Origin::Parameter) = (&compare.right.term, compare.right.origin) {
            compare.pattern = Some(Pattern::of_value(&like_text(value)));
        }
        return compare;
    }
    let (left, right) = (compare.left.affinity, compare.right.affinity);
    convert_constant(&mut compare.right, left);
    convert_constant(&mut compare.left, right);
    compare
}

fn convert_constant(operand: &mut Operand, to: Affinity) {
    if let Term::Constant(value) = &operand.term {
        operand.term = Term::Constant(converted(value, to).into_owned());
    }
}

/// The condition that an id is empty: the missing row of a join passes a guard.
pub fn id_is_missing(collection: &Arc<Collection>, slot: usize, position: usize) -> Outcome<Node> {
    let Some(id) = collection.field("id") else {
        return Fault::fail(position, "The collection has no id.");
    };
    let id = Walk::column(Source::Slot(slot), Arc::new(id.clone()));
    let empty = Operand::parameter(Term::Constant(Scalar::text("")));
    Ok(Node::All(compare_nodes(id, ast::Operator::Equal, empty, true)))
}

/// Nothing equals only nothing for json and geo paths.
pub fn strict(operand: Operand) -> Operand {
    Operand { fallback: Fallback::Strict, affinity: Affinity::None, ..operand }
}

impl Checker<'_> {
    /// A path to sort by: of a record, not of the request.
    pub fn sort_path(&mut self, text: &str, position: usize) -> Outcome<Operand> {
        let (operand, _) = self.path(text, position)?;
        match operand.origin {
            Origin::Column => Ok(operand),
            _ => Fault::fail(position, format!("{text:?} cannot be sorted by.")),
        }
    }
}
