//! `relation`: ids of records of another collection. Whether they exist is asked by the commit.

use super::settings::note;
use super::{Field, FieldType, Options, Surroundings, read::Reader, select};
use crate::error::{FieldErrors, Problem};
use crate::schema::{Kind, check};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// Options of `relation`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelationOptions {
    /// The collection that it points to.
    pub collection_id: String,
    /// Whether this record goes when the last one it points to goes.
    pub cascade_delete: bool,
    /// Fewest ids.
    pub min_select: i64,
    /// Most ids; 0 and 1 make it single.
    pub max_select: i64,
    /// Whether empty is refused.
    pub required: bool,
}

pub(super) static TYPE: FieldType =
    FieldType { name: "relation", parse, write, normalise: select::normalise, modify: select::modify, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Relation(RelationOptions {
        collection_id: r.text("collectionId"),
        cascade_delete: r.bool("cascadeDelete"),
        min_select: r.int("minSelect"),
        max_select: r.int("maxSelect"),
        required: r.bool("required"),
    })
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::Relation(o) = options else { return };
    map.insert("collectionId".into(), json!(o.collection_id));
    map.insert("cascadeDelete".into(), json!(o.cascade_delete));
    map.insert("minSelect".into(), json!(o.min_select));
    map.insert("maxSelect".into(), json!(o.max_select));
    map.insert("required".into(), json!(o.required));
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Relation(o) = &field.options else { return None };
    let count = value.items().len();
    if count == 0 {
        return o.required.then(Problem::required);
    }
    if 0 < o.min_select && (count as i64) < o.min_select {
        return Some(check::limit("validation_not_enough_values", "Select at least {}.", "minSelect", json!(o.min_select)));
    }
    select::too_many(count, o.max_select)
}

fn check_options(field: &Field, around: &Surroundings, errors: &mut FieldErrors) {
    let Options::Relation(o) = &field.options else { return };
    note(errors, "collectionId", check::filled(&o.collection_id).or_else(|| bad_target(field, o, around)));
    note(errors, "minSelect", check::at_least(o.min_select, 0));
    let missing = (0 < o.min_select && o.max_select == 0).then(Problem::required);
    note(errors, "maxSelect", missing.or_else(|| check::at_least(o.max_select, o.min_select)));
}

fn bad_target(field: &Field, o: &RelationOptions, around: &Surroundings) -> Option<Problem> {
    let before = around.original.and_then(|c| c.fields.iter().find(|f| f.id == field.id)).and_then(Field::relation);
    if before.is_some_and(|b| b.collection_id != o.collection_id) {
        return Some(Problem::new("validation_field_relation_change", "The relation collection cannot be changed."));
    }
    let target = around.schema.find(&o.collection_id).filter(|c| c.id == o.collection_id && !c.internal);
    match target.map(|c| c.kind) {
        None => Some(Problem::new("validation_field_relation_missing_collection", "The relation collection doesn't exist.")),
        Some(Kind::View) if around.collection.kind != Kind::View => {
            let message = "Only view collections are allowed to have relations to other views.";
            Some(Problem::new("validation_relation_field_non_view_base_collection", message))
        }
        Some(_) => None,
    }
}
