//! What scripts can call: a module a file, each with its permissions.

pub mod log;
pub mod records;

use rhai::Engine;

/// Makes all host functions known to an engine.
pub fn register(engine: &mut Engine) {
    log::register(engine);
    records::register(engine);
}
