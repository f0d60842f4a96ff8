//! Opening a data directory after any kind of stop.
//!
//! `running` holds the machine's boot id while a server runs. Not there: the stop was clean. There with the same boot
//! id: the process was killed, the page cache survived, and the store is right up to its `applied`. There with another
//! one: the power was cut, and sled's files may be anything, so the store is built anew from checkpoint and log. What the store had
//! in memory is replayed in any case.

use super::replay;
use super::state::State;
use super::{Durability, Options, sweep};
use crate::error::{Error, Result};
use crate::log::{self, Log, disk};
use crate::schema::system::COLLECTIONS;
use crate::store::{self, Layered, Store, upgrade};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the name of a store that was set aside begins with; its time follows.
const SET_ASIDE: &str = "store.set-aside-";

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
    refuse_without_log(&options.dir)?;
    fs::create_dir_all(&options.dir)?;
    let mut notices = Vec::new();
    // The log takes the lock of the directory: two servers on it would destroy it.
    let kept = log::Options { segment_bytes: options.segment_bytes, faults: options.faults.clone(), ..log::Options::default() };
    let log = Log::open(&options.dir.join("log"), kept)?;
    let last = Stop::read(&options.dir)?;
    let epoch = log.position().epoch;
    if options.new_epoch {
        log.bump_epoch()?;
    }
    if let Stop::PowerCut { relaxed: true } = last {
        // Commits that were answered may be lost, so positions after the head would be given out twice.
        log.bump_epoch()?;
        notices.push(Notice("The power was cut under relaxed durability: the log has a new epoch.".into()));
    }
    if !matches!(last, Stop::PowerCut { .. }) {
        // Before the store is touched: whatever is written to it from here on is not to be trusted after a power cut.
        mark_running(&options.dir, options.durability)?;
    }
    let mut state = open_state(&options, &log, &last, epoch, &mut notices)?;
    replay::catch_up(&mut state, &log)?;
    let orphans = sweep::orphans(&state)?;
    state.garbage.extend(orphans);
    state.replaying = false;
    state.recent = super::conflicts::Recent::new(state.applied);
    log.publish(state.applied);
    // What was replayed need not be replayed again if this process is killed soon. On a full disk that has to wait.
    if let Err(error) = state.store.flush() {
        tracing::warn!(%error, "what was replayed stays in memory for now");
    }
    // After a power cut only now: a store that is half rebuilt must not be trusted either.
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
    Ok(disk::replace(&dir.join("running"), format!("{}\n{mode}\n", boot_id()).as_bytes())?)
}

/// Forgets that a server was running here. From then on the store is trusted, even after a power cut; so it has to be on the
/// disk first, and sled's own flush does not do that.
pub(super) fn mark_clean(dir: &Path) -> Result<()> {
    let store = dir.join("store");
    if store.is_dir() {
        disk::sync_tree(&store)?;
    }
    match fs::remove_file(dir.join("running")) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(disk::sync_dir(dir)?),
    }
}

/// `epoch` is the one that the log had before a new one was asked for.
fn open_state(options: &Options, log: &Log, last: &Stop, epoch: u32, notices: &mut Vec<Notice>) -> Result<State> {
    if options.memory_store {
        return replay::rebuild(layered(options, store::Memory::new())?, log, &options.dir);
    }
    let path = options.dir.join("store");
    let trusted = match last {
        Stop::PowerCut { .. } => Err("the power was cut while it was in use".to_owned()),
        Stop::Clean | Stop::Killed if !path.exists() => Err("it is missing".to_owned()),
        Stop::Clean | Stop::Killed => open_trusted(options, &path, log, epoch),
    };
    let why = match trusted {
        Ok(state) => return Ok(state),
        Err(why) => why,
    };
    let aside = set_aside(&path, options.clock.now())?;
    if 0 < log.head() || aside.is_some() {
        let kept = aside.map_or(String::new(), |aside| format!(" The old one is in {}.", aside.display()));
        notices.push(Notice(format!("The store was rebuilt from the log: {why}.{kept}")));
    }
    let store = store::Sled::open(&path, &store::sled::Options::default())?;
    replay::rebuild(layered(options, store)?, log, &options.dir)
}

/// The layers of the store over what it writes to.
fn layered(options: &Options, below: impl Store + 'static) -> Result<Arc<Layered>> {
    Ok(Arc::new(Layered::open(Arc::new(below), options.store.clone(), COLLECTIONS, options.faults.clone())?))
}

/// Opens the store as it is. The error is a reason to rebuild it.
fn open_trusted(options: &Options, path: &Path, log: &Log, epoch: u32) -> std::result::Result<State, String> {
    let store = store::Sled::open(path, &store::sled::Options::default()).map_err(|e| format!("it does not open ({e})"))?;
    let store = layered(options, store).map_err(|e| e.to_string())?;
    upgrade::prepare(store.as_ref()).map_err(|e| e.to_string())?;
    let applied = upgrade::applied(store.as_ref()).map_err(|e| e.to_string())?;
    let reached = store.reached().and_then(|r| r.map(|value| upgrade::read_position(&value)).transpose()).map_err(|e| e.to_string())?;
    let state = State::new(store, log.position().epoch).map_err(|e| format!("it cannot be read ({e})"))?;
    let Some(applied) = applied else { return Err("it is empty".into()) };
    if applied.epoch != epoch {
        return Err("it belongs to another epoch than the log".into());
    }
    let reached = reached.map_or(0, |r| r.seq).max(state.applied);
    if log.head() < reached {
        return Err(format!("it is ahead of the log ({reached} > {})", log.head()));
    }
    if state.applied + 1 < log.first_seq() {
        return Err(format!("it ends at {}, and the log begins at {}", state.applied, log.first_seq()));
    }
    replay::set_epoch(state.store.as_ref(), log.position().epoch).map_err(|e| e.to_string())?;
    Ok(state)
}

/// A store or checkpoints without a log are what is left of an app. A new log would begin an empty one in their place.
fn refuse_without_log(dir: &Path) -> Result<()> {
    let has = |name: &str| fs::read_dir(dir.join(name)).is_ok_and(|mut entries| entries.next().is_some());
    let log = fs::read_dir(dir.join("log")).into_iter().flatten().flatten();
    let is_segment = |path: PathBuf| path.extension().is_some_and(|end| end == "log");
    let left: Vec<&str> = ["store", "checkpoints"].into_iter().filter(|name| has(name)).collect();
    if left.is_empty() || log.into_iter().any(|entry| is_segment(entry.path())) {
        return Ok(());
    }
    let (dir, left) = (dir.display(), left.join(" and "));
    Err(Error::internal(format!(
        "The log of {dir} is missing: {dir}/log has no files, but {left} are of an app. Nothing was changed. Put log back from a backup; \
         to begin anew with an empty app, move {left} out of {dir}."
    )))
}

/// Moves a store out of the way, and deletes the one that was set aside before: each is as large as a store. `None` when there was none.
fn set_aside(path: &Path, now: i64) -> Result<Option<PathBuf>> {
    let is_empty = fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none());
    if is_empty {
        return Ok(None);
    }
    for old in set_aside_before(path)? {
        tracing::warn!("deleting {}, a store that was set aside earlier", old.display());
        remove(&old)?;
    }
    let names = (now..).map(|time| path.with_file_name(format!("{SET_ASIDE}{time}")));
    let aside = names.into_iter().find(|name| !name.exists()).expect("there are more times than directories");
    fs::rename(path, &aside)?;
    Ok(Some(aside))
}

/// The stores that were set aside.
fn set_aside_before(path: &Path) -> Result<Vec<PathBuf>> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let found = fs::read_dir(dir)?.collect::<std::io::Result<Vec<_>>>()?;
    let is_one = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(SET_ASIDE);
    Ok(found.iter().filter(|e| is_one(e)).map(fs::DirEntry::path).collect())
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    Ok(removed?)
}
