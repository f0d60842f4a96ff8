//! A folder of scripts that share an engine: the owner's hooks, or one plugin.

use super::engine;
use super::events::On;
use super::fault::{self, Diagnostic};
use super::limits::{INLINE, Limits, QUICK_RUNS};
use super::permissions::Permissions;
use super::properties;
use super::register::{Draft, Registration};
use super::{call, scripts::Host};
use rhai::{AST, Engine, FnPtr, ParseErrorType, Scope};
use serde_json::{Map, Value as Json};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The longest script.
pub const MAX_FILE: u64 = 1 << 20;
/// The most files of a folder.
const MAX_FILES: usize = 500;

/// What a unit is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    /// `hooks`, or the name of the plugin.
    pub name: String,
    /// The folder it was read from; `None` when it is embedded.
    pub dir: Option<PathBuf>,
    /// The files by name, in order; those in `lib/` are libraries, those in `cases/` tests.
    pub files: Vec<(String, String)>,
    /// What is wrong with files that could not be read: the unit does not load.
    pub unread: Vec<Diagnostic>,
    /// What its scripts may use up.
    pub limits: Limits,
    /// What its scripts may reach.
    pub permissions: Permissions,
    /// The values of its settings.
    pub settings: Map<String, Json>,
}

/// A unit at work.
pub struct Unit {
    /// What it was made of.
    pub source: Source,
    /// Runs its scripts.
    pub engine: Engine,
}

/// A function of a script that something calls.
pub struct Handler {
    /// Whose it is.
    pub unit: Arc<Unit>,
    /// The event; `None` for routes, schedules, jobs and cases.
    pub on: Option<On>,
    /// The collections it is about; empty for all.
    pub collections: Vec<String>,
    /// What the script said about it.
    pub options: Map<String, Json>,
    /// Where it stands.
    pub file: Arc<str>,
    /// The line where it stands.
    pub line: usize,
    /// 0 when a worker thread may run it; else how many quick runs it needs until one may again.
    pub slow: AtomicU32,
    function: FnPtr,
    ast: Arc<AST>,
}

/// What the scripts of a unit registered.
#[derive(Default)]
pub struct Registered {
    /// Handlers of events.
    pub events: Vec<Arc<Handler>>,
    /// Routes: method and path.
    pub routes: Vec<(String, String, Arc<Handler>)>,
    /// Schedules: name and expression.
    pub crons: Vec<(String, String, Arc<Handler>)>,
    /// Jobs by name.
    pub jobs: Vec<(String, Arc<Handler>)>,
    /// Tests by name.
    pub cases: Vec<(String, Arc<Handler>)>,
}

impl Handler {
    /// Its place, for messages.
    pub fn place(&self) -> String {
        format!("{}/{}:{}", self.unit.source.name, self.file, self.line)
    }

    /// Whether it is about a collection.
    pub fn is_about(&self, collection: &crate::schema::Collection) -> bool {
        self.is_named(collection) && self.on.is_none_or(|on| self.unit.source.permissions.hear(on, &collection.name).is_ok())
    }

    fn is_named(&self, collection: &crate::schema::Collection) -> bool {
        self.collections.is_empty() || self.collections.iter().any(|c| c.eq_ignore_ascii_case(&collection.name) || *c == collection.id)
    }

    /// Notes how long a run took: handlers that hold up their thread get one of their own.
    pub fn took(&self, time: Duration) {
        let left = self.slow.load(Ordering::Relaxed);
        if INLINE <= time {
            self.slow.store(QUICK_RUNS, Ordering::Relaxed);
        } else if 0 < left {
            // A count that two threads lower at once is as good as the right one.
            self.slow.store(left - 1, Ordering::Relaxed);
        }
    }

    /// Calls the function. The caller has begun a call.
    pub fn call(&self, args: impl rhai::FuncArgs) -> Result<rhai::Dynamic, Box<rhai::EvalAltResult>> {
        self.function.call(&self.unit.engine, &self.ast, args)
    }

    /// What went wrong in a run.
    pub fn fault(&self, error: &rhai::EvalAltResult) -> fault::Fault {
        fault::of_running(&format!("{}/{}", self.unit.source.name, self.file), self.line, error)
    }
}

impl Source {
    /// The scripts of a folder; none when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be read. A file that cannot be is told in [`Source::unread`]: scripts refuse what must not be, so a part
    /// of them is not enough.
    pub fn read(name: &str, dir: &Path) -> std::io::Result<Source> {
        let is_script = |sub: &str, file: &str| match sub {
            "templates" => file.ends_with(".html") || file.ends_with(".txt"),
            _ => file.ends_with(".rhai"),
        };
        let (files, unread) = read_files(name, dir, |sub, file| is_script(sub, file) && !file.starts_with('.'))?;
        Ok(Source { name: name.to_owned(), dir: Some(dir.to_owned()), files, unread, ..Source::default() })
    }
}

/// Files by name and in order, and what is wrong with those that cannot be read.
type Files = (Vec<(String, String)>, Vec<Diagnostic>);

/// The files that are wanted of the folder of a unit.
pub(super) fn read_files(unit: &str, dir: &Path, wanted: impl Fn(&str, &str) -> bool) -> std::io::Result<Files> {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for sub in ["", "lib", "cases", "templates"] {
        for path in listed(&dir.join(sub))? {
            let file = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            if !wanted(sub, file) || path.is_dir() {
                continue;
            }
            let file = if sub.is_empty() { file.to_owned() } else { format!("{sub}/{file}") };
            match read_file(&path, files.len()) {
                Ok(text) => files.push((file, text)),
                Err(message) => unread.push(Diagnostic { file: format!("{unit}/{file}"), line: 0, column: 0, message }),
            }
        }
    }
    files.sort();
    Ok((files, unread))
}

/// What is in a folder; nothing when it is not there.
pub(super) fn listed(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    match std::fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| entry.map(|e| e.path())).collect(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

/// The text of a file after `others`, or what is wrong with it.
fn read_file(path: &Path, others: usize) -> Result<String, String> {
    let bytes = path.metadata().map_or(0, |m| m.len());
    if MAX_FILE < bytes {
        return Err(format!("it has {bytes} bytes, and a script at most {MAX_FILE}"));
    }
    if MAX_FILES <= others {
        return Err(format!("a folder has at most {MAX_FILES} scripts"));
    }
    std::fs::read_to_string(path).map_err(|e| format!("it cannot be read: {e}"))
}

/// Compiles and runs the files of a unit, which registers its handlers. All that is wrong comes back, not only the first.
pub fn load(host: &Arc<Host>, source: Source, with_cases: bool) -> Result<(Arc<Unit>, Registered), Vec<Diagnostic>> {
    let mut engine = engine::build(&source.limits);
    properties::register(&mut engine, source.files.iter().map(|(_, text)| text.as_str()));
    let full = |file: &str| format!("{}/{file}", source.name);
    let mut problems = source.unread.clone();
    problems.extend(add_libraries(&mut engine, &source));
    let mut compiled = Vec::new();
    for (file, text) in source.files.iter().filter(|f| is_script(&f.0, with_cases)) {
        match engine.compile(text) {
            Ok(ast) => compiled.push((file.clone(), ast)),
            Err(e) => problems.push(fault::of_parsing(&full(file), &e)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let unit = Arc::new(Unit { source, engine });
    let mut registered = Registered::default();
    for (file, ast) in compiled {
        register_file(host, &unit, &file, &ast, &mut registered).map_err(|at| vec![at])?;
    }
    Ok((unit, registered))
}

/// Adds the libraries. One may call another, so those that fail are tried again as long as that helps; what still fails is told.
fn add_libraries(engine: &mut Engine, source: &Source) -> Vec<Diagnostic> {
    let libraries: Vec<&(String, String)> = source.files.iter().filter(|f| f.0.starts_with("lib/")).collect();
    let is_library = |name: &str| libraries.iter().any(|f| module_of(&f.0) == name);
    let mut waiting = libraries.clone();
    loop {
        let (before, mut problems, mut follows) = (waiting.len(), Vec::new(), Vec::new());
        waiting.retain(|(file, text)| {
            let told = format!("{}/{file}", source.name);
            match engine::add_library(engine, module_of(file), text) {
                Ok(()) => return false,
                // The mistake is in the other library, unless both call each other.
                Err((Some(e), _)) if matches!(e.err_type(), ParseErrorType::ModuleUndefined(m) if is_library(m)) => {
                    follows.push(fault::of_parsing(&told, &e));
                }
                Err((Some(e), _)) => problems.push(fault::of_parsing(&told, &e)),
                Err((_, Some(e))) => problems.push(fault::of_running(&told, 0, &e).at),
                Err(_) => {}
            }
            true
        });
        if waiting.is_empty() || waiting.len() == before {
            return if problems.is_empty() { follows } else { problems };
        }
    }
}

/// What a library is called by.
fn module_of(file: &str) -> &str {
    file.trim_start_matches("lib/").trim_end_matches(".rhai")
}

fn is_script(file: &str, with_cases: bool) -> bool {
    match file.split_once('/') {
        None => true,
        Some((folder, _)) => folder == "cases" && with_cases,
    }
}

/// Runs the top level of a file once, and takes what it registers.
fn register_file(host: &Arc<Host>, unit: &Arc<Unit>, file: &str, ast: &AST, registered: &mut Registered) -> Result<(), Diagnostic> {
    let call = Rc::new(call::Call {
        host: host.clone(),
        unit: unit.clone(),
        what: format!("{}/{file}", unit.source.name),
        reach: call::Reach::Loading,
    });
    let (outcome, drafts) =
        Registration::collect(|| call::run(&call, unit.source.limits.before(), || unit.engine.run_ast_with_scope(&mut Scope::new(), ast)));
    outcome.map_err(|e| fault::of_running(&format!("{}/{file}", unit.source.name), 0, &e).at)?;
    let functions = Arc::new(ast.clone_functions_only());
    for draft in drafts {
        let Draft { what, collections, options, line, function } = draft;
        let on = what.event();
        let handler = Arc::new(Handler {
            unit: unit.clone(),
            on,
            collections,
            options,
            file: file.into(),
            line,
            slow: AtomicU32::new(0),
            function,
            ast: functions.clone(),
        });
        what.put(handler, registered);
    }
    Ok(())
}
