//! Date texts of other people's files, read without guessing: forms that can mean only one day.

use crate::value::time;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// Forms with a time; what has no zone is UTC.
const WITH_TIME: &[&str] = &[
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
];

/// Forms of a day alone. `03/04/2020` is not among them: it is another day on each side of the Atlantic.
const DAY_ONLY: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%b %d %Y", "%b %d, %Y", "%B %d %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y"];

/// The date text (`2026-11-22 10:00:00.000Z`) of a text that is a date without a doubt.
pub fn moment(text: &str) -> Option<String> {
    let text = text.trim();
    // Most texts are no dates: leave before the forms are tried.
    let likely = (8..=40).contains(&text.len()) && text.is_ascii() && text.bytes().filter(u8::is_ascii_digit).count() >= 5;
    if !likely {
        return None;
    }
    parse(text).map(time::format)
}

fn parse(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(t) = DateTime::parse_from_rfc3339(text) {
        return Some(t.to_utc());
    }
    for form in WITH_TIME {
        if let Ok(t) = NaiveDateTime::parse_from_str(text, form) {
            return Some(t.and_utc());
        }
    }
    let day = |form: &&str| NaiveDate::parse_from_str(text, form).ok().filter(|d| (0..=9999).contains(&chrono::Datelike::year(d)));
    DAY_ONLY.iter().find_map(day)?.and_hms_opt(0, 0, 0).map(|t| t.and_utc())
}
