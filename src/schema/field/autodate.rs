//! `autodate`: a moment that the server sets when a record is created or changed; what clients send is ignored.

use super::settings::note;
use super::{Field, FieldType, Options, Surroundings, date, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// Options of `autodate`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AutodateOptions {
    /// Whether it is set when the record is created.
    pub on_create: bool,
    /// Whether it is set whenever the record is written.
    pub on_update: bool,
}

pub(super) static TYPE: FieldType =
    FieldType { name: "autodate", parse, write, normalise: date::normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Autodate(AutodateOptions { on_create: r.bool("onCreate"), on_update: r.bool("onUpdate") })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Autodate(o) = options else { return };
    map.insert("onCreate".into(), json!(o.on_create));
    map.insert("onUpdate".into(), json!(o.on_update));
}

fn validate(_: &Field, _: &Value, _: Option<&Value>) -> Option<Problem> {
    None
}

fn check_options(field: &Field, around: &Surroundings, errors: &mut FieldErrors) {
    let Options::Autodate(o) = &field.options else { return };
    let before = around.original.and_then(|c| c.fields.iter().find(|f| f.id == field.id));
    if let Some(Field { options: Options::Autodate(before), .. }) = before.filter(|_| field.system) {
        note(errors, "onCreate", (before.on_create != o.on_create).then(check::mismatch));
        note(errors, "onUpdate", (before.on_update != o.on_update).then(check::mismatch));
    }
    if !o.on_create && !o.on_update {
        let neither = || Problem::new("validation_required", "Either onCreate or onUpdate must be enabled.");
        errors.add("onCreate", neither());
        errors.add("onUpdate", neither());
    }
}
