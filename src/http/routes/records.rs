//! Records: list, view, create, update, delete.

use super::Answer;
use crate::commit::Op;
use crate::error::{Code, Error, Result};
use crate::hooks::On;
use crate::http::busy::busy;
use crate::http::extract::body::Data;
use crate::http::extract::{Ask, At, Submitted};
use crate::http::{answer, limits, write};
use crate::query;
use crate::schema::{Collection, Options};
use axum::http::StatusCode;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use std::time::Instant;

/// A page of the records that the list rule shows.
pub async fn list(ask: Ask, At(collection): At<String>) -> Answer {
    let collection = ask.view.collection(&collection)?;
    let wanted = query::Ask::parse(&ask.request.query)?;
    let list = query::prepare(&ask.view, &ask.authority, &ask.request, collection, &wanted)?;
    let started = Instant::now();
    let page = if list.is_cheap() { list.run()? } else { busy(|| list.run())? };
    let (took, slow) = (started.elapsed(), &ask.app.stats().queries);
    if slow.threshold() <= took {
        let (query, one) = list.profile(&page, took, ask.request.now);
        slow.note(query, one);
    }
    if ask.app.scripts().listens_to(On::List, collection) {
        let body = ask.app.scripts().listed(collection, &ask.authority, &ask.request, page.body).await?;
        return Ok(answer::json(body));
    }
    Ok(answer::json(page.body))
}

/// One record. A client that has this very answer already gets a 304.
pub async fn view(ask: Ask, At((collection, id)): At<(String, String)>) -> Answer {
    let collection = ask.view.collection(&collection)?;
    let found = query::view(&ask.view, &ask.authority, &ask.request, collection, &id, ask.param("expand"), ask.param("fields"))?;
    let found = found.ok_or_else(|| Error::of(Code::NotFound))?;
    if ask.app.scripts().listens_to(On::View, collection) {
        // What a script adds has no revision.
        let body = ask.app.scripts().viewed(collection, &ask.authority, &ask.request, found.body).await?;
        return Ok(answer::json(body));
    }
    let tag = answer::tag(found.rev, &found.body);
    let response = match write::is_known(&ask.headers, &tag) {
        true => answer::status(StatusCode::NOT_MODIFIED),
        false => answer::json(found.body),
    };
    Ok(answer::tagged(response, &tag))
}

/// A new record.
pub async fn create(ask: Ask, At(collection): At<String>, body: Submitted) -> Answer {
    let collection = ask.collection(&collection)?.clone();
    let body = values(&collection, body.read(limits::record_body(&collection)).await?)?;
    Ok(write::one(&ask, Op::Create { collection, body }).await.map_err(Error::from)?)
}

/// A change of a record.
pub async fn update(ask: Ask, At((collection, id)): At<(String, String)>, body: Submitted) -> Answer {
    let collection = ask.collection(&collection)?.clone();
    let body = values(&collection, body.read(limits::record_body(&collection)).await?)?;
    let if_match = write::if_match(&ask.headers);
    Ok(write::one(&ask, Op::Update { collection, id, body, if_match }).await.map_err(Error::from)?)
}

/// The end of a record.
pub async fn delete(ask: Ask, At((collection, id)): At<(String, String)>) -> Answer {
    let collection = ask.view.collection(&collection)?.clone();
    let if_match = write::if_match(&ask.headers);
    Ok(write::one(&ask, Op::Delete { collection, id, if_match }).await.map_err(Error::from)?)
}

/// The submitted values. Parts that would upload a file are refused, so that nobody believes it was stored.
pub fn values(collection: &Arc<Collection>, data: Data) -> Result<Map<String, Json>> {
    let is_file = |name: &&String| {
        let name = name.trim_start_matches('+').trim_end_matches('+');
        collection.field(name).is_some_and(|f| matches!(f.options, Options::File(_)))
    };
    match data.files.iter().find(is_file) {
        Some(name) => Err(Error::bad_request(format!("This version cannot store files yet: leave out the upload for {name:?}."))),
        None => Ok(data.values),
    }
}
