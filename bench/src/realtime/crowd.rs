//! Many subscribers at once, counted together: how many are ready, how many changes have come, and when the last did.

use super::events::Stream;
use super::scene::Scene;
use super::socket::{Came, Socket};
use crate::Result;
use crate::server::Kind;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long anything may take before the run fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many connect at the same time.
const AT_ONCE: usize = 64;

/// What all have heard together.
#[derive(Default)]
pub struct Tally {
    ready: AtomicU64,
    changes: AtomicU64,
    goal: AtomicU64,
    lost: AtomicU64,
    reached: Mutex<Option<Instant>>,
    /// Why a connection ended.
    why: Mutex<String>,
    wake: Notify,
}

impl Tally {
    /// Counts a subscription that the server has taken.
    pub fn ready(&self) {
        self.ready.fetch_add(1, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Counts changes.
    pub fn changes(&self, more: u64) {
        if more == 0 {
            return;
        }
        let before = self.changes.fetch_add(more, Ordering::Relaxed);
        let goal = self.goal.load(Ordering::Relaxed);
        if before < goal && goal <= before + more {
            *self.reached.lock().expect("nobody panics while holding it") = Some(Instant::now());
            self.wake.notify_one();
        }
    }

    /// Counts a connection that ended.
    pub fn lost(&self, why: String) {
        *self.why.lock().expect("nobody panics while holding it") = why;
        self.lost.fetch_add(1, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Waits for so many more changes to come from now on. Call [`Tally::arrived`] for the end of it.
    pub fn expect(&self, more: u64) {
        *self.reached.lock().expect("nobody panics while holding it") = None;
        self.goal.store(self.changes.load(Ordering::Relaxed) + more, Ordering::Relaxed);
    }

    /// When the last of the expected changes came.
    pub async fn arrived(&self) -> Result<Instant> {
        self.until(|| *self.reached.lock().expect("nobody panics while holding it")).await
    }

    async fn until<T>(&self, done: impl Fn() -> Option<T>) -> Result<T> {
        let started = Instant::now();
        loop {
            if let Some(done) = done() {
                return Ok(done);
            }
            if PATIENCE < started.elapsed() || 0 < self.lost.load(Ordering::Relaxed) {
                let [ready, changes, goal, lost] = [&self.ready, &self.changes, &self.goal, &self.lost].map(|n| n.load(Ordering::Relaxed));
                return Err(format!(
                    "{ready} are ready, {changes} of {goal} changes have come, {lost} connections were lost: {}",
                    self.why.lock().expect("nobody panics while holding it")
                )
                .into());
            }
            let _ = tokio::time::timeout(Duration::from_millis(100), self.wake.notified()).await;
        }
    }
}

/// Connections that listen; they end when this is dropped.
pub struct Crowd {
    /// What they have heard.
    pub tally: Arc<Tally>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Crowd {
    /// One connection for each filter, subscribed with it; `None` only connects.
    pub async fn gather(scene: &Scene, filters: Vec<Option<String>>) -> Result<Crowd> {
        let mut crowd = Crowd { tally: Arc::default(), tasks: Vec::new() };
        crowd.join(scene, filters).await?;
        Ok(crowd)
    }

    /// Further connections.
    pub async fn join(&mut self, scene: &Scene, filters: Vec<Option<String>>) -> Result<()> {
        let all = (self.tasks.len() + filters.len()) as u64;
        let mut filters = filters.into_iter();
        loop {
            let mut some = Vec::new();
            for filter in filters.by_ref().take(AT_ONCE) {
                some.push(tokio::spawn(listener(scene.kind, scene.address(), filter, Arc::clone(&self.tally))));
            }
            if some.is_empty() {
                break;
            }
            for one in some {
                self.tasks.push(one.await??);
            }
        }
        self.tally.until(|| (all <= self.tally.ready.load(Ordering::Relaxed)).then_some(())).await
    }
}

/// Connects, and goes on listening in a task of its own.
async fn listener(kind: Kind, address: std::net::SocketAddr, filter: Option<String>, tally: Arc<Tally>) -> Result<JoinHandle<()>> {
    if kind == Kind::PocketBase {
        let stream = Stream::subscribe(address).await?;
        return Ok(tokio::spawn(stream.listen(tally)));
    }
    let mut socket = Socket::connect(address, false).await?;
    match filter {
        Some(filter) => {
            let message = json!({"type": "subscribe", "id": 1, "sub": "s", "topic": "posts/*", "filter": filter});
            socket.send(&message.to_string()).await?;
        }
        None => tally.ready(),
    }
    Ok(tokio::spawn(async move {
        // Whatever ends a connection, the run has failed then.
        let ended = listen(&mut socket, &tally).await;
        tally.lost(ended.unwrap_or_else(|error| error.to_string()));
    }))
}

thread_local! {
    /// One buffer for all connections, so that many of them need little memory here.
    static BUFFER: std::cell::RefCell<Vec<u8>> = std::cell::RefCell::new(vec![0; 64 << 10]);
}

/// Until the connection ends; returns what was said last.
async fn listen(socket: &mut Socket, tally: &Tally) -> Result<String> {
    loop {
        let (mut pinged, mut changes, mut closed) = (false, 0, None);
        let open = BUFFER.with_borrow_mut(|buffer| {
            socket.read(buffer, |came| match came {
                Came::Text(text) if text.starts_with(b"{\"type\":\"change\"") => changes += 1,
                Came::Text(text) if text.starts_with(b"{\"type\":\"ok\"") => tally.ready(),
                Came::Text(text) if text.starts_with(b"{\"type\":\"error\"") => closed = Some(String::from_utf8_lossy(text).into_owned()),
                // A reset may still come for the collection's creation; nothing was loaded, and what comes is after it.
                Came::Text(_) => {}
                Came::Ping => pinged = true,
                Came::Close => closed = Some("closed by the server".into()),
            })
        })?;
        tally.changes(changes);
        match closed {
            Some(why) => return Ok(why),
            None if !open => return Ok("the connection ended".into()),
            None => {}
        }
        if pinged {
            socket.pong().await?;
        }
        socket.readable().await?;
    }
}
