//! The table of events: what scripts can listen to, when it fires, and what the handler sees and may do.

/// When the handlers of an event run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Inside the transaction, before it is committed.
    Before,
    /// From the log, after the commit: at least once, in order for each record.
    After,
    /// While a request is answered.
    Answer,
    /// At a moment of the server's life.
    Moment,
}

/// An event, also its place in [`EVENTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum On {
    Create,
    Update,
    Delete,
    AfterCreate,
    AfterUpdate,
    AfterDelete,
    List,
    View,
    Auth,
    AuthPassword,
    AuthRefresh,
    AuthImpersonate,
    AuthOauth2,
    AuthOtp,
    RealtimeSubscribe,
    RealtimeMessage,
    Mail,
    FileDownload,
    Backup,
    Serve,
    Settings,
}

/// A row of the table.
#[derive(Debug)]
pub struct Event {
    /// Which.
    pub on: On,
    /// The function that registers a handler.
    pub name: &'static str,
    /// When it runs.
    pub phase: Phase,
    /// Whether it is about the records of a collection, which is then the first argument.
    pub of_collection: bool,
    /// The feature it waits for; registering a handler says so.
    pub coming: Option<&'static str>,
    /// When it fires.
    pub when: &'static str,
    /// What the handler sees, as properties of `e`.
    pub sees: &'static str,
    /// What the handler may do.
    pub may: &'static str,
}

const fn records(on: On, name: &'static str, phase: Phase, when: &'static str, sees: &'static str, may: &'static str) -> Event {
    Event { on, name, phase, of_collection: true, coming: None, when, sees, may }
}

const fn server(on: On, name: &'static str, phase: Phase, when: &'static str, sees: &'static str, may: &'static str) -> Event {
    Event { of_collection: false, ..records(on, name, phase, when, sees, may) }
}

const fn coming(feature: &'static str, event: Event) -> Event {
    Event { coming: Some(feature), ..event }
}

const SAVED: &str = "`record`, `before` (update), `auth`, `superuser`, `request`, `collection`";
const CHANGE: &str = "change `e.record`, refuse with `fail`, add writes";
const DONE: &str = "`id`, `record`, `before`, `collection`, `time`, `actor`, `source`";
const REACT: &str = "anything; an error is tried again, then kept as a dead letter";
const SIGNED_IN: &str = "`record`, `method`, `collection`, `request`";

/// All events, in the order of [`On`].
pub static EVENTS: &[Event] = &[
    records(On::Create, "on_create", Phase::Before, "a record is about to be created", SAVED, CHANGE),
    records(On::Update, "on_update", Phase::Before, "a record is about to be changed", SAVED, CHANGE),
    records(On::Delete, "on_delete", Phase::Before, "a record is about to be deleted, also by a cascade", SAVED, "refuse, add writes"),
    records(On::AfterCreate, "after_create", Phase::After, "a record was created and is on disk", DONE, REACT),
    records(On::AfterUpdate, "after_update", Phase::After, "a record was changed, and that is on disk", DONE, REACT),
    records(On::AfterDelete, "after_delete", Phase::After, "a record was deleted, and that is on disk", DONE, REACT),
    records(
        On::List,
        "on_list",
        Phase::Answer,
        "a page of records is about to be sent",
        "`records`, `auth`, `request`",
        "add to records, hide some, refuse",
    ),
    records(
        On::View,
        "on_view",
        Phase::Answer,
        "one record is about to be sent",
        "`record`, `auth`, `request`",
        "add to the record, hide it, refuse",
    ),
    records(On::Auth, "on_auth", Phase::Answer, "someone is about to get a token, in any way", SIGNED_IN, "refuse"),
    records(On::AuthPassword, "on_auth_password", Phase::Answer, "the same, by a password", SIGNED_IN, "refuse"),
    records(On::AuthRefresh, "on_auth_refresh", Phase::Answer, "the same, by an older token", SIGNED_IN, "refuse"),
    records(On::AuthImpersonate, "on_auth_impersonate", Phase::Answer, "the same, by a superuser for someone else", SIGNED_IN, "refuse"),
    coming("OAuth2 sign-in", records(On::AuthOauth2, "on_auth_oauth2", Phase::Answer, "the same, by OAuth2", SIGNED_IN, "refuse")),
    coming(
        "one-time passwords",
        records(On::AuthOtp, "on_auth_otp", Phase::Answer, "the same, by a one-time password", SIGNED_IN, "refuse"),
    ),
    server(
        On::RealtimeSubscribe,
        "on_realtime_subscribe",
        Phase::Answer,
        "a client is about to subscribe to a topic, or to join a channel",
        "`topic` (or the channel), `collection` and `id` of the record, if it is about one, `auth`, `superuser`, `request`",
        "refuse",
    ),
    server(
        On::RealtimeMessage,
        "on_realtime_message",
        Phase::Answer,
        "a client sends a message to a channel",
        "`channel`, `name`, `data`, `auth`, `superuser`",
        "refuse",
    ),
    server(On::Mail, "on_mail", Phase::Answer, "a mail is about to be put into the outbox", "`mail`", "change `e.mail`, refuse"),
    coming(
        "file storage",
        records(On::FileDownload, "on_file_download", Phase::Answer, "a file is about to be sent", "`record`, `file`", "refuse"),
    ),
    coming("backups", server(On::Backup, "on_backup", Phase::Moment, "a backup is about to be taken", "`name`", "refuse")),
    server(On::Serve, "on_serve", Phase::Moment, "the server begins to serve", "`address`", "anything"),
    server(On::Settings, "on_settings", Phase::Answer, "settings are about to be changed", "`settings`, `before`", "refuse"),
];

/// The row of an event.
pub fn row(on: On) -> &'static Event {
    &EVENTS[on as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_in_its_place() {
        for (place, event) in EVENTS.iter().enumerate() {
            assert_eq!(event.on as usize, place, "{}", event.name);
        }
    }
}
