//! What an expression reads besides the record that it judges: other collections, and what is told to nobody.

use super::plan::{Compare, Node, Plan, Rows, Term};
use crate::schema::{Collection, Field};
use std::sync::Arc;

/// The field of an auth record that its tokens are signed with.
const TOKEN_KEY: &str = "tokenKey";

/// What an expression reads besides the record that it judges.
#[derive(Debug, Clone, Default)]
pub struct Reached {
    /// The collections whose records it joins; some may be there more than once.
    pub collections: Vec<Arc<Collection>>,
    /// Whether it compares password hashes or token keys.
    pub secret: bool,
}

impl Reached {
    /// Adds what a plan reaches.
    pub(super) fn add(&mut self, plan: &Plan) {
        for join in &plan.joins {
            match &join.rows {
                Rows::Relation(_, _, to) | Rows::OfItem(_, to) | Rows::Collection(to) | Rows::BodyRelation(_, to) => {
                    self.collections.push(to.clone());
                }
                Rows::Back(back) => self.collections.push(back.collection.clone()),
                Rows::Items(..) | Rows::BodyItems(_) => {}
            }
        }
        self.node(&plan.node);
    }

    fn node(&mut self, node: &Node) {
        node.comparisons(&mut |Compare { left, right, .. }| {
            self.term(&left.term);
            self.term(&right.term);
        });
    }

    /// Adds what a term reads.
    pub(super) fn term(&mut self, term: &Term) {
        match term {
            Term::Field(found) => self.secret |= is_secret(&found.field),
            Term::Length(_, field) => self.secret |= is_secret(field),
            Term::Actor(name) => self.secret |= *name == TOKEN_KEY,
            Term::Changed(node) => self.node(node),
            Term::Call(_, arguments) => arguments.iter().for_each(|argument| self.term(argument)),
            _ => {}
        }
    }
}

fn is_secret(field: &Field) -> bool {
    field.is_password() || field.name == TOKEN_KEY
}
