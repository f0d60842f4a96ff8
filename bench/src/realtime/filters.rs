//! What a write costs when a thousand subscribers each want another value of a field.

use super::crowd::Crowd;
use super::scene::{self, Scene};
use super::summary::Claim;
use crate::Result;
use crate::report::short;
use crate::server::{Kind, Program};
use std::time::Instant;

/// How many filters, each on a connection of its own.
const FILTERS: u64 = 1_000;
const WRITES: u64 = 5_000;
const WRITERS: usize = 16;
const MOST_TIMES: f64 = 1.5;

/// What was measured.
pub struct Filters {
    /// CPU seconds of the server per 1,000 writes, with one filter.
    pub one: f64,
    /// The same with a thousand.
    pub many: f64,
    /// Writes per second with one filter.
    pub one_rate: f64,
    /// The same with a thousand.
    pub many_rate: f64,
}

/// Measures both in turn, twice, each on a fresh server, and takes the better of two.
pub async fn measure(program: &Program) -> Result<Filters> {
    let mut best = Filters { one: f64::MAX, many: f64::MAX, one_rate: 0.0, many_rate: 0.0 };
    for round in 0..2 {
        for filters in [1, FILTERS] {
            let dir = program.dir.join(format!("{round}-{filters}"));
            let scene = Scene::open(Program { kind: Kind::Luge, path: program.path.clone(), dir }).await?;
            let (cpu, rate) = with(&scene, filters).await?;
            scene.close().await?;
            let (best_cpu, best_rate) =
                if filters == 1 { (&mut best.one, &mut best.one_rate) } else { (&mut best.many, &mut best.many_rate) };
            *best_cpu = best_cpu.min(cpu);
            *best_rate = best_rate.max(rate);
        }
    }
    Ok(best)
}

/// Each write matches one filter, whatever their number: as many deliveries in both cases.
async fn with(scene: &Scene, filters: u64) -> Result<(f64, f64)> {
    let crowd = Crowd::gather(scene, (0..filters).map(|n| Some(format!("tag = 'v{n}'"))).collect()).await?;
    let writes = |count: u64| (0..count).map(|number| scene::create(number, &format!("v{}", number * 7919 % filters))).collect();
    crowd.tally.expect(500);
    scene::send_all(scene.address(), writes(500), WRITERS).await?;
    crowd.tally.arrived().await?;
    let (cpu, started) = (scene.server.cpu_seconds()?, Instant::now());
    crowd.tally.expect(WRITES);
    scene::send_all(scene.address(), writes(WRITES), WRITERS).await?;
    let arrived = crowd.tally.arrived().await?;
    let rate = WRITES as f64 / arrived.duration_since(started).as_secs_f64();
    Ok(((scene.server.cpu_seconds()? - cpu) / WRITES as f64 * 1000.0, rate))
}

/// The figures against the target.
pub fn claim(filters: &Filters) -> Claim {
    let times = filters.many / filters.one;
    Claim {
        what: "1,000 distinct equality filters, cost of a write beside that with one".into(),
        reached: format!("{} ÷ {} CPU s / 1,000 = {times:.2} ×", short(filters.many), short(filters.one)),
        target: format!("≤ {MOST_TIMES} ×"),
        met: Some(times <= MOST_TIMES),
    }
}
