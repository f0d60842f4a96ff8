//! Field paths: relations, back-relations, JSON, modifiers.

use super::{Checker, compare_nodes, strict};
use crate::rules::ast::Operator;
use crate::rules::compare::{Affinity, Fallback, Origin};
use crate::rules::error::{Fault, Outcome};
use crate::rules::json_path::{Step, steps};
use crate::rules::plan::{Back, FieldTerm, Join, Node, Operand, Rows, Source, Term};
use crate::schema::{Collection, Field, Options, Shape};
use std::sync::Arc;

/// How many relations a path may follow.
pub const MAX_HOPS: usize = 6;

/// How far a path has been followed.
pub struct Walk {
    /// The collection of the record at hand.
    pub collection: Arc<Collection>,
    /// Where that record is.
    pub source: Source,
    /// The key of the joins so far.
    pub key: String,
    /// The slots of the joins so far.
    pub chain: Vec<usize>,
    /// Whether there may be several such records, all of which plain operators speak of.
    pub many: bool,
    /// Whether a missing field is nothing instead of an error: paths of the request.
    pub lenient: bool,
}

/// What comes after the colon of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// There is none.
    None,
    /// `:isset`
    IsSet,
    /// `:each`
    Each,
    /// `:length`
    Length,
    /// `:lower`
    Lower,
    /// `:changed`
    Changed,
}

type Resolved = Outcome<(Operand, Option<Node>)>;

impl Walk {
    /// The operand of a plain column.
    pub fn column(source: Source, field: Arc<Field>) -> Operand {
        let affinity = match field.shape() {
            Shape::Text => Affinity::Text,
            _ => Affinity::Numeric,
        };
        let term = Term::Field(FieldTerm { source, field, path: None, lower: false });
        Operand { term, affinity, fallback: Fallback::Auto, origin: Origin::Column, many: None }
    }

    fn operand(&self, operand: Operand) -> Operand {
        Operand { many: self.many.then(|| self.chain.clone()), ..operand }
    }

    fn missing(&self, position: usize, name: &str) -> Resolved {
        if self.lenient {
            return Ok((Operand::nothing(), None));
        }
        Fault::fail(position, format!("The collection {:?} has no field {name:?}.", self.collection.name))
    }
}

/// The name before the colon of a part, and the modifier after it.
pub fn split_modifier(part: &str, position: usize) -> Outcome<(&str, Modifier)> {
    let Some((name, modifier)) = part.split_once(':') else { return Ok((part, Modifier::None)) };
    let modifier = match modifier {
        "isset" => Modifier::IsSet,
        "each" => Modifier::Each,
        "length" => Modifier::Length,
        "lower" => Modifier::Lower,
        "changed" => Modifier::Changed,
        _ => {
            return Fault::fail(
                position,
                format!("{part:?} has a modifier that does not exist: use :isset, :each, :length, :lower or :changed."),
            );
        }
    };
    Ok((name, modifier))
}

impl Checker<'_> {
    /// Any path: of the record, of the request, or of another collection.
    pub(super) fn path(&mut self, text: &str, position: usize) -> Resolved {
        let parts: Vec<&str> = text.split('.').collect();
        match parts[0] {
            "@request" => self.request_path(text, &parts, position),
            "@collection" => self.collection_path(&parts, position),
            first if first.starts_with(['@', '#']) => Fault::fail(position, format!("{text:?} is not known here.")),
            _ => {
                let walk = Walk {
                    collection: self.base.clone(),
                    source: self.source,
                    key: self.prefix.clone(),
                    chain: Vec::new(),
                    many: false,
                    lenient: false,
                };
                self.follow(walk, &parts, position)
            }
        }
    }

    fn collection_path(&mut self, parts: &[&str], position: usize) -> Resolved {
        if parts.len() < 3 {
            return Fault::fail(position, "Write @collection.NAME.FIELD.");
        }
        let (name, alias) = parts[1].split_once(':').unwrap_or((parts[1], ""));
        let Some(collection) = self.schema.find(name).cloned().filter(|c| !c.internal && !alias.contains(':')) else {
            return Fault::fail(position, format!("There is no collection {name:?}."));
        };
        let key = if alias.is_empty() { format!("{}@{}", self.prefix, collection.id) } else { format!("{}@:{alias}", self.prefix) };
        let mut walk = Walk { collection: collection.clone(), source: self.source, key, chain: Vec::new(), many: true, lenient: false };
        self.join(&mut walk, None, "", Rows::Collection(collection.clone()), Some(collection), position)?;
        self.follow(walk, &parts[2..], position)
    }

    /// Follows a path from a record to its last part.
    pub(super) fn follow(&mut self, mut walk: Walk, parts: &[&str], position: usize) -> Resolved {
        for (i, part) in parts.iter().enumerate() {
            let rest = &parts[i + 1..];
            if rest.is_empty() {
                break;
            }
            let Some(field) = walk.collection.field(part).cloned() else {
                if MAX_HOPS <= i {
                    return Fault::fail(position, format!("A path may follow at most {MAX_HOPS} relations."));
                }
                if !self.follow_back(&mut walk, part, position)? {
                    return walk.missing(position, part);
                }
                continue;
            };
            self.refuse_hidden(&field, position)?;
            if matches!(field.options, Options::Json(_) | Options::GeoPoint { .. }) {
                return Ok((json_operand(&walk, field, Some(steps(rest)), false), None));
            }
            if MAX_HOPS <= i {
                return Fault::fail(position, format!("A path may follow at most {MAX_HOPS} relations."));
            }
            if rest == ["id"] && !field.is_multi() && field.relation().is_some() {
                return self.last(&walk, part, position);
            }
            self.follow_relation(&mut walk, field, position)?;
        }
        self.last(&walk, parts.last().unwrap_or(&""), position)
    }

    fn follow_relation(&mut self, walk: &mut Walk, field: Field, position: usize) -> Outcome<()> {
        let Some(relation) = field.relation() else {
            return Fault::fail(position, format!("The field {:?} is not a relation, so {:?} leads nowhere.", field.name, field.name));
        };
        let Some(target) = self.schema.find(&relation.collection_id).cloned() else {
            return Fault::fail(position, format!("The collection that {:?} points to is gone.", field.name));
        };
        let (source, name, field) = (walk.source, field.name.clone(), Arc::new(field));
        if !field.is_multi() {
            let rows = Rows::Relation(source, field, target.clone());
            return self.join(walk, source_slot(source), &name, rows, Some(target), position);
        }
        walk.many = true;
        let item = self.items(walk, &name, Rows::Items(source, field), position)?;
        self.join(walk, Some(item), "", Rows::OfItem(item, target.clone()), Some(target), position)
    }

    /// Follows `collection_via_field`; `false` if the part is no such thing.
    fn follow_back(&mut self, walk: &mut Walk, part: &str, position: usize) -> Outcome<bool> {
        let found = part.rsplit_once("_via_").filter(|(name, field)| !name.is_empty() && !field.is_empty());
        let Some((name, field_name)) = found else { return Ok(false) };
        let Some(collection) = self.schema.find(name).cloned().filter(|c| !c.internal) else { return Ok(false) };
        let Some(field) = collection.field(field_name).cloned() else { return Ok(false) };
        if field.relation().is_none_or(|r| r.collection_id != walk.collection.id) {
            return Ok(false);
        }
        self.refuse_hidden(&field, position)?;
        let unique = collection.indexes.iter().any(|i| i.unique && i.columns.len() == 1 && i.columns[0].field == field.number);
        walk.many |= field.is_multi() || !unique;
        let Some(id) = walk.collection.field("id").cloned() else { return Ok(false) };
        let back = Back { source: walk.source, id: Arc::new(id), collection: collection.clone(), field: Arc::new(field) };
        let rows = Rows::Back(back);
        self.join(walk, source_slot(walk.source), part, rows, Some(collection), position)?;
        Ok(true)
    }

    /// Adds the items of a field as a join, without moving on to records.
    pub(super) fn items(&mut self, walk: &mut Walk, name: &str, rows: Rows, position: usize) -> Outcome<usize> {
        let (collection, source) = (walk.collection.clone(), walk.source);
        let key = std::mem::take(&mut walk.key);
        walk.key = format!("{key}.{name}[]");
        self.join(walk, source_slot(source), "", rows, None, position)?;
        walk.collection = collection;
        let Source::Slot(slot) = walk.source else { return Fault::fail(position, "A join has no slot.") };
        Ok(slot)
    }

    /// Adds a join, or finds the one that is the same, and moves the walk to it.
    pub(super) fn join(
        &mut self,
        walk: &mut Walk,
        parent: Option<usize>,
        part: &str,
        rows: Rows,
        target: Option<Arc<Collection>>,
        position: usize,
    ) -> Outcome<()> {
        walk.key = format!("{}.{part}", walk.key);
        let slot = match self.found.joins.iter().position(|j| j.key == walk.key) {
            Some(slot) => slot,
            None => {
                self.found.joins.push(Join { key: walk.key.clone(), parent, rows });
                self.found.joins.len() - 1
            }
        };
        walk.source = Source::Slot(slot);
        walk.chain.push(slot);
        let Some(target) = target else { return Ok(()) };
        if let Rows::Collection(joined) = &self.found.joins[slot].rows
            && joined.number != target.number
        {
            return Fault::fail(position, "The same alias stands for two collections: use another name for one of them.");
        }
        self.guard(slot, &target, position)?;
        walk.collection = target;
        Ok(())
    }

    /// What a client joins must be listed for it.
    fn guard(&mut self, slot: usize, collection: &Arc<Collection>, position: usize) -> Outcome<()> {
        if self.trusted {
            return Ok(());
        }
        match collection.rules.list.as_deref() {
            None => Fault::fail(position, format!("Only superusers may use fields of the collection {:?}.", collection.name)),
            Some("") => Ok(()),
            Some(_) => {
                if !self.found.guards.iter().any(|g| g.0 == slot) {
                    self.found.guards.push((slot, collection.clone()));
                }
                Ok(())
            }
        }
    }

    fn refuse_hidden(&self, field: &Field, position: usize) -> Outcome<()> {
        if field.hidden && !self.trusted {
            return Fault::fail(position, format!("The field {:?} is hidden: only superusers may use it.", field.name));
        }
        Ok(())
    }

    fn last(&mut self, walk: &Walk, part: &str, position: usize) -> Resolved {
        let (name, modifier) = split_modifier(part, position)?;
        let Some(field) = walk.collection.field(name).cloned() else { return walk.missing(position, name) };
        self.refuse_hidden(&field, position)?;
        let has_items = matches!(field.options, Options::Select(_) | Options::Relation(_) | Options::File(_));
        if has_items && modifier == Modifier::Length {
            return Ok((walk.operand(Operand::expression(Term::Length(walk.source, Arc::new(field)))), None));
        }
        if has_items && modifier == Modifier::Each {
            return self.each(walk, field, position);
        }
        let lower = modifier == Modifier::Lower;
        let guard = self.email_guard(walk, &field)?;
        if matches!(field.options, Options::Json(_)) {
            return Ok((json_operand(walk, field, Some(Vec::new()), lower), guard));
        }
        let mut operand = Walk::column(walk.source, Arc::new(field));
        if let (Term::Field(term), true) = (&mut operand.term, lower) {
            term.lower = true;
            operand.affinity = Affinity::None;
        }
        Ok((walk.operand(operand), guard))
    }

    fn each(&mut self, walk: &Walk, field: Field, position: usize) -> Resolved {
        let mut to_items = Walk {
            collection: walk.collection.clone(),
            source: walk.source,
            key: walk.key.clone(),
            chain: walk.chain.clone(),
            many: walk.many || field.is_multi(),
            lenient: walk.lenient,
        };
        let name = field.name.clone();
        let slot = self.items(&mut to_items, &name, Rows::Items(walk.source, Arc::new(field)), position)?;
        Ok((to_items.operand(Operand::expression(Term::Item(slot))), None))
    }

    /// A client may filter by an email only where its owner shows it.
    fn email_guard(&self, walk: &Walk, field: &Field) -> Outcome<Option<Node>> {
        if self.trusted || field.name != "email" || !walk.collection.is_auth() {
            return Ok(None);
        }
        let Some(visibility) = walk.collection.field("emailVisibility") else { return Ok(None) };
        let shown = Walk::column(walk.source, Arc::new(visibility.clone()));
        Ok(Some(Node::All(compare_nodes(shown, Operator::Equal, Operand::truth(true), true))))
    }
}

fn source_slot(source: Source) -> Option<usize> {
    match source {
        Source::Slot(slot) => Some(slot),
        Source::Root | Source::Actor => None,
    }
}

fn json_operand(walk: &Walk, field: Field, path: Option<Vec<Step>>, lower: bool) -> Operand {
    let term = Term::Field(FieldTerm { source: walk.source, field: Arc::new(field), path, lower });
    walk.operand(strict(Operand::expression(term)))
}
