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
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
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
    #[arg(long, global = true, env = "LUGE_DEV", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(value_parser = clap::builder::BoolishValueParser::new())]
    dev: Option<bool>,
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
        let said = Partial { dir: self.dir.clone(), dev: self.dev, ..Partial::default() };
        Ok(said.or(Partial::read(self.config.as_deref())?))
    }
}

/// Runs what the command line asks for. The caller prints an error and exits with 1.
pub fn run() -> Result<()> {
    let mut command = without_empty_variables(Luge::command());
    let luge = Luge::from_arg_matches(&command.get_matches_mut()).unwrap_or_else(|e| e.format(&mut command).exit());
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

/// An empty variable is as unset: whoever starts a server from a template cannot always leave one out.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg }).mut_subcommands(without_empty_variables)
}

/// Runs a command that has the data directory to itself.
fn alone(partial: Partial, command: impl AsyncFnOnce(&Path) -> Result<()>) -> Result<()> {
    let process = partial.complete()?;
    runtime()?.block_on(command(&process.dir))
}

/// What whoever ran a command is told. The owner of the machine may know the cause, which clients of the API may not.
pub fn told(error: &Error) -> String {
    if let Some(detail) =
        error.detail.as_ref().filter(|_| matches!(error.code, Code::Internal | Code::BadRequest) && error.message == error.code.message())
    {
        return innermost(detail).to_owned();
    }
    let fields = error.fields.sentences();
    if fields.is_empty() { error.to_string() } else { format!("{} {}", error.message, fields.join(" ")) }
}

/// The cause in an error that was written as the cause of others, which have no message of their own.
fn innermost(detail: &str) -> &str {
    let inner = detail.strip_prefix(Code::BadRequest.message()).and_then(|rest| rest.strip_prefix(" (")?.strip_suffix(')'));
    inner.map_or(detail, innermost)
}

/// The runtime of a command: one worker thread for each core.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
