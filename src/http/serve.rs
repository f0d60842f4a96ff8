//! The listener: from an address to answers, and a stop that lets running requests end.

use super::edge::{Edge, Gate};
use super::router;
use crate::app::App;
use crate::error::{Code, Error, Result};
use axum::ServiceExt;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long running requests may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A server that listens. Until [`Server::ready`], every request is answered with a 503.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    gate: Gate,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

/// Begins to listen. Port 0 takes any free one.
pub async fn bind(address: &str, origins: &[String]) -> Result<Server> {
    let listener = TcpListener::bind(address).await.map_err(|e| {
        let message = format!("{address} cannot be listened on: {e}. Choose another address with --http.");
        Error::new(Code::Unavailable, message)
    })?;
    let address = listener.local_addr()?;
    let gate: Gate = Arc::new(OnceLock::new());
    let edge = Edge::new(gate.clone(), origins);
    let (stop, mut stopped) = watch::channel(false);
    let listener = listener.tap_io(|io| {
        // Without it small answers wait for an acknowledgement; where it cannot be set they are only slower.
        let _ = io.set_nodelay(true);
    });
    let serving = axum::serve(listener, edge.into_make_service_with_connect_info::<SocketAddr>());
    let serving = serving.with_graceful_shutdown(async move {
        // A sender that is gone means the same as one that says stop.
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let running = tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the listener failed");
        }
    });
    Ok(Server { address, gate, stop, running })
}

impl Server {
    /// Opens the routes.
    pub fn ready(&self, app: App) {
        // Only the first app is served; there is never a second one.
        let _ = self.gate.set(router(app));
    }

    /// Takes no new connections and waits for the requests that run, at most ten seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let running = self.running.abort_handle();
        if tokio::time::timeout(DRAIN, self.running).await.is_err() {
            tracing::warn!("some requests were still running after {} seconds and were cut off", DRAIN.as_secs());
            running.abort();
        }
    }
}
