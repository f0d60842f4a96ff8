//! What Luge does by itself, each on its own beat: checkpoints, trimming the log, forgetting old answers.

mod checkpoint;
mod forget;

use crate::commit::Db;
use crate::error::Result;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// A piece of work that comes again and again.
struct Job {
    /// For the log output.
    name: &'static str,
    every: Duration,
    run: for<'d> fn(&'d Db) -> BoxFuture<'d, Result<()>>,
}

const JOBS: &[Job] = &[
    Job { name: "checkpoint", every: Duration::from_secs(60), run: |db| Box::pin(checkpoint::run(db)) },
    Job { name: "end failed edits", every: Duration::from_secs(5), run: |db| Box::pin(crate::commit::collections::end_failed(db)) },
    Job { name: "forget kept answers", every: Duration::from_secs(600), run: |db| Box::pin(forget::run(db)) },
];

/// Starts all jobs; they end with the runtime. A job that fails is tried again at its next beat.
pub fn start(db: &Db) {
    for job in JOBS {
        let db = db.clone();
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(job.every);
            beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            // The first tick comes at once, while the server still starts.
            beat.tick().await;
            loop {
                beat.tick().await;
                if let Err(error) = (job.run)(&db).await {
                    tracing::error!(job = job.name, %error, "a job failed; it is tried again");
                }
            }
        });
    }
}
