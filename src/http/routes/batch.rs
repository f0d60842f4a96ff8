//! `/api/batch`: several writes in one transaction.

use super::Answer;
use crate::commit::{Op, Refused, Render};
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::http::extract::form::Form;
use crate::http::extract::{Ask, Submitted, params};
use crate::http::{answer, fail, write};
use crate::query::fields::Fields;
use crate::query::{Authority, Row, View, render_record};
use crate::rules::Request;
use crate::schema::Record;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most bytes when the settings name no number.
const DEFAULT_SIZE: usize = 128 << 20;

/// The longest address of an inner request, in bytes.
const LONGEST_URL: usize = 2000;

/// How long a batch may take when the settings name no time.
const DEFAULT_TIME: Duration = Duration::from_secs(3);

const FAILED: &str = "Batch transaction failed.";

const UNREADABLE: &str = "Failed to read the submitted batch data.";

/// One inner request: what it does, and what rules can know of it.
struct Step {
    op: Op,
    request: Request,
}

/// Does all inner requests or none.
pub async fn run(ask: Ask, body: Submitted) -> Answer {
    let settings = ask.app.settings();
    if !settings.batch.enabled || settings.batch.max_requests <= 0 {
        return Err(Error::new(Code::Forbidden, "Batch requests are not allowed.").into());
    }
    ask.check_fields()?;
    let size = usize::try_from(settings.batch.max_body_size).ok().filter(|s| 0 < *s).unwrap_or(DEFAULT_SIZE);
    let data = body.read(size).await.map_err(|e| if e.code == Code::TooLarge { e } else { Error { message: UNREADABLE.into(), ..e } })?;
    if !data.files.is_empty() {
        return Err(Error::bad_request("This version cannot store files yet: leave the uploads out of the batch.").into());
    }
    let requests = requests(&Form { values: data.values, untyped: data.untyped }, settings.batch.max_requests)?;
    let began = Instant::now();
    let mut steps = Vec::with_capacity(requests.len());
    for (i, request) in requests.iter().enumerate() {
        steps.push(step(&ask, request).map_err(|e| failed(i, &e))?);
    }
    let time = u64::try_from(settings.batch.timeout).ok().filter(|t| 0 < *t).map_or(DEFAULT_TIME, Duration::from_secs);
    commit(&ask, steps, began + time).await
}

async fn commit(ask: &Ask, steps: Vec<Step>, until: Instant) -> Answer {
    let (ops, each): (Vec<Op>, Vec<Request>) = steps.into_iter().map(|s| (s.op, s.request)).unzip();
    let (authority, inner, fields) = (ask.authority.clone(), each.clone(), ask.param("fields").to_owned());
    let render: Render = Arc::new(move |view, records| {
        let body = results(view, &authority, &inner, records)?;
        Ok((200, answer::picked(body, &fields)?))
    });
    write::all(ask, ops, each, Some(until), render).await.map_err(|Refused { op, error }| match op {
        Some(i) => failed(i, &error).into(),
        // As PocketBase says it: no step is at fault.
        None if error.code == Code::BadRequest => Error::bad_request(FAILED).because(error).into(),
        None => error.into(),
    })
}

/// The submitted requests, as many as are allowed.
fn requests(form: &Form, max: i64) -> Result<Vec<Map<String, Json>>> {
    let unreadable = || Error::bad_request(UNREADABLE);
    let items = match form.values.get("requests") {
        None | Some(Json::Null) => &Vec::new(),
        Some(Json::Array(items)) => items,
        Some(_) => return Err(unreadable()),
    };
    let items: Vec<Map<String, Json>> = items.iter().map(|i| i.as_object().cloned().ok_or_else(unreadable)).collect::<Result<_>>()?;
    let mut problems = FieldErrors::new();
    if items.is_empty() {
        problems.add("requests", Problem::required());
    } else if usize::try_from(max).is_ok_and(|max| max < items.len()) {
        problems.add("requests", too_long(max));
    }
    let mut inner = FieldErrors::new();
    for (i, item) in items.iter().enumerate() {
        inner.nest(&i.to_string(), wrong_with(&Form { values: item.clone(), untyped: false })?);
    }
    problems.nest("requests", inner);
    match problems.is_empty() {
        true => Ok(items),
        false => Err(Error::bad_request("Invalid batch request data.").with_fields(problems)),
    }
}

/// What is wrong with an inner request before anybody looks at what it asks for.
fn wrong_with(inner: &Form) -> Result<FieldErrors> {
    let unreadable = |e: Error| Error { message: UNREADABLE.to_owned(), ..e };
    let (method, url) = (inner.text("method").map_err(unreadable)?, inner.text("url").map_err(unreadable)?);
    let is_object = |name: &str| matches!(inner.values.get(name), None | Some(Json::Null | Json::Object(_)));
    if !is_object("body") || !is_object("headers") || headers(&inner.values).any(|(_, v)| !matches!(v, Json::Null | Json::String(_))) {
        return Err(Error::bad_request(UNREADABLE));
    }
    let mut problems = FieldErrors::new();
    if method.is_empty() {
        problems.add("method", Problem::required());
    } else if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
        problems.add("method", Problem::new("validation_in_invalid", "Must be a valid value."));
    }
    if url.is_empty() {
        problems.add("url", Problem::required());
    } else if LONGEST_URL < url.len() {
        problems.add("url", too_long(LONGEST_URL as i64));
    }
    Ok(problems)
}

fn too_long(max: i64) -> Problem {
    let message = format!("The length must be no more than {max}.");
    Problem::new("validation_length_too_long", message).with(json!({"max": max, "min": 0}))
}

/// What an inner request asks for: `POST`, `PATCH`, `DELETE` and `PUT` (create or update by `body.id`) of records.
fn step(ask: &Ask, request: &Map<String, Json>) -> Result<Step> {
    let inner = Form { values: request.clone(), untyped: false };
    let unknown = || Error::of(Code::BadRequest).because("unknown batch request action");
    let url = inner.text("url")?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let parts: Vec<&str> = path.strip_prefix("/api/collections/").ok_or_else(unknown)?.split('/').collect();
    let body = request.get("body").and_then(Json::as_object).cloned().unwrap_or_default();
    let if_match = if_match(request)?;
    let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    let find = |name: &str| ask.view.collection(&decode(name)).cloned();
    let method = inner.text("method")?;
    let op = match (method.as_str(), parts.as_slice()) {
        ("POST", [name, "records"]) => Op::Create { collection: find(name)?, body },
        ("PUT", [name, "records"]) => Op::Upsert { collection: find(name)?, body, if_match },
        ("PATCH", [name, "records", id]) => Op::Update { collection: find(name)?, id: decode(id), body, if_match },
        ("DELETE", [name, "records", id]) => Op::Delete { collection: find(name)?, id: decode(id), if_match },
        _ => return Err(unknown()),
    };
    let query = params::parse(query);
    Fields::parse(query.get("fields").map_or("", String::as_str))?;
    Ok(Step { op, request: Request { context: "batch", method, query, headers: merged(&ask.request, request), ..ask.request.clone() } })
}

/// The headers of an inner request.
fn headers(request: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    request.get("headers").and_then(Json::as_object).into_iter().flatten()
}

/// The headers that rules see: those of the batch, over which an inner request puts its own. Who asks is not among them.
fn merged(outer: &Request, request: &Map<String, Json>) -> BTreeMap<String, String> {
    let own = headers(request).filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    let own = own.map(|(name, value)| (name.to_lowercase().replace('-', "_"), value.as_str().unwrap_or_default().to_owned()));
    outer.headers.clone().into_iter().chain(own).collect()
}

/// `ifMatch` of an inner request: a revision, as a number or as the entity tag of an answer.
fn if_match(request: &Map<String, Json>) -> Result<Option<u64>> {
    match request.get("ifMatch") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(tag)) => Ok(Some(write::revision(tag))),
        Some(number) => number.as_u64().map(Some).ok_or_else(|| Error::bad_request("ifMatch must be a revision as ETag gives it.")),
    }
}

/// The body of each answer with its status, as an array.
fn results(view: &View, authority: &Authority, each: &[Request], records: &[Option<Arc<Record>>]) -> Result<Vec<u8>> {
    let mut out = vec![b'['];
    for (i, (record, request)) in records.iter().zip(each).enumerate() {
        if 0 < i {
            out.push(b',');
        }
        let param = |name: &str| request.query.get(name).map_or("", String::as_str);
        match record {
            None => out.extend_from_slice(br#"{"body":null,"status":204}"#),
            Some(record) => {
                out.extend_from_slice(br#"{"body":"#);
                let row = Row::Record(record.clone());
                out.extend(render_record(view, authority, request, &row, param("expand"), param("fields"))?);
                out.extend_from_slice(br#","status":200}"#);
            }
        }
    }
    out.push(b']');
    Ok(out)
}

/// The failure of the whole batch, with the error of the request that caused it.
fn failed(i: usize, error: &Error) -> Error {
    let mut problem = Problem::new("batch_request_failed", "Batch request failed.");
    problem.response = Some(fail::body(error));
    let mut requests = FieldErrors::new();
    requests.nest("requests", FieldErrors::one(&i.to_string(), problem));
    Error { code: failure_code(error), ..Error::bad_request(FAILED).with_fields(requests) }.because(error)
}

/// A fault of the server stays one; everything else is a 400, with the inner status in the inner answer.
fn failure_code(error: &Error) -> Code {
    if 500 <= error.status() { error.code } else { Code::BadRequest }
}
