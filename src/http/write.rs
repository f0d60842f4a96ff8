//! Committing what a request asks for, and the answer: position, revision, and the first answer again for a repeated key.

use super::answer;
use super::extract::Ask;
use crate::commit::{Idempotency, Op, Refused, Remembered, Render, Transaction, commit};
use crate::error::{Error, Result};
use crate::query::{Authority, Row, render_record};
use crate::rules::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use std::sync::Arc;
use std::time::Instant;

/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 64;

/// Commits one step; the answer is the record, or nothing when it is gone.
pub async fn one(ask: &Ask, op: Op) -> Result<Response, Refused> {
    let (expand, fields) = (ask.param("expand").to_owned(), ask.param("fields").to_owned());
    ask.check_fields()?;
    let (authority, request) = (ask.authority.clone(), ask.request.clone());
    let render: Render = Arc::new(move |view, records| match records.first() {
        Some(Some(record)) => Ok((200, render_record(view, &authority, &request, &Row::Record(record.clone()), &expand, &fields)?)),
        _ => Ok((204, Vec::new())),
    });
    all(ask, vec![op], Vec::new(), None, render).await
}

/// Commits all steps or none; the answer is what `render` makes of them. `each` has the requests of the steps where they have their own,
/// `until` the end of the time that they may take.
pub async fn all(ask: &Ask, ops: Vec<Op>, each: Vec<Request>, until: Option<Instant>, render: Render) -> Result<Response, Refused> {
    let single = ops.len() == 1;
    let idempotency = idempotency(ask)?;
    let (authority, request) = (ask.authority.clone(), ask.request.clone());
    let tx = Transaction { authority, request, each, origin: ask.origin(), ops, answer: Some(render), idempotency, until };
    let done = commit(ask.app.db(), tx).await?;
    let answer = done.answer.ok_or_else(|| Error::internal("a commit was not given its answer"))?;
    let Remembered { status, body, position } = answer;
    let tag = match done.records.first() {
        Some(Some(record)) if single => Some(answer::tag(record.rev, &body)),
        _ => None,
    };
    let response = answer::at(made(status, body), position);
    Ok(match tag {
        Some(tag) => answer::tagged(response, &tag),
        None => response,
    })
}

fn made(status: u16, body: Vec<u8>) -> Response {
    if body.is_empty() {
        return answer::status(StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT));
    }
    answer::json(body)
}

fn idempotency(ask: &Ask) -> Result<Option<Idempotency>> {
    let Some(value) = ask.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|k| !k.is_empty() && k.len() <= LONGEST_KEY).map(str::to_owned);
    let key = key.ok_or_else(|| Error::bad_request(format!("Idempotency-Key must have 1 to {LONGEST_KEY} visible ASCII characters.")))?;
    // Guests have nothing else to tell them apart, and one must not read another's answer.
    let actor = match &ask.authority {
        Authority::Actor(None) => format!("guest {}", ask.ip),
        _ => ask.origin().actor,
    };
    Ok(Some(Idempotency { key, actor }))
}

/// The revision that `If-Match` asks for. One that is not ours matches nothing.
pub fn if_match(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if text == "*" { None } else { Some(revision(text)) }
}

/// Whether `If-None-Match` names this tag.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag))
}

/// The revision in an entity tag: all of it, or what stands before the digest of the body.
pub fn revision(tag: &str) -> u64 {
    let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
    // No record has the highest number as its revision.
    tag.split('-').next().and_then(|rev| rev.parse().ok()).unwrap_or(u64::MAX)
}
