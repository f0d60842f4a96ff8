//! Successful answers.

use crate::error::Result;
use crate::log::Position;
use crate::query::fields;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

/// Says where in the log a write stands.
pub const POSITION: HeaderName = HeaderName::from_static("luge-position");

/// Room for the headers of almost any answer, those of the edge included.
const ROOM: usize = 14;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A 200 with a JSON body.
pub fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.headers_mut() = HeaderMap::with_capacity(ROOM);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

/// A 200 with plain text.
pub fn text(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A 204.
pub fn nothing() -> Response {
    status(StatusCode::NO_CONTENT)
}

/// An answer without a body.
pub fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// What `?fields=` picks of a body.
pub fn picked(body: Vec<u8>, choice: &str) -> Result<Vec<u8>> {
    if choice.is_empty() { Ok(body) } else { fields::pick(&body, choice) }
}

/// The same answer with the position of the write that it tells of.
pub fn at(mut response: Response, position: Position) -> Response {
    let text = format!("{}:{}", position.epoch, position.seq);
    insert(&mut response, POSITION, &text);
    response
}

/// The tag of a record's answer: its revision, and a digest of the body. What is expanded and who asks make other bodies of one revision.
pub fn tag(rev: u64, body: &[u8]) -> String {
    let mut digest = [0; 8];
    digest.copy_from_slice(&Sha256::digest(body)[..8]);
    format!("\"{rev}-{:016x}\"", u64::from_be_bytes(digest))
}

/// The same answer with its tag. It is for the one who asked, and asked for anew each time.
pub fn tagged(mut response: Response, tag: &str) -> Response {
    insert(&mut response, header::ETAG, tag);
    insert(&mut response, header::CACHE_CONTROL, "private, no-cache");
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Authorization"));
    response
}

/// Sets a header whose text is known to be one.
pub fn insert(response: &mut Response, name: HeaderName, text: &str) {
    let value = HeaderValue::from_str(text).expect("callers only hand in visible ASCII");
    response.headers_mut().insert(name, value);
}
