//! Signing in.

use super::Answer;
use crate::auth::password::{self, Attempt};
use crate::auth::{self, Grant, grant, methods as ways};
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::hooks::On;
use crate::http::extract::form::{self, Form, LOADING};
use crate::http::extract::{Ask, At, Submitted};
use crate::http::limits;
use crate::query::{Authority, Row, render_record};
use crate::rules::Request;
use crate::schema::AuthOptions;
use crate::value::json::write_string;
use serde_json::json;

/// How one can sign in to a collection.
pub async fn methods(ask: Ask, At(collection): At<String>) -> Answer {
    let collection = auth::collection(&ask.view, &collection)?;
    ask.answer(ways::describe(collection)?.to_string().into())
}

/// Signs in with an identity and a password.
pub async fn with_password(ask: Ask, At(collection): At<String>, body: Submitted) -> Answer {
    let collection = auth::collection(&ask.view, &collection)?;
    let options = password::allowed(collection)?;
    let form = body.at_most(limits::SIGN_IN).named_form(LOADING).await?;
    let (attempt, throttle) = (attempt(options, &form)?, ask.app.throttle());
    let tried = throttle.tried(&collection.id, &attempt.identity, ask.ip);
    let record = password::sign_in(ask.app.db(), throttle, tried, collection, attempt).await?;
    let request = Request { context: "password", body: form.values, ..ask.request.clone() };
    let granted = grant::grant(&ask.view, &ask.authority, &request, record, grant::fresh(ask.request.now))?;
    ask.app.scripts().signing_in(On::AuthPassword, &ask.authority, &ask.request, &granted.record).await?;
    signed_in(&ask, &granted)
}

/// Gives a new token for one that can be refreshed, and the same one back for others.
pub async fn refresh(ask: Ask, At(collection): At<String>) -> Answer {
    let (collection, session) = (ask.collection(&collection)?, ask.require_session()?);
    if session.record.collection.id != collection.id {
        let message = format!("The request requires auth record from {} collection.", session.record.collection.name);
        return Err(Error::new(Code::Forbidden, message).into());
    }
    let sign = |record: &_| match (session.claims.refreshable, crate::http::extract::ask::bearer(&ask.headers)) {
        (false, Some(token)) => Ok(token.to_owned()),
        _ => grant::fresh(ask.request.now)(record),
    };
    let granted = grant::grant(&ask.view, &ask.authority, &ask.request, session.record.clone(), sign)?;
    ask.app.scripts().signing_in(On::AuthRefresh, &ask.authority, &ask.request, &granted.record).await?;
    signed_in(&ask, &granted)
}

/// Lets a superuser act as someone else for a while.
pub async fn impersonate(ask: Ask, At((collection, id)): At<(String, String)>, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let collection = auth::collection(&ask.view, &collection)?;
    let record = ask.view.get(collection, &id)?.ok_or_else(|| Error::of(Code::NotFound))?.to_record();
    let form = body.at_most(limits::SIGN_IN).form(LOADING).await?;
    let seconds = duration(&form)?;
    let request = Request { body: form.values, ..ask.request.clone() };
    let granted = grant::grant(&ask.view, &ask.authority, &request, record, grant::impersonating(ask.request.now, seconds))?;
    ask.app.scripts().signing_in(On::AuthImpersonate, &ask.authority, &ask.request, &granted.record).await?;
    signed_in(&ask, &granted)
}

/// The answer to a sign-in: the record as it sees itself, and the token.
pub(super) fn signed_in(ask: &Ask, granted: &Grant) -> Answer {
    ask.check_address(&granted.record)?;
    let reader = Authority::of(Some(granted.record.clone()));
    let record = render_record(&ask.view, &reader, &ask.request, &Row::Record(granted.record.clone()), ask.param("expand"), "")?;
    let mut body = Vec::with_capacity(record.len() + granted.token.len() + 24);
    body.extend_from_slice(b"{\"record\":");
    body.extend_from_slice(&record);
    body.extend_from_slice(b",\"token\":");
    write_string(&mut body, &granted.token);
    body.push(b'}');
    ask.answer(body)
}

fn attempt(options: &AuthOptions, form: &Form) -> Result<Attempt> {
    let (identity, password, field) = (form.text("identity")?, form.text("password")?, form.text("identityField")?);
    let mut problems = FieldErrors::new();
    form::require(&mut problems, "identity", &identity, 255);
    form::require(&mut problems, "password", &password, 255);
    if 255 < field.chars().count() {
        problems.add("identityField", form::too_long(255));
    }
    if !field.is_empty() && !options.identity_fields.contains(&field) {
        problems.add("identityField", Problem::new("validation_in_invalid", "Must be a valid value."));
    }
    form::check(problems)?;
    Ok(Attempt { identity, password, field })
}

fn duration(form: &Form) -> Result<i64> {
    let seconds = form.int("duration")?;
    if seconds < 0 {
        let problem = Problem::new("validation_min_greater_equal_than_required", "Must be no less than 0.").with(json!({"threshold": 0}));
        form::check(FieldErrors::one("duration", problem))?;
    }
    Ok(seconds)
}
