//! `/api/hooks` and `/api/plugins`: scripts, their log, schedules, jobs and plugins, for superusers.

use super::Answer;
use crate::error::{Error, Result};
use crate::hooks::{dead, docs, queue};
use crate::http::answer;
use crate::http::extract::form::{Form, LOADING};
use crate::http::extract::{Ask, At, Submitted};
use serde_json::{Map, Value as Json, json};
use std::time::Duration;

/// The longest wait of a long poll, in seconds.
const WAIT: u64 = 25;

/// All files.
pub async fn scripts(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(ask.app.scripts().files()?.to_string().into())
}

/// One file.
pub async fn script(ask: Ask, At(file): At<String>) -> Answer {
    ask.require_superuser()?;
    ask.answer(ask.app.scripts().read_file(&file)?.to_string().into())
}

/// Checks and saves a file.
pub async fn save(ask: Ask, At(file): At<String>, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.form(LOADING).await?;
    let (text, force) = (form.text("text")?, form.flag("force")?);
    let scripts = ask.app.scripts().clone();
    let saved = aside(move || {
        let diagnostics = scripts.check(&file, &text)?;
        if !diagnostics.is_empty() && !force {
            return Ok(
                json!({"data": {}, "message": "The script has a mistake, so it was not saved.", "status": 400, "diagnostics": diagnostics}),
            );
        }
        let report = scripts.save(&file, &text)?;
        let mut saved = scripts.read_file(&file)?;
        (saved["diagnostics"], saved["loaded"]) = (json!(report.diagnostics), report.loaded.into());
        Ok(saved)
    });
    let saved = saved.await?;
    let refused = saved["status"] == 400;
    let mut response = answer::json(saved.to_string());
    if refused {
        *response.status_mut() = axum::http::StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// Deletes a file.
pub async fn delete(ask: Ask, At(file): At<String>) -> Answer {
    ask.require_superuser()?;
    let scripts = ask.app.scripts().clone();
    aside(move || scripts.delete(&file)).await?;
    Ok(answer::nothing())
}

/// What would be wrong with a text.
pub async fn check(ask: Ask, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.form(LOADING).await?;
    let (file, text, scripts) = (form.text("file")?, form.text("text")?, ask.app.scripts().clone());
    let diagnostics = aside(move || scripts.check(&file, &text)).await?;
    ask.answer(json!({"diagnostics": diagnostics}).to_string().into())
}

/// What an editor can complete.
pub async fn completions(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(docs::completions().to_string().into())
}

/// The log of scripts.
pub async fn log(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let number = |name: &str, default: u64| ask.param(name).parse::<u64>().unwrap_or(default);
    let wait = Duration::from_secs(number("wait", 0).min(WAIT));
    let limit = usize::try_from(number("limit", 200)).unwrap_or(200).clamp(1, 2000);
    let lines = ask.app.scripts().log_lines(number("since", 0), limit, wait, ask.param("unit")).await;
    ask.answer(lines.to_string().into())
}

/// All schedules.
pub async fn crons(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(ask.app.scripts().crons(ask.app.db())?.to_string().into())
}

/// Runs a schedule now.
pub async fn run_cron(ask: Ask, At((unit, name)): At<(String, String)>) -> Answer {
    ask.require_superuser()?;
    ask.app.scripts().run_cron(&format!("{unit}/{name}")).await?;
    Ok(answer::nothing())
}

/// Jobs that wait, and dead letters.
pub async fn jobs(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let limit = ask.param("limit").parse::<usize>().unwrap_or(200).clamp(1, 1000);
    ask.answer(ask.app.scripts().jobs(ask.app.db(), limit)?.to_string().into())
}

/// Lets a job run at once.
pub async fn run_job(ask: Ask, At(id): At<String>) -> Answer {
    ask.require_superuser()?;
    queue::now(ask.app.db(), &id).await?;
    Ok(answer::nothing())
}

/// Forgets a job.
pub async fn delete_job(ask: Ask, At(id): At<String>) -> Answer {
    ask.require_superuser()?;
    queue::forget(ask.app.db(), &id).await?;
    Ok(answer::nothing())
}

/// Runs what failed for good once more.
pub async fn run_dead(ask: Ask, At(id): At<String>) -> Answer {
    ask.require_superuser()?;
    dead::again(ask.app.scripts(), ask.app.db(), &id).await?;
    Ok(answer::nothing())
}

/// Forgets a dead letter.
pub async fn delete_dead(ask: Ask, At(id): At<String>) -> Answer {
    ask.require_superuser()?;
    dead::forget(ask.app.db(), &id).await?;
    Ok(answer::nothing())
}

/// All plugins.
pub async fn plugins(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let scripts = ask.app.scripts();
    let all: Result<Vec<Json>> = scripts.plugins().iter().map(|p| scripts.describe(ask.app.db(), p)).collect();
    ask.answer(json!({"items": all?}).to_string().into())
}

/// Enables a plugin.
pub async fn enable(ask: Ask, At(name): At<String>) -> Answer {
    ask.require_superuser()?;
    ask.app.scripts().enable(ask.app.db(), &name).await?;
    plugin(&ask, &name)
}

/// Disables a plugin.
pub async fn disable(ask: Ask, At(name): At<String>) -> Answer {
    ask.require_superuser()?;
    ask.app.scripts().disable(ask.app.db(), &name).await?;
    plugin(&ask, &name)
}

/// Changes settings and secrets of a plugin.
pub async fn configure(ask: Ask, At(name): At<String>, body: Submitted) -> Answer {
    ask.require_superuser()?;
    let form = body.form(LOADING).await?;
    let (settings, secrets) = (group(&form, "settings")?, group(&form, "secrets")?);
    ask.app.scripts().configure(ask.app.db(), &name, &settings, &secrets).await?;
    plugin(&ask, &name)
}

fn plugin(ask: &Ask, name: &str) -> Answer {
    let scripts = ask.app.scripts();
    let plugin = scripts.plugin(name)?;
    ask.answer(scripts.describe(ask.app.db(), &plugin)?.to_string().into())
}

fn group(form: &Form, name: &str) -> Result<Map<String, Json>> {
    match form.values.get(name) {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(map)) => Ok(map.clone()),
        Some(_) => Err(Error::bad_request(LOADING)),
    }
}

/// Compiling and writing files belong on a thread that may wait.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
