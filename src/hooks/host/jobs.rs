//! `jobs::push(…)`: work for later, which a restart does not lose.

use super::Part;
use crate::hooks::call;
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::hooks::queue::Job;
use crate::hooks::{convert, kept};
use rhai::{Dynamic, Engine, Map};

/// The largest arguments, as JSON.
const SIZE: usize = 256 << 10;

fn push(name: &str, args: &Dynamic, options: &Map) -> Thrown<String> {
    let call = call::current()?;
    let unit = call.unit.source.name.clone();
    if call.host.loaded.load().job(&unit, name).is_none() {
        return Err(refuse(format!("There is no job {name:?}: register one with job(\"{name}\", |args| …)")));
    }
    let delay = options.get("delay").map_or(Ok(std::time::Duration::ZERO), super::time::span)?;
    let unique = options.get("unique").map(ToString::to_string);
    let args = convert::to_json(args);
    if SIZE < args.to_string().len() {
        return Err(refuse(format!("The arguments of a job have at most {SIZE} bytes as JSON")));
    }
    let now = call.now()?;
    let due = now.saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
    let job = Job { unit, name: name.to_owned(), args, due, attempts: 0, created: now, unique, error: String::new() };
    let id = job.id();
    let view = call.view()?;
    let waits = job.unique.is_some() && kept::get(&view, kept::JOBS, &id).map_err(throw)?.is_some();
    if !waits {
        super::store::save(&call, kept::put(&view, kept::JOBS, &id, &job.to_json()).map_err(throw)?)?;
    }
    Ok(id)
}

/// The module `jobs`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("push", |name: &str, args: Dynamic| push(name, &args, &Map::new()));
    m.add("push", |name: &str, args: Dynamic, options: Map| push(name, &args, &options));
    m.publish(engine, "jobs");
}
