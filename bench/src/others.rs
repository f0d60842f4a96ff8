//! What costly work does to everybody else: the 99th percentile of their views without it and beside it.

use crate::Result;
use crate::load::{self, Plan, Requests};
use crate::measure;
use crate::server::Server;
use crate::workload::{self, Scene};
use std::sync::Arc;
use std::time::Duration;

/// The others: 1,000 views per second in all, a load that leaves both servers room.
const OTHERS: usize = 16;
const OTHERS_PACE: Duration = Duration::from_millis(16);

/// By how much the others' 99th percentile may grow.
pub const MOST_TIMES: f64 = 2.0;

/// What was measured, in milliseconds.
pub struct Others {
    /// Their 99th percentile when they are alone.
    pub alone: f64,
    /// The same beside the costly work.
    pub meanwhile: f64,
}

/// Measures the others alone, and then while `connections` ask for `costly` again and again.
pub async fn measure(server: &Server, scene: &Scene<'_>, costly: &Arc<Requests>, connections: usize) -> Result<Others> {
    let duration = Duration::from_secs(scene.seconds);
    let views = Arc::new(workload::view(scene));
    let paced = Plan { connections: OTHERS, duration, pace: Some(OTHERS_PACE) };
    // It goes on for as long as the views warm up and are measured.
    let beside = Plan { connections, duration: duration + Duration::from_millis(500), pace: None };
    let alone = measure::run(server, &views, paced, "  views alone").await?;
    let (meanwhile, done) =
        tokio::join!(measure::run(server, &views, paced, "  views meanwhile"), load::run(server.address, costly, beside));
    done?;
    Ok(Others { alone: alone.p99, meanwhile: meanwhile?.p99 })
}
