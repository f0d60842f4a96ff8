//! All scripts of a server: what is loaded now, and what they share.

use super::after::{self, After};
use super::console::Console;
use super::events::On;
use super::fault::Diagnostic;
use super::permissions::Permissions;
use super::route::Route;
use super::unit::{self, Handler, Registered, Source, Unit};
use crate::commit::{Db, WeakDb};
use crate::error::{Code, Error, Result};
use arc_swap::ArcSwap;
use parking_lot::Mutex;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The name of the unit of the owner's own scripts.
pub const HOOKS: &str = "hooks";

/// Where scripts come from.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder of the owner's own scripts; `None` for none.
    pub dir: Option<PathBuf>,
    /// Private hosts that those scripts may call nevertheless; `NAME=HOST` is one for a plugin.
    pub network: Vec<String>,
    /// The folder of plugins that do not come with Luge.
    pub plugins: Option<PathBuf>,
    /// Nothing but this unit, with its cases: for a run of its tests.
    pub only: Option<Source>,
}

/// Sends a message to everyone on a channel.
pub type Publisher = Box<dyn Fn(&str, &serde_json::Value) -> bool + Send + Sync>;

/// The scripts; clones are the same.
#[derive(Clone)]
pub struct Scripts(pub(super) Arc<Host>);

/// What all scripts share.
pub struct Host {
    /// Where they come from.
    pub config: Config,
    /// What is loaded now.
    pub loaded: ArcSwap<Loaded>,
    /// What scripts write, and what goes wrong in them.
    pub console: Console,
    /// Wakes what drives after-handlers, jobs and schedules.
    pub wake: tokio::sync::Notify,
    /// Whether some files could not be read at the last load.
    pub unread: AtomicBool,
    /// What is wrong with the files as they are now; what was loaded before goes on.
    pub diagnostics: Mutex<Vec<Diagnostic>>,
    /// What the after-handlers have come to.
    pub after: After,
    /// Sends a message to everyone on a channel; there once the server has a hub.
    pub publisher: OnceLock<Publisher>,
    /// Requests by route and address: since when, and how many.
    pub rates: Mutex<HashMap<String, (i64, u32)>>,
    db: Mutex<WeakDb>,
    /// One load at a time.
    loading: Mutex<()>,
    /// One change of a file at a time.
    pub(super) saving: Mutex<()>,
    /// One change of what the owner decided about plugins at a time: each is put over what there was.
    pub(super) deciding: tokio::sync::Mutex<()>,
}

/// What is loaded, by what calls it.
#[derive(Default)]
pub struct Loaded {
    /// The units.
    pub units: Vec<Arc<Unit>>,
    /// Handlers by event.
    pub on: Vec<Vec<Arc<Handler>>>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Schedules.
    pub crons: Vec<Arc<super::cron::Cron>>,
    /// Jobs by name.
    pub jobs: Vec<(String, Arc<Handler>)>,
    /// Tests by name; only while they are run.
    pub cases: Vec<(String, Arc<Handler>)>,
}

/// What a load came to.
#[derive(Debug, Clone, Serialize)]
pub struct LoadReport {
    /// Whether the files are what runs now.
    pub loaded: bool,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// What there is of a unit.
pub(super) enum Found {
    /// Its files.
    Source(Box<Source>),
    /// The unit of this name is there, but cannot be read.
    Unread(String),
}

impl Found {
    /// Tells why a unit cannot be read.
    pub(super) fn unread(name: &str, file: &str, why: &dyn Display, diagnostics: &mut Vec<Diagnostic>) -> Found {
        diagnostics.push(Diagnostic { file: format!("{name}/{file}"), line: 0, column: 0, message: why.to_string() });
        Found::Unread(name.to_owned())
    }
}

impl Host {
    /// The database.
    pub fn db(&self) -> Result<Db> {
        self.db.lock().get().ok_or_else(|| Error::new(Code::Unavailable, "The server is starting or stopping."))
    }
}

impl Host {
    /// Sends a message to everyone on a channel; false when there is no hub.
    pub fn publish(&self, channel: &str, data: &serde_json::Value) -> bool {
        self.publisher.get().is_some_and(|publish| publish(channel, data))
    }
}

impl Loaded {
    /// The handlers of an event.
    pub fn of(&self, on: On) -> &[Arc<Handler>] {
        self.on.get(on as usize).map_or(&[], Vec::as_slice)
    }

    /// The handlers of an event that are about a collection.
    pub fn about<'l>(&'l self, on: On, collection: &'l crate::schema::Collection) -> impl Iterator<Item = &'l Arc<Handler>> {
        self.of(on).iter().filter(move |h| h.is_about(collection))
    }

    /// The job of a unit with this name.
    pub fn job(&self, unit: &str, name: &str) -> Option<Arc<Handler>> {
        self.jobs.iter().find(|(n, h)| n == name && h.unit.source.name == unit).map(|(_, h)| h.clone())
    }

    /// Whether anything reacts to the log.
    pub fn reacts(&self) -> bool {
        [On::AfterCreate, On::AfterUpdate, On::AfterDelete].iter().any(|on| !self.of(*on).is_empty())
    }

    fn add(&mut self, unit: Arc<Unit>, registered: Registered) {
        self.on.resize_with(super::events::EVENTS.len(), Vec::new);
        for handler in registered.events {
            if let Some(on) = handler.on {
                self.on[on as usize].push(handler);
            }
        }
        self.routes.extend(registered.routes.into_iter().map(|(method, path, handler)| Route::new(method, &path, handler)));
        self.crons.extend(
            registered
                .crons
                .into_iter()
                .filter_map(|(name, expression, handler)| super::cron::Cron::new(&name, &expression, handler).map(Arc::new)),
        );
        self.jobs.extend(registered.jobs);
        self.cases.extend(registered.cases);
        self.units.push(unit);
    }
}

impl Loaded {
    /// Takes a unit over as it was before.
    fn keep(&mut self, before: &Loaded, unit: &str) {
        let is_of = |handler: &Arc<Handler>| handler.unit.source.name == unit;
        self.on.resize_with(super::events::EVENTS.len(), Vec::new);
        for (now, was) in self.on.iter_mut().zip(&before.on) {
            now.extend(was.iter().filter(|handler| is_of(handler)).cloned());
        }
        self.routes.extend(before.routes.iter().filter(|route| is_of(&route.handler)).cloned());
        self.crons.extend(before.crons.iter().filter(|cron| is_of(&cron.handler)).cloned());
        self.jobs.extend(before.jobs.iter().filter(|job| is_of(&job.1)).cloned());
        self.units.extend(before.units.iter().filter(|kept| kept.source.name == unit).cloned());
    }
}

impl Default for Scripts {
    fn default() -> Self {
        Scripts::new(Config::default())
    }
}

impl Scripts {
    /// Nothing is loaded yet.
    pub fn new(config: Config) -> Self {
        Scripts(Arc::new(Host {
            config,
            loaded: ArcSwap::default(),
            console: Console::default(),
            wake: tokio::sync::Notify::new(),
            unread: AtomicBool::new(false),
            diagnostics: Mutex::default(),
            after: After::default(),
            publisher: OnceLock::new(),
            rates: Mutex::default(),
            db: Mutex::default(),
            loading: Mutex::default(),
            saving: Mutex::default(),
            deciding: tokio::sync::Mutex::default(),
        }))
    }

    /// What all scripts share.
    pub fn host(&self) -> &Arc<Host> {
        &self.0
    }

    /// What is loaded now.
    pub fn loaded(&self) -> Arc<Loaded> {
        self.0.loaded.load_full()
    }

    /// Tells the scripts of the database that they are the hooks of.
    pub fn attach(&self, db: &Db) {
        *self.0.db.lock() = db.downgrade();
    }

    /// Loads what the folders hold now. A unit with a mistake, or with files that cannot be read, keeps what it was before:
    /// what refuses must not be gone because something failed.
    pub fn load(&self) -> LoadReport {
        let _one = self.0.loading.lock();
        self.0.unread.store(false, Ordering::Relaxed);
        let before = self.loaded();
        let mut loaded = Loaded::default();
        let mut diagnostics = Vec::new();
        for found in self.sources(&mut diagnostics) {
            let source = match found {
                Found::Source(source) => *source,
                Found::Unread(name) => {
                    self.0.unread.store(true, Ordering::Relaxed);
                    loaded.keep(&before, &name);
                    continue;
                }
            };
            if !source.unread.is_empty() {
                self.0.unread.store(true, Ordering::Relaxed);
            }
            let name = source.name.clone();
            match unit::load(&self.0, source, self.0.config.only.is_some()) {
                Ok((unit, registered)) => loaded.add(unit, registered),
                Err(problems) => {
                    diagnostics.extend(problems);
                    loaded.keep(&before, &name);
                }
            }
        }
        let known = std::mem::replace(&mut *self.0.diagnostics.lock(), diagnostics.clone());
        for at in diagnostics.iter().filter(|at| !known.contains(at)) {
            tracing::error!("{at}; the scripts as they were before go on");
            self.0.console.write(HOOKS, "error", &at.file, &at.to_string());
        }
        let reacts = loaded.reacts();
        self.0.loaded.store(Arc::new(loaded));
        // From now on nothing is missed, also before what drives the handlers has woken.
        if reacts && let Ok(db) = self.0.db() {
            after::begin(&db);
        }
        self.0.wake.notify_waiters();
        LoadReport { loaded: diagnostics.is_empty(), diagnostics }
    }

    /// The sources of all units, the owner's own first.
    fn sources(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
        if let Some(only) = &self.0.config.only {
            return vec![Found::Source(Box::new(only.clone()))];
        }
        let mut sources = Vec::new();
        if let Some(dir) = &self.0.config.dir {
            match Source::read(HOOKS, dir) {
                Ok(source) => sources.push(Found::Source(Box::new(Source { permissions: self.own(), ..source }))),
                Err(e) => sources.push(Found::unread(HOOKS, "", &e, diagnostics)),
            }
        }
        if let Ok(db) = self.0.db() {
            sources.extend(self.enabled(&db, diagnostics));
        }
        sources
    }

    /// What is wrong with a unit, its cases included; nothing is loaded.
    pub fn problems(&self, source: Source) -> Vec<Diagnostic> {
        unit::load(&self.0, source, true).err().unwrap_or_default()
    }

    /// What is wrong with the files as they are now.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.0.diagnostics.lock().clone()
    }

    /// The lines of the log of scripts after `seq`, the newest ones.
    pub fn log(&self, seq: u64, limit: usize) -> Vec<super::console::Line> {
        self.0.console.after(seq, limit)
    }

    /// The permissions of the owner's own scripts.
    pub fn own(&self) -> Permissions {
        let mut permissions = Permissions::all();
        permissions.network.extend(self.0.config.network.iter().filter(|host| !host.contains('=')).cloned());
        permissions
    }

    /// The hosts that the owner granted to a plugin besides what it asks for.
    pub(super) fn granted(&self, plugin: &str) -> impl Iterator<Item = String> {
        let of = move |grant: &String| grant.split_once('=').filter(|(name, _)| *name == plugin).map(|(_, host)| host.to_owned());
        self.0.config.network.iter().filter_map(of)
    }
}

/// The owner's own scripts in a folder, which may be another one than that of the server.
pub fn source(scripts: &Scripts, dir: &Path) -> Result<Source> {
    Ok(Source { permissions: scripts.own(), ..Source::read(HOOKS, dir)? })
}
