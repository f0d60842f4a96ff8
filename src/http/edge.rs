//! The one layer around all routes: request id, CORS, security headers, panics, compression, and the log of failures.

use super::cors::Cors;
use super::fail::{Cause, Fail, Told};
use super::{gzip, unread};
use crate::error::{Code, Error};
use crate::stats::{self, Stats};
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tower::{Service, ServiceExt};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that a client gives a request: told with the changes that it makes, so that the client knows its own.
pub const CHOSEN_ID: HeaderName = HeaderName::from_static("luge-request-id");

/// Whether a client may choose this id: 1 to 64 of `A-Z a-z 0-9 _ -`.
pub fn is_chosen_id(id: &HeaderValue) -> bool {
    let known = |b: &u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    (1..=64).contains(&id.len()) && id.as_bytes().iter().all(known)
}

/// What every answer carries.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    (header::X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// The id of a request, in the answer's `X-Request-Id`, in the log output of a failure and in the commit log.
#[derive(Debug, Clone)]
pub struct RequestId {
    number: u64,
    text: HeaderValue,
    asker: Arc<OnceLock<Asker>>,
}

/// Who asks, for the statistics: whoever finds it out tells the edge through the id, which both have.
#[derive(Debug)]
pub struct Asker {
    /// `collection/id`; `""` for a guest.
    pub actor: String,
    /// The address, as far as the trusted proxies say.
    pub ip: IpAddr,
}

static STARTED: LazyLock<String> = LazyLock::new(|| crate::id::random(8, b"abcdefghijklmnopqrstuvwxyz0123456789"));
static COUNT: AtomicU64 = AtomicU64::new(0);

impl RequestId {
    /// A new one: unlike all others of this process, and most likely of any other.
    fn next() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let text = HeaderValue::try_from(id_text(number)).expect("letters, digits and a dot are header characters");
        RequestId { number, text, asker: Arc::default() }
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.text.to_str().unwrap_or_default().to_owned()
    }

    /// Says who asks.
    pub fn tell(&self, asker: Asker) {
        // In a batch each request could say it; it is always the same.
        let _ = self.asker.set(asker);
    }
}

/// The text of the id with this number. The dot tells it from an id that a client chose.
pub fn id_text(number: u64) -> String {
    // By hand, because every request has one, and a formatter costs several times as much.
    let digits = 16 - (number | 1).leading_zeros() as usize / 4;
    let digit = |i: usize| char::from(b"0123456789abcdef"[(number >> (4 * i)) as usize & 15]);
    let mut text = String::with_capacity(STARTED.len() + 1 + digits);
    text.push_str(&STARTED);
    text.push('.');
    text.extend((0..digits).rev().map(digit));
    text
}

/// What is behind the edge. It is put in when the server is ready: before that, every request gets a 503.
pub type Gate = Arc<OnceLock<Behind>>;

/// The routes, and who counts their requests.
pub struct Behind {
    /// The routes.
    pub routes: axum::Router,
    /// The statistics; none for a listener that nobody counts.
    pub stats: Option<Arc<Stats>>,
}

/// The service that the listener hands connections to; cheap to clone.
#[derive(Clone)]
pub struct Edge {
    gate: Gate,
    cors: Arc<Cors>,
}

impl Edge {
    /// An edge before the routes of `gate`, for browsers of these origins (`*` is all).
    pub fn new(gate: Gate, origins: &[String]) -> Self {
        Edge { gate, cors: Arc::new(Cors::new(origins)) }
    }

    async fn answer(self, mut request: Request) -> Response {
        let id = RequestId::next();
        if request.method() == Method::OPTIONS {
            return self.cors.preflight(request.headers());
        }
        let origin = request.headers().get(header::ORIGIN).cloned();
        let gzip = gzip::is_wanted(request.headers());
        let chosen = request.headers().get(CHOSEN_ID).filter(|id| is_chosen_id(id)).cloned();
        let line = LogLine::of(&request);
        let started = Instant::now();
        request.extensions_mut().insert(id.clone());
        let (request, rest) = unread::lend(request);
        let mut response = match self.gate.get() {
            Some(behind) => guarded(behind.routes.clone().oneshot(request)).await,
            None => Fail(Error::of(Code::Unavailable)).into_response(),
        };
        rest.drop().await;
        if response.status().is_server_error() {
            line.write(&response, &id);
        }
        if let Some(stats) = self.gate.get().and_then(|behind| behind.stats.as_ref()) {
            line.note(stats, &response, &id, started.elapsed());
        }
        self.dress(response.headers_mut(), origin.as_ref(), id);
        if let Some(chosen) = chosen {
            response.headers_mut().insert(CHOSEN_ID, chosen);
        }
        if gzip { gzip::compress(response).await } else { response }
    }

    fn dress(&self, headers: &mut HeaderMap, origin: Option<&HeaderValue>, id: RequestId) {
        headers.reserve(HEADERS.len() + 4);
        for (name, value) in HEADERS {
            headers.insert(name, value);
        }
        headers.insert(REQUEST_ID, id.text);
        self.cors.allow(headers, origin);
    }
}

impl Service<Request> for Edge {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let edge = self.clone();
        Box::pin(async move { Ok(edge.answer(request).await) })
    }
}

/// A panic in a handler is a 500 like any other failure; the connection and the server go on.
async fn guarded(answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(Ok(response)) => response,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
            Fail(Error::internal(format!("panic: {}", text.unwrap_or_default()))).into_response()
        }
    }
}

/// What the log output says of a request that failed, and the statistics of each.
struct LogLine {
    method: Method,
    path: axum::http::Uri,
    peer: Option<IpAddr>,
}

impl LogLine {
    fn of(request: &Request<Body>) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        LogLine { method: request.method().clone(), path: request.uri().clone(), peer }
    }

    fn note(&self, stats: &Stats, response: &Response, id: &RequestId, took: Duration) {
        let asker = id.asker.get();
        let request = stats::Request {
            method: method_name(&self.method),
            path: self.path.path(),
            query: self.path.query(),
            status: response.status().as_u16(),
            actor: asker.map_or("", |a| &a.actor),
            address: asker.map(|a| a.ip).or(self.peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            id: id.number,
            bytes: response.body().size_hint().exact().unwrap_or_default(),
            error: response.extensions().get::<Told>().map(|told| told.0.as_str()),
        };
        stats.note(request, took);
    }

    fn write(&self, response: &Response, id: &RequestId) {
        let cause = response.extensions().get::<Cause>().map_or("", |c| c.0.as_str());
        let (status, request) = (response.status().as_u16(), id.text());
        let path = self.path.path();
        match status {
            // Told to whoever asks while the server starts or stops: no fault, and perhaps very many.
            503 => tracing::debug!(request, status, method = %self.method, path, cause, "a request came at a bad time"),
            _ => tracing::error!(request, status, method = %self.method, path, cause, "a request failed"),
        }
    }
}

/// Methods that clients invent are not kept.
fn method_name(method: &Method) -> &'static str {
    ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"].into_iter().find(|name| method == *name).unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_end_with_their_number() {
        for number in [0, 1, 15, 16, 255, 256, 0x0123_4567_89ab_cdef, u64::MAX] {
            assert_eq!(id_text(number), format!("{}.{number:x}", *STARTED));
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_500_like_any_other() {
        let response = guarded(async { panic!("the reason") }).await;
        assert_eq!(response.status().as_u16(), 500);
        assert!(response.extensions().get::<Cause>().is_some_and(|c| c.0.contains("the reason")));
        let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
        assert_eq!(&body[..], br#"{"data":{},"message":"Something went wrong while processing your request.","status":500}"#);
    }
}
