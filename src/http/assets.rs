//! The dashboard's files, which are inside of the binary: what is under `/_/`.

use super::answer;
use super::fail::Fail;
use crate::error::{Code, Error};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write;
use std::sync::LazyLock;

/// What `build.rs` made.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/admin-ui"]
struct Files;

/// The page that every address of the dashboard begins with.
const PAGE: &str = "index.html";

/// Stands in the page where its nonce goes.
const NONCE: &str = "__CSP_NONCE__";

/// Where vite puts the files that have the hash of their content in their names.
const HASHED: &str = "assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The page with its nonce, and the headers that belong to it.
struct Page {
    html: Vec<u8>,
    tag: String,
    policy: HeaderValue,
}

/// Styles that the dashboard makes while it runs carry a nonce. It lives as long as the process and not only for one answer, because a
/// page that the browser has kept must still fit to the policy that a 304 brings. Scripts need no nonce: they only come from files.
static PAGE_SENT: LazyLock<Page> = LazyLock::new(|| {
    let nonce = crate::id::secret(24);
    let file = Files::get(PAGE).expect("build.rs always writes the page");
    let html = String::from_utf8_lossy(&file.data).replace(NONCE, &nonce).into_bytes();
    let policy = HeaderValue::from_str(&policy(&nonce)).expect("the policy is plain ASCII");
    Page { html, tag: format!("\"{}-{nonce}\"", hash(&file)), policy }
});

fn policy(nonce: &str) -> String {
    [
        "default-src 'self'",
        "script-src 'self'",
        &format!("style-src 'self' 'nonce-{nonce}'"),
        // Positions and widths that are computed stand in attributes; they cannot load anything under this policy.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}

/// The file at a path below `/_/`. What is no file and has no ending is a place inside of the dashboard, so it is the page.
pub fn at(path: &str, headers: &HeaderMap) -> Response {
    let last = path.rsplit('/').next().unwrap_or_default();
    if path == PAGE || !last.contains('.') {
        return page(headers);
    }
    // The compressed twins are not files of their own.
    match Files::get(path).filter(|_| !path.ends_with(".gz")) {
        Some(file) => asset(path, file, headers),
        None => Fail(Error::new(Code::NotFound, "File not found.")).into_response(),
    }
}

fn page(headers: &HeaderMap) -> Response {
    let page = &*PAGE_SENT;
    let mut response = match is_known(headers, &page.tag) {
        true => answer::status(StatusCode::NOT_MODIFIED),
        false => with_type(Body::from(&page.html[..]), "text/html; charset=utf-8"),
    };
    let own = [(header::CONTENT_SECURITY_POLICY, page.policy.clone()), (header::CACHE_CONTROL, ASK_FIRST)];
    response.headers_mut().extend(own.map(|(name, value)| (Some(name), value)));
    answer::insert(&mut response, header::ETAG, &page.tag);
    guarded(response)
}

fn asset(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let packed = Files::get(&format!("{path}.gz"));
    let gzip = packed.is_some() && super::gzip::is_wanted(headers);
    let tag = format!("\"{}{}\"", hash(&file), if gzip { "-gzip" } else { "" });
    let varies = packed.is_some();
    let body = packed.filter(|_| gzip).map_or(file.data, |twin| twin.data);
    let mut response = match is_known(headers, &tag) {
        true => answer::status(StatusCode::NOT_MODIFIED),
        false => with_type(Body::from(body), file.metadata.mimetype()),
    };
    let found = response.headers_mut();
    found.insert(header::CACHE_CONTROL, if path.starts_with(HASHED) { FOR_EVER } else { ASK_FIRST });
    if varies {
        found.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if gzip {
        found.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer::insert(&mut response, header::ETAG, &tag);
    guarded(response)
}

/// An address of the dashboard can tell what someone looks at: no other server learns it.
fn guarded(mut response: Response) -> Response {
    let policy = HeaderName::from_static("referrer-policy");
    response.headers_mut().insert(policy, HeaderValue::from_static("no-referrer"));
    response
}

fn with_type(body: Body, format: &str) -> Response {
    let mut response = Response::new(body);
    let text =
        if format.starts_with("text/") && !format.contains("charset") { format!("{format}; charset=utf-8") } else { format.to_owned() };
    answer::insert(&mut response, header::CONTENT_TYPE, &text);
    response
}

fn hash(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..16].iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes every write");
        text
    })
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)
}
