//! Puts each join at the smallest part of an expression that needs it.
//!
//! "Some row of the join makes it true" passes through `||`, and through an `&&` of which only one side looks at the row. So a join is enumerated
//! only for the part that it decides, and cheap conditions are looked at first.

use crate::rules::plan::{Join, Node};

/// The node with every join bound. Joins that start from another one are bound inside of it.
pub fn place_joins(node: Node, joins: &[Join]) -> Node {
    place_joins_from(0, node, joins)
}

/// The same, with the joins below `first` bound by the caller.
pub fn place_joins_from(first: usize, node: Node, joins: &[Join]) -> Node {
    let mut node = flattened(node);
    for join in (first..joins.len()).rev() {
        if node.uses(join, joins) {
            node = bound(node, join, joins);
        }
    }
    cheap_first(node)
}

fn bound(node: Node, join: usize, joins: &[Join]) -> Node {
    match node {
        Node::All(items) => grouped(items, join, joins, Node::All),
        Node::Any(items) => grouped(items, join, joins, Node::Any),
        Node::Bind { join: inner, body } if joins[inner].parent != Some(join) => {
            Node::Bind { join: inner, body: Box::new(bound(*body, join, joins)) }
        }
        node => Node::Bind { join, body: Box::new(node) },
    }
}

/// Binds the join around those items that use it, and leaves the others outside.
fn grouped(items: Vec<Node>, join: usize, joins: &[Join], joined: fn(Vec<Node>) -> Node) -> Node {
    let (mut using, mut rest): (Vec<Node>, Vec<Node>) = items.into_iter().partition(|n| n.uses(join, joins));
    let inner = match using.len() {
        1 => bound(using.remove(0), join, joins),
        _ => Node::Bind { join, body: Box::new(joined(using)) },
    };
    if rest.is_empty() {
        return inner;
    }
    rest.push(inner);
    joined(rest)
}

/// Nested `&&` and `||` of the same kind become one.
fn flattened(node: Node) -> Node {
    match node {
        Node::All(items) => {
            let spread = |n| match flattened(n) {
                Node::All(inner) => inner,
                other => vec![other],
            };
            single(items.into_iter().flat_map(spread).collect(), Node::All)
        }
        Node::Any(items) => {
            let spread = |n| match flattened(n) {
                Node::Any(inner) => inner,
                other => vec![other],
            };
            single(items.into_iter().flat_map(spread).collect(), Node::Any)
        }
        node => node,
    }
}

fn single(mut items: Vec<Node>, joined: fn(Vec<Node>) -> Node) -> Node {
    match items.len() {
        1 => items.remove(0),
        _ => joined(items),
    }
}

fn cheap_first(node: Node) -> Node {
    match flattened(node) {
        Node::All(items) => Node::All(sorted(items)),
        Node::Any(items) => Node::Any(sorted(items)),
        Node::Bind { join, body } => Node::Bind { join, body: Box::new(cheap_first(*body)) },
        node => node,
    }
}

fn sorted(items: Vec<Node>) -> Vec<Node> {
    let mut items: Vec<Node> = items.into_iter().map(cheap_first).collect();
    items.sort_by_key(cost);
    items
}

fn cost(node: &Node) -> u8 {
    match node {
        Node::Compare(_) => 0,
        Node::All(items) | Node::Any(items) => items.iter().map(cost).max().unwrap_or(0),
        Node::Bind { .. } => 1,
        Node::Every(_) => 2,
    }
}
