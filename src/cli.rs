//! The commands of `luge`.

pub mod check;
pub mod database;
pub mod epoch;
pub mod explain;
pub mod export;
pub mod import;
pub mod pocketbase;
mod scripts;
mod serve;
mod superuser;
pub mod typed;

use crate::config::process::Partial;
use crate::error::{Code, Error, Result};
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};

/// A self-hosted backend in one binary.
#[derive(Parser)]
#[command(name = "luge", version, about, propagate_version = true)]
struct Luge {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
struct Common {
    /// The data directory [default: luge_data]
    #[arg(long, global = true, env = "LUGE_DIR", value_name = "DIR")]
    dir: Option<PathBuf>,
    /// A file with settings [default: luge.toml, if it is there]
    #[arg(long, global = true, env = "LUGE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say more in the log output
    #[arg(long, global = true, env = "LUGE_DEV")]
    dev: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API
    Serve(serve::Serve),
    /// Create, change, delete or list superusers, while no server runs
    Superuser(superuser::Superuser),
    /// Import a JSON, NDJSON or CSV file into a collection, or a PocketBase app, while no server runs
    Import(import::Import),
    /// Export the records of a collection as JSON, NDJSON or CSV, while no server runs
    Export(export::Export),
    /// Read the whole data directory and compare it with itself, while no server runs
    Check,
    /// Give the data directory a new epoch after a restore, while no server runs
    Epoch(epoch::Epoch),
    /// Show how a list would be answered, while no server runs
    Explain(explain::Explain),
    /// Check and test the scripts
    Hooks(scripts::Hooks),
    /// List, enable, disable and check plugins
    Plugins(scripts::Plugins),
    /// Write the collections as types for the SDK, while no server runs
    Types(typed::Types),
}

impl Common {
    /// What the flags and the environment say, over what the file says.
    fn partial(&self) -> Result<Partial> {
        let said = Partial { dir: self.dir.clone(), dev: self.dev.then_some(true), ..Partial::default() };
        Ok(said.or(Partial::read(self.config.as_deref())?))
    }
}

/// Runs what the command line asks for. The caller prints an error and exits with 1.
pub fn run() -> Result<()> {
    let luge = Luge::parse();
    let partial = luge.common.partial()?;
    match luge.command {
        Command::Serve(serve) => serve.run(partial),
        Command::Superuser(superuser) => superuser.run(partial),
        Command::Import(import) => alone(partial, async |dir| import.run(dir).await),
        Command::Export(export) => alone(partial, async |dir| export.run(dir).await),
        Command::Check => alone(partial, check::run),
        Command::Epoch(epoch) => alone(partial, async |dir| epoch.run(dir).await),
        Command::Explain(explain) => alone(partial, async |dir| explain.run(dir).await),
        Command::Hooks(hooks) => runtime()?.block_on(hooks.run(&partial.complete()?)),
        Command::Plugins(plugins) => runtime()?.block_on(plugins.run(&partial.complete()?)),
        Command::Types(types) => alone(partial, async |dir| types.run(dir).await),
    }
}

/// Runs a command that has the data directory to itself.
fn alone(partial: Partial, command: impl AsyncFnOnce(&Path) -> Result<()>) -> Result<()> {
    let process = partial.complete()?;
    runtime()?.block_on(command(&process.dir))
}

/// What whoever ran a command is told. The owner of the machine may know the cause, which clients of the API may not.
pub fn told(error: &Error) -> String {
    match &error.detail {
        Some(detail) if error.code == Code::Internal => detail.clone(),
        _ => error.to_string(),
    }
}

/// The runtime of a command: one worker thread for each core.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
