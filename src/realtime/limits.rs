//! How much one client may ask for.

/// The limits of realtime connections; the settings hold them.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// The longest message of a client, in bytes.
    pub max_message_bytes: usize,
    /// How many subscriptions a connection may have.
    pub max_subscriptions: usize,
    /// How many messages a client may send in a second, on average; a burst may have twice as many.
    pub messages_per_second: u32,
    /// The server pings this often, in seconds.
    pub ping_seconds: u64,
    /// A client that sends nothing for so many seconds is closed.
    pub silence_seconds: u64,
    /// How many connections an address may have open; 0 is any number.
    pub sockets_per_address: usize,
    /// An SSE connection without a message for so many seconds is closed.
    pub sse_idle_seconds: u64,
    /// An SSE connection is closed after so many seconds in any case.
    pub sse_max_seconds: u64,
    /// Which channels there are; the first that fits counts.
    pub channels: Vec<ChannelRule>,
}

/// A kind of channel. A rule that is `None` is for superusers only, `""` for everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRule {
    /// The name of the channel, or how it begins with a `*` at the end.
    pub pattern: String,
    /// Who may be present and hear.
    pub join: Option<String>,
    /// Who may send.
    pub broadcast: Option<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_message_bytes: 64 << 10,
            max_subscriptions: 100,
            messages_per_second: 50,
            ping_seconds: 25,
            silence_seconds: 60,
            sockets_per_address: 25_000,
            sse_idle_seconds: 5 * 60,
            sse_max_seconds: 30 * 60,
            channels: Vec::new(),
        }
    }
}
