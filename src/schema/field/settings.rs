//! What every field has besides the options of its type: its JSON, its default id, the checks of its name and id.

use super::{Field, FieldType, Options, TYPES, TextOptions, read::Reader};
use crate::error::{FieldErrors, Problem};
use crate::schema::{Collection, Schema, check};
use serde_json::{Map, Value as Json, json};

/// Names that mean something else in rules and records.
const RESERVED: &[&str] = &["null", "true", "false", "_rowid_", "collectionId", "collectionName", "expand"];

/// What the options of a field are checked against.
pub struct Surroundings<'a> {
    /// The collections that a relation may point to.
    pub schema: &'a Schema,
    /// The collection as it shall become.
    pub collection: &'a Collection,
    /// The collection as it is stored, on an edit.
    pub original: Option<&'a Collection>,
}

/// The id of a field that was submitted without one.
pub fn default_id(type_name: &str, name: &str) -> String {
    format!("{type_name}{}", crc32fast::hash(name.as_bytes()))
}

/// A field from JSON, with an empty id when it has none; `None` when the type is unknown or a key has the wrong type.
pub fn from_json(json: &Json) -> Option<Field> {
    let map = json.as_object()?;
    let type_name = map.get("type").and_then(Json::as_str).unwrap_or_default();
    let row: &FieldType = TYPES.iter().find(|t| t.name == type_name)?;
    let mut reader = Reader::new(map);
    let options = (row.parse)(&mut reader);
    let field = Field {
        number: 0,
        id: reader.text("id"),
        name: reader.text("name"),
        system: reader.bool("system"),
        hidden: reader.bool("hidden"),
        presentable: reader.bool("presentable"),
        help: if has_help(&options) { reader.text("help") } else { String::new() },
        options,
    };
    (!reader.failed()).then_some(field)
}

/// The field as the API shows it.
pub fn to_json(field: &Field) -> Json {
    let mut map = Map::new();
    map.insert("id".into(), json!(field.id));
    map.insert("name".into(), json!(field.name));
    map.insert("type".into(), json!(field.type_name()));
    map.insert("system".into(), json!(field.system));
    map.insert("hidden".into(), json!(field.hidden));
    map.insert("presentable".into(), json!(field.presentable));
    if has_help(&field.options) {
        map.insert("help".into(), json!(field.help));
    }
    (field.field_type().write)(&field.options, &mut map);
    Json::Object(map)
}

/// Nobody fills in an autodate, so it has no help.
fn has_help(options: &Options) -> bool {
    !matches!(options, Options::Autodate(_))
}

/// What is wrong with a field of a collection.
pub fn check_settings(field: &Field, around: &Surroundings) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let primary = field.is_primary_key();
    note(&mut errors, "id", check::filled(&field.id).or_else(|| check::length(&field.id, 1, 100)));
    note(&mut errors, "name", bad_name(&field.name).or_else(|| (primary && field.name != "id").then(not_named_id)));
    note(&mut errors, "help", check::length(&field.help, 1, 300));
    if primary && field.hidden {
        errors.add("hidden", check::must_be_blank());
    }
    (field.field_type().check)(field, around, &mut errors);
    errors
}

/// Adds a problem if there is one.
pub(super) fn note(errors: &mut FieldErrors, name: &str, problem: Option<Problem>) {
    if let Some(problem) = problem {
        errors.add(name, problem);
    }
}

fn not_named_id() -> Problem {
    Problem::new("validation_in_invalid", "The primary key must be named \"id\".")
}

fn bad_name(name: &str) -> Option<Problem> {
    let reserved = || RESERVED.contains(&name).then(|| Problem::new("validation_not_in_invalid", "Must not be in list."));
    check::filled(name)
        .or_else(|| check::length(name, 1, 100))
        .or_else(|| check::word(name))
        .or_else(reserved)
        .or_else(|| check::no_via(name))
}

/// Whether the collection has more than one primary key.
pub(super) fn has_many_keys(collection: &Collection) -> bool {
    let is_key = |f: &&Field| matches!(&f.options, Options::Text(TextOptions { primary_key: true, .. }));
    1 < collection.fields.iter().filter(is_key).count()
}
