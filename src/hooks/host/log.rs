//! `log::info(…)` and its kin: lines in the log of scripts, which the dashboard shows.

use super::Part;
use crate::hooks::call;
use rhai::{Dynamic, Engine};

/// Writes a line in the name of the handler that runs.
pub fn write(level: &str, message: &str) {
    if let Ok(call) = call::current() {
        call.host.console.write(&call.unit.source.name, level, &call.what, message);
        tracing::debug!(script = call.what, level, "{message}");
    }
}

/// The module `log`.
pub fn register(engine: &mut Engine) {
    let mut module = Part::default();
    // `debug` is a word of the language itself, which writes to the same log.
    for level in ["info", "warn", "error"] {
        module.add(level, move |message: Dynamic| write(level, &message.to_string()));
    }
    module.publish(engine, "log");
}
