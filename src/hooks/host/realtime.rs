//! `realtime::publish(…)`: a message to everyone on a channel.

use super::Part;
use crate::hooks::call;
use crate::hooks::convert;
use crate::hooks::fault::Thrown;
use rhai::{Dynamic, Engine};

/// Says whether somebody may have heard it.
fn publish(channel: &str, data: &Dynamic) -> Thrown<bool> {
    let call = call::current()?;
    call.outside("realtime::publish")?;
    Ok(call.host.publish(channel, &convert::to_json(data)))
}

/// The module `realtime`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("publish", |channel: &str, data: Dynamic| publish(channel, &data));
    m.publish(engine, "realtime");
}
