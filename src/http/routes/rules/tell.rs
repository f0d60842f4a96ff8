//! What a trial found, as JSON. Positions go out in UTF-16 units, as editors in browsers count.

use crate::query::trial::Verdict;
use crate::rules::trace::{Part, Side};
use crate::rules::{Fault, Trace};
use crate::value::json;
use serde_json::{Value as Json, json};

/// A verdict with its reason, and the status that the API would answer.
pub fn verdict(verdict: &Verdict, rule: Option<&str>, kind: &str) -> Json {
    let text = rule.unwrap_or_default();
    let (allowed, reason, message) = match verdict {
        Verdict::Superuser => (true, "superuser", "Rules do not apply to superusers.".to_owned()),
        Verdict::Locked => (false, "locked", "Without a rule only superusers may do this.".to_owned()),
        Verdict::Everyone => (true, "everyone", "The empty rule lets everyone do this.".to_owned()),
        Verdict::Mistake(fault) => (false, "mistake", fault.message.clone()),
        Verdict::Judged(holds, trace) => (*holds, "rule", why(*holds, trace, text)),
    };
    let told = json!({
        "allowed": allowed, "reason": reason, "message": message, "rule": rule, "status": status(allowed, reason, kind),
        "tree": match verdict { Verdict::Judged(_, trace) => part(trace, text), _ => Json::Null },
    });
    match verdict {
        Verdict::Mistake(fault) => mistake(fault, text, told),
        _ => told,
    }
}

/// Adds message and place of a mistake.
pub fn mistake(fault: &Fault, text: &str, mut told: Json) -> Json {
    let (from, to) = fault.span(text);
    told["message"] = json!(fault.message);
    told["from"] = json!(units(text, from));
    told["to"] = json!(units(text, to));
    told
}

fn why(holds: bool, trace: &Trace, text: &str) -> String {
    let culprit = trace.culprit();
    let shown = text.get(culprit.from..culprit.to).unwrap_or_default();
    match (holds, culprit.note) {
        (true, _) => format!("The rule holds: {shown} is true."),
        (false, Some(note)) => format!("The rule does not hold: {note}"),
        (false, None) => format!("The rule does not hold: {shown} is false."),
    }
}

/// A list leaves the record out, a view and a change do not find it, and a manage rule refuses nothing by itself.
fn status(allowed: bool, reason: &str, kind: &str) -> Option<u16> {
    match (kind, reason) {
        ("manage", _) => None,
        _ if allowed => Some(200),
        (_, "locked") => Some(403),
        (_, "mistake") | ("create", _) => Some(400),
        ("list", _) => Some(200),
        _ => Some(404),
    }
}

fn part(trace: &Trace, text: &str) -> Json {
    let mut told = json!({
        "from": units(text, trace.from), "to": units(text, trace.to), "text": text.get(trace.from..trace.to),
        "value": trace.holds, "decided": trace.decides,
    });
    if let Some(note) = trace.note {
        told["note"] = json!(note);
    }
    let parts = |items: &[Trace]| items.iter().map(|item| part(item, text)).collect::<Json>();
    match &trace.part {
        Part::All(items) => (told["kind"], told["items"]) = (json!("all"), parts(items)),
        Part::Any(items) => (told["kind"], told["items"]) = (json!("any"), parts(items)),
        Part::Compare { left, operator, right } => {
            (told["kind"], told["operator"]) = (json!("compare"), json!(operator));
            (told["left"], told["right"]) = (side(left, text), side(right, text));
        }
    }
    told
}

fn side(side: &Side, text: &str) -> Json {
    let values: Vec<Json> = side.values.iter().map(json::to_json).collect();
    json!({"from": units(text, side.from), "to": units(text, side.to), "text": text.get(side.from..side.to), "values": values})
}

/// The place in UTF-16 units.
fn units(text: &str, bytes: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < bytes).map(|(_, c)| c.len_utf16()).sum()
}
