//! One index as a possible plan: which of its columns are pinned, ranged and ordered by what is asked.

use super::RuleCache;
use super::fact::{Fact, Facts};
use super::plan::{Plan, Wanted};
use super::scope::Alone;
use super::walk::Source;
use crate::rules::sort::SortBy;
use crate::rules::{Operator, Who};
use crate::schema::{Collection, Index, IndexColumn, Schema};
use crate::store::keys;
use std::ops::Bound;

/// A plan, and how much of the question its index answers.
pub struct Candidate {
    /// The plan.
    pub plan: Plan,
    /// At most one record.
    single: bool,
}

impl Candidate {
    /// Higher is better. Equality narrows most, then the right order, then a range. An index that only has the order helps as long as reading stops early.
    pub fn score(&self, wanted: &Wanted) -> u32 {
        u32::from(self.single) * 1000 + score(&self.plan, wanted)
    }
}

/// The same for a plan that reads an index, whatever is unique.
pub fn score(plan: &Plan, wanted: &Wanted) -> u32 {
    let ordered = plan.ordered && !wanted.order.keys.is_empty();
    let narrowed = 0 < plan.equal || plan.ranged;
    if !narrowed && (!ordered || wanted.counting) {
        return 0;
    }
    plan.equal as u32 * 10 + u32::from(ordered) * 6 + u32::from(plan.ranged) * 4
}

/// The plan that reads an index; `None` when the index may lack records of the answer.
pub fn of_index(schema: &Schema, rules: &RuleCache, collection: &Collection, index: &Index, wanted: &Wanted) -> Option<Candidate> {
    let filter = partial(schema, rules, collection, index, wanted.facts)?;
    let mut used: Vec<&Fact> = filter;
    let mut pinned = Vec::new();
    let mut columns = index.columns.as_slice();
    let mut exact = true;
    while let Some((column, rest)) = columns.split_first() {
        let Some(fact) = fact(wanted.facts, column, &[Operator::Equal]) else { break };
        keys::encode_value(&mut pinned, &fact.value, column.nocase, column.descending);
        exact &= !column.nocase && !fact.lower;
        used.push(fact);
        columns = rest;
    }
    let equal = index.columns.len() - columns.len();
    let (from, to) = columns.first().map_or((None, None), |column| bounds(wanted.facts, column));
    let ranged = from.is_some() || to.is_some();
    used.extend(from.iter().chain(&to));
    let range = range(collection, index, &pinned, columns.first(), from, to);
    let (ordered, reverse, sorted_by) = order(columns, wanted);
    let exact = exact && wanted.is_complete() && wanted.facts.list.iter().all(|f| used.contains(&f));
    let source = Source::Index { index: index.number, range };
    let single = index.unique && columns.is_empty();
    Some(Candidate { plan: Plan { source, reverse, ordered, exact, equal, ranged, pinned, sorted_by }, single })
}

/// The plans that read the index of a relation field. None is exact: rows that were written before a field became single keep all their entries.
pub fn of_references<'q>(collection: &'q Collection, wanted: &'q Wanted) -> impl Iterator<Item = Candidate> + 'q {
    let facts = wanted.facts;
    let equal = facts.list.iter().filter(|f| f.pins()).map(|f| (f.field, f.value.as_text()));
    let members = facts.members.iter().map(|(field, id)| (*field, id.as_str()));
    equal.chain(members).filter(|(_, id)| !id.is_empty()).filter_map(move |(field, id)| {
        let field = collection.field_by_number(field).filter(|f| f.relation().is_some())?;
        let creation = wanted.order.creation();
        let reverse = creation.unwrap_or(false);
        let plan = Plan {
            source: Source::References { field: field.name.clone(), range: keys::references(collection.number, field.number, id) },
            reverse,
            ordered: creation.is_some() && ties_fit(wanted, reverse),
            exact: false,
            equal: 1,
            ranged: false,
            pinned: Vec::new(),
            sorted_by: Vec::new(),
        };
        Some(Candidate { plan, single: false })
    })
}

/// Whether a source read in this direction has equal records in the order that a cursor was made with.
pub fn ties_fit(wanted: &Wanted, reverse: bool) -> bool {
    !matches!(wanted.cursor, Some(Some(descending)) if descending != reverse)
}

/// The facts that a partial index stands for; `None` when its filter is not implied by what is asked.
fn partial<'q>(schema: &Schema, rules: &RuleCache, collection: &Collection, index: &Index, facts: &'q Facts) -> Option<Vec<&'q Fact>> {
    let Some(filter) = &index.filter else { return Some(Vec::new()) };
    let collection = schema.by_number(collection.number)?;
    let rule = rules.rule(schema, collection, filter, Who::Rule).ok()?;
    let asked = Facts::of(&rule, &Alone::default()).ok()?;
    let implied = asked.complete && asked.list.iter().all(|wanted| facts.imply(wanted));
    implied.then(|| facts.list.iter().filter(|fact| asked.list.contains(fact)).collect())
}

fn fact<'q>(facts: &'q Facts, column: &IndexColumn, operators: &[Operator]) -> Option<&'q Fact> {
    // What is known of the letters in small is known to an index without case, and to no other.
    let fits = |f: &&Fact| f.field == column.field && operators.contains(&f.operator) && (column.nocase || !f.lower);
    facts.list.iter().find(fits)
}

/// The lower and upper bound of a column. Without the case of letters the order is another one, so such a column has none.
fn bounds<'q>(facts: &'q Facts, column: &IndexColumn) -> (Option<&'q Fact>, Option<&'q Fact>) {
    if column.nocase {
        return (None, None);
    }
    let lower = fact(facts, column, &[Operator::Greater, Operator::GreaterOrEqual]);
    let upper = fact(facts, column, &[Operator::Less, Operator::LessOrEqual]);
    (lower, upper)
}

fn range(
    collection: &Collection,
    index: &Index,
    pinned: &[u8],
    column: Option<&IndexColumn>,
    lower: Option<&Fact>,
    upper: Option<&Fact>,
) -> crate::store::KeyRange {
    let descending = column.is_some_and(|c| c.descending);
    let encoded = |fact: &Fact| {
        let mut bytes = pinned.to_vec();
        keys::encode_value(&mut bytes, &fact.value, false, descending);
        bytes
    };
    // In a column from high to low the upper bound comes first.
    let (first, last) = if descending { (upper, lower) } else { (lower, upper) };
    let (first, last) = (first.map(|f| (encoded(f), is_open(f))), last.map(|f| (encoded(f), is_open(f))));
    let bound = |bound: &'_ Option<(Vec<u8>, bool)>| -> Bound<Vec<u8>> {
        match bound {
            Some((bytes, true)) => Bound::Excluded(bytes.clone()),
            Some((bytes, false)) => Bound::Included(bytes.clone()),
            None if pinned.is_empty() => Bound::Unbounded,
            None => Bound::Included(pinned.to_vec()),
        }
    };
    let (from, to) = (bound(&first), bound(&last));
    keys::index_range(collection.number, index.number, from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice))
}

fn is_open(fact: &Fact) -> bool {
    matches!(fact.operator, Operator::Less | Operator::Greater)
}

/// Whether the columns that are left have the wanted order, read forwards or backwards, and which sort expressions they stand for.
fn order(columns: &[IndexColumn], wanted: &Wanted) -> (bool, bool, Vec<usize>) {
    let none = (false, false, Vec::new());
    let mut columns = columns.iter();
    let mut reverse = None;
    let mut sorted_by = Vec::new();
    for (i, key) in wanted.order.keys.iter().enumerate() {
        let direction = match (&key.by, key.field()) {
            // After all columns come the numbers of the records; nothing sorts beyond them.
            (SortBy::Rowid, _) if columns.len() == 0 => {
                let fits = reverse.is_none_or(|r| r == key.descending) && ties_fit(wanted, key.descending);
                return if fits { (true, key.descending, sorted_by) } else { none };
            }
            (_, Some(field)) if wanted.facts.list.iter().any(|f| f.field == field.number && f.pins()) => continue,
            (_, Some(field)) => match columns.next() {
                Some(column) if column.field == field.number && !column.nocase => column.descending != key.descending,
                _ => return none,
            },
            (_, None) => return none,
        };
        if *reverse.get_or_insert(direction) != direction {
            return none;
        }
        sorted_by.push(i);
    }
    let reverse = reverse.unwrap_or(false);
    // Columns beyond the sort would part equal records otherwise than a cursor, or the order of creation, does.
    let complete = columns.len() == 0 || (wanted.cursor.is_none() && !wanted.order.keys.is_empty());
    let ordered = complete && ties_fit(wanted, reverse);
    (ordered, reverse, sorted_by)
}
