//! Importing collections: what is created, changed and deleted, and how a refusal reads.

use super::{NOW, check_rule, start, with_new};
use luge::error::Result;
use luge::schema::edit::{self, ImportPlan};
use luge::schema::{Collection, Schema};
use serde_json::{Value as Json, json};

fn import(schema: &Schema, collections: Json, delete_missing: bool) -> Result<ImportPlan> {
    edit::import(schema, collections.as_array().expect("a list"), delete_missing, NOW, &check_rule)
}

fn bed() -> Schema {
    let fields = json!([{"name": "a", "type": "text", "id": "ida"}, {"name": "b", "type": "number"}]);
    with_new(&start(), json!({"name": "old", "id": "oldid", "fields": fields})).0
}

fn field_names(c: &Collection) -> Vec<&str> {
    c.fields.iter().map(|f| f.name.as_str()).collect()
}

#[test]
fn collections_may_point_to_each_other() {
    let plan = import(
        &bed(),
        json!([
            {"name": "x", "id": "xid", "fields": [{"name": "r", "type": "relation", "collectionId": "yid"}]},
            {"name": "y", "id": "yid", "fields": [{"name": "r", "type": "relation", "collectionId": "xid"}], "listRule": "r = ''"},
        ]),
        false,
    );
    let plan = plan.expect("a plan");
    assert_eq!((plan.create.len(), plan.update.len(), plan.delete.len()), (2, 0, 0));
}

#[test]
fn existing_ones_are_found_by_id_or_name_and_keep_what_was_not_sent() {
    let cases = [
        (json!({"id": "oldid", "name": "new"}), false, vec!["id", "a", "b"]),
        (json!({"name": "old", "fields": [{"name": "c", "type": "text"}]}), false, vec!["c", "id", "a", "b"]),
        (json!({"name": "old", "fields": [{"name": "c", "type": "text"}]}), true, vec!["c", "id"]),
        (json!({"name": "old", "fields": [{"name": "a", "type": "text", "id": "other"}]}), true, vec!["id", "a"]),
        (json!({"name": "old"}), true, vec!["id"]),
    ];
    for (body, delete_missing, wanted) in cases {
        let plan = import(&bed(), json!([body]), delete_missing).expect("a plan");
        let mut names = field_names(&plan.update[0]);
        let mut wanted = wanted;
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{body}");
        assert_eq!(plan.update[0].id, "oldid");
        // Only `users` is neither sent nor needed.
        assert_eq!(plan.delete.len(), usize::from(delete_missing));
    }
}

#[test]
fn refusals_name_the_collection_and_its_problems() {
    let cases = [
        (
            json!([{"name": "a b"}]),
            "Data validations failed for collection \"a b\" (pbc_2404009634):\n{\n  \"name\": \"must be in a valid format\"\n}.",
        ),
        (
            json!([{"name": "im1", "fields": [{"name": "a b", "type": "text"}]}]),
            "Data validations failed for collection \"im1\" (pbc_921445916):\n{\n  \"fields\": {\n    \"1\": {\n      \"name\": \"must be in a valid format\"\n    }\n  }\n}.",
        ),
        (
            json!([{"name": "im5"}, {"name": "im6", "listRule": "zz=1"}]),
            "Data validations failed for collection \"im6\" (pbc_2827531199):\n{\n  \"listRule\": \"Invalid rule. Raw error: invalid left operand \\\"zz\\\" - unknown field \\\"zz\\\"\"\n}.",
        ),
    ];
    for (bodies, wanted) in cases {
        let error = import(&bed(), bodies, false).expect_err("a refusal");
        let problem = error.fields.to_json()["collections"].clone();
        assert_eq!((error.status(), error.message.as_str()), (400, "Failed to import collections."));
        assert_eq!((problem["code"].as_str(), problem["message"].as_str()), (Some("validation_collections_import_failure"), Some(wanted)));
    }
    let error = import(&bed(), json!([]), false).expect_err("a refusal");
    assert_eq!(error.message, "An error occurred while validating the submitted data.");
    assert_eq!(error.fields.to_json()["collections"]["code"], "validation_required");
}
