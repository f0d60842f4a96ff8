//! The words that an expression about a collection may use: what an editor completes.

use super::functions::FUNCTIONS;
use super::macros::MACROS;
use crate::schema::{Collection, Field, Options, Schema};
use serde_json::{Value as Json, json};

const OPERATORS: &[(&str, &str)] = &[
    ("=", "equals"),
    ("!=", "does not equal"),
    (">", "is greater than"),
    (">=", "is greater than or equals"),
    ("<", "is less than"),
    ("<=", "is less than or equals"),
    ("~", "contains, or matches a pattern with %"),
    ("!~", "does not contain"),
    ("?=", "one of them equals"),
    ("?!=", "one of them does not equal"),
    ("?>", "one of them is greater than"),
    ("?>=", "one of them is greater than or equals"),
    ("?<", "one of them is less than"),
    ("?<=", "one of them is less than or equals"),
    ("?~", "one of them contains"),
    ("?!~", "one of them does not contain"),
];

const MODIFIERS: &[(&str, &str)] = &[
    (":isset", "whether it was sent: @request.body.title:isset"),
    (":changed", "whether it was sent and differs from what is stored: @request.body.title:changed"),
    (":length", "how many items it has"),
    (":each", "every item must fulfil the condition"),
    (":lower", "its letters in small"),
];

/// All of them. Relations are followed one step.
pub fn words(schema: &Schema, collection: &Collection) -> Json {
    let macros: Vec<Json> = MACROS.iter().map(|m| json!({"name": m.name, "help": m.help})).collect();
    let functions: Vec<Json> = FUNCTIONS.iter().map(|f| json!({"name": f.name, "arguments": f.arguments, "help": f.help})).collect();
    let operators: Vec<Json> = OPERATORS.iter().map(|(text, help)| json!({"operator": text, "help": help})).collect();
    let modifiers: Vec<Json> = MODIFIERS.iter().map(|(text, help)| json!({"name": text, "help": help})).collect();
    let others = schema.all().iter().filter(|c| !c.internal);
    let collections: Vec<Json> = others.map(|c| json!({"path": format!("@collection.{}", c.name), "target": c.name})).collect();
    json!({
        "fields": fields(schema, collection),
        "request": request(schema, collection),
        "collections": collections,
        "macros": macros,
        "functions": functions,
        "operators": operators,
        "modifiers": modifiers,
    })
}

fn fields(schema: &Schema, collection: &Collection) -> Vec<Json> {
    let mut out = own(schema, collection, "");
    let targets = collection.fields.iter().filter_map(|f| Some((f.name.clone(), schema.find(&f.relation()?.collection_id)?)));
    for (path, target) in targets {
        out.extend(own(schema, target, &format!("{path}.")));
    }
    for (other, field) in schema.referring(&collection.id) {
        let path = format!("{}_via_{}", other.name, field.name);
        out.push(json!({"path": path, "type": "back", "target": other.name}));
        out.extend(own(schema, other, &format!("{path}.")));
    }
    out
}

fn own(schema: &Schema, collection: &Collection, before: &str) -> Vec<Json> {
    let mut out = Vec::new();
    for field in collection.fields.iter().filter(|f| !matches!(f.options, Options::Password(_))) {
        out.push(word(schema, field, format!("{before}{}", field.name)));
        if matches!(field.options, Options::GeoPoint { .. }) {
            out.extend(["lon", "lat"].map(|part| json!({"path": format!("{before}{}.{part}", field.name), "type": "number"})));
        }
    }
    out
}

fn word(schema: &Schema, field: &Field, path: String) -> Json {
    let target = field.relation().and_then(|r| schema.find(&r.collection_id)).map(|c| c.name.clone());
    match target {
        Some(target) => json!({"path": path, "type": field.type_name(), "target": target}),
        None => json!({"path": path, "type": field.type_name()}),
    }
}

fn request(schema: &Schema, collection: &Collection) -> Vec<Json> {
    let text = |path: &str| json!({"path": path, "type": "text"});
    let mut out: Vec<Json> = ["@request.context", "@request.method"].map(text).into();
    out.extend(["@request.query.", "@request.headers."].map(|path| json!({"path": path, "type": "open"})));
    out.extend(["@request.auth.collectionId", "@request.auth.collectionName"].map(text));
    for actor in schema.all().iter().filter(|c| c.is_auth() && !c.is_superusers()) {
        for found in own(schema, actor, "@request.auth.") {
            if out.iter().all(|known| known["path"] != found["path"]) {
                out.push(found);
            }
        }
    }
    out.extend(own(schema, collection, "@request.body."));
    out
}
