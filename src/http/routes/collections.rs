//! Collections: for superusers only.

use super::Answer;
use crate::auth::providers::PROVIDERS;
use crate::commit::collections as edit;
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::http::extract::form::{self, Form, LOADING};
use crate::http::extract::{Ask, At, Submitted};
use crate::http::{answer, listing};
use crate::schema::{self, Collection, typescript, wire};
use axum::response::Response;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const MALFORMED_TYPE: &str = "Failed to load the collection type data due to invalid formatting.";
const MALFORMED: &str = "Failed to load the submitted data due to invalid formatting.";

/// A page of the collections.
pub async fn list(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let page = listing::page(&ask.view, &ask.request)?;
    Ok(answer::json(page))
}

/// One collection.
pub async fn view(ask: Ask, At(name): At<String>) -> Answer {
    ask.require_superuser()?;
    ask.answer(wire::to_json(find(&ask, &name)?))
}

/// A new collection.
pub async fn create(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.form(MALFORMED_TYPE).await?;
    ask.check_fields()?;
    let made = edit::create(ask.app.db(), &ask.authority, &form.values).await?;
    written(&ask, ask.answer(wire::to_json(&made))?)
}

/// A change of a collection.
pub async fn update(ask: Ask, At(name): At<String>, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let id = find(&ask, &name)?.id.clone();
    let form = body.form(MALFORMED).await?;
    ask.check_fields()?;
    let changed = edit::update(ask.app.db(), &ask.authority, &id, &form.values).await?;
    written(&ask, ask.answer(wire::to_json(&changed))?)
}

/// The end of a collection and all its records.
pub async fn delete(ask: Ask, At(name): At<String>) -> Answer {
    ask.require_superuser()?;
    edit::delete(ask.app.db(), &ask.authority, &find(&ask, &name)?.id).await?;
    written(&ask, answer::nothing())
}

/// The end of all records of a collection.
pub async fn truncate(ask: Ask, At(name): At<String>) -> Answer {
    ask.require_superuser()?;
    edit::truncate(ask.app.db(), &ask.authority, &find(&ask, &name)?.id).await?;
    written(&ask, answer::nothing())
}

/// Makes the collections those of a list.
pub async fn import(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.named_form(LOADING).await?;
    let collections = submitted_list(&form)?;
    edit::import(ask.app.db(), &ask.authority, &collections, form.flag("deleteMissing")?).await?;
    written(&ask, answer::nothing())
}

/// A blank collection of each type.
pub async fn scaffolds(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(Json::Object(schema::scaffolds()).to_string().into())
}

/// The collections as TypeScript types: what `luge types` writes, from a running server.
pub async fn types(ask: Ask) -> Answer {
    ask.require_superuser()?;
    Ok(answer::text(typescript::schema(&ask.view.schema)))
}

/// The OAuth2 providers that collections can name.
pub async fn providers(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let rows: Vec<Json> = PROVIDERS.iter().map(|p| json!({"name": p.name, "displayName": p.display_name, "logo": ""})).collect();
    ask.answer(Json::from(rows).to_string().into())
}

/// Views come later; until then it says so.
pub async fn dry_run_view(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let mut problems = FieldErrors::new();
    if body.named_form(LOADING).await?.text("query")?.is_empty() {
        problems.add("query", Problem::required());
    }
    form::check(problems)?;
    Err(Error::bad_request("Invalid view query. Raw error: \nview collections come with a later version.").into())
}

pub(super) fn find<'a>(ask: &'a Ask, name: &str) -> Result<&'a Arc<Collection>> {
    ask.view.collection(name).map_err(|_| Error::of(Code::NotFound))
}

/// An edit is visible once it is answered, so the position now is at or behind it.
fn written(ask: &Ask, response: Response) -> Answer {
    Ok(answer::at(response, ask.app.db().position()))
}

pub(super) fn submitted_list(form: &Form) -> Result<Vec<Json>> {
    match form.values.get("collections") {
        Some(Json::Array(items)) if items.iter().all(Json::is_object) && !items.is_empty() => Ok(items.clone()),
        None | Some(Json::Null) => missing(),
        Some(Json::Array(items)) if items.is_empty() => missing(),
        Some(_) => Err(Error::bad_request(LOADING)),
    }
}

fn missing() -> Result<Vec<Json>> {
    form::check(FieldErrors::one("collections", Problem::required())).map(|()| Vec::new())
}
