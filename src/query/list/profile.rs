//! What a slow list has to say for itself: its shape, how it was read, and the index that would have helped.

use super::{List, Listed};
use crate::query::candidate;
use crate::query::explain::plan_text;
use crate::query::plan::Wanted;
use crate::rules::sort::SortBy;
use crate::rules::{Operator, text_without_values};
use crate::schema::index::{Index, IndexColumn, Statement, StatementColumn};
use crate::stats::{Query, Slow};
use std::time::Duration;

/// The number of an index that is only thought of.
const IMAGINED: u32 = u32::MAX;

impl List<'_> {
    /// What is kept of a list that took too long.
    pub fn profile(&self, listed: &Listed, took: Duration, now: i64) -> (Query, Slow) {
        let rule = self.collection.rules.list.as_deref().filter(|_| !self.authority.bypasses_rules()).unwrap_or_default();
        let query = Query {
            collection: self.collection.name.clone(),
            rule: rule.to_owned(),
            filter: text_without_values(&self.ask.filter),
            sort: self.ask.sort.clone(),
        };
        let one = Slow {
            count: 1,
            total: took,
            worst: took,
            last_at: now,
            read: listed.read,
            kept: listed.kept,
            plan: plan_text(self.collection, &self.plan),
            suggestion: self.suggestion(),
        };
        (query, one)
    }

    /// The statement and the fields of the index that the planner would like best, if it would take it instead of what it took.
    fn suggestion(&self) -> Option<(String, Vec<String>)> {
        let wanted = Wanted {
            facts: &self.facts,
            order: &self.order,
            counting: self.counts(),
            cursor: self.ask.cursor.as_ref().map(|_| self.cursor.as_ref().map(|c| c.ties_descending)),
        };
        let score = |columns: &Vec<IndexColumn>| {
            let index = imagined(columns.clone());
            candidate::of_index(&self.view.schema, &self.view.rules, self.collection, &index, &wanted).map_or(0, |c| c.score(&wanted))
        };
        let best = self
            .choices()
            .into_iter()
            .filter(|columns| !columns.is_empty())
            .max_by_key(|columns| (score(columns), usize::MAX - columns.len()))?;
        (self.plan.score(&wanted) < score(&best)).then(|| self.statement(&best))
    }

    /// What is equal, then what is sorted by or bounded: the orders of columns that can help.
    fn choices(&self) -> [Vec<IndexColumn>; 3] {
        let column = |field: u16, nocase: bool, descending: bool| IndexColumn { field, nocase, descending };
        let usable = |field: &u16| self.collection.field_by_number(*field).is_some_and(|f| f.name != "id");
        let mut equal: Vec<IndexColumn> = Vec::new();
        for fact in self.facts.list.iter().filter(|f| f.operator == Operator::Equal && usable(&f.field)) {
            if equal.iter().all(|c| c.field != fact.field) {
                equal.push(column(fact.field, fact.lower, false));
            }
        }
        let is_new = |field: &u16| usable(field) && equal.iter().all(|c| c.field != *field);
        let sorted = self.order.keys.iter().map_while(|key| match &key.by {
            SortBy::Value(_) => key.field().map(|f| column(f.number, false, key.descending)),
            _ => None,
        });
        let bounds = [Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual];
        let ranged = self.facts.list.iter().find(|f| !f.lower && bounds.contains(&f.operator) && is_new(&f.field));
        let with_order = equal.iter().cloned().chain(sorted.filter(|c| is_new(&c.field))).collect();
        let with_range = equal.iter().cloned().chain(ranged.map(|f| column(f.field, false, false))).collect();
        [equal, with_order, with_range]
    }

    fn statement(&self, columns: &[IndexColumn]) -> (String, Vec<String>) {
        let name = |c: &IndexColumn| self.collection.field_by_number(c.field).map(|f| f.name.clone()).unwrap_or_default();
        let fields: Vec<String> = columns.iter().map(name).collect();
        let base = format!("idx_{}_{}", self.collection.name, fields.join("_"));
        let is_free = |name: &String| self.view.schema.all().iter().all(|c| c.indexes.iter().all(|i| i.name != *name));
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        let statement = Statement {
            name: std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or_default(),
            table: self.collection.name.clone(),
            columns: columns.iter().zip(&fields).map(|(column, name)| written(column, name)).collect(),
            ..Statement::default()
        };
        (statement.build(), fields)
    }
}

fn written(column: &IndexColumn, name: &str) -> StatementColumn {
    StatementColumn {
        name: name.to_owned(),
        collate: if column.nocase { "NOCASE".to_owned() } else { String::new() },
        sort: if column.descending { "DESC".to_owned() } else { String::new() },
    }
}

fn imagined(columns: Vec<IndexColumn>) -> Index {
    Index { number: IMAGINED, sql: String::new(), name: String::new(), unique: false, columns, filter: None, ready: true }
}
