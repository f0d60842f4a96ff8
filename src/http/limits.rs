//! How large bodies may be. That of a record: the default, and room for what its fields may hold.

use super::extract::body::DEFAULT_LIMIT;
use crate::schema::{Collection, Field, Options};

/// The most bytes of a body with an identity and a password, and what an auth rule may want to know beside them.
pub const SIGN_IN: usize = 256 << 10;

/// The most bytes of a list of subscriptions.
pub const SUBSCRIPTIONS: usize = 4 << 20;

const FILE: i64 = 5 << 20;
const EDITOR: i64 = 5 << 20;
const JSON: i64 = 1 << 20;

/// The most bytes of a body that creates or updates a record of `collection`.
pub fn record_body(collection: &Collection) -> usize {
    let room: i64 = collection.fields.iter().map(room).fold(0, i64::saturating_add);
    DEFAULT_LIMIT.saturating_add(usize::try_from(room).unwrap_or(0))
}

fn room(field: &Field) -> i64 {
    let or = |size: i64, default: i64| if 0 < size { size } else { default };
    match &field.options {
        Options::File(o) => or(o.max_size, FILE).saturating_mul(o.max_select.max(1)),
        Options::Editor(o) => or(o.max_size, EDITOR),
        Options::Json(o) => or(o.max_size, JSON),
        _ => 0,
    }
}
