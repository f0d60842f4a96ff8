//! `/api/settings`: for superusers only.

use super::Answer;
use crate::http::answer;
use crate::http::extract::form::LOADING;
use crate::http::extract::{Ask, Submitted};

/// The settings without their secrets.
pub async fn view(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(ask.app.settings().to_sent().to_string().into())
}

/// Merges what was submitted into the settings.
pub async fn update(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.form(LOADING).await?;
    ask.check_fields()?;
    // What is merged into must still be there when it is saved, or it would take back another's change.
    let app = ask.app.clone();
    let _turn = app.settings_turn().await;
    let changed = app.settings().merged(&form.nested())?;
    let (before, after) = (ask.app.settings().to_sent(), changed.to_sent());
    ask.app.scripts().settings(&ask.authority, &ask.request, &before, &after).await?;
    let position = ask.app.change_settings(ask.origin(), changed).await?;
    Ok(answer::at(view(ask).await?, position))
}
