//! A compiled rule: what callers hold and evaluate.

use super::actor;
use super::budget::Budget;
use super::check::{Checker, Found, id_is_missing, place_joins};
use super::conjunct::{self, Conjunct, Member};
use super::error::{Fault, Outcome};
use super::eval::Evaluation;
use super::parse::parse;
use super::plan::{Join, Node, Plan, Source};
use super::reach::Reached;
use super::scope::Scope;
use crate::error::Result;
use crate::schema::{Collection, Schema};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How long a filter of a request may be, in bytes.
pub const MAX_FILTER: usize = 3500;

/// Whose text it is, which decides what it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// A rule that a superuser wrote: everything, hidden fields too, of any length.
    Rule,
    /// A rule that judges a record which is not there yet. Nothing can refer to it, so a way back to it never holds, as in PocketBase.
    Creation,
    /// A filter of a superuser: everything.
    Superuser,
    /// A filter of anyone else: no hidden fields, and joined records only where their list rule shows them.
    Client,
}

impl Who {
    fn is_rule(self) -> bool {
        matches!(self, Who::Rule | Who::Creation)
    }
}

/// A text and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part<'t> {
    /// The expression; `""` always holds.
    pub text: &'t str,
    /// Whose it is.
    pub who: Who,
}

/// What a rule looks at besides the record itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reads {
    /// Who is asking.
    pub auth: bool,
    /// The rest of the request: method, context, query, headers, body.
    pub request: bool,
    /// Other records.
    pub joins: bool,
    /// The time.
    pub time: bool,
}

/// A rule, compiled for one version of the schema.
#[derive(Debug)]
pub struct Rule {
    /// The number of the collection whose records it judges.
    pub collection: u32,
    reads: Reads,
    /// For a guest, and for everyone if `by_actor` is empty.
    plan: Plan,
    /// By the number of the actor's collection, if that decides what `@request.auth.…` means. A rule may be wrong for one of them only.
    by_actor: Vec<(u32, Outcome<Plan>)>,
}

/// Compiles one text for the records of a collection.
pub fn compile(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Result<Rule> {
    compile_parts(schema, collection, &[Part { text, who }])
}

/// Compiles texts that must hold together. As in PocketBase, a path in one of them and the same path in another speak of the same joined record; so
/// a list compiles its rule and its filter in one call.
pub fn compile_parts(schema: &Schema, collection: &Arc<Collection>, parts: &[Part]) -> Result<Rule> {
    Ok(compile_all(schema, collection, parts)?)
}

/// What is wrong with a text, and where. The one who wrote it may know.
pub fn check(schema: &Schema, collection: &Arc<Collection>, text: &str, who: Who) -> Outcome<()> {
    compile_all(schema, collection, &[Part { text, who }]).map(drop)
}

fn compile_all(schema: &Schema, collection: &Arc<Collection>, parts: &[Part]) -> Outcome<Rule> {
    let mut found = Found::default();
    let plan = compile_for(schema, collection, parts, None, &mut found)?;
    let reads = Reads { auth: found.auth, request: found.request, joins: !plan.joins.is_empty(), time: found.time };
    let mut rule = Rule { collection: collection.number, reads, plan, by_actor: Vec::new() };
    if found.by_actor {
        for actor in schema.all().iter().filter(|c| c.is_auth()) {
            let mut found = Found::default();
            let plan = compile_for(schema, collection, parts, Some(actor), &mut found);
            rule.reads.joins |= plan.as_ref().is_ok_and(|p| !p.joins.is_empty());
            rule.reads.request |= found.request;
            rule.reads.time |= found.time;
            rule.by_actor.push((actor.number, plan));
        }
    }
    Ok(rule)
}

fn compile_for(
    schema: &Schema,
    collection: &Arc<Collection>,
    parts: &[Part],
    actor: Option<&Arc<Collection>>,
    found: &mut Found,
) -> Outcome<Plan> {
    let mut nodes = Vec::new();
    for part in parts.iter().filter(|p| !p.text.is_empty()) {
        if !part.who.is_rule() && MAX_FILTER < part.text.len() {
            return Fault::fail(MAX_FILTER, format!("A filter may have at most {MAX_FILTER} bytes."));
        }
        let expression = parse(part.text)?;
        let trusted = part.who != Who::Client;
        let mut checker = Checker { schema, base: collection, source: Source::Root, prefix: String::new(), trusted, actor, found };
        nodes.push(checker.expression(&expression)?);
    }
    nodes.extend(guards(schema, actor, found)?);
    let joins = std::mem::take(&mut found.joins);
    if parts.iter().any(|p| p.who == Who::Creation) && joins.iter().any(Join::leads_back_to_root) {
        return Ok(Plan { node: Node::Any(Vec::new()), joins: Vec::new() });
    }
    let node = place_joins(Node::All(nodes), &joins);
    Ok(Plan { node, joins })
}

/// What must hold for the rows of the joins that a client made.
pub(super) fn guards(schema: &Schema, actor: Option<&Arc<Collection>>, found: &mut Found) -> Outcome<Vec<Node>> {
    let guards = std::mem::take(&mut found.guards);
    guards.into_iter().map(|(slot, collection)| guard(schema, &collection, slot, actor, found)).collect()
}

/// The list rule of a joined collection, for the row in a slot; its missing row passes.
fn guard(schema: &Schema, collection: &Arc<Collection>, slot: usize, actor: Option<&Arc<Collection>>, found: &mut Found) -> Outcome<Node> {
    let text = collection.rules.list.as_deref().unwrap_or_default();
    let expression = parse(text)?;
    let missing = id_is_missing(collection, slot, 0)?;
    let (source, prefix) = (Source::Slot(slot), format!("guard {slot} "));
    let mut checker = Checker { schema, base: collection, source, prefix, trusted: true, actor, found };
    Ok(Node::Any(vec![missing, checker.expression(&expression)?]))
}

impl Rule {
    /// Whether the rule holds for a record.
    pub fn matches<S: Scope>(&self, scope: &S, row: &S::Row, budget: &mut Budget) -> Result<bool> {
        let plan = self.plan(scope)?;
        Evaluation::new(plan, scope, row, budget).node(&plan.node)
    }

    /// Whether it holds for every record, as `""` does.
    pub fn is_always_true(&self) -> bool {
        self.by_actor.is_empty() && self.plan.node.is_true()
    }

    /// What it looks at besides the record.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// What it reads besides the record, whoever is asking.
    pub fn reached(&self) -> Reached {
        let mut reached = Reached::default();
        let others = self.by_actor.iter().filter_map(|(_, plan)| plan.as_ref().ok());
        [&self.plan].into_iter().chain(others).for_each(|plan| reached.add(plan));
        reached
    }

    /// The numbers of the collections whose records it joins.
    pub fn joined(&self) -> impl Iterator<Item = u32> {
        let plans = std::iter::once(&self.plan).chain(self.by_actor.iter().filter_map(|(_, plan)| plan.as_ref().ok()));
        plans.flat_map(|plan| &plan.joins).filter_map(|join| join.rows.collection()).map(|collection| collection.number)
    }

    /// The names of the fields of who is asking that it reads.
    pub fn actor_fields<S: Scope>(&self, scope: &S) -> Result<BTreeSet<String>> {
        Ok(actor::fields(self.plan(scope)?))
    }

    /// Conditions on single fields that every matching record fulfils: what an index can be used for. The rule must still be asked for each record.
    pub fn conjuncts<S: Scope>(&self, scope: &S) -> Result<Vec<Conjunct<'_>>> {
        Ok(conjunct::of(&self.plan(scope)?.node))
    }

    /// Relation fields of which every matching record holds a certain id: what the index of a relation can be used for.
    pub fn members<S: Scope>(&self, scope: &S) -> Result<Vec<Member<'_>>> {
        Ok(conjunct::members(self.plan(scope)?))
    }

    /// Whether its conjuncts are all that it asks: then an index that fulfils them decides alone.
    pub fn is_conjunction<S: Scope>(&self, scope: &S) -> Result<bool> {
        Ok(conjunct::are_all(&self.plan(scope)?.node))
    }

    /// The plan for who is asking.
    fn plan<S: Scope>(&self, scope: &S) -> Result<&Plan> {
        if self.by_actor.is_empty() {
            return Ok(&self.plan);
        }
        let Some((collection, _)) = scope.auth() else { return Ok(&self.plan) };
        match self.by_actor.iter().find(|(number, _)| *number == collection.number) {
            Some((_, Ok(plan))) => Ok(plan),
            Some((_, Err(fault))) => Err(fault.clone().into()),
            None => Ok(&self.plan),
        }
    }
}

/// What of the request or of other collections a filter or sort of a client mentions, which only superusers may: `@collection.` or `@request.`.
pub fn client_may_not(text: &str) -> Option<&'static str> {
    ["@collection.", "@request."].into_iter().find(|forbidden| text.contains(forbidden))
}
