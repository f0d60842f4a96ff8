//! Opening a data directory after any kind of stop.
//!
//! `running` holds the machine's boot id while a server runs. Not there: the stop was clean. There with the same boot
//! id: the process was killed, the page cache survived, and the store is right up to its `applied`. There with another
//! one: the power was cut, and sled's files may be anything, so the store is built anew from checkpoint and log.

use super::replay;
use super::state::State;
use super::{Durability, Options, sweep};
use crate::error::Result;
use crate::log::{self, Log};
use crate::store::{self, Store, upgrade};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something unusual that a start has found and mended.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice(pub String);

pub(super) struct Opened {
    pub options: Options,
    pub log: Log,
    pub state: State,
    pub notices: Vec<Notice>,
}

/// Opens everything below the writer.
pub(super) fn open(options: Options) -> Result<Opened> {
    fs::create_dir_all(&options.dir)?;
    let mut notices = Vec::new();
    // The log takes the lock of the directory: two servers on it would destroy it.
    let log = Log::open(&options.dir.join("log"), log::Options { faults: options.faults.clone(), ..log::Options::default() })?;
    let last = Stop::read(&options.dir)?;
    if let Stop::PowerCut { relaxed: true } = last {
        // Commits that were answered may be lost, so positions after the head would be given out twice.
        log.bump_epoch()?;
        notices.push(Notice("The power was cut under relaxed durability: the log has a new epoch.".into()));
    }
    let mut state = open_state(&options, &log, &last, &mut notices)?;
    replay::catch_up(&mut state, &log)?;
    let orphans = sweep::orphans(&state)?;
    state.garbage.extend(orphans);
    state.replaying = false;
    state.recent = super::conflicts::Recent::new(state.applied);
    log.publish(state.applied);
    mark_running(&options.dir, options.durability)?;
    for Notice(text) in &notices {
        tracing::warn!("{text}");
    }
    Ok(Opened { options, log, state, notices })
}

/// How the last server on this directory ended.
enum Stop {
    Clean,
    Killed,
    PowerCut { relaxed: bool },
}

impl Stop {
    fn read(dir: &Path) -> Result<Stop> {
        let text = match fs::read_to_string(dir.join("running")) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Stop::Clean),
            Err(e) => return Err(e.into()),
        };
        let mut lines = text.lines();
        let boot = lines.next().unwrap_or("");
        let relaxed = lines.next() == Some("relaxed");
        // Where there is no boot id to compare, the worse case is assumed.
        if !boot.is_empty() && boot == boot_id() { Ok(Stop::Killed) } else { Ok(Stop::PowerCut { relaxed }) }
    }
}

fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn mark_running(dir: &Path, durability: Durability) -> Result<()> {
    let mode = if durability == Durability::Relaxed { "relaxed" } else { "full" };
    let mut file = File::create(dir.join("running"))?;
    writeln!(file, "{}\n{mode}", boot_id())?;
    file.sync_all()?;
    File::open(dir)?.sync_all()?;
    Ok(())
}

/// Forgets that a server was running here.
pub(super) fn mark_clean(dir: &Path) -> Result<()> {
    match fs::remove_file(dir.join("running")) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

fn open_state(options: &Options, log: &Log, last: &Stop, notices: &mut Vec<Notice>) -> Result<State> {
    if options.memory_store {
        return replay::rebuild(resident(options, store::Memory::with_faults(options.faults.clone())), log, &options.dir);
    }
    let path = options.dir.join("store");
    let trusted = match last {
        Stop::PowerCut { .. } => Err("the power was cut while it was in use".to_owned()),
        Stop::Clean | Stop::Killed if !path.exists() => Err("it is missing".to_owned()),
        Stop::Clean | Stop::Killed => open_trusted(options, &path, log),
    };
    let why = match trusted {
        Ok(state) => return Ok(state),
        Err(why) => why,
    };
    let aside = set_aside(&path, options.clock.now())?;
    if 0 < log.head() {
        let kept = aside.map_or(String::new(), |aside| format!(" The old one is in {}.", aside.display()));
        notices.push(Notice(format!("The store was rebuilt from the log: {why}.{kept}")));
    }
    let store = store::Sled::open(&path, &store::sled::Options::default())?;
    replay::rebuild(resident(options, store), log, &options.dir)
}

/// The store with its resident rows in front.
fn resident(options: &Options, store: impl Store + 'static) -> Arc<dyn Store> {
    Arc::new(store::Resident::new(Arc::new(store), options.resident.clone()))
}

/// Opens the store as it is. The error is a reason to rebuild it.
fn open_trusted(options: &Options, path: &Path, log: &Log) -> std::result::Result<State, String> {
    let store = store::Sled::open(path, &store::sled::Options::default()).map_err(|e| format!("it does not open ({e})"))?;
    let store = resident(options, store);
    upgrade::prepare(store.as_ref()).map_err(|e| e.to_string())?;
    let applied = upgrade::applied(store.as_ref()).map_err(|e| e.to_string())?;
    let state = State::new(store, log.position().epoch).map_err(|e| format!("it cannot be read ({e})"))?;
    let Some(applied) = applied else { return Err("it is empty".into()) };
    if applied.epoch != log.position().epoch {
        return Err("it belongs to another epoch than the log".into());
    }
    if log.head() < state.applied {
        return Err(format!("it is ahead of the log ({} > {})", state.applied, log.head()));
    }
    Ok(state)
}

/// Moves a store out of the way; nothing is deleted. `None` when there was none.
fn set_aside(path: &Path, now: i64) -> Result<Option<PathBuf>> {
    let is_empty = fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none());
    if is_empty {
        return Ok(None);
    }
    let aside = path.with_file_name(format!("store.set-aside-{now}"));
    fs::rename(path, &aside)?;
    Ok(Some(aside))
}
