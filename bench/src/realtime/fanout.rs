//! One collection, many subscribers: how long until the last one has a change, and how many deliveries a second.

use super::at_most_ms;
use super::crowd::Crowd;
use super::scene::{self, Scene};
use super::summary::Claim;
use crate::Result;
use crate::client::Client;
use crate::report::thousands;
use std::time::{Duration, Instant};

/// How many inserts, one after the other; and as many again, at once.
const INSERTS: u64 = 50;

/// How many connections insert when it is about deliveries a second.
const WRITERS: usize = 8;

/// What was measured with a number of subscribers.
pub struct FanOut {
    /// How many.
    pub subscribers: u64,
    /// From sending an insert until the last subscriber has it, in milliseconds.
    pub p50: f64,
    /// The same; of 50 inserts, the longest.
    pub p99: f64,
    /// From its answer until the last subscriber has it, the median in milliseconds.
    pub after_answer: f64,
    /// Deliveries per second while all inserts come at once.
    pub rate: f64,
    /// CPU seconds of the server per 1,000 deliveries then.
    pub cpu: f64,
    /// Resident bytes for each connection with its subscription, before any change.
    pub each: u64,
    /// The same after all deliveries.
    pub each_after: u64,
}

/// Measures with so many.
pub async fn measure(scene: &Scene, subscribers: u64) -> Result<FanOut> {
    let mut client = Client::connect(scene.address()).await?;
    // The first write of a collection may cost what no later one does.
    client.send(&scene::create(0, "warm")).await?;
    let before = scene.server.resident()?;
    let crowd = Crowd::gather(scene, vec![Some(String::new()); subscribers as usize]).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let each = scene.server.resident()?.saturating_sub(before) / subscribers;

    let (mut whole, mut after) = (Vec::new(), Vec::new());
    for number in 0..INSERTS + 3 {
        let insert = scene::create(number, "one");
        crowd.tally.expect(subscribers);
        let sent = Instant::now();
        let status = client.send(&insert).await?;
        let answered = Instant::now();
        if status != 200 {
            return Err(format!("an insert was answered with {status}").into());
        }
        let arrived = crowd.tally.arrived().await?;
        // The first three warm up.
        if 3 <= number {
            whole.push(ms(arrived.duration_since(sent)));
            after.push(ms(arrived.saturating_duration_since(answered)));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    whole.sort_by(f64::total_cmp);
    after.sort_by(f64::total_cmp);

    let (cpu, started) = (scene.server.cpu_seconds()?, Instant::now());
    crowd.tally.expect(subscribers * INSERTS);
    scene::send_all(scene.address(), (0..INSERTS).map(|number| scene::create(number, "all")).collect(), WRITERS).await?;
    let time = crowd.tally.arrived().await?.duration_since(started);
    let deliveries = (subscribers * INSERTS) as f64;
    Ok(FanOut {
        subscribers,
        p50: whole[whole.len() / 2],
        p99: whole[whole.len() - 1],
        after_answer: after[after.len() / 2],
        rate: deliveries / time.as_secs_f64(),
        cpu: (scene.server.cpu_seconds()? - cpu) / deliveries * 1000.0,
        each,
        each_after: scene.server.resident()?.saturating_sub(before) / subscribers,
    })
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Luge's figures against the targets.
pub fn claims(luge: &FanOut, limit: f64, other: Option<&FanOut>) -> Vec<Claim> {
    let subscribers = thousands(luge.subscribers as f64);
    let mut claims = vec![at_most_ms(format!("one change to {subscribers} subscribers, until the last has it, p99"), luge.p99, limit)];
    claims.push(Claim {
        what: format!("deliveries per second, one collection, {subscribers} subscribers"),
        reached: thousands(luge.rate),
        target: "≥ 150,000".into(),
        met: Some(150_000.0 <= luge.rate),
    });
    if let Some(other) = other.filter(|other| other.subscribers == luge.subscribers) {
        claims.push(Claim {
            what: format!("deliveries per second beside PocketBase's, {subscribers} subscribers"),
            reached: format!("{:.1} ×", luge.rate / other.rate),
            target: "≥ 10 ×".into(),
            met: Some(10.0 <= luge.rate / other.rate),
        });
    }
    claims
}
