//! `/api/setup`: the first superuser, for whoever has the link that the server printed.

use super::{Answer, auth};
use crate::auth::grant;
use crate::error::{Code, FieldErrors};
use crate::http::extract::form::{self, LOADING};
use crate::http::extract::{Ask, Submitted};
use crate::http::limits;
use serde_json::json;

/// Whether the first superuser can be made.
pub async fn state(ask: Ask) -> Answer {
    let setup = ask.app.setup();
    let first = !crate::auth::superuser::any(&ask.view)?;
    let open = first && setup.is_open(ask.request.now);
    ask.answer(json!({"open": open, "needed": first}).to_string().into())
}

/// Makes the first superuser and signs in as it.
pub async fn finish(ask: Ask, body: Submitted) -> Answer {
    let form = body.at_most(limits::SIGN_IN).named_form(LOADING).await?;
    let (token, email, password) = (form.text("token")?, form.text("email")?, form.text("password")?);
    let mut problems = FieldErrors::new();
    form::require(&mut problems, "token", &token, 255);
    form::require(&mut problems, "email", &email, 255);
    form::require(&mut problems, "password", &password, 255);
    form::check(problems)?;
    ask.check_fields()?;
    let (app, now) = (&ask.app, ask.request.now);
    let tried = app.throttle().tried("setup", "", ask.ip);
    app.throttle().check(tried, now)?;
    let made = app.setup().finish(app.db(), &token, &email, &password).await;
    if made.as_ref().is_err_and(|e| e.code == Code::Forbidden) {
        app.throttle().failed(tried, now);
    }
    let granted = grant::grant(&app.db().view(), &ask.authority, &ask.request, made?, grant::fresh(now))?;
    auth::signed_in(&ask, &granted)
}
