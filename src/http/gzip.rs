//! Compression of large answers for clients that ask for it.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use std::convert::Infallible;
use tower::{ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_http::compression::predicate::SizeAbove;

/// Smaller answers fit into one packet anyway.
const LEAST: u64 = 1024;

/// Whether the client reads gzip.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|names| names.split(',').any(|n| n.trim().starts_with("gzip") && !n.trim().ends_with("q=0")))
}

/// The same answer, compressed if that is worth it. Small ones pass without any work, which is why this is not a layer.
pub async fn compress(response: Response) -> Response {
    // Events must not wait for each other.
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|format| format == "text/event-stream") {
        return response;
    }
    if response.body().size_hint().exact().is_some_and(|size| size < LEAST) || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let mut answer = Some(response);
    let inner = service_fn(move |_: Request| {
        let taken = answer.take().unwrap_or_default();
        async move { Ok::<_, Infallible>(taken) }
    });
    let compressing = Compression::new(inner).quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(0));
    match compressing.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
