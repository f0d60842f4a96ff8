//! What a client sends over a WebSocket: read once, into what cannot be wrong.

use crate::error::{Error, Result};
use crate::log::Position;
use serde_json::{Map, Value as Json};

/// The longest name of a subscription, and the longest id of a message, in characters.
const MAX_NAME: usize = 64;
/// The longest topic or channel, in characters.
const MAX_TOPIC: usize = 255;
/// The longest `expand`, `fields` and `sort`, in bytes.
const MAX_TEXT: usize = 2000;
/// The most records of a snapshot with a limit.
const MAX_LIMIT: u64 = 500;

/// A message, and the id that its answer repeats.
#[derive(Debug)]
pub struct Incoming {
    /// The id as JSON text; a message without one is not answered, unless it fails.
    pub id: Option<String>,
    /// What is asked for, or why it cannot be read.
    pub message: Result<Message>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Another one is asking from now on; `""` is a guest.
    Auth {
        /// The token.
        token: String,
    },
    /// A new subscription, or another one in place of one with the same name.
    Subscribe(Box<Subscribe>),
    /// The end of a subscription.
    Unsubscribe {
        /// Its name.
        sub: String,
    },
    /// To be present on a channel, and get what is sent there.
    Join {
        /// Its name.
        channel: String,
        /// What others see of this member.
        state: Json,
    },
    /// The end of that.
    Leave {
        /// The name of the channel.
        channel: String,
    },
    /// Something for all others on a channel.
    Broadcast {
        /// The name of the channel.
        channel: String,
        /// What kind of thing.
        event: String,
        /// The thing.
        data: Json,
    },
    /// To be answered by `pong`.
    Ping,
}

/// A subscription that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscribe {
    /// The name that the client gives it.
    pub sub: String,
    /// `collection/*` or `collection/id`.
    pub topic: String,
    /// Which records.
    pub filter: String,
    /// Relations to expand.
    pub expand: String,
    /// Fields to pick.
    pub fields: String,
    /// Where to go on from.
    pub since: Option<Position>,
    /// Whether to begin with what matches now.
    pub snapshot: Option<Snapshot>,
}

/// What matches now.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Its order.
    pub sort: String,
    /// How many records at most; `None` is all.
    pub limit: Option<u64>,
}

/// Reads a message.
pub fn parse(text: &str) -> Incoming {
    let bad = |message: &str| Incoming { id: None, message: Err(Error::bad_request(message)) };
    let Ok(json) = serde_json::from_str::<Json>(text) else { return bad("The message is not JSON.") };
    let Json::Object(map) = json else { return bad("A message is a JSON object.") };
    match id(&map) {
        Ok(id) => Incoming { id, message: message(&map) },
        Err(error) => Incoming { id: None, message: Err(error) },
    }
}

fn id(map: &Map<String, Json>) -> Result<Option<String>> {
    match map.get("id") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) if text.chars().count() <= MAX_NAME => Ok(Some(Json::String(text.clone()).to_string())),
        Some(Json::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Error::bad_request(format!("The id of a message is a number, or a text of at most {MAX_NAME} characters."))),
    }
}

fn message(map: &Map<String, Json>) -> Result<Message> {
    match map.get("type").and_then(Json::as_str) {
        Some("auth") => Ok(Message::Auth { token: text(map, "token", 8192)? }),
        Some("subscribe") => Ok(Message::Subscribe(Box::new(subscribe(map)?))),
        Some("unsubscribe") => Ok(Message::Unsubscribe { sub: name(map, "sub", MAX_NAME)? }),
        Some("join") => {
            Ok(Message::Join { channel: name(map, "channel", MAX_TOPIC)?, state: map.get("state").cloned().unwrap_or_default() })
        }
        Some("leave") => Ok(Message::Leave { channel: name(map, "channel", MAX_TOPIC)? }),
        Some("broadcast") => Ok(Message::Broadcast {
            channel: name(map, "channel", MAX_TOPIC)?,
            event: name(map, "event", MAX_TOPIC)?,
            data: map.get("data").cloned().unwrap_or_default(),
        }),
        Some("ping") => Ok(Message::Ping),
        _ => Err(Error::bad_request("The type of a message is auth, subscribe, unsubscribe, join, leave, broadcast or ping.")),
    }
}

fn subscribe(map: &Map<String, Json>) -> Result<Subscribe> {
    let since = match map.get("since") {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) if text.is_empty() => None,
        Some(Json::String(text)) => Some(text.parse()?),
        Some(_) => return Err(Error::bad_request("since is a position, such as \"12:345\".")),
    };
    Ok(Subscribe {
        sub: name(map, "sub", MAX_NAME)?,
        topic: name(map, "topic", MAX_TOPIC)?,
        filter: text(map, "filter", usize::MAX)?,
        expand: text(map, "expand", MAX_TEXT)?,
        fields: text(map, "fields", MAX_TEXT)?,
        since,
        snapshot: snapshot(map)?,
    })
}

fn snapshot(map: &Map<String, Json>) -> Result<Option<Snapshot>> {
    let wanted = match map.get("snapshot") {
        None | Some(Json::Null) => false,
        Some(value) => value.as_bool().ok_or_else(|| Error::bad_request("snapshot is true or false."))?,
    };
    let limit = match map.get("limit") {
        None | Some(Json::Null) => None,
        Some(value) => match value.as_u64() {
            Some(limit @ 1..=MAX_LIMIT) => Some(limit),
            _ => return Err(Error::bad_request(format!("limit is a whole number from 1 to {MAX_LIMIT}."))),
        },
    };
    let sort = text(map, "sort", MAX_TEXT)?;
    if !wanted && (limit.is_some() || !sort.is_empty()) {
        return Err(Error::bad_request("sort and limit only go with \"snapshot\": true."));
    }
    Ok(wanted.then_some(Snapshot { sort, limit }))
}

/// A text that may be missing.
fn text(map: &Map<String, Json>, key: &str, max: usize) -> Result<String> {
    match map.get(key) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(text)) if text.len() <= max => Ok(text.clone()),
        Some(Json::String(_)) => Err(Error::bad_request(format!("{key} has more than {max} bytes."))),
        Some(_) => Err(Error::bad_request(format!("{key} is a text."))),
    }
}

/// A text that must be there.
fn name(map: &Map<String, Json>, key: &str, max: usize) -> Result<String> {
    let text = text(map, key, usize::MAX)?;
    match text.chars().take(max + 1).count() {
        0 => Err(Error::bad_request(format!("{key} is missing."))),
        n if max < n => Err(Error::bad_request(format!("{key} has more than {max} characters."))),
        _ => Ok(text),
    }
}
