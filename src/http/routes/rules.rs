//! `/api/rules`: checking and trying rules while they are written, for superusers.

mod tell;

use super::Answer;
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::http::extract::form::{self, Form, LOADING};
use crate::http::extract::{Ask, Submitted};
use crate::query::trial::Trial;
use crate::query::{Authority, Row};
use crate::rules::{self, Request, Who, words};
use crate::schema::{Collection, Record, Schema, edit, patch};
use crate::value::{Value, time};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tell::{mistake, verdict};

/// What a text can be checked as.
const CHECKED: &[&str] = &["list", "view", "create", "update", "delete", "manage", "auth", "mfa", "filter", "sort"];

/// What a rule can be tried for.
const TRIED: &[&str] = &["list", "view", "create", "update", "delete", "manage"];

/// A collection and the schema with it.
type Drafted = (Arc<Schema>, Arc<Collection>);

/// The words that a rule of a collection may use.
pub async fn words(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let collection = ask.view.collection(ask.param("collection"))?;
    ask.answer(words::words(&ask.view.schema, collection).to_string().into())
}

/// Whether a rule, a filter or a sort can be compiled.
pub async fn check(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.named_form(LOADING).await?;
    let (kind, rule) = (kind(&form, CHECKED)?, form.text("rule")?);
    let (schema, collection) = match drafted(&ask, &form)? {
        Ok(found) => found,
        Err(why) => return ask.answer(json!({"ok": false, "message": why, "from": 0, "to": 0, "draft": true}).to_string().into()),
    };
    let checked = match kind {
        _ if rule.is_empty() => Ok(()),
        "sort" => rules::check_sort(&schema, &collection, &rule, Who::Superuser),
        "filter" => rules::check_text(&schema, &collection, &rule, Who::Superuser),
        _ => rules::check_text(&schema, &collection, &rule, Who::Rule),
    };
    let told = match checked {
        Ok(()) => json!({"ok": true}),
        Err(fault) => mistake(&fault, &rule, json!({"ok": false})),
    };
    ask.answer(told.to_string().into())
}

/// What a rule says of someone and a record, and why.
pub async fn attempt(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.named_form(LOADING).await?;
    let kind = kind(&form, TRIED)?;
    let collection = ask.view.collection(&form.text("collection")?)?.clone();
    let rule = rule(&form, &collection, kind)?;
    let authority = actor(&ask, &form)?;
    let creating = kind == "create";
    let mut request = request(&ask, &form, kind)?;
    let row = if creating { new_record(&collection, &authority, &mut request) } else { record(&ask, &form, &collection)? };
    if kind == "update" {
        let superuser = authority.bypasses_rules();
        request.body = patch::apply(&collection, &row.to_record(), &request.body, superuser).body;
    }
    let trial =
        Trial { view: &ask.view, authority: &authority, request: &request, collection: &collection, rule: &rule, row: &row, creating };
    let told = verdict(&trial.run()?, rule.as_deref(), kind);
    ask.answer(told.to_string().into())
}

/// The collection as it is edited at the moment, with the others around it. The inner error says what is wrong with the draft.
fn drafted(ask: &Ask, form: &Form) -> Result<Result<Drafted, String>> {
    let name = form.text("collection")?;
    let schema = &ask.view.schema;
    let current = if name.is_empty() { None } else { Some(ask.view.collection(&name)?) };
    let draft = match (form.values.get("draft"), current) {
        (Some(Json::Object(draft)), _) => draft,
        (None | Some(Json::Null), Some(current)) => return Ok(Ok((schema.clone(), current.clone()))),
        (None | Some(Json::Null), None) => return missing("collection"),
        _ => return Err(Error::bad_request(LOADING)),
    };
    let now = time::from_millis(ask.request.now);
    let any_rule: edit::CheckRule = &|_, _, _| Ok(());
    let made = match current {
        Some(current) => edit::update(schema, current, draft, &now, any_rule),
        None => edit::create(schema, draft, &now, any_rule),
    };
    Ok(made.map_err(|e| format!("The collection itself has mistakes: {e}")).map(|collection| {
        let collection = Arc::new(collection);
        (Arc::new(schema.with([collection.clone()])), collection)
    }))
}

fn kind<'k>(form: &Form, known: &[&'k str]) -> Result<&'k str> {
    let kind = form.text("kind")?;
    let found = known.iter().find(|k| **k == kind).copied();
    found.ok_or_else(|| {
        let problem = Problem::new("validation_in_invalid", format!("Must be one of {}.", known.join(", ")));
        Error::bad_request(form::VALIDATING).with_fields(FieldErrors::one("kind", problem))
    })
}

/// The rule that was sent, else the stored one.
fn rule(form: &Form, collection: &Collection, kind: &str) -> Result<Option<String>> {
    match form.values.get("rule") {
        Some(Json::Null) => return Ok(None),
        Some(_) => return form.text("rule").map(Some),
        None => {}
    }
    Ok(match kind {
        "manage" => collection.auth.as_ref().and_then(|o| o.manage_rule.clone()),
        _ => collection.rules.by_key().into_iter().find(|(key, _)| key.trim_end_matches("Rule") == kind).and_then(|(_, rule)| rule.clone()),
    })
}

/// As whom it is tried; nobody is a guest.
fn actor(ask: &Ask, form: &Form) -> Result<Authority> {
    let (collection, id) = match form.values.get("actor") {
        None | Some(Json::Null) => return Ok(Authority::guest()),
        Some(actor) => (actor["collection"].as_str().unwrap_or_default(), actor["id"].as_str().unwrap_or_default()),
    };
    let found = match ask.view.collection(collection) {
        Ok(collection) if collection.is_auth() => ask.view.get(collection, id)?,
        _ => None,
    };
    match found {
        Some(row) => Ok(Authority::of(Some(row.to_record()))),
        None => missing("actor"),
    }
}

fn record(ask: &Ask, form: &Form, collection: &Arc<Collection>) -> Result<Row> {
    let id = form.text("record")?;
    if id.is_empty() {
        return missing("record");
    }
    ask.view.get(collection, &id)?.ok_or_else(|| Error::new(Code::NotFound, format!("There is no record {id} in {}.", collection.name)))
}

/// A record as a create rule sees it: with what was submitted, before anything is generated.
fn new_record(collection: &Arc<Collection>, authority: &Authority, request: &mut Request) -> Row {
    let patched = patch::apply(collection, &Record::new(collection.clone()), &request.body, authority.bypasses_rules());
    request.body = patched.body;
    let mut record = patched.record;
    if record.id().is_empty() {
        record.set(0, Value::text("__temp_id__"));
    }
    record.set_named("verified", Value::Bool(false));
    Row::Record(Arc::new(record))
}

/// The request that the rule sees.
fn request(ask: &Ask, form: &Form, kind: &str) -> Result<Request> {
    let texts = |name: &str| -> BTreeMap<String, String> {
        let map = form.values.get(name).and_then(Json::as_object);
        let text = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        map.map(|m| m.iter().map(|(k, v)| (k.clone(), text(v))).collect()).unwrap_or_default()
    };
    let body = match form.values.get("body") {
        None | Some(Json::Null) => Map::new(),
        Some(Json::Object(body)) => body.clone(),
        Some(_) => return Err(Error::bad_request(LOADING)),
    };
    let usual = match kind {
        "create" => "POST",
        "update" | "manage" => "PATCH",
        "delete" => "DELETE",
        _ => "GET",
    };
    let method = form.text("method")?;
    let headers = texts("headers").into_iter().map(|(name, value)| (name.to_ascii_lowercase().replace('-', "_"), value)).collect();
    Ok(Request {
        context: "default",
        method: if method.is_empty() { usual.to_owned() } else { method.to_ascii_uppercase() },
        query: texts("query"),
        headers,
        body,
        now: ask.request.now,
    })
}

fn missing<T>(name: &str) -> Result<T> {
    Err(Error::bad_request(form::VALIDATING).with_fields(FieldErrors::one(name, Problem::required())))
}
