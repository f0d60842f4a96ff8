//! `/api/collections/preview`: what an edit of the collections would do, before it is done.

use super::Answer;
use super::collections::{find, submitted_list};
use crate::commit::collections::Change;
use crate::commit::preview::{Effect, preview};
use crate::error::{Code, Error, Result};
use crate::http::busy::busy;
use crate::http::extract::form::{Form, LOADING};
use crate::http::extract::{Ask, Submitted};
use crate::http::fail;
use crate::schema::{Collection, Field, Index, field, wire};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Keys of a collection that are told in another way, or that mean nothing.
const TOLD: &[&str] = &["id", "name", "type", "fields", "indexes", "created", "updated", "system"];

/// What would happen, or the error that the edit would give.
pub async fn run(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.named_form(LOADING).await?;
    let change = change(&ask, &form)?;
    let told = match busy(|| preview(ask.app.db(), &change)) {
        Ok(effects) => json!({"error": null, "collections": effects.iter().map(effect).collect::<Vec<_>>()}),
        Err(error) if error.code == Code::Internal => return Err(error.into()),
        Err(error) => json!({"error": fail::body(&error), "collections": []}),
    };
    ask.answer(told.to_string().into())
}

fn change(ask: &Ask, form: &Form) -> Result<Change> {
    if form.values.contains_key("collections") {
        return Ok(Change::Import { collections: submitted_list(form)?, delete_missing: form.flag("deleteMissing")? });
    }
    let name = form.text("collection")?;
    let id = if name.is_empty() { None } else { Some(find(ask, &name)?.id.clone()) };
    if let (Some(id), true) = (&id, form.flag("delete")?) {
        return Ok(Change::Delete { id: id.clone() });
    }
    let Some(Json::Object(body)) = form.values.get("change") else { return Err(Error::bad_request(LOADING)) };
    Ok(match id {
        Some(id) => Change::Update { id, body: body.clone() },
        None => Change::Create { body: body.clone() },
    })
}

fn effect(effect: &Effect) -> Json {
    let (before, after) = (effect.before.as_deref(), effect.after.as_deref());
    let Some(shown) = after.or(before) else { return Json::Null };
    let renamed = before.filter(|b| b.name != shown.name).map(|b| b.name.as_str());
    let (rules, options) = (rules(before, after), options(before, after));
    let fields = fields(effect);
    let is_same = effect.diff.is_empty() && renamed.is_none() && rules.is_empty() && options.is_empty() && fields["changed"] == json!([]);
    let action = match (before, after) {
        (None, _) => "create",
        (_, None) => "delete",
        _ if is_same => "none",
        _ => "update",
    };
    json!({
        "action": action, "id": shown.id, "name": shown.name, "previousName": renamed, "type": shown.kind.name(),
        "records": effect.records, "recordsLost": if after.is_none() { effect.records } else { 0 },
        "fields": fields, "indexes": indexes(effect), "rules": rules, "options": options, "signsOut": signs_out(before, after),
    })
}

fn fields(effect: &Effect) -> Json {
    let of = |c: &Option<std::sync::Arc<Collection>>, number: u16| c.as_ref().and_then(|c| c.field_by_number(number)).cloned();
    let named = |f: &Field| json!({"id": f.id, "name": f.name, "type": f.type_name()});
    let values = |number: &u16| effect.values.get(number).copied().unwrap_or_default();
    let dropped = effect.diff.removed.iter().filter_map(|n| {
        let mut told = named(&of(&effect.before, *n)?);
        told["values"] = json!(values(n));
        Some(told)
    });
    let renamed = effect.diff.renamed.iter().filter_map(|(n, from, to)| {
        let field = of(&effect.after, *n)?;
        Some(json!({"id": field.id, "type": field.type_name(), "from": from, "to": to, "values": values(n)}))
    });
    let shape = |f: &Field| if f.is_multi() { "multiple" } else { "single" };
    let converted = effect.diff.converted.iter().filter_map(|n| {
        let (old, new) = (of(&effect.before, *n)?, of(&effect.after, *n)?);
        let mut told = named(&new);
        (told["from"], told["to"]) = (json!(shape(&old)), json!(shape(&new)));
        (told["values"], told["losing"]) = (json!(values(n)), json!(effect.losing.get(n).copied().unwrap_or_default()));
        Some(told)
    });
    let changed = effect.after.iter().flat_map(|c| &c.fields).filter_map(|new| {
        let options = differing(&field::to_json(&of(&effect.before, new.number)?), &field::to_json(new), &["name", "id"]);
        let mut told = named(new);
        told["options"] = json!(options);
        (!options.is_empty()).then_some(told)
    });
    json!({
        "added": effect.diff.added.iter().filter_map(|n| of(&effect.after, *n)).map(|f| named(&f)).collect::<Vec<_>>(),
        "dropped": dropped.collect::<Vec<_>>(),
        "renamed": renamed.collect::<Vec<_>>(),
        "converted": converted.collect::<Vec<_>>(),
        "changed": changed.collect::<Vec<_>>(),
    })
}

fn indexes(effect: &Effect) -> Json {
    let told = |index: &Index| json!({"name": index.name, "sql": index.sql, "unique": index.unique});
    let built = effect.diff.build.iter().zip(&effect.entries).map(|(index, rows)| {
        let mut told = told(index);
        told["rows"] = json!(rows);
        told
    });
    let old = effect.before.iter().flat_map(|c| &c.indexes);
    let goes = |index: &&Index| effect.after.is_none() || effect.diff.dropped.contains(&index.number);
    json!({"built": built.collect::<Vec<_>>(), "dropped": old.filter(goes).map(told).collect::<Vec<_>>()})
}

fn rules(before: Option<&Collection>, after: Option<&Collection>) -> Vec<Json> {
    let Some(after) = after else { return Vec::new() };
    let old = before.map(all_rules).unwrap_or_default();
    let changed = all_rules(after).into_iter().filter_map(|(key, to)| {
        let from = old.iter().find(|(known, _)| *known == key).and_then(|(_, rule)| rule.clone());
        (from != to).then(|| json!({"rule": key, "from": from, "to": to}))
    });
    changed.collect()
}

fn all_rules(collection: &Collection) -> Vec<(&'static str, Option<String>)> {
    let mut all: Vec<_> = collection.rules.by_key().into_iter().map(|(key, rule)| (key, rule.clone())).collect();
    if let Some(auth) = &collection.auth {
        all.push(("authRule", auth.auth_rule.clone()));
        all.push(("manageRule", auth.manage_rule.clone()));
    }
    all
}

/// The other keys that differ. A new collection and one that goes have nothing to compare with.
fn options(before: Option<&Collection>, after: Option<&Collection>) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let map = |c: &Collection| serde_json::from_slice::<Json>(&wire::to_json(c)).unwrap_or_default();
    let rules = all_rules(after).into_iter().map(|(key, _)| key);
    let told: Vec<&str> = TOLD.iter().copied().chain(rules).collect();
    differing(&map(before), &map(after), &told)
}

fn differing(before: &Json, after: &Json, besides: &[&str]) -> Vec<String> {
    let none = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter().filter(|k| !besides.contains(&k.as_str()) && before.get(*k) != after.get(*k)).cloned().collect()
}

/// With another secret, every token of before is worth nothing.
fn signs_out(before: Option<&Collection>, after: Option<&Collection>) -> bool {
    let secret = |c: Option<&Collection>| c.and_then(|c| c.auth.as_ref()).map(|a| a.auth_token.secret.clone());
    before.is_some() && after.is_some() && secret(before) != secret(after)
}
