//! `?explain=1`: how a list was read, for superusers.

use super::plan::Plan;
use super::run::Found;
use super::walk::Source;
use crate::schema::Collection;
use crate::value::json::write_json;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Appends `"explain":{…}`.
pub fn write(out: &mut Vec<u8>, collection: &Collection, plan: &Plan, found: &Found, took: Duration) {
    out.extend_from_slice(b"\"explain\":");
    write_json(out, &describe(collection, plan, found, took));
}

fn describe(collection: &Collection, plan: &Plan, found: &Found, took: Duration) -> Json {
    json!({
        "plan": plan_text(collection, plan),
        "order": match (plan.ordered, plan.reverse) {
            (true, false) => "as read",
            (true, true) => "as read, from the end",
            (false, _) => "sorted in memory",
        },
        "countedBy": if plan.exact { "entries" } else { "rows" },
        "rowsRead": found.read,
        "rowsKept": found.kept,
        "milliseconds": took.as_micros() as f64 / 1000.0,
    })
}

/// How it was read, in words.
pub fn plan_text(collection: &Collection, plan: &Plan) -> String {
    match &plan.source {
        Source::Id(id) => format!("the record {id} of {}", collection.name),
        Source::Index { index, .. } => index_text(collection, *index, plan),
        Source::References { field, .. } => format!("the relation index of {}.{field}", collection.name),
        Source::Rows(_) => format!("all rows of {}", collection.name),
    }
}

fn index_text(collection: &Collection, number: u32, plan: &Plan) -> String {
    let Some(index) = collection.indexes.iter().find(|i| i.number == number) else { return "an index".to_owned() };
    let names = |columns: &[crate::schema::IndexColumn]| -> Vec<String> {
        columns.iter().filter_map(|c| collection.field_by_number(c.field)).map(|f| f.name.clone()).collect()
    };
    let (equal, rest) = index.columns.split_at(plan.equal.min(index.columns.len()));
    let mut text = format!("the index {} of {}", index.name, collection.name);
    if !equal.is_empty() {
        text.push_str(&format!(", {} equal", names(equal).join(" and ")));
    }
    if plan.ranged {
        text.push_str(&format!(", {} within bounds", names(&rest[..1]).concat()));
    }
    text
}
