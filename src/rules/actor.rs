//! Which values of who is asking an expression reads: two actors who agree in them are told the same.

use super::plan::{Compare, Join, Node, Plan, Rows, Source, Term};
use std::collections::BTreeSet;

/// The names of the actor's fields that a plan reads.
pub fn fields(plan: &Plan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    of_node(&plan.node, &mut found);
    plan.joins.iter().for_each(|join| of_join(join, &mut found));
    found
}

fn of_node(node: &Node, found: &mut BTreeSet<String>) {
    node.comparisons(&mut |Compare { left, right, .. }| {
        of_term(&left.term, found);
        of_term(&right.term, found);
    });
}

fn of_join(join: &Join, found: &mut BTreeSet<String>) {
    match &join.rows {
        Rows::Relation(Source::Actor, field, _) | Rows::Items(Source::Actor, field) => {
            found.insert(field.name.clone());
        }
        Rows::Back(back) if back.source == Source::Actor => {
            found.insert("id".to_owned());
        }
        _ => {}
    }
}

fn of_term(term: &Term, found: &mut BTreeSet<String>) {
    match term {
        Term::Field(field) if field.source == Source::Actor => {
            found.insert(field.field.name.clone());
        }
        Term::Length(Source::Actor, field) => {
            found.insert(field.name.clone());
        }
        Term::Actor(name) => {
            found.insert((*name).to_owned());
        }
        Term::Changed(node) => of_node(node, found),
        Term::Call(_, arguments) => arguments.iter().for_each(|argument| of_term(argument, found)),
        _ => {}
    }
}
