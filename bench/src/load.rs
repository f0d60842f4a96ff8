//! Puts load on a server: many connections, each sending its next request when the last is answered, and counts what came back.

use crate::Result;
use crate::client::Client;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How late the timer alone may wake a connection.
const TIMER: Duration = Duration::from_millis(2);

/// Requests prepared ahead; the connections share them.
pub struct Requests {
    list: Vec<Vec<u8>>,
    /// Whether each may be sent once only, as deleting a record; the run then ends with the last.
    once: bool,
    next: AtomicUsize,
}

/// How hard and how long.
#[derive(Clone, Copy)]
pub struct Plan {
    /// How many connections ask at the same time.
    pub connections: usize,
    /// When to stop sending; what is under way is still waited for and counted.
    pub duration: Duration,
    /// The time from one request of a connection to its next; `None` sends without pause.
    pub pace: Option<Duration>,
}

/// What came back.
#[derive(Default)]
pub struct Outcome {
    /// From first to last byte.
    pub seconds: f64,
    /// The time of each answered request in microseconds, sorted.
    pub latencies: Vec<u32>,
    /// Answers that are not 2xx, and broken connections.
    pub refused: u64,
    /// What the first of them said.
    pub first_refusal: Option<String>,
}

impl Requests {
    /// Requests that may be repeated: the list is gone through in a circle.
    pub fn cycle(list: Vec<Vec<u8>>) -> Requests {
        Requests { list, once: false, next: AtomicUsize::new(0) }
    }

    /// Requests that mean something only once.
    pub fn once(list: Vec<Vec<u8>>) -> Requests {
        Requests { list, once: true, next: AtomicUsize::new(0) }
    }

    /// Whether a part may be used up to warm the server.
    pub fn can_repeat(&self) -> bool {
        !self.once
    }

    fn next(&self) -> Option<&[u8]> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let at = if self.once { at } else { at % self.list.len() };
        self.list.get(at).map(Vec::as_slice)
    }
}

impl Outcome {
    /// How many requests were answered, refusals included.
    pub fn requests(&self) -> usize {
        self.latencies.len()
    }

    /// The latency that `share` of the requests did not exceed, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.latencies.get(at).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    fn add(&mut self, other: Outcome) {
        self.latencies.extend(other.latencies);
        self.refused += other.refused;
        self.first_refusal = self.first_refusal.take().or(other.first_refusal);
    }

    fn refuse(&mut self, what: String) {
        self.refused += 1;
        self.first_refusal.get_or_insert(what);
    }
}

/// Runs the plan. The connections are made before the clock starts.
pub async fn run(address: SocketAddr, requests: &Arc<Requests>, plan: Plan) -> Result<Outcome> {
    let mut clients = Vec::new();
    for _ in 0..plan.connections {
        clients.push(Client::connect(address).await?);
    }
    let started = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(at, client)| tokio::spawn(connection(address, client, Arc::clone(requests), plan, started, at)))
        .collect();
    let mut total = Outcome::default();
    for task in tasks {
        total.add(task.await??);
    }
    total.seconds = started.elapsed().as_secs_f64();
    total.latencies.sort_unstable();
    Ok(total)
}

/// What one connection does until the time is over.
async fn connection(
    address: SocketAddr,
    mut client: Client,
    requests: Arc<Requests>,
    plan: Plan,
    started: Instant,
    at: usize,
) -> Result<Outcome> {
    let mut out = Outcome::default();
    let mut now = started;
    // Paced connections start spread over one beat, or they would all ask at once.
    let mut due = started + plan.pace.unwrap_or_default() * at as u32 / plan.connections as u32;
    while now < started + plan.duration {
        if let Some(pace) = plan.pace {
            tokio::time::sleep_until(due.into()).await;
            // A request that waited for the one before it counts from when it was due: a slow answer must not hide what it held up.
            let woken = Instant::now();
            now = if woken < due + TIMER { woken } else { due };
            due += pace;
        }
        let Some(request) = requests.next() else { break };
        match client.send(request).await {
            Ok(200..300) => {}
            Ok(status) => out.refuse(format!("{status}: {}", String::from_utf8_lossy(&client.body()))),
            Err(error) => {
                out.refuse(error.to_string());
                client = Client::connect(address).await?;
            }
        }
        let answered = Instant::now();
        out.latencies.push((answered - now).as_micros() as u32);
        now = answered;
    }
    Ok(out)
}
