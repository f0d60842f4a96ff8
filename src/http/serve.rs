//! The listener: from an address to answers, and a stop that lets running requests end.

use super::edge::{Behind, Edge, Gate};
use super::places::{self, Placed, Places};
use super::router;
use super::routes::metrics_router;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::realtime::Hub;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::Service;

/// How long running requests may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How long a client may take to send the head of a request, and a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(60);

/// A server that listens. Until [`Server::ready`], every request is answered with a 503.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    gate: Gate,
    realtime: OnceLock<Hub>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
    open: Arc<AtomicU64>,
}

/// Begins to listen, with as many connections as the process may have. Port 0 takes any free one.
pub async fn bind(address: &str, origins: &[String]) -> Result<Server> {
    bind_with(address, origins, Places::of_process(None)).await
}

/// The same with these places for connections.
pub async fn bind_with(address: &str, origins: &[String], places: Places) -> Result<Server> {
    let listener = TcpListener::bind(address).await.map_err(|e| {
        let message = format!("{address} cannot be listened on: {e}.");
        Error::new(Code::Unavailable, message)
    })?;
    let address = listener.local_addr()?;
    let gate: Gate = Arc::new(OnceLock::new());
    let (stop, stopped) = watch::channel(false);
    let open = Arc::new(AtomicU64::new(0));
    let running = tokio::spawn(accept(listener, places, Edge::new(gate.clone(), origins), stopped, open.clone()));
    Ok(Server { address, gate, realtime: OnceLock::new(), stop, running, open })
}

impl Server {
    /// Opens the routes.
    pub fn ready(&self, app: App) {
        let stats = app.stats().clone();
        stats.count_connections(self.open.clone());
        // Only the first app is served; there is never a second one.
        let _ = self.realtime.set(app.realtime().clone());
        let _ = self.gate.set(Behind { routes: router(app), stats: Some(stats) });
    }

    /// Opens the metrics and nothing else, for whoever reaches this address.
    pub fn ready_for_metrics(&self, app: App) {
        let _ = self.gate.set(Behind { routes: metrics_router(app), stats: None });
    }

    /// Takes no new connections and waits for the requests that run, at most ten seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // Connections that would never end by themselves.
        if let Some(realtime) = self.realtime.get() {
            realtime.stop().await;
        }
        let running = self.running.abort_handle();
        if tokio::time::timeout(DRAIN, self.running).await.is_err() {
            tracing::warn!("some requests were still running after {} seconds and were cut off", DRAIN.as_secs());
            running.abort();
        }
    }
}

/// Takes connections until the stop, then waits for those that are open.
async fn accept(listener: TcpListener, places: Places, edge: Edge, mut stopped: watch::Receiver<bool>, count: Arc<AtomicU64>) {
    // Each connection holds a receiver; when the last one is dropped, all are closed.
    let (closed, open) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told_to_stop(&mut stopped) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = places.take(peer.ip()) else {
                    places::refuse(stream);
                    continue;
                };
                let (edge, stopped, open, count) = (edge.clone(), stopped.clone(), open.clone(), count.clone());
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    connection(Placed::new(stream, place), peer, edge, stopped).await;
                    count.fetch_sub(1, Ordering::Relaxed);
                    drop(open);
                });
            }
            Err(error) => {
                // There are too many open files, in this process or the system: it passes, and until then this must not spin.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop((listener, open));
    closed.closed().await;
}

/// Answers the requests of one connection, one after the other.
async fn connection(placed: Placed, peer: SocketAddr, edge: Edge, mut stopped: watch::Receiver<bool>) {
    // Without it small answers wait for an acknowledgement; where it cannot be set they are only slower.
    let _ = placed.stream.set_nodelay(true);
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        edge.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let mut serving = pin!(http.serve_connection(TokioIo::new(placed), answer).with_upgrades());
    let ended = tokio::select! {
        biased;
        ended = serving.as_mut() => ended,
        () = told_to_stop(&mut stopped) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        // A client that goes away in the middle is everyday life.
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}

/// Waits for the stop. A server that is gone means the same.
async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
