//! `env::get(…)`, `secrets::get(…)` and `settings::get(…)`: what the owner gave to a unit, by permission.

use super::Part;
use crate::error::{Code, Error};
use crate::hooks::call;
use crate::hooks::convert;
use crate::hooks::fault::{Thrown, throw};
use crate::hooks::kept;
use rhai::{Dynamic, Engine};

/// In front of the environment variable that holds a secret.
const PREFIX: &str = "LUGE_SECRET_";

/// The key of a secret that the owner has stored.
pub fn secret_key(unit: &str, name: &str) -> String {
    format!("secret/{unit}/{name}")
}

fn forbidden(why: String) -> Box<rhai::EvalAltResult> {
    throw(Error::new(Code::Forbidden, why))
}

fn env(name: &str) -> Thrown<Dynamic> {
    call::current()?.unit.source.permissions.env(name).map_err(forbidden)?;
    if name.starts_with(PREFIX) {
        return Err(forbidden(format!("{name} is a secret: secrets::get may see it, where it is permitted")));
    }
    Ok(std::env::var(name).map_or(Dynamic::UNIT, Dynamic::from))
}

fn secret(name: &str) -> Thrown<Dynamic> {
    let call = call::current()?;
    call.unit.source.permissions.secret(name).map_err(forbidden)?;
    let stored = kept::get(&call.view()?, kept::VALUES, &secret_key(&call.unit.source.name, name)).map_err(throw)?;
    let known = stored.and_then(|v| v.as_str().map(str::to_owned)).or_else(|| std::env::var(format!("{PREFIX}{name}")).ok());
    // Files and forms like to leave a line break at the end of a secret.
    Ok(known.map_or(Dynamic::UNIT, |text| Dynamic::from(text.trim().to_owned())))
}

fn setting(name: &str) -> Thrown<Dynamic> {
    let call = call::current()?;
    Ok(call.unit.source.settings.get(name).map_or(Dynamic::UNIT, convert::from_json))
}

/// The modules `env`, `secrets` and `settings`.
pub fn register(engine: &mut Engine) {
    for (module, get) in [("env", env as fn(&str) -> Thrown<Dynamic>), ("secrets", secret), ("settings", setting)] {
        let mut m = Part::default();
        m.add("get", get);
        m.publish(engine, module);
    }
}
