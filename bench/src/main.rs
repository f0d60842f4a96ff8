//! `cargo run --release -p luge-bench`: measures Luge and PocketBase side by side and writes `bench/RESULTS.md`.

mod client;
mod data;
mod growth;
mod hostile;
mod load;
mod locate;
mod measure;
mod others;
mod prepare;
mod process;
mod realtime;
mod report;
mod server;
mod signin;
mod verdict;
mod workload;

use clap::{Parser, Subcommand};
use measure::Settings;
use report::{Conditions, Pair};
use server::{Kind, Program, Scratch};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A failure is told to the person at the terminal and ends the run, so its text is all that matters.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Luge and PocketBase side by side: same machine, same data, one after the other.
#[derive(Parser)]
struct Flags {
    /// Records to load into each
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// Seconds for each workload [default: 4, and 2 with --growth]
    #[arg(long)]
    seconds: Option<u64>,
    /// Connections for all workloads [default: 64, and fewer for lists and batches]
    #[arg(long)]
    connections: Option<usize>,
    /// Only these workloads, with commas between them; prints, and writes nothing without --out
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// A release binary of Luge, instead of building it
    #[arg(long, global = true, value_name = "PATH")]
    luge: Option<PathBuf>,
    /// Without PocketBase
    #[arg(long, global = true)]
    alone: bool,
    /// Luge at 10,000 to 1,000,000 records and at 1 to 256 connections; writes bench/GROWTH.md
    #[arg(long)]
    growth: bool,
    /// Where the servers' data goes, on a real disk [default: target/bench]
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The file to write [default: bench/RESULTS.md, bench/GROWTH.md or bench/REALTIME.md]
    #[arg(long, global = true, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to measure instead of the workloads over HTTP.
#[derive(Subcommand)]
enum Command {
    /// Changes on their way to many subscribers; writes bench/REALTIME.md
    Realtime {
        /// A slow reader of 10 s instead of 60 s
        #[arg(long)]
        quick: bool,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> Result<()> {
    let settings = flags.settings()?;
    let pocketbase = if flags.alone || flags.growth { None } else { Some(locate::pocketbase()?) };
    let luge = locate::luge(flags.luge.as_deref())?;
    let parent = flags.dir.clone().unwrap_or_else(|| locate::root().join("target/bench"));
    let mut scratch = Scratch::new(&parent)?;
    let text = measured(&flags, &settings, &luge, pocketbase, &scratch.dir).await;
    scratch.keep = text.is_err();
    flags.write(&text?)
}

/// Measures, and returns the text to write.
async fn measured(flags: &Flags, settings: &Settings, luge: &Path, pocketbase: Option<PathBuf>, scratch: &Path) -> Result<String> {
    let mut conditions = conditions(luge, pocketbase.as_deref(), scratch)?;
    if flags.luge.is_none() {
        conditions.luge += &format!(", commit {}", locate::commit());
    }
    let head = |more: &str| {
        let Conditions { command, date, machine, luge, .. } = &conditions;
        format!("Written by `{command}` on {date}. Machine: {machine}. Luge: {luge}.{more}")
    };
    if let Some(Command::Realtime { quick }) = flags.command {
        let head = head(&format!(" PocketBase: {}. The load generator runs beside the server, on the same cores.", conditions.pocketbase));
        let text = realtime::measure(luge, pocketbase, scratch, quick).await?;
        return Ok(format!("# Realtime under load\n\n{head}\n\n{text}"));
    }
    if flags.growth {
        return growth::measure(luge, scratch, settings, &head("")).await;
    }
    let ours = Program { kind: Kind::Luge, path: luge.to_owned(), dir: scratch.join("luge") };
    let ours = measure::all(&ours, settings).await?;
    let theirs = match pocketbase {
        Some(path) => Some(measure::all(&Program { kind: Kind::PocketBase, path, dir: scratch.join("pocketbase") }, settings).await?),
        None => None,
    };
    let notes = std::fs::read_to_string(locate::root().join("bench/notes.md")).unwrap_or_default();
    Ok(report::results(&conditions, settings, &Pair { luge: &ours, pocketbase: theirs.as_ref() }, &notes))
}

fn conditions(luge: &Path, pocketbase: Option<&Path>, scratch: &Path) -> Result<Conditions> {
    let size = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.len());
    let flags: String = std::env::args().skip(1).map(|flag| format!(" {flag}")).collect();
    Ok(Conditions {
        command: format!("cargo run --release -p luge-bench --{flags}").trim_end_matches(" --").to_owned(),
        date: chrono::Local::now().format("%Y-%m-%d %H:%M").to_string(),
        machine: process::machine(),
        luge: locate::version(luge),
        pocketbase: pocketbase.map_or("not measured".into(), locate::version),
        sync_ms: process::sync_time(scratch)?,
        binaries: [size(luge)?, pocketbase.map_or(Ok(0), size)?],
    })
}

impl Flags {
    fn settings(&self) -> Result<Settings> {
        let names: Vec<&str> = workload::TABLE.iter().map(|workload| workload.name).chain([signin::NAME, hostile::NAME]).collect();
        if let Some(name) = self.only.iter().find(|name| !names.contains(&name.as_str())) {
            return Err(format!("there is no workload {name}; there are {}", names.join(", ")).into());
        }
        Ok(Settings {
            records: self.records.max(20),
            seconds: self.seconds.unwrap_or(if self.growth { 2 } else { 4 }).max(1),
            connections: self.connections.unwrap_or(64).max(1),
            for_all: self.connections.is_some(),
            rebuild: self.only.is_empty(),
            only: self.only.clone(),
        })
    }

    /// Writes the file, or prints where only a part was measured, which must not replace the whole.
    fn write(&self, text: &str) -> Result<()> {
        let name = match self.command {
            Some(Command::Realtime { .. }) => "bench/REALTIME.md",
            None if self.growth => "bench/GROWTH.md",
            None => "bench/RESULTS.md",
        };
        let default = locate::root().join(name);
        let path = match &self.out {
            Some(path) => path,
            None if self.only.is_empty() => &default,
            None => {
                println!("{text}");
                return Ok(());
            }
        };
        std::fs::write(path, text)?;
        eprintln!("written to {}", path.display());
        Ok(())
    }
}
