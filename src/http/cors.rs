//! Which browsers' pages may call: `Access-Control-*`, answered as PocketBase does.

use super::answer;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use regex::Regex;

const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE");
const VARY: HeaderValue = HeaderValue::from_static("Origin");

/// What pages may read of an answer besides its body: without this, a browser hides these headers.
const EXPOSED: HeaderValue = HeaderValue::from_static("ETag, Luge-Position, X-Request-Id");

/// An origin longer than a scheme, the longest name and a port is not looked at.
const LONGEST: usize = 261;

/// The allowed origins.
pub struct Cors {
    any: bool,
    patterns: Vec<Regex>,
}

impl Cors {
    /// Origins may hold `*` for any text and `?` for any character. A lone `*` is every origin.
    pub fn new(origins: &[String]) -> Self {
        let pattern = |origin: &String| {
            let text = regex::escape(origin).replace(r"\*", ".*").replace(r"\?", ".");
            Regex::new(&format!("^{text}$")).ok()
        };
        Cors { any: origins.iter().any(|o| o == "*"), patterns: origins.iter().filter_map(pattern).collect() }
    }

    /// Adds what the answer to a page of this origin needs.
    pub fn allow(&self, headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
        headers.append(header::VARY, VARY);
        if let Some(allowed) = origin.and_then(|o| self.allowed(o)) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// The answer to `OPTIONS`, which never reaches a route.
    pub fn preflight(&self, asked: &HeaderMap) -> Response {
        let mut response = answer::status(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        headers.append(header::VARY, VARY);
        let Some(allowed) = asked.get(header::ORIGIN).and_then(|o| self.allowed(o)) else { return response };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.append(header::VARY, HeaderValue::from_static("Access-Control-Request-Method"));
        headers.append(header::VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
        response
    }

    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.any {
            return Some(ANY);
        }
        let text = origin.to_str().ok().filter(|o| o.len() <= LONGEST)?;
        self.patterns.iter().any(|p| p.is_match(text)).then(|| origin.clone())
    }
}
