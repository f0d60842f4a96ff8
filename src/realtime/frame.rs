//! What the server sends: WebSocket messages as JSON text, and events of a stream.

use super::limits::Limits;
use crate::error::{Code, Error};
use crate::log::Position;
use crate::value::json::write_string;
use bytes::Bytes;

/// What happened to a record, as a subscription sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It matches now and did not before.
    Create,
    /// It matched before and still does.
    Update,
    /// It does not match any more, or is gone.
    Delete,
}

impl Action {
    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
        }
    }
}

/// Why a subscription must be loaded anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The log does not reach back to the position.
    Trimmed,
    /// The position belongs to another history.
    Epoch,
    /// The collection or its rules were edited.
    Schema,
    /// Who is asking, or what they may see, has changed.
    Auth,
}

impl Reason {
    fn name(self) -> &'static str {
        match self {
            Reason::Trimmed => "trimmed",
            Reason::Epoch => "epoch",
            Reason::Schema => "schema",
            Reason::Auth => "auth",
        }
    }
}

/// What stands around a change.
#[derive(Clone, Copy)]
pub struct Place<'e> {
    /// Where in the log.
    pub position: Position,
    /// The id that the client of the write gave it.
    pub request: Option<&'e str>,
}

/// The first message.
pub fn ready(connection: &str, position: Position, limits: &Limits) -> Bytes {
    let Limits { max_message_bytes, max_subscriptions, messages_per_second, ping_seconds, silence_seconds, .. } = limits;
    Bytes::from(format!(
        "{{\"type\":\"ready\",\"connection\":\"{connection}\",\"position\":\"{position}\",\"limits\":{{\"maxMessageBytes\":{max_message_bytes},\
         \"maxSubscriptions\":{max_subscriptions},\"messagesPerSecond\":{messages_per_second},\"pingSeconds\":{ping_seconds},\
         \"silenceSeconds\":{silence_seconds}}}}}"
    ))
}

/// The answer to a message that was done; `None` when nobody waits for it.
pub fn ok(id: Option<&str>, sub: Option<&str>, position: Position) -> Option<Bytes> {
    let id = id?;
    let mut out = format!("{{\"type\":\"ok\",\"id\":{id}").into_bytes();
    member(&mut out, "sub", sub);
    out.extend(format!(",\"position\":\"{position}\"}}").bytes());
    Some(out.into())
}

/// The answer to a message that was refused, or the end of a subscription.
pub fn error(id: Option<&str>, sub: Option<&str>, error: &Error) -> Bytes {
    let mut out = b"{\"type\":\"error\"".to_vec();
    if let Some(id) = id {
        out.extend(format!(",\"id\":{id}").bytes());
    }
    member(&mut out, "sub", sub);
    let message = if error.code == Code::Internal { error.code.message() } else { &error.message };
    out.extend(format!(",\"status\":{},\"code\":\"{}\",\"message\":", error.status(), error.code.name()).bytes());
    write_string(&mut out, message);
    out.push(b'}');
    out.into()
}

/// The answer to a ping.
pub fn pong(id: Option<&str>) -> Bytes {
    match id {
        Some(id) => Bytes::from(format!("{{\"type\":\"pong\",\"id\":{id}}}")),
        None => Bytes::from_static(b"{\"type\":\"pong\"}"),
    }
}

/// From here on a subscription gets what happens as it happens.
pub fn live(sub: &str, position: Position) -> Bytes {
    about("live", sub, &format!(",\"position\":\"{position}\""))
}

/// A subscription must be loaded anew; what comes after it is after `position`.
pub fn reset(sub: &str, reason: Reason, position: Position) -> Bytes {
    about("reset", sub, &format!(",\"reason\":\"{}\",\"position\":\"{position}\"", reason.name()))
}

/// A part of what matches; `items` are records with commas between them. `more`: a limit has left out some.
pub fn snapshot(sub: &str, items: &[u8], position: Position, last: bool, more: bool) -> Bytes {
    let mut out = Vec::with_capacity(items.len() + 128);
    out.extend_from_slice(b"{\"type\":\"snapshot\",\"sub\":");
    write_string(&mut out, sub);
    out.extend_from_slice(b",\"items\":[");
    out.extend_from_slice(items);
    out.extend(format!("],\"position\":\"{position}\",\"last\":{last}").bytes());
    if more {
        out.extend_from_slice(b",\"more\":true");
    }
    out.push(b'}');
    out.into()
}

/// A change of a record.
pub fn change(sub: &str, action: Action, record: &[u8], place: Place) -> Bytes {
    let mut out = Vec::with_capacity(record.len() + sub.len() + 128);
    out.extend_from_slice(b"{\"type\":\"change\",\"subs\":[");
    write_string(&mut out, sub);
    out.extend_from_slice(b"],\"action\":\"");
    out.extend_from_slice(action.name().as_bytes());
    out.extend_from_slice(b"\",\"record\":");
    out.extend_from_slice(record);
    out.extend(format!(",\"position\":\"{}\",\"tx\":{}", place.position, place.position.seq).bytes());
    // It has no characters that would have to be escaped.
    if let Some(request) = place.request {
        out.extend(format!(",\"request\":\"{request}\"").bytes());
    }
    out.push(b'}');
    out.into()
}

/// An event of a stream. `client` is the id of the connection, which PocketBase's SDK reads from every event.
pub fn event(client: &str, name: &str, data: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(client.len() + name.len() + data.len() + 24);
    for (key, value) in [("id:", client.as_bytes()), ("\nevent:", name.as_bytes()), ("\ndata:", data)] {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(value);
    }
    out.extend_from_slice(b"\n\n");
    out.into()
}

/// A change of a record as an event of a stream.
pub fn change_event(client: &str, name: &str, action: Action, record: &[u8], place: Place) -> Bytes {
    let mut data = Vec::with_capacity(record.len() + 64);
    data.extend_from_slice(b"{\"record\":");
    data.extend_from_slice(record);
    data.extend(format!(",\"action\":\"{}\",\"position\":\"{}\"}}", action.name(), place.position).bytes());
    event(client, name, &data)
}

fn about(kind: &str, sub: &str, rest: &str) -> Bytes {
    let mut out = format!("{{\"type\":\"{kind}\"").into_bytes();
    member(&mut out, "sub", Some(sub));
    out.extend_from_slice(rest.as_bytes());
    out.push(b'}');
    out.into()
}

fn member(out: &mut Vec<u8>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        out.extend(format!(",\"{key}\":").bytes());
        write_string(out, text);
    }
}
