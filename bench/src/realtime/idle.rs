//! What a connection costs that only waits.

use super::crowd::Crowd;
use super::scene::Scene;
use super::summary::Claim;
use crate::Result;
use crate::report::thousands;
use std::time::Duration;

/// How many are wanted.
const WANTED: u64 = 20_000;

/// Files that a process needs besides its connections.
const OTHER_FILES: u64 = 150;

/// What was measured.
pub struct Idle {
    /// How many connections were held.
    pub held: u64,
    /// How many open files the machine allows a process; `None` when it is more than needed.
    pub limit: Option<u64>,
    /// Resident bytes for each.
    pub each: u64,
    /// The share of a core that the server takes to hold them.
    pub cpu: f64,
}

/// Opens as many as wanted or possible, and lets them wait.
pub async fn measure(scene: &Scene) -> Result<Idle> {
    let files = open_files()?;
    let held = WANTED.min(files.saturating_sub(OTHER_FILES));
    let before = scene.server.resident()?;
    let crowd = Crowd::gather(scene, vec![None; held as usize]).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let resident = scene.server.resident()?;
    let cpu = scene.server.cpu_seconds()?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let cpu = (scene.server.cpu_seconds()? - cpu) / 5.0;
    drop(crowd);
    Ok(Idle { held, limit: (held < WANTED).then_some(files), each: resident.saturating_sub(before) / held, cpu })
}

/// The limit of open files of this process, which the servers it starts inherit.
fn open_files() -> Result<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).ok_or("/proc/self/limits names no open files")?;
    let soft = line.split_whitespace().next().unwrap_or_default();
    Ok(soft.parse().unwrap_or(u64::MAX))
}

/// The figures against the targets.
pub fn claims(idle: &Idle) -> Vec<Claim> {
    let held = thousands(idle.held as f64);
    let what = match idle.limit {
        Some(limit) => format!("idle connections held (the machine allows {} open files)", thousands(limit as f64)),
        None => "idle connections held".into(),
    };
    vec![
        Claim { what, reached: held.clone(), target: "20,000".into(), met: if idle.limit.is_some() { None } else { Some(true) } },
        Claim {
            what: format!("memory of an idle connection, {held} open"),
            reached: format!("{:.1} KB", idle.each as f64 / 1e3),
            target: "≤ 10 KB".into(),
            met: Some(idle.each <= 10_000),
        },
    ]
}
