//! Measures one server from its first start to its last stop.

use crate::Result;
use crate::hostile;
use crate::load::{self, Outcome, Plan, Requests};
use crate::others::Others;
use crate::prepare::{self, Admin, Filled};
use crate::process;
use crate::server::{Kind, Program, Server};
use crate::signin::{self, SignIn};
use crate::workload::{self, DELETES_PER_SECOND, Needs, POSTS, Scene, Workload};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a workload runs before it is measured.
const WARM_UP: Duration = Duration::from_millis(500);

/// What to measure.
#[derive(Clone)]
pub struct Settings {
    /// Records to load.
    pub records: u64,
    /// Seconds for each workload.
    pub seconds: u64,
    /// Connections of workloads that have no number of their own.
    pub connections: usize,
    /// Whether that number holds for all workloads.
    pub for_all: bool,
    /// Whether to take the store away once and see how long Luge builds it.
    pub rebuild: bool,
    /// The workloads to run; empty for all.
    pub only: Vec<String>,
}

/// The figures of one workload on one server.
#[derive(Clone)]
pub struct Figures {
    /// Over how many connections.
    pub connections: usize,
    /// Requests per second.
    pub rate: f64,
    /// The median latency in milliseconds.
    pub p50: f64,
    /// The 99th percentile in milliseconds.
    pub p99: f64,
    /// CPU seconds of the server per 1,000 requests.
    pub cpu: f64,
    /// Answers that were no success.
    pub refused: u64,
    /// The share of a core that the load generator took.
    pub generator: f64,
}

/// Everything measured on one server.
pub struct Measured {
    /// Resident bytes after the start on fresh data.
    pub idle: u64,
    /// Resident bytes after all workloads.
    pub loaded: u64,
    /// Bytes on the disk for the loaded records with their indexes, after a clean stop.
    pub disk: u64,
    /// From process start to the first list answered, with the loaded records, after a clean stop.
    pub start: Duration,
    /// Seconds to load the records over `/api/batch`.
    pub load_seconds: f64,
    /// Seconds to build the two indexes.
    pub index_seconds: f64,
    /// Seconds to build the store from the log, for Luge: to the first list answered after the store's directory was removed.
    pub rebuild: Option<f64>,
    /// By the workload's name.
    pub rows: BTreeMap<&'static str, Figures>,
    /// Signing in with a password, and what it does to others.
    pub sign_in: Option<SignIn>,
    /// Creates without a script, on a server that was started anew as the one with it.
    pub without_hook: Option<Figures>,
    /// What scripts without an end do to others, for Luge.
    pub hostile: Option<Others>,
}

impl Settings {
    /// Whether this workload was asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    fn plan(&self, workload: &Workload) -> Plan {
        let own = workload.connections.filter(|_| !self.for_all);
        Plan { connections: own.unwrap_or(self.connections), duration: Duration::from_secs(self.seconds), pace: None }
    }
}

/// Fills the server and runs the workloads.
pub async fn all(program: &Program, settings: &Settings) -> Result<Measured> {
    eprintln!("{:?}: loading {} records", program.kind, settings.records);
    program.initialize()?;
    let server = program.start(&[], "/api/health").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = server.resident()?;
    let filled = prepare::fill(&server, settings.records).await?;
    server.stop().await?;
    let disk = process::disk(&program.dir)?;
    let rebuild = if settings.rebuild && program.kind == Kind::Luge { Some(rebuild(program).await?) } else { None };

    let server = program.start(&[], &ready()).await?;
    let mut measured = Measured {
        idle,
        loaded: 0,
        disk,
        start: server.start,
        load_seconds: filled.load_seconds,
        index_seconds: filled.index_seconds,
        rebuild,
        rows: BTreeMap::new(),
        sign_in: None,
        without_hook: None,
        hostile: None,
    };
    let wanted = || workload::TABLE.iter().filter(|workload| settings.wants(workload.name));
    for workload in wanted().filter(|workload| !matches!(workload.needs, Needs::Relaxed | Needs::Hook)) {
        measured.rows.insert(workload.name, one(&server, workload, &filled, settings).await?);
    }
    if settings.wants(signin::NAME) {
        measured.sign_in = Some(signin::measure(&server, &scene(&filled, settings)).await?);
    }
    measured.loaded = server.resident()?;
    server.stop().await?;
    for workload in wanted().filter(|workload| workload.needs == Needs::Hook) {
        let server = program.start(&[], &ready()).await?;
        measured.without_hook = Some(one(&server, workload, &filled, settings).await?);
        server.stop().await?;
        let flag = program.write_hook()?;
        let server = program.start(&[flag.as_str()], &ready()).await?;
        measured.rows.insert(workload.name, one(&server, workload, &filled, settings).await?);
        server.stop().await?;
    }
    if program.kind == Kind::Luge && settings.wants(hostile::NAME) {
        measured.hostile = Some(hostile::measure(program, &ready(), &scene(&filled, settings)).await?);
    }
    if program.kind == Kind::Luge {
        let server = program.start(&["--durability", "relaxed"], &ready()).await?;
        for workload in wanted().filter(|workload| workload.needs == Needs::Relaxed) {
            measured.rows.insert(workload.name, one(&server, workload, &filled, settings).await?);
        }
        server.stop().await?;
    }
    Ok(measured)
}

/// A list of one record: answered only when the data is there.
fn ready() -> String {
    format!("{POSTS}?perPage=1&skipTotal=1")
}

fn scene<'a>(filled: &'a Filled, settings: &Settings) -> Scene<'a> {
    Scene { records: settings.records, seconds: settings.seconds, users: &filled.users }
}

/// How long the start takes without the store, which Luge then builds from the log.
async fn rebuild(program: &Program) -> Result<f64> {
    std::fs::remove_dir_all(program.dir.join("store"))?;
    let server = program.start(&[], &ready()).await?;
    let seconds = server.start.as_secs_f64();
    server.stop().await?;
    Ok(seconds)
}

/// Runs one workload with what it needs around it.
async fn one(server: &Server, workload: &Workload, filled: &Filled, settings: &Settings) -> Result<Figures> {
    match workload.needs {
        Needs::OwnerRule => list_rule(server, "owner = @request.auth.id").await?,
        Needs::Victims => {
            let victims = settings.records..settings.records + DELETES_PER_SECOND * settings.seconds;
            prepare::load(server.address, &filled.superuser, victims, settings.records).await?;
        }
        Needs::Nothing | Needs::Relaxed | Needs::Hook => {}
    }
    let requests = Arc::new((workload.requests)(&scene(filled, settings)));
    let figures = run(server, &requests, settings.plan(workload), workload.name).await?;
    if workload.needs == Needs::OwnerRule {
        list_rule(server, "").await?;
    }
    Ok(figures)
}

async fn list_rule(server: &Server, rule: &str) -> Result<()> {
    Admin::sign_in(server.address).await?.call("PATCH", "/api/collections/posts", json!({"listRule": rule})).await?;
    Ok(())
}

/// Warms up, then measures, and prints a line.
pub async fn run(server: &Server, requests: &Arc<Requests>, plan: Plan, name: &str) -> Result<Figures> {
    if requests.can_repeat() {
        load::run(server.address, requests, Plan { duration: WARM_UP.min(plan.duration), ..plan }).await?;
    }
    let own = std::process::id();
    let before = (server.cpu_seconds()?, process::cpu_seconds(own)?);
    let outcome = load::run(server.address, requests, plan).await?;
    let used = (server.cpu_seconds()? - before.0, process::cpu_seconds(own)? - before.1);
    Ok(figures(&outcome, plan.connections, used, name))
}

/// Turns counts into figures. `used` is the CPU seconds of the server and of this program.
fn figures(outcome: &Outcome, connections: usize, used: (f64, f64), name: &str) -> Figures {
    let requests = outcome.requests().max(1) as f64;
    let figures = Figures {
        connections,
        rate: requests / outcome.seconds,
        p50: outcome.percentile(0.5),
        p99: outcome.percentile(0.99),
        cpu: used.0 * 1000.0 / requests,
        refused: outcome.refused,
        generator: used.1 / outcome.seconds,
    };
    let Figures { rate, p50, p99, cpu, generator, .. } = figures;
    eprintln!("  {name:20} {rate:9.0}/s  p50 {p50:8.2} ms  p99 {p99:8.2} ms  {cpu:8.4} CPU s/1,000  (generator {generator:.2} of a core)");
    if let Some(said) = &outcome.first_refusal {
        eprintln!("    {} of {} were refused; the first: {said}", outcome.refused, outcome.requests());
    }
    figures
}
