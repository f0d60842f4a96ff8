//! The commands of `luge`.

mod serve;
mod superuser;

use crate::config::process::Partial;
use crate::error::Result;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

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
    }
}

/// The runtime of a command: one worker thread for each core.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
