//! In whose name something is read or written.

use crate::schema::Record;
use std::sync::Arc;

/// Who is asking. Every read and every write carries one, so that no path can forget to judge.
#[derive(Debug, Clone)]
pub enum Authority {
    /// A signed-in record, or a guest: judged by the rules of the collection.
    Actor(Option<Arc<Record>>),
    /// A superuser: no rule applies.
    Superuser(Arc<Record>),
    /// Luge itself, with the reason, which the log keeps as the origin: no rule applies. Never made in `http`.
    System(&'static str),
}

impl Authority {
    /// The authority of whoever a token named: `None` is a guest.
    pub fn of(record: Option<Arc<Record>>) -> Self {
        match record {
            Some(record) if record.collection.is_superusers() => Authority::Superuser(record),
            record => Authority::Actor(record),
        }
    }

    /// A guest.
    pub fn guest() -> Self {
        Authority::Actor(None)
    }

    /// The record of who is asking: what `@request.auth` is.
    pub fn record(&self) -> Option<&Arc<Record>> {
        match self {
            Authority::Actor(record) => record.as_ref(),
            Authority::Superuser(record) => Some(record),
            Authority::System(_) => None,
        }
    }

    /// Whether no rule applies: a superuser, or Luge itself.
    pub fn bypasses_rules(&self) -> bool {
        !matches!(self, Authority::Actor(_))
    }

    /// Whether this record is the one who is asking.
    pub fn owns(&self, collection: u32, id: &str) -> bool {
        self.record().is_some_and(|r| r.collection.number == collection && r.id() == id)
    }
}
