//! `?expand=`: the records that relations point to, as far as the one who is asking may view them.

use super::access::Access;
use super::fields::Fields;
use super::layout::Layout;
use super::render::{self, Seen, Shown};
use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::{Error, Result};
use crate::rules::{Budget, Request};
use crate::schema::{Collection, Field};
use crate::value::json::write_string;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many relations a path may follow; what lies deeper is left out.
pub const MAX_DEPTH: usize = 6;
/// How many paths may be asked for.
const MAX_PATHS: usize = 100;
/// How many records of a back-relation are shown.
const MAX_BACK: usize = 1000;

/// One expanded relation of a set of records.
pub struct Branch {
    /// The key below `expand`.
    name: String,
    /// How the records pointed to look.
    layout: Arc<Layout>,
    /// Whether it is shown as an array.
    many: bool,
    /// The ids that each record points to, by its id.
    targets: HashMap<String, Vec<String>>,
    /// The records pointed to that may be seen, by id.
    rows: HashMap<String, (Row, Seen)>,
    /// What is expanded of them in turn.
    below: Vec<Branch>,
}

/// Expands the comma-separated paths for records of one collection. A path that leads nowhere, or to records for superusers only, is left out: never an error.
pub fn expand(view: &View, authority: &Authority, request: &Request, rows: &[Row], paths: &str) -> Result<Vec<Branch>> {
    if paths.is_empty() || rows.is_empty() {
        return Ok(Vec::new());
    }
    let request = Request { context: "expand", ..request.clone() };
    let reader = Reader { view, authority, scope: ViewScope::new(view, authority, &request) };
    check(paths)?;
    let mut branches = Vec::new();
    for path in normalize(paths) {
        let parts: Vec<&str> = path.split('.').collect();
        if let Some(branch) = reader.follow(rows, &parts, 1)? {
            merge(&mut branches, branch);
        }
    }
    branches.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(branches)
}

/// Refuses more paths than can be expanded.
pub fn check(paths: &str) -> Result<()> {
    match paths.matches(',').count() < MAX_PATHS {
        true => Ok(()),
        false => Err(Error::bad_request(format!("At most {MAX_PATHS} relations can be expanded at once."))),
    }
}

/// Appends the `expand` object of a record.
pub(super) fn write(out: &mut Vec<u8>, row: &Row, branches: &[Branch]) {
    out.push(b'{');
    let start = out.len();
    for branch in branches {
        let found: Vec<&(Row, Seen)> = match branch.targets.get(row.id().as_ref()) {
            Some(ids) => ids.iter().filter_map(|id| branch.rows.get(id)).collect(),
            None => Vec::new(),
        };
        if found.is_empty() {
            continue;
        }
        if start < out.len() {
            out.push(b',');
        }
        write_string(out, &branch.name);
        out.push(b':');
        let shown = if branch.many { &found[..] } else { &found[..1] };
        if branch.many {
            out.push(b'[');
        }
        for (i, (target, seen)) in shown.iter().enumerate() {
            if 0 < i {
                out.push(b',');
            }
            let shown = Shown { layout: &branch.layout, row: target, seen: *seen, branches: &branch.below };
            shown.write(out, &Fields::default());
        }
        if branch.many {
            out.push(b']');
        }
    }
    out.push(b'}');
}

/// The paths without spaces and stray dots; one that another path contains is dropped.
fn normalize(text: &str) -> Vec<String> {
    let clean = |p: &str| p.replace(' ', "").trim_matches('.').to_owned();
    let paths: Vec<String> = text.split(',').map(clean).filter(|p| !p.is_empty()).collect();
    let mut kept = BTreeSet::new();
    let contained = |p: &String| paths.iter().any(|other| other.starts_with(p.as_str()) && other[p.len()..].starts_with('.'));
    paths.iter().filter(|p| !contained(p)).filter(|p| kept.insert((*p).clone())).cloned().collect()
}

fn merge(branches: &mut Vec<Branch>, branch: Branch) {
    match branches.iter_mut().find(|b| b.name == branch.name) {
        Some(known) => {
            for below in branch.below {
                merge(&mut known.below, below);
            }
            known.below.sort_by(|a, b| a.name.cmp(&b.name));
        }
        None => branches.push(branch),
    }
}

/// A relation as a path names it.
struct Relation<'s> {
    to: &'s Arc<Collection>,
    field: &'s Field,
    /// The relation field belongs to the other collection and points here.
    back: bool,
    many: bool,
}

struct Reader<'v> {
    view: &'v View,
    authority: &'v Authority,
    scope: ViewScope<'v>,
}

/// What following a path gives: `Failed` takes the whole path with it, `End` shows nothing from here on.
enum Step {
    Failed,
    End,
    Branch(Branch),
}

impl<'v> Reader<'v> {
    fn follow(&self, rows: &[Row], path: &[&str], depth: usize) -> Result<Option<Branch>> {
        match self.step(rows, path, depth)? {
            Step::Branch(branch) => Ok(Some(branch)),
            Step::Failed | Step::End => Ok(None),
        }
    }

    fn step(&self, rows: &[Row], path: &[&str], depth: usize) -> Result<Step> {
        let (Some((name, rest)), Some(first)) = (path.split_first(), rows.first()) else { return Ok(Step::End) };
        if MAX_DEPTH < depth {
            return Ok(Step::End);
        }
        let Some(relation) = self.relation(first.collection(), name) else { return Ok(Step::Failed) };
        if !self.authority.bypasses_rules() && relation.to.rules.view.is_none() {
            return Ok(Step::Failed);
        }
        let targets = self.targets(rows, &relation)?;
        let layout = self.view.rules.layout(&self.view.schema, relation.to);
        let found = self.fetch(&targets, relation.to, &layout)?;
        let below = match rest.is_empty() {
            true => Step::End,
            false => {
                let next: Vec<Row> = found.values().map(|(row, _)| row.clone()).collect();
                self.step(&next, rest, depth + 1)?
            }
        };
        let below = match below {
            Step::Failed => return Ok(Step::Failed),
            Step::End => Vec::new(),
            Step::Branch(branch) => vec![branch],
        };
        let name = (*name).to_owned();
        Ok(Step::Branch(Branch { name, layout, many: relation.many, targets: targets.into_iter().collect(), rows: found, below }))
    }

    fn relation(&self, from: &Arc<Collection>, name: &str) -> Option<Relation<'v>> {
        // `collection(field)` is an old spelling of `collection_via_field`.
        let old = name.strip_suffix(')').and_then(|n| n.split_once('('));
        if let Some((collection, field)) = name.split_once("_via_").or(old) {
            let to = self.view.schema.find(collection).filter(|c| !c.internal)?;
            let field = to.field(field).filter(|f| f.relation().is_some_and(|r| r.collection_id == from.id))?;
            let single = |i: &crate::schema::Index| i.unique && i.columns.len() == 1 && i.columns[0].field == field.number;
            return Some(Relation { to, field, back: true, many: !to.indexes.iter().any(single) });
        }
        // The collection of the view's schema lives as long as the view does, unlike that of a row.
        let from = self.view.schema.by_number(from.number)?;
        let field = from.field(name)?;
        let to = self.view.schema.find(&field.relation()?.collection_id)?;
        Some(Relation { to, field, back: false, many: field.is_multi() })
    }

    fn targets(&self, rows: &[Row], relation: &Relation) -> Result<Vec<(String, Vec<String>)>> {
        let mut targets = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id().into_owned();
            let ids = match relation.back {
                true => self.pointing_to(relation, &id)?,
                false => row.value(relation.field).items().iter().map(|id| (*id).to_owned()).collect(),
            };
            targets.push((id, ids));
        }
        Ok(targets)
    }

    fn pointing_to(&self, relation: &Relation, id: &str) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        self.view.referring(relation.to, relation.field, id, &mut |row| {
            ids.push(row.id().into_owned());
            if ids.len() < MAX_BACK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(ids)
    }

    fn fetch(&self, targets: &[(String, Vec<String>)], to: &Arc<Collection>, layout: &Layout) -> Result<HashMap<String, (Row, Seen)>> {
        let access = Access::of(self.view, self.authority, to, &to.rules.view)?;
        let mut budget = Budget::default();
        let mut found = HashMap::new();
        let mut asked = BTreeSet::new();
        for id in targets.iter().flat_map(|t| &t.1) {
            if !asked.insert(id.as_str()) {
                continue;
            }
            let Some(row) = self.view.get(to, id)? else { continue };
            if access.gives(&self.scope, &row, &mut budget)? {
                let seen = render::seen(self.view, self.authority, &self.scope, layout, &row)?;
                found.insert(id.clone(), (row, seen));
            }
        }
        Ok(found)
    }
}
