//! `store::…`: small values by key, and `seq::next(…)`: numbers without gaps. Each unit has its own.

use super::Part;
use crate::commit::{Added, Op};
use crate::hooks::call::{self, Call, Reach};
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::hooks::{convert, kept};
use crate::query::Authority;
use rhai::{Dynamic, Engine};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

/// The longest key, in bytes.
const KEY: usize = 200;
/// The largest value, as JSON.
const VALUE: usize = 64 << 10;

fn full(call: &Call, kind: &str, key: &str) -> Thrown<String> {
    match key.len() {
        1..=KEY => Ok(format!("{kind}/{}/{key}", call.unit.source.name)),
        _ => Err(refuse(format!("A key has 1 to {KEY} bytes"))),
    }
}

fn get(key: &str) -> Thrown<Dynamic> {
    let call = call::current()?;
    let key = full(&call, "value", key)?;
    if let Some(pending) = call.staging().and_then(|s| s.pending.borrow().get(&key).cloned()) {
        return Ok(pending.as_ref().map_or(Dynamic::UNIT, convert::from_json));
    }
    let found = kept::get(&call.view()?, kept::VALUES, &key).map_err(throw)?;
    Ok(found.as_ref().map_or(Dynamic::UNIT, convert::from_json))
}

fn set(key: &str, value: Option<Json>) -> Thrown<()> {
    let call = call::current()?;
    let key = full(&call, "value", key)?;
    let view = call.view()?;
    let op = match &value {
        Some(json) if VALUE < json.to_string().len() => return Err(refuse(format!("A value has at most {VALUE} bytes as JSON"))),
        Some(json) => kept::put(&view, kept::VALUES, &key, json),
        None => kept::remove(&view, kept::VALUES, &key),
    };
    let op = op.map_err(throw)?;
    if let Some(staging) = call.staging() {
        staging.pending.borrow_mut().insert(key, value);
    }
    save(&call, op)
}

/// A step of the server itself: inside a transaction it follows it, else it is one of its own.
pub fn save(call: &Call, op: Op) -> Thrown<()> {
    super::records::done(call, "store", vec![op], &Authority::System(super::records::WHY)).map(drop)
}

/// The next number of a sequence: 1, 2, 3 … Inside a transaction it is only used up when that is committed.
fn next(name: &str) -> Thrown<i64> {
    let call = call::current()?;
    // An id that is checked as any other: what is in a key may not be in an id.
    let digest = Sha256::digest(full(&call, "seq", name)?.as_bytes());
    let key: String = digest.iter().take(15).map(|b| format!("{b:02x}")).collect();
    let view = call.view()?;
    let collection = kept::keeper(&view, kept::VALUES).map_err(throw)?;
    let mut body = Map::new();
    body.insert("id".into(), key.clone().into());
    body.insert("n+".into(), 1.into());
    let op = Op::Upsert { collection: collection.clone(), body, if_match: None };
    let system = Authority::System(super::records::WHY);
    if let (Reach::Staged(_), Some(staging)) = (&call.reach, call.staging()) {
        let pending = staging.pending.borrow().get(&key).cloned().flatten();
        let last = match pending {
            Some(n) => n.as_i64().unwrap_or_default(),
            None => view.get(&collection, &key).map_err(throw)?.map_or(0, |row| row.to_record().get_named("n").as_number() as i64),
        };
        staging.pending.borrow_mut().insert(key, Some((last + 1).into()));
        staging.added.borrow_mut().push(Added { op, authority: system });
        return Ok(last + 1);
    }
    let records = super::records::done(&call, "seq::next", vec![op], &system)?;
    Ok(records.into_iter().next().flatten().map_or(0, |record| record.get_named("n").as_number() as i64))
}

/// The modules `store` and `seq`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("get", get);
    m.add("set", |key: &str, value: Dynamic| set(key, Some(convert::to_json(&value))));
    m.add("remove", |key: &str| set(key, None));
    m.publish(engine, "store");
    let mut m = Part::default();
    m.add("next", next);
    m.publish(engine, "seq");
}
