//! Date texts: `2026-11-22 10:00:00.000Z`, always UTC, so that they compare as strings.

use chrono::{DateTime, TimeZone, Utc};

/// The text of a moment given in milliseconds since 1970.
pub fn from_millis(millis: i64) -> String {
    match Utc.timestamp_millis_opt(millis).single() {
        Some(t) => format(t),
        None => String::new(),
    }
}

/// The text of a moment.
pub fn format(t: DateTime<Utc>) -> String {
    t.format("%Y-%m-%d %H:%M:%S%.3fZ").to_string()
}
