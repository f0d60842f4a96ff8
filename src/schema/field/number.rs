//! `number`: a 64-bit float.

use super::settings::note;
use super::{Field, FieldType, Modifier, Options, Surroundings, cast, read::Reader};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// Options of `number`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberOptions {
    /// The lowest value.
    pub min: Option<f64>,
    /// The highest value.
    pub max: Option<f64>,
    /// Whether fractions are refused.
    pub only_int: bool,
    /// Whether 0 is refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType = FieldType { name: "number", parse, write, normalise, modify, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Number(NumberOptions { min: r.number("min"), max: r.number("max"), only_int: r.bool("onlyInt"), required: r.bool("required") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Number(o) = options else { return };
    map.insert("min".into(), o.min.map_or(Json::Null, check::number));
    map.insert("max".into(), o.max.map_or(Json::Null, check::number));
    map.insert("onlyInt".into(), json!(o.only_int));
    map.insert("required".into(), json!(o.required));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    // `-0` is stored as 0, as SQL does: two zeros would be two values of an index.
    Value::Number(cast::number(json) + 0.0)
}

fn modify(_: &Field, current: &Value<'static>, modifier: Modifier, json: &Json) -> Option<Value<'static>> {
    match modifier {
        Modifier::Append => Some(Value::Number(current.as_number() + cast::number(json))),
        Modifier::Remove => Some(Value::Number(current.as_number() - cast::number(json))),
        _ => None,
    }
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Number(o) = &field.options else { return None };
    let n = value.as_number();
    if !n.is_finite() {
        return Some(Problem::new("validation_not_a_number", "The submitted number is not properly formatted."));
    }
    if n == 0.0 {
        return o.required.then(Problem::required);
    }
    if o.only_int && !is_int(n) {
        return Some(no_fractions());
    }
    if let Some(min) = o.min.filter(|min| n < *min) {
        return Some(below(min));
    }
    let max = o.max.filter(|max| *max < n)?;
    Some(check::limit("validation_max_number_constraint", "Must be less or equal than {}.", "max", check::number(max)))
}

/// Whether the number survives a way through a 64-bit integer.
fn is_int(n: f64) -> bool {
    n.fract() == 0.0 && n.abs() < 9.3e18 && (n as i64) as f64 == n
}

fn no_fractions() -> Problem {
    Problem::new("validation_only_int_constraint", "Decimal numbers are not allowed.")
}

fn below(min: f64) -> Problem {
    check::limit("validation_min_number_constraint", "Must be greater or equal than {}.", "min", check::number(min))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    let Options::Number(o) = &field.options else { return };
    let fraction = |n: Option<f64>| n.filter(|n| o.only_int && !is_int(*n)).map(|_| no_fractions());
    note(errors, "min", fraction(o.min));
    note(errors, "max", fraction(o.max));
    if let (Some(min), Some(max)) = (o.min, o.max) {
        note(errors, "max", (max < min).then(|| below(min)));
    }
}
