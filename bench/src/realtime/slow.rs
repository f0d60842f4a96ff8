//! A subscriber that reads nothing while much is written: what it costs, what it does to others, and whether it misses anything.

use super::crowd::Crowd;
use super::scene::{self, Scene};
use super::socket::{Came, Socket};
use super::summary::Claim;
use crate::Result;
use crate::client::{Client, request};
use crate::data;
use crate::workload::POSTS;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Records that are updated again and again, so that the data does not grow.
const RECORDS: u64 = 2_000;
const WRITERS: usize = 16;

/// The longest that the load runs before, so that caches are full.
const WARM_UP: Duration = Duration::from_secs(10);

/// How much memory it may cost.
const MOST_MEMORY: f64 = 8e6;

/// How long anything may take before the run fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was measured.
pub struct Slow {
    /// Seconds that it read nothing.
    pub seconds: u64,
    /// Changes that were written for it meanwhile.
    pub changes: u64,
    /// Bytes that the server's memory grew meanwhile.
    pub grown: i64,
    /// From sending an insert until another subscriber has it, without the slow one: median and 99th percentile in milliseconds.
    pub usual: [f64; 2],
    /// The same beside it.
    pub beside: [f64; 2],
    /// Seconds that it took to read everything afterwards.
    pub catch_up: f64,
}

/// Measures with so many seconds of reading nothing.
pub async fn measure(scene: &Scene, seconds: u64) -> Result<Slow> {
    let address = scene.address();
    let load: Vec<_> = (0..RECORDS).map(|n| request("POST", POSTS, None, Some(&loaded(n).to_string()))).collect();
    scene::send_all(address, load, WRITERS).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS as u64).map(|n| tokio::spawn(write(address, n, Arc::clone(&stop)))).collect();
    let probe = Crowd::gather(scene, vec![Some("tag = 'probe'".into())]).await?;
    let usual = delays(address, &probe, WARM_UP.min(Duration::from_secs(seconds))).await?;

    let before = scene.server.resident()?;
    let mut socket = Socket::connect(address, true).await?;
    // The subscription begins somewhere among the writes; it ends with them.
    socket.send(&json!({"type": "subscribe", "id": 1, "sub": "s", "topic": "posts/*", "filter": "tag != 'probe'"}).to_string()).await?;
    let beside = delays(address, &probe, Duration::from_secs(seconds)).await?;
    let grown = scene.server.resident()? as i64 - before as i64;
    stop.store(true, Ordering::Relaxed);
    let mut written = Vec::new();
    for writer in writers {
        written.extend(writer.await??);
    }
    let last = written.iter().copied().max().unwrap_or(0);
    let started = Instant::now();
    let (heard, first) = read_until(&mut socket, last).await?;
    let catch_up = started.elapsed().as_secs_f64();
    let owed = written.iter().filter(|at| first <= **at).count() as u64;
    if heard != owed {
        return Err(format!("{heard} changes from {first} to {last} came, {owed} were written").into());
    }
    Ok(Slow { seconds, changes: heard, grown, usual, beside, catch_up })
}

fn loaded(number: u64) -> serde_json::Value {
    let mut body = scene::body(number, "load");
    body["id"] = data::id(number).into();
    body
}

/// Updates its share of the records until it is told to stop; returns the positions of what it wrote.
async fn write(address: SocketAddr, part: u64, stop: Arc<AtomicBool>) -> Result<Vec<u64>> {
    let mut client = Client::connect(address).await?;
    let mut written = Vec::new();
    for number in (0..).map(|n| part + n * WRITERS as u64) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let body = json!({"views": number, "title": format!("Changed to {number}")}).to_string();
        let path = format!("{POSTS}/{}", data::id(number % RECORDS));
        let status = client.send(&request("PATCH", &path, None, Some(&body))).await?;
        if status != 200 {
            return Err(format!("an update was answered with {status}").into());
        }
        written.push(client.position().ok_or("an update was answered without a position")?);
    }
    Ok(written)
}

/// Inserts now and then, and sees how long it takes until the subscriber of these has each: median and 99th percentile in milliseconds.
async fn delays(address: SocketAddr, probe: &Crowd, time: Duration) -> Result<[f64; 2]> {
    let (mut client, end, mut delays) = (Client::connect(address).await?, Instant::now() + time, Vec::new());
    let mut number = 0;
    while Instant::now() < end {
        number += 1;
        let insert = scene::create(number, "probe");
        probe.tally.expect(1);
        let sent = Instant::now();
        client.send(&insert).await?;
        delays.push(probe.tally.arrived().await?.duration_since(sent).as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    delays.sort_by(f64::total_cmp);
    Ok([delays[delays.len() / 2], delays[delays.len() * 99 / 100]])
}

/// Reads up to a position; returns how many changes there were, and the first one's position. They must come in order.
async fn read_until(socket: &mut Socket, last: u64) -> Result<(u64, u64)> {
    let mut buffer = vec![0; 256 << 10];
    let (mut heard, mut first, mut highest, mut wrong) = (0, 0, 0, None);
    let started = Instant::now();
    while highest < last {
        let (mut pinged, mut ended) = (false, false);
        let open = socket.read(&mut buffer, |came| match came {
            Came::Text(text) if text.starts_with(b"{\"type\":\"change\"") => match seq(text) {
                Some(seq) if highest < seq => {
                    first = if first == 0 { seq } else { first };
                    (heard, highest) = (heard + 1, seq);
                }
                // A transaction that did not fit is told again.
                Some(seq) if highest == seq => {}
                other => wrong = Some(format!("{other:?} came after {highest}")),
            },
            Came::Text(text) if text.starts_with(b"{\"type\":\"reset\"") => wrong = Some("it was told to load anew".into()),
            Came::Text(_) => {}
            Came::Ping => pinged = true,
            Came::Close => ended = true,
        })?;
        if let Some(wrong) = wrong {
            return Err(wrong.into());
        }
        if !open || ended || PATIENCE < started.elapsed() {
            return Err(format!("the slow reader came to {highest} of {last}").into());
        }
        if pinged {
            socket.pong().await?;
        }
        let _ = tokio::time::timeout(Duration::from_secs(1), socket.readable()).await;
    }
    Ok((heard, first))
}

/// The number in a change's position, which stands behind the record.
fn seq(text: &[u8]) -> Option<u64> {
    const KEY: &[u8] = b"\"position\":\"";
    let at = text.windows(KEY.len()).rposition(|w| w == KEY)? + KEY.len();
    let rest = std::str::from_utf8(text.get(at..)?).ok()?;
    rest.split('"').next()?.split_once(':')?.1.parse().ok()
}

/// The figures against what is wanted.
pub fn claims(slow: &Slow) -> Vec<Claim> {
    let Slow { seconds, grown, usual, beside, .. } = slow;
    vec![
        Claim {
            what: format!("memory for a subscriber that reads nothing for {seconds} s"),
            reached: format!("{:.1} MB", *grown as f64 / 1e6),
            target: format!("≤ {} MB", MOST_MEMORY / 1e6),
            met: Some(*grown as f64 <= MOST_MEMORY),
        },
        Claim {
            what: "another subscriber's delay under full write load, p99, without → beside the one that does not read".into(),
            reached: format!("{:.1} → {:.1} ms", usual[1], beside[1]),
            target: "≤ 1.5 ×".into(),
            met: Some(beside[1] <= 1.5 * usual[1].max(2.0)),
        },
    ]
}
