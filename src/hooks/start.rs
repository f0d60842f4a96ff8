//! Starting and stopping what drives scripts.

use super::scripts::Scripts;
use super::{after, clockwork, queue, watch};
use crate::commit::Db;
use tokio::task::JoinSet;

/// What drives the scripts of a server.
pub struct Running {
    stop: tokio::sync::watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Loads the scripts and begins to drive them. What does not compile is told, and left out.
pub fn start(scripts: &Scripts, db: &Db) -> Running {
    scripts.attach(db);
    scripts.load();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(after::drive(scripts.clone(), stopped.clone()));
    tasks.spawn(queue::drive(scripts.clone(), stopped.clone()));
    tasks.spawn(clockwork::drive(scripts.clone(), stopped.clone()));
    tasks.spawn(watch::drive(scripts.clone(), stopped));
    Running { stop, tasks }
}

impl Running {
    /// Stops driving. Events that are at work come again at the next start.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
