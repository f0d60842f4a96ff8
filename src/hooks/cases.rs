//! `luge hooks test`: runs the cases of a unit, each against a server of its own that forgets everything.

use super::call;
use super::fault::{self, Diagnostic, Thrown, refuse};
use super::scripts::{Config, Scripts};
use super::unit::{self, Source};
use super::{convert, start};
use crate::commit::{Db, Options, collections};
use crate::error::{Error, Result};
use crate::query::Authority;
use rhai::{Dynamic, Engine, FnPtr, NativeCallContext};
use serde_json::Value as Json;

/// What came of a case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// What went wrong.
    pub fault: Option<Diagnostic>,
}

/// Runs all cases of a unit. `schema` has the collections that they begin with.
pub async fn run(source: &Source, schema: &[Json]) -> Result<Vec<Outcome>, Vec<Diagnostic>> {
    let (_, registered) = unit::load(&Scripts::default().0, source.clone(), true)?;
    let mut outcomes = Vec::new();
    for place in 0..registered.cases.len() {
        let ran = one(source, schema, place).await;
        let told = |e: Error| Diagnostic { file: source.name.clone(), line: 0, column: 0, message: e.to_string() };
        outcomes.push(ran.unwrap_or_else(|e| Outcome { name: registered.cases[place].0.clone(), fault: Some(told(e)) }));
    }
    Ok(outcomes)
}

async fn one(source: &Source, schema: &[Json], place: usize) -> Result<Outcome> {
    let dir = std::env::temp_dir().join(format!("luge-case-{}", crate::id::record()));
    let scripts = Scripts::new(Config { only: Some(source.clone()), ..Config::default() });
    let options = Options { memory_store: true, cheap_passwords: true, hooks: Box::new(scripts.clone()), ..Options::new(&dir) };
    let db = Db::open(options).await?;
    let outcome = within(&db, &scripts, schema, place).await;
    db.close();
    drop(db);
    // What is left in the folder for temporary files does no harm.
    let _ = std::fs::remove_dir_all(&dir);
    outcome
}

async fn within(db: &Db, scripts: &Scripts, schema: &[Json], place: usize) -> Result<Outcome> {
    if !schema.is_empty() {
        collections::import(db, &Authority::System("cases"), schema, false).await?;
    }
    let running = start::start(scripts, db);
    let case = scripts.loaded().cases.get(place).cloned();
    let (name, handler) = case.ok_or_else(|| Error::bad_request("The case is gone: the files have changed meanwhile."))?;
    let ran = scripts.run(&handler, |handler| handler.call(()).map(|_: Dynamic| ())).await;
    running.stop().await;
    let fault = match ran {
        Ok(()) => None,
        Err(super::run::Ended::Fault(fault)) => Some(fault.at),
        Err(super::run::Ended::Busy(error)) => return Err(error),
    };
    Ok(Outcome { name, fault })
}

fn equal(a: &Dynamic, b: &Dynamic) -> Thrown<()> {
    let (a, b) = (convert::to_json(a), convert::to_json(b));
    if a == b { Ok(()) } else { Err(refuse(format!("{a} is not {b}"))) }
}

/// The error with which a function ends, as a map of status and message.
fn refused(ctx: &NativeCallContext, f: &FnPtr) -> Thrown<Dynamic> {
    let outcome: Thrown<Dynamic> = f.call_within_context(ctx, ());
    match outcome {
        Ok(value) => Err(refuse(format!("It was not refused, but gave {value}"))),
        Err(error) => {
            let fault = fault::of_running("", 0, &error);
            let map = [
                ("status".into(), Dynamic::from(i64::from(fault.error.status()))),
                ("message".into(), fault.error.message.clone().into()),
                ("data".into(), convert::from_json(&Json::Object(fault.error.fields.to_json()))),
            ];
            Ok(Dynamic::from_map(map.into_iter().collect()))
        }
    }
}

/// Waits until a function answers true: for what after-handlers and jobs do.
fn until(ctx: &NativeCallContext, f: &FnPtr) -> Thrown<()> {
    let call = call::current()?;
    while !f.call_within_context::<bool>(ctx, ())? {
        call.wait("wait_until", tokio::time::sleep(std::time::Duration::from_millis(20)))?;
    }
    Ok(())
}

/// What only cases use.
pub fn register(engine: &mut Engine) {
    engine.register_fn("assert", |holds: bool| if holds { Ok(()) } else { Err(refuse("It does not hold")) });
    engine.register_fn("assert", |holds: bool, message: &str| if holds { Ok(()) } else { Err(refuse(message)) });
    engine.register_fn("assert_equal", |a: Dynamic, b: Dynamic| equal(&a, &b));
    engine.register_fn("refused", |ctx: NativeCallContext, f: FnPtr| refused(&ctx, &f));
    engine.register_fn("wait_until", |ctx: NativeCallContext, f: FnPtr| until(&ctx, &f));
}
