//! What a client is still sending when its answer is ready. It is taken in and dropped: if the connection were closed on it, the client would see a broken connection and never the answer.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot::{self, Receiver, Sender};

/// The most bytes that are taken in for nothing; with more to come the connection is closed.
const MOST: u64 = 64 << 20;

/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The rest of a body that was lent to a handler.
pub struct Rest(Option<Receiver<Body>>);

/// The same request, whose body comes back when the handler is done with it.
pub fn lend(request: Request) -> (Request, Rest) {
    if request.body().is_end_stream() {
        return (request, Rest(None));
    }
    // Such a client only sends its body when someone begins to read it.
    let waits = request.headers().contains_key(header::EXPECT);
    let (back, rest) = oneshot::channel();
    let request = request.map(|body| Body::new(Lent { body: Some(body), back: Some(back), comes: !waits }));
    (request, Rest(Some(rest)))
}

impl Rest {
    /// Reads what is left, within bounds.
    pub async fn drop(self) {
        let Some(mut body) = self.0.and_then(|mut rest| rest.try_recv().ok()) else { return };
        let mut left = MOST;
        let reading = async {
            while body.size_hint().lower() <= left {
                let Some(Ok(frame)) = body.frame().await else { break };
                left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64).max(1));
            }
        };
        // Whoever is slower than this has to live without the answer.
        let _ = tokio::time::timeout(PATIENCE, reading).await;
    }
}

/// A body that goes back to where it came from when it is dropped.
struct Lent {
    body: Option<Body>,
    back: Option<Sender<Body>>,
    /// Whether the client sends it unasked, or was asked.
    comes: bool,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.comes = true;
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (true, Some(body), Some(back)) = (self.comes, self.body.take(), self.back.take()) {
            // Nobody takes it back when the connection has ended.
            let _ = back.send(body);
        }
    }
}
