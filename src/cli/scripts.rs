//! `luge hooks` and `luge plugins`.

use super::database;
use crate::config::Process;
use crate::error::{Error, Result};
use crate::hooks::{Config, Diagnostic, Scripts, Source, cases, source};
use clap::{Args, Subcommand};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// The arguments of `luge hooks`.
#[derive(Args)]
pub struct Hooks {
    /// The folder of scripts [default: hooks, beside the data directory]
    #[arg(long, global = true, env = "LUGE_HOOKS_DIR", value_name = "DIR")]
    hooks_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: HooksCommand,
}

#[derive(Subcommand)]
enum HooksCommand {
    /// Compile all scripts and say what is wrong, with file, line and column
    Check,
    /// Run the tests in the folder cases/, each against an empty server with the collections of cases/schema.json
    Test,
}

/// The arguments of `luge plugins`.
#[derive(Args)]
pub struct Plugins {
    /// The folder of scripts, beside which the folder of plugins is [default: hooks, beside the data directory]
    #[arg(long, global = true, env = "LUGE_HOOKS_DIR", value_name = "DIR")]
    hooks_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: PluginsCommand,
}

#[derive(Subcommand)]
enum PluginsCommand {
    /// Show all plugins, while no server runs
    List,
    /// Enable a plugin with the permissions that it asks for, while no server runs
    Enable {
        /// Its name
        name: String,
    },
    /// Disable a plugin; its collections and settings stay
    Disable {
        /// Its name
        name: String,
    },
    /// Compile a plugin, run its tests and show its permissions; all of them when none is named
    Check {
        /// Its name
        name: Option<String>,
    },
}

/// Where the scripts and plugins of a data directory are.
pub fn config(process: &Process) -> Config {
    let plugins = process.hooks_dir.parent().map(|parent| parent.join("plugins"));
    Config { dir: Some(process.hooks_dir.clone()), network: process.hooks_network.clone(), plugins, only: None }
}

impl Hooks {
    /// Runs the command.
    pub async fn run(self, process: &Process) -> Result<()> {
        let dir = self.hooks_dir.unwrap_or_else(|| process.hooks_dir.clone());
        if !dir.is_dir() {
            return Err(Error::bad_request(format!(
                "There is no folder of scripts at {}. Choose another with --hooks-dir.",
                dir.display()
            )));
        }
        let scripts = Scripts::new(Config { dir: Some(dir.clone()), ..config(process) });
        let found =
            source(&scripts, &dir).map_err(|e| Error::bad_request(format!("{} cannot be read: {}", dir.display(), super::told(&e))))?;
        match self.command {
            HooksCommand::Check => {
                let problems = scripts.problems(found.clone());
                told(&problems)?;
                println!("{} files in {} are right", found.files.len(), dir.display());
                Ok(())
            }
            HooksCommand::Test => {
                let schema = schema(&dir.join("cases/schema.json"))?;
                test(&found, &schema).await
            }
        }
    }
}

fn schema(path: &Path) -> Result<Vec<Json>> {
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|e| Error::bad_request(format!("{}: {e}", path.display()))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(Error::bad_request(format!("{} cannot be read: {e}", path.display()))),
    }
}

fn told(problems: &[Diagnostic]) -> Result<()> {
    problems.iter().for_each(|at| eprintln!("{at}"));
    match problems.len() {
        0 => Ok(()),
        1 => Err(Error::bad_request("There is a mistake in the scripts.")),
        n => Err(Error::bad_request(format!("There are {n} mistakes in the scripts."))),
    }
}

async fn test(source: &Source, schema: &[Json]) -> Result<()> {
    let outcomes = match cases::run(source, schema).await {
        Ok(outcomes) => outcomes,
        Err(problems) => return told(&problems),
    };
    for case in &outcomes {
        match &case.fault {
            None => println!("ok      {}", case.name),
            Some(at) => println!("FAILED  {}\n        {at}", case.name),
        }
    }
    let failed = outcomes.iter().filter(|c| c.fault.is_some()).count();
    if failed == 0 {
        println!("{} cases passed", outcomes.len());
        return Ok(());
    }
    Err(Error::bad_request(format!("{failed} of {} cases failed.", outcomes.len())))
}

impl Plugins {
    /// Runs the command.
    pub async fn run(self, process: &Process) -> Result<()> {
        let process = &Process { hooks_dir: self.hooks_dir.unwrap_or_else(|| process.hooks_dir.clone()), ..process.clone() };
        let scripts = Scripts::new(config(process));
        if let PluginsCommand::Check { name } = self.command {
            return check(&scripts, name.as_deref()).await;
        }
        let db = database::open_existing(&process.dir).await?;
        scripts.attach(&db);
        let done = match &self.command {
            PluginsCommand::Enable { name } => scripts.enable(&db, name).await.map(|()| println!("{name} is enabled")),
            PluginsCommand::Disable { name } => scripts.disable(&db, name).await.map(|()| println!("{name} is disabled")),
            _ => list(&scripts, &db),
        };
        database::closing(&db, done)
    }
}

fn list(scripts: &Scripts, db: &crate::commit::Db) -> Result<()> {
    for plugin in scripts.plugins() {
        let shown = scripts.describe(db, &plugin)?;
        let text = |key: &str| shown[key].as_str().unwrap_or_default().to_owned();
        let state = if shown["enabled"] == true { "enabled " } else { "disabled" };
        println!("{state}  {:<16} {:<8} {}", plugin.name, text("version"), text("description"));
        if let Some(problem) = shown["problem"].as_str() {
            println!("          {problem}");
        }
    }
    Ok(())
}

async fn check(scripts: &Scripts, name: Option<&str>) -> Result<()> {
    let mut plugins = scripts.plugins();
    if let Some(name) = name {
        scripts.plugin(name)?;
        plugins.retain(|p| p.name == name);
    }
    for plugin in plugins {
        told(&plugin.check(scripts))?;
        println!("{}", plugin.name);
        if let Ok(manifest) = &plugin.manifest {
            println!("        permissions: {}", serde_json::to_string(&manifest.permissions).unwrap_or_default());
        }
        test(&plugin.source(), &plugin.schema).await?;
    }
    Ok(())
}
