//! `/api/changes` and the history of records.

use super::Answer;
use crate::error::{Code, Error, Result};
use crate::http::answer;
use crate::http::extract::{Ask, At};
use crate::query::scope::ViewScope;
use crate::query::{Authority, allowed, render};
use crate::realtime::feed::{Fed, Feed};
use crate::realtime::history::{self, Part};
use axum::http::{HeaderValue, header};
use std::str::FromStr;
use std::time::Duration;

/// The most changes of an answer, but for those of the last transaction.
const MAX_LIMIT: usize = 1000;
/// The longest wait, in seconds.
const MAX_WAIT: u64 = 60;
/// The most changes of a page of a history.
const MAX_HISTORY: usize = 200;

/// The log, as the one who is asking may see it.
pub async fn feed(ask: Ask) -> Answer {
    let since = match ask.param("since") {
        "" => None,
        text => Some(text.parse()?),
    };
    let collections = ask.param("collection").split(',').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
    let feed = Feed {
        since,
        collections,
        filter: ask.param("filter").to_owned(),
        limit: number(&ask, "limit", 100)?.clamp(1, MAX_LIMIT),
        wait: Duration::from_secs(number(&ask, "wait", 0)?.min(MAX_WAIT)),
        session: ask.session.clone(),
    };
    let fed = ask.app.realtime().feed(feed).await?;
    let accepts = ask.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let lines = ask.param("format") == "ndjson" || accepts.contains("application/x-ndjson");
    let (body, format) = if lines { (as_lines(&fed), "application/x-ndjson") } else { (as_json(&fed), "application/json") };
    let mut response = answer::at(answer::json(body), fed.position);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format));
    Ok(response)
}

fn as_json(fed: &Fed) -> Vec<u8> {
    let mut out = b"{\"items\":[".to_vec();
    out.extend(fed.items.join(&b','));
    out.extend(format!("],\"position\":\"{}\"}}", fed.position).bytes());
    out
}

/// A change on each line, and the position on the last one.
fn as_lines(fed: &Fed) -> Vec<u8> {
    let mut out: Vec<u8> = fed.items.iter().flat_map(|item| item.iter().copied().chain([b'\n'])).collect();
    out.extend(format!("{{\"position\":\"{}\"}}\n", fed.position).bytes());
    out
}

/// What became of a record: for superusers, and for those whom the manage rule names.
pub async fn history(ask: Ask, At((collection, id)): At<(String, String)>) -> Answer {
    let collection = ask.view.collection(&collection)?.clone();
    let hidden = ask.authority.bypasses_rules();
    if !hidden {
        require_manager(&ask, &collection, &id)?;
    }
    let before = match ask.param("before") {
        "" => None,
        _ => Some(number(&ask, "before", 0u64)?),
    };
    let part = Part { before, limit: number(&ask, "limit", 50)?.clamp(1, MAX_HISTORY), hidden };
    let db = ask.app.db().clone();
    let read = tokio::task::spawn_blocking(move || history::read(&db, &collection, &id, &part));
    let body = read.await.map_err(Error::internal)??;
    ask.answer(body.to_string().into())
}

fn require_manager(ask: &Ask, collection: &std::sync::Arc<crate::schema::Collection>, id: &str) -> Result<()> {
    if matches!(ask.authority, Authority::Actor(None)) {
        ask.require_session()?;
    }
    let Some(row) = ask.view.get(collection, id)? else { return Err(Error::of(Code::NotFound)) };
    if !allowed(&ask.view, &ask.authority, &ask.request, collection, &collection.rules.view, &row)? {
        return Err(Error::of(Code::NotFound));
    }
    let scope = ViewScope::new(&ask.view, &ask.authority, &ask.request);
    match render::manages(&ask.view, &ask.authority, &scope, &row)? {
        true => Ok(()),
        false => Err(Error::new(Code::Forbidden, "Only superusers, and those whom the manage rule names, may see the history.")),
    }
}

/// A parameter that is a whole number.
fn number<T: FromStr>(ask: &Ask, name: &str, default: T) -> Result<T> {
    match ask.param(name) {
        "" => Ok(default),
        text => text.parse().map_err(|_| Error::bad_request(format!("{name} is a whole number."))),
    }
}
