//! `luge epoch`: the history that positions belong to.

use super::database;
use crate::commit::Options;
use crate::error::Result;
use clap::{Args, Subcommand};
use std::path::Path;

/// The arguments of `luge epoch`.
#[derive(Args)]
pub struct Epoch {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a new one, after a backup was restored: clients that saw what came after the backup then load their data anew
    New,
}

impl Epoch {
    /// Does it, and says so.
    pub async fn run(&self, dir: &Path) -> Result<()> {
        let Command::New = self.command;
        database::must_exist(dir)?;
        let db = database::open_with(Options { new_epoch: true, ..Options::new(dir) }).await?;
        // Of the new epoch, so that the log of the one before can be trimmed one day.
        let taken = db.checkpoint().await;
        let position = db.position();
        database::closing(&db, taken)?;
        println!("{} goes on as epoch {} after commit {}.", dir.display(), position.epoch, position.seq);
        Ok(())
    }
}
