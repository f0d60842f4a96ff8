//! The settings of realtime: limits, channels, and how long the log is kept for those who come back.

use crate::commit::Retention;
use crate::error::{FieldErrors, Problem};
use crate::realtime::channels::problem;
use crate::realtime::limits::{ChannelRule, Limits};
use crate::schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Realtime connections, channels and the log behind them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Realtime {
    /// The longest message of a WebSocket client, in bytes.
    pub max_message_bytes: i64,
    /// How many subscriptions a WebSocket may have, and how many channels.
    pub max_subscriptions: i64,
    /// How many messages a client may send in a second.
    pub messages_per_second: i64,
    /// How often the server pings, in seconds.
    pub ping_seconds: i64,
    /// A WebSocket that sends nothing for so many seconds is closed.
    pub silence_seconds: i64,
    /// How many connections an address may have; 0 is any number.
    pub sockets_per_address: i64,
    /// An event stream without an event for so many seconds is closed.
    pub stream_idle_seconds: i64,
    /// An event stream is closed after so many seconds.
    pub stream_max_seconds: i64,
    /// How long the log is kept for those who come back, in days.
    pub keep_days: i64,
    /// Above so many megabytes old entries of the log go even if they are younger.
    pub keep_megabytes: i64,
    /// Which channels there are, and who may join them and send to them; the first that fits counts.
    pub channels: Vec<Channel>,
}

/// A kind of channel. A rule that is null is for superusers only, an empty one for everybody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Channel {
    /// The name of the channel, or how it begins with a `*` at the end.
    pub pattern: String,
    /// Who may be present and hear.
    pub join_rule: Option<String>,
    /// Who may send.
    pub broadcast_rule: Option<String>,
}

impl Default for Realtime {
    fn default() -> Self {
        let limits = Limits::default();
        Realtime {
            max_message_bytes: limits.max_message_bytes as i64,
            max_subscriptions: limits.max_subscriptions as i64,
            messages_per_second: i64::from(limits.messages_per_second),
            ping_seconds: limits.ping_seconds as i64,
            silence_seconds: limits.silence_seconds as i64,
            sockets_per_address: limits.sockets_per_address as i64,
            stream_idle_seconds: limits.sse_idle_seconds as i64,
            stream_max_seconds: limits.sse_max_seconds as i64,
            keep_days: 7,
            keep_megabytes: 4096,
            channels: Vec::new(),
        }
    }
}

impl Realtime {
    /// The same as the hub wants it.
    pub fn limits(&self) -> Limits {
        let positive = |n: i64| u64::try_from(n).unwrap_or(0);
        let rule = |c: &Channel| ChannelRule { pattern: c.pattern.clone(), join: c.join_rule.clone(), broadcast: c.broadcast_rule.clone() };
        Limits {
            max_message_bytes: positive(self.max_message_bytes) as usize,
            max_subscriptions: positive(self.max_subscriptions) as usize,
            messages_per_second: u32::try_from(self.messages_per_second).unwrap_or(0),
            ping_seconds: positive(self.ping_seconds),
            silence_seconds: positive(self.silence_seconds),
            sockets_per_address: positive(self.sockets_per_address) as usize,
            sse_idle_seconds: positive(self.stream_idle_seconds),
            sse_max_seconds: positive(self.stream_max_seconds),
            channels: self.channels.iter().map(rule).collect(),
        }
    }

    /// How long the log is kept.
    pub fn retention(&self) -> Retention {
        let days = self.keep_days.clamp(1, 3650);
        Retention { millis: days * 24 * 60 * 60 * 1000, bytes: u64::try_from(self.keep_megabytes).unwrap_or(0) << 20 }
    }

    /// What is out of its range.
    pub fn problems(&self) -> FieldErrors {
        let mut out = FieldErrors::new();
        let ranges = [
            ("maxMessageBytes", self.max_message_bytes, 1024, 1 << 20),
            ("maxSubscriptions", self.max_subscriptions, 1, 10_000),
            ("messagesPerSecond", self.messages_per_second, 1, 100_000),
            ("pingSeconds", self.ping_seconds, 1, 3600),
            ("silenceSeconds", self.silence_seconds, 2, 86_400),
            ("socketsPerAddress", self.sockets_per_address, 0, 1 << 30),
            ("streamIdleSeconds", self.stream_idle_seconds, 1, 86_400),
            ("streamMaxSeconds", self.stream_max_seconds, 1, 86_400),
            ("keepDays", self.keep_days, 1, 3650),
            ("keepMegabytes", self.keep_megabytes, 64, 1 << 30),
        ];
        for (name, value, least, most) in ranges {
            if value < least {
                let problem = Problem::new("validation_min_greater_equal_than_required", format!("Must be no less than {least}."));
                out.add(name, problem.with(json!({"threshold": least})));
            } else if most < value {
                let problem = Problem::new("validation_max_less_equal_than_required", format!("Must be no greater than {most}."));
                out.add(name, problem.with(json!({"threshold": most})));
            }
        }
        let mut channels = FieldErrors::new();
        for (i, _) in self.channels.iter().enumerate().filter(|(_, channel)| channel.pattern.is_empty()) {
            channels.nest(&i.to_string(), FieldErrors::one("pattern", Problem::required()));
        }
        out.nest("channels", channels);
        out
    }

    /// Which rules of channels cannot be read.
    pub fn rule_problems(&self, schema: &Schema) -> FieldErrors {
        let mut channels = FieldErrors::new();
        for (i, rule) in self.limits().channels.iter().enumerate() {
            if let Some(message) = problem(schema, rule) {
                channels.nest(&i.to_string(), FieldErrors::one("joinRule", Problem::new("validation_invalid_rule", message)));
            }
        }
        let mut out = FieldErrors::new();
        out.nest("channels", channels);
        let mut all = FieldErrors::new();
        all.nest("realtime", out);
        all
    }
}
