//! `date`: a moment, kept as a text in UTC that sorts like the time.

use super::{Field, FieldType, Options, cast, read::Reader, unchecked, unmodified};
use crate::error::Problem;
use crate::schema::moment;
use crate::value::Value;
use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde_json::{Map, Value as Json, json};

/// Options of `date`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DateOptions {
    /// The earliest moment, as a date text; `""` is none.
    pub min: String,
    /// The latest moment, as a date text; `""` is none.
    pub max: String,
    /// Whether `""` is refused.
    pub required: bool,
}

// PocketBase takes a max before the min, and so must we: the field then refuses every value.
pub(super) static TYPE: FieldType = FieldType { name: "date", parse, write, normalise, modify: unmodified, validate, check: unchecked };

fn parse(r: &mut Reader) -> Options {
    Options::Date(DateOptions { min: r.date("min"), max: r.date("max"), required: r.bool("required") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Date(o) = options else { return };
    map.insert("min".into(), json!(o.min));
    map.insert("max".into(), json!(o.max));
    map.insert("required".into(), json!(o.required));
}

pub(super) fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::text(moment::parse(&cast::text(json)))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Date(o) = &field.options else { return None };
    let text = value.as_text();
    if text.is_empty() {
        return o.required.then(Problem::required);
    }
    // The texts sort like the moments.
    if !o.min.is_empty() && text < o.min.as_str() {
        return beyond("validation_min_greater_equal_than_required", "Must be no less than", &o.min);
    }
    if !o.max.is_empty() && o.max.as_str() < text {
        return beyond("validation_max_less_equal_than_required", "Must be no greater than", &o.max);
    }
    None
}

fn beyond(code: &str, message: &str, limit: &str) -> Option<Problem> {
    let moment = moment::read(limit)?;
    let spoken = format!("{message} {}{} +0000 UTC.", moment.format("%Y-%m-%d %H:%M:%S"), fraction(moment));
    let threshold = moment.to_rfc3339_opts(SecondsFormat::Secs, true).replace('Z', &format!("{}Z", fraction(moment)));
    Some(Problem::new(code, spoken).with(json!({"threshold": threshold})))
}

/// `.12` for 120 ms, nothing for none.
fn fraction(moment: DateTime<Utc>) -> String {
    match moment.nanosecond() / 1_000_000 {
        0 => String::new(),
        millis => format!(".{millis:03}").trim_end_matches('0').to_owned(),
    }
}
