//! `@request.…` paths.

use super::path::{Modifier, Walk, split_modifier};
use super::{Checker, compare_nodes, strict};
use crate::rules::ast::Operator;
use crate::rules::compare::Origin;
use crate::rules::error::{Fault, Outcome};
use crate::rules::plan::{Area, Node, Operand, Reading, RequestTerm, Rows, Source, Term};
use crate::schema::{Field, Options};

type Resolved = Outcome<(Operand, Option<Node>)>;

/// What every actor has, whatever its collection: read without knowing it.
const COMMON: &[&str] = &["id", "collectionId", "collectionName", "email", "emailVisibility", "verified"];

impl Checker<'_> {
    pub(super) fn request_path(&mut self, text: &str, parts: &[&str], position: usize) -> Resolved {
        let area = match (parts.get(1).copied().unwrap_or_default(), parts.len()) {
            ("context", 2) => Area::Context,
            ("method", 2) => Area::Method,
            ("auth", 3..) => return self.auth_path(parts, position),
            ("body", 3..) => Area::Body,
            ("query", 3..) => Area::Query,
            ("headers", 3..) => Area::Headers,
            _ => {
                let known = "@request.context, .method, .auth.FIELD, .body.FIELD, .query.NAME and .headers.NAME";
                return Fault::fail(position, format!("{text:?} is not known: there are {known}."));
            }
        };
        self.found.request = true;
        if area == Area::Body
            && let (name, modifier) = split_modifier(parts[2], position)?
            && let Some(field) = self.base.field(name).cloned()
            && let Some(found) = self.body_field(&field, modifier, &parts[3..], position)?
        {
            return Ok(found);
        }
        self.plain_path(area, &parts[2..], position).map(|operand| (operand, None))
    }

    fn auth_path(&mut self, parts: &[&str], position: usize) -> Resolved {
        self.found.auth = true;
        if let [_, _, name] = parts
            && let Some(name) = COMMON.iter().find(|c| *c == name)
        {
            return Ok((Operand::parameter(Term::Actor(name)), None));
        }
        self.found.by_actor = true;
        let Some(actor) = self.actor else { return Ok((Operand::nothing(), None)) };
        let walk = Walk {
            collection: actor.clone(),
            source: Source::Actor,
            key: format!("{}@auth", self.prefix),
            chain: Vec::new(),
            many: false,
            lenient: true,
        };
        self.follow(walk, &parts[2..], position)
    }

    /// What is special about submitted values of known fields; `None` when nothing is.
    fn body_field(
        &mut self,
        field: &Field,
        modifier: Modifier,
        rest: &[&str],
        position: usize,
    ) -> Outcome<Option<(Operand, Option<Node>)>> {
        if !rest.is_empty() {
            return match field.relation() {
                Some(_) => self.body_relation(field, rest, position).map(Some),
                None => Ok(None),
            };
        }
        let operand = match modifier {
            Modifier::Each => self.body_each(field, position)?,
            Modifier::Length => {
                demand_items(field, position)?;
                Operand { origin: Origin::Certain, ..Operand::expression(Term::BodyLength(field.name.clone())) }
            }
            Modifier::Lower => Operand::parameter(Term::Request(RequestTerm {
                area: Area::Body,
                path: vec![field.name.clone()],
                reading: Reading::LowerText,
                numeric: false,
            })),
            Modifier::Changed => self.body_changed(field, position)?,
            Modifier::None | Modifier::IsSet => return Ok(None),
        };
        Ok(Some((operand, None)))
    }

    fn body_each(&mut self, field: &Field, position: usize) -> Outcome<Operand> {
        demand_items(field, position)?;
        let mut walk = self.body_walk();
        let slot = self.items(&mut walk, &field.name, Rows::BodyItems(field.name.clone()), position)?;
        let many = field.is_multi().then_some(walk.chain);
        Ok(Operand { origin: Origin::Certain, many, ..Operand::expression(Term::Item(slot)) })
    }

    fn body_changed(&mut self, field: &Field, position: usize) -> Outcome<Operand> {
        let sent = self.plain_path(Area::Body, &[&format!("{}:isset", field.name)], position)?;
        let new = self.plain_path(Area::Body, &[&field.name], position)?;
        let (old, _) = self.path(&field.name, position)?;
        let mut nodes = compare_nodes(sent, Operator::Equal, Operand::truth(true), true);
        nodes.extend(compare_nodes(new, Operator::NotEqual, old, true));
        Ok(strict(Operand::expression(Term::Changed(Box::new(Node::All(nodes))))))
    }

    fn body_relation(&mut self, field: &Field, rest: &[&str], position: usize) -> Resolved {
        let target = field.relation().and_then(|r| self.schema.find(&r.collection_id)).cloned();
        let Some(target) = target else {
            return Fault::fail(position, format!("The collection that {:?} points to is gone.", field.name));
        };
        let mut walk = self.body_walk();
        walk.many = field.is_multi();
        let rows = Rows::BodyRelation(field.name.clone(), target.clone());
        self.join(&mut walk, None, &field.name, rows, Some(target), position)?;
        self.follow(walk, rest, position)
    }

    fn body_walk(&self) -> Walk {
        Walk {
            collection: self.base.clone(),
            source: Source::Root,
            key: format!("{}@body", self.prefix),
            chain: Vec::new(),
            many: false,
            lenient: true,
        }
    }

    fn plain_path(&mut self, area: Area, parts: &[&str], position: usize) -> Outcome<Operand> {
        let mut path: Vec<String> = parts.iter().map(|&p| p.to_owned()).collect();
        let mut reading = Reading::Plain;
        let mut numeric = false;
        if let Some(last) = path.last_mut() {
            let (name, modifier) = split_modifier(last, position)?;
            reading = match modifier {
                Modifier::None => Reading::Plain,
                Modifier::Lower => Reading::Lower,
                Modifier::IsSet => Reading::IsSet,
                _ => return Fault::fail(position, format!("The modifier of {last:?} works only with a field of this collection.")),
            };
            *last = name.to_owned();
            numeric = self.base.field(last).is_some_and(|f| matches!(f.options, Options::Number(_)));
        }
        let term = Term::Request(RequestTerm { area, path, reading, numeric });
        let origin = if reading == Reading::IsSet { Origin::Certain } else { Origin::Parameter };
        Ok(Operand { origin, ..Operand::parameter(term) })
    }
}

fn demand_items(field: &Field, position: usize) -> Outcome<()> {
    match field.options {
        Options::Select(_) | Options::Relation(_) | Options::File(_) => Ok(()),
        _ => Fault::fail(
            position,
            format!("The field {:?} has no items: :each and :length work with select, relation and file.", field.name),
        ),
    }
}
