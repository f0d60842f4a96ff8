//! What a script says while it is loaded: `on_create("posts", |e| …)`, `route(…)`, `cron(…)`, `job(…)`, `test(…)`.

use super::call::{self, Reach};
use super::convert;
use super::events::{EVENTS, Event, On};
use super::fault::{Thrown, refuse};
use super::unit::{Handler, Registered};
use rhai::{Dynamic, Engine, FnPtr, Map, NativeCallContext};
use serde_json::{Map as JsonMap, Value as Json};
use std::cell::RefCell;
use std::sync::Arc;

/// The most handlers, routes, schedules and jobs that a file may register.
const MOST: usize = 500;

/// What is registered.
pub enum What {
    /// A handler of an event.
    Event(On),
    /// A route: method and path.
    Route(String, String),
    /// A schedule: name and expression.
    Cron(String, String),
    /// A job: name.
    Job(String),
    /// A test: name.
    Case(String),
}

/// A handler before it knows its file.
pub struct Draft {
    /// What it is for.
    pub what: What,
    /// The collections it is about.
    pub collections: Vec<String>,
    /// What the script said about it.
    pub options: JsonMap<String, Json>,
    /// The line where it stands.
    pub line: usize,
    /// What is called.
    pub function: FnPtr,
}

thread_local! {
    static DRAFTS: RefCell<Option<Vec<Draft>>> = const { RefCell::new(None) };
}

/// The registration of one file.
pub struct Registration;

impl Registration {
    /// Runs the top level of a file; answers what it registered too.
    pub fn collect<T>(run: impl FnOnce() -> T) -> (T, Vec<Draft>) {
        DRAFTS.set(Some(Vec::new()));
        let outcome = run();
        (outcome, DRAFTS.take().unwrap_or_default())
    }
}

impl What {
    /// The event, if it is one.
    pub fn event(&self) -> Option<On> {
        match self {
            What::Event(on) => Some(*on),
            _ => None,
        }
    }

    /// Puts a handler where it belongs.
    pub fn put(self, handler: Arc<Handler>, registered: &mut Registered) {
        match self {
            What::Event(_) => registered.events.push(handler),
            What::Route(method, path) => registered.routes.push((method, path, handler)),
            What::Cron(name, expression) => registered.crons.push((name, expression, handler)),
            What::Job(name) => registered.jobs.push((name, handler)),
            What::Case(name) => registered.cases.push((name, handler)),
        }
    }
}

/// Takes a handler, if a file is being loaded and the function stands on its own.
fn take(ctx: &NativeCallContext, what: What, collections: Vec<String>, options: &Map, function: FnPtr) -> Thrown<()> {
    if !matches!(call::current()?.reach, Reach::Loading) {
        return Err(refuse("Handlers are registered at the top level of a file, not inside a handler"));
    }
    // Constants are captured by value; a variable would be shared by all requests.
    if function.curry().iter().any(|captured| captured.is_shared() && !captured.is_read_only()) {
        return Err(refuse("The function uses a variable of the file, which all requests would share: make it a const, or use store::"));
    }
    let line = ctx.call_position().line().unwrap_or(0);
    DRAFTS.with_borrow_mut(|drafts| match drafts {
        Some(drafts) if drafts.len() < MOST => {
            drafts.push(Draft { what, collections, options: convert::object(options), line, function });
            Ok(())
        }
        Some(_) => Err(refuse(format!("A file may register at most {MOST} handlers"))),
        None => Err(refuse("Handlers are registered while a file is loaded")),
    })
}

/// One name, or several; `*` is all.
fn names(of: &Dynamic) -> Thrown<Vec<String>> {
    let one = |value: &Dynamic| value.clone().into_string().map_err(|_| refuse("A collection is named by a string"));
    let all: Vec<String> = match of.as_array_ref() {
        Ok(items) => items.iter().map(one).collect::<Thrown<_>>()?,
        Err(_) => vec![one(of)?],
    };
    Ok(if all.iter().any(|name| name == "*" || name.is_empty()) { Vec::new() } else { all })
}

fn event(ctx: &NativeCallContext, event: &Event, collections: Vec<String>, options: &Map, function: FnPtr) -> Thrown<()> {
    match event.coming {
        Some(feature) => Err(refuse(format!("{} comes with {feature}, which this version does not have yet", event.name))),
        None => {
            let permissions = &call::current()?.unit.source.permissions;
            collections.iter().try_for_each(|name| permissions.hear(event.on, name)).map_err(refuse)?;
            take(ctx, What::Event(event.on), collections, options, function)
        }
    }
}

fn text(value: &str, what: &str) -> Thrown<String> {
    let fine = !value.is_empty() && value.len() <= 100;
    if fine { Ok(value.to_owned()) } else { Err(refuse(format!("{what} has 1 to 100 characters"))) }
}

/// Makes the registering functions known to an engine.
pub fn register(engine: &mut Engine) {
    for row in EVENTS {
        if row.of_collection {
            engine
                .register_fn(row.name, move |ctx: NativeCallContext, of: Dynamic, f: FnPtr| event(&ctx, row, names(&of)?, &Map::new(), f));
            engine.register_fn(row.name, move |ctx: NativeCallContext, of: Dynamic, options: Map, f: FnPtr| {
                event(&ctx, row, names(&of)?, &options, f)
            });
        }
        engine.register_fn(row.name, move |ctx: NativeCallContext, f: FnPtr| event(&ctx, row, Vec::new(), &Map::new(), f));
    }
    engine.register_fn("route", |ctx: NativeCallContext, method: &str, path: &str, f: FnPtr| route(&ctx, method, path, &Map::new(), f));
    engine.register_fn("route", |ctx: NativeCallContext, method: &str, path: &str, options: Map, f: FnPtr| {
        route(&ctx, method, path, &options, f)
    });
    engine
        .register_fn("cron", |ctx: NativeCallContext, name: &str, expression: &str, f: FnPtr| cron(&ctx, name, expression, &Map::new(), f));
    engine.register_fn("cron", |ctx: NativeCallContext, name: &str, expression: &str, options: Map, f: FnPtr| {
        cron(&ctx, name, expression, &options, f)
    });
    engine.register_fn("job", |ctx: NativeCallContext, name: &str, f: FnPtr| job(&ctx, name, &Map::new(), f));
    engine.register_fn("job", |ctx: NativeCallContext, name: &str, options: Map, f: FnPtr| job(&ctx, name, &options, f));
    engine.register_fn("test", |ctx: NativeCallContext, name: &str, f: FnPtr| {
        take(&ctx, What::Case(text(name, "The name of a test")?), Vec::new(), &Map::new(), f)
    });
}

fn route(ctx: &NativeCallContext, method: &str, path: &str, options: &Map, f: FnPtr) -> Thrown<()> {
    let method = method.to_ascii_uppercase();
    super::route::check(&method, path).map_err(refuse)?;
    super::answer::check_options(options).map_err(refuse)?;
    call::current()?.unit.source.permissions.route(path).map_err(refuse)?;
    take(ctx, What::Route(method, path.to_owned()), Vec::new(), options, f)
}

fn cron(ctx: &NativeCallContext, name: &str, expression: &str, options: &Map, f: FnPtr) -> Thrown<()> {
    super::cron::Schedule::parse(expression, options.get("tz").map(ToString::to_string).as_deref()).map_err(refuse)?;
    call::current()?.unit.source.permissions.allows_cron().map_err(refuse)?;
    take(ctx, What::Cron(text(name, "The name of a cron")?, expression.to_owned()), Vec::new(), options, f)
}

fn job(ctx: &NativeCallContext, name: &str, options: &Map, f: FnPtr) -> Thrown<()> {
    take(ctx, What::Job(text(name, "The name of a job")?), Vec::new(), options, f)
}
