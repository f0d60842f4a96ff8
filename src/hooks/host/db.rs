//! `db::tx(|tx| …)`: several writes, all or none.

use super::Part;
use super::records;
use crate::commit::Op;
use crate::error::Code;
use crate::hooks::call::{self, Call};
use crate::hooks::convert;
use crate::hooks::fault::{self, Thrown, refuse, throw};
use crate::hooks::record::Rec;
use crate::query::Authority;
use parking_lot::Mutex;
use rhai::{Dynamic, Engine, FnPtr, Map, NativeCallContext};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;

/// How often the function runs again because a record that it had read was changed meanwhile.
const TRIES: usize = 20;
/// The most writes of one transaction.
const MOST: usize = 1_000;

/// The writes that a transaction will be; clones are the same.
#[derive(Clone, Default)]
struct Tx(Arc<Mutex<Steps>>);

#[derive(Default)]
struct Steps {
    ops: Vec<Op>,
    /// The revisions of records that were read: a write to one of them holds only if it is still that.
    read: HashMap<(String, String), u64>,
}

impl Tx {
    fn add(&self, op: Op) -> Thrown<()> {
        let mut steps = self.0.lock();
        if MOST <= steps.ops.len() {
            return Err(refuse(format!("A transaction has at most {MOST} writes")));
        }
        steps.ops.push(op);
        Ok(())
    }

    fn get(&self, name: &str, id: &str) -> Thrown<Dynamic> {
        let call = call::current()?;
        let view = call.view()?;
        let collection = records::collection(&call, &view, name, false)?;
        let Some(row) = view.get(&collection, id).map_err(throw)? else { return Ok(Dynamic::UNIT) };
        self.0.lock().read.insert((collection.id.clone(), id.to_owned()), row.rev());
        Ok(Dynamic::from(Rec::copy(&row.to_record())))
    }

    fn create(&self, name: &str, body: &Map) -> Thrown<Dynamic> {
        let call = call::current()?;
        let (op, body) = records::creating(&call, name, body)?;
        self.add(op)?;
        Ok(convert::from_json(&Json::Object(body)))
    }

    fn update(&self, name: &str, id: &str, body: &Map) -> Thrown<()> {
        let call = call::current()?;
        let view = call.view()?;
        let key = (records::collection(&call, &view, name, true)?.id.clone(), id.to_owned());
        // Inside of another transaction, its own record of what was read does the same.
        let if_match = if call.staging().is_some() { None } else { self.0.lock().read.remove(&key) };
        self.add(records::updating(&call, name, id, body, if_match)?)
    }

    fn delete(&self, name: &str, id: &str) -> Thrown<()> {
        self.add(records::deleting(&*call::current()?, name, id)?)
    }

    /// Adds to a number, whatever it is by then.
    fn inc(&self, name: &str, id: &str, field: &str, by: Dynamic) -> Thrown<()> {
        let body: Map = [(format!("{field}+").into(), by)].into_iter().collect();
        let call = call::current()?;
        self.add(records::updating(&call, name, id, &body, None)?)
    }
}

fn transaction(ctx: &NativeCallContext, f: &FnPtr) -> Thrown<Dynamic> {
    let call = call::current()?;
    for _ in 1..TRIES {
        match once(ctx, f, &call) {
            Err(error) if fault::code(&error) == Some(Code::PreconditionFailed) => {}
            outcome => return outcome,
        }
    }
    once(ctx, f, &call)
}

fn once(ctx: &NativeCallContext, f: &FnPtr, call: &Call) -> Thrown<Dynamic> {
    let tx = Tx::default();
    let answer: Dynamic = f.call_within_context(ctx, (tx.clone(),))?;
    let ops = std::mem::take(&mut tx.0.lock().ops);
    if !ops.is_empty() {
        records::done(call, "db::tx", ops, &Authority::System(records::WHY))?;
    }
    Ok(answer)
}

/// The module `db`.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Tx>("Tx");
    engine.register_fn("get", |tx: &mut Tx, name: &str, id: &str| tx.get(name, id));
    engine.register_fn("create", |tx: &mut Tx, name: &str, body: Map| tx.create(name, &body));
    engine.register_fn("update", |tx: &mut Tx, name: &str, id: &str, body: Map| tx.update(name, id, &body));
    engine.register_fn("delete", |tx: &mut Tx, name: &str, id: &str| tx.delete(name, id));
    engine.register_fn("inc", |tx: &mut Tx, name: &str, id: &str, field: &str, by: Dynamic| tx.inc(name, id, field, by));
    let mut m = Part::default();
    m.add("tx", |ctx: NativeCallContext, f: FnPtr| transaction(&ctx, &f));
    m.publish(engine, "db");
}
