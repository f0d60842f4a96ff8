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

fn plan_text(collection: &Collection, plan: &Plan) -> String {
    match &plan.source {
        Source::Id(id) => format!("the record {id} of {}", collection.name),
        Source::Index { name, bounds, .. } => format!("the index {name} of {}, {bounds}", collection.name),
        Source::References { field, .. } => format!("the relation index of {}.{field}", collection.name),
        Source::Rows(_) => format!("all rows of {}", collection.name),
    }
}
