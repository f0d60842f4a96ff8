//! An error as an answer: the body that PocketBase's clients expect, `{"data":{…},"message":"…","status":400}`.

use crate::error::{Code, Error};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

/// What a handler returns when it cannot answer.
#[derive(Debug)]
pub struct Fail(pub Error);

/// Travels with a 5xx answer to the edge, which logs it once, with the id of the request.
#[derive(Debug, Clone)]
pub struct Cause(pub String);

/// The message of an error, for the statistics.
#[derive(Debug, Clone)]
pub struct Told(pub String);

/// How long a client should wait after a 429 or 503 that does not say it, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Fail(error)
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(body(&self.0).to_string()));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if matches!(self.0.code, Code::Unavailable | Code::TooManyRequests) {
            let wait = self.0.retry_after.map_or(RETRY_AFTER, HeaderValue::from);
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response.extensions_mut().insert(Told(self.0.message.clone()));
        if status.is_server_error() {
            response.extensions_mut().insert(Cause(self.0.to_string()));
        }
        response
    }
}

/// The body of an error, also for the inner requests of a batch. A 500 says nothing but its default sentence.
pub fn body(error: &Error) -> Json {
    let message = if error.code == Code::Internal { error.code.message() } else { &error.message };
    json!({"data": sentences(error.fields.to_json()), "message": sentence(message), "status": error.status()})
}

/// A message as it goes over the wire: with a capital letter in front and a full stop at the end.
fn sentence(message: &str) -> String {
    let message = message.trim();
    let mut letters = message.chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut out: String = first.to_uppercase().chain(letters).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// The messages of field problems get the same form.
fn sentences(mut fields: Map<String, Json>) -> Map<String, Json> {
    for value in fields.values_mut() {
        let Json::Object(inner) = value else { continue };
        match inner.get_mut("message") {
            Some(Json::String(message)) => *message = sentence(message),
            // A field that is itself called `message` holds an object, so this is not a problem but a level of nesting.
            _ => *inner = sentences(std::mem::take(inner)),
        }
    }
    fields
}
