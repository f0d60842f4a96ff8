//! `@now` and its kin: what they say at the time of the request, in UTC.

use super::scalar::{Scalar, Stamp};
use chrono::{DateTime, Datelike, Days, Months, TimeZone, Timelike, Utc};

/// A macro: its name and what it gives at a moment.
pub struct Macro {
    /// With its `@`.
    pub name: &'static str,
    /// What it is, in a few words; all times are UTC.
    pub help: &'static str,
    /// The value.
    pub value: fn(DateTime<Utc>) -> Scalar<'static>,
}

/// All macros.
pub const MACROS: &[Macro] = &[
    Macro { name: "@now", help: "the time of the request", value: stamp },
    Macro {
        name: "@yesterday",
        help: "the time of the request, a day earlier",
        value: |t| stamp(t.checked_sub_days(Days::new(1)).unwrap_or(t)),
    },
    Macro {
        name: "@tomorrow",
        help: "the time of the request, a day later",
        value: |t| stamp(t.checked_add_days(Days::new(1)).unwrap_or(t)),
    },
    Macro { name: "@second", help: "the second, 0 to 59", value: |t| Scalar::number(f64::from(t.second())) },
    Macro { name: "@minute", help: "the minute, 0 to 59", value: |t| Scalar::number(f64::from(t.minute())) },
    Macro { name: "@hour", help: "the hour, 0 to 23", value: |t| Scalar::number(f64::from(t.hour())) },
    Macro { name: "@day", help: "the day of the month, 1 to 31", value: |t| Scalar::number(f64::from(t.day())) },
    Macro { name: "@month", help: "the month, 1 to 12", value: |t| Scalar::number(f64::from(t.month())) },
    Macro {
        name: "@weekday",
        help: "the day of the week, 0 (Sunday) to 6",
        value: |t| Scalar::number(f64::from(t.weekday().num_days_from_sunday())),
    },
    Macro { name: "@year", help: "the year", value: |t| Scalar::number(f64::from(t.year())) },
    Macro { name: "@todayStart", help: "when the day began", value: |t| start((t.year(), t.month(), t.day())) },
    Macro { name: "@todayEnd", help: "when the day ends", value: |t| end((t.year(), t.month(), t.day())) },
    Macro { name: "@monthStart", help: "when the month began", value: |t| start((t.year(), t.month(), 1)) },
    Macro { name: "@monthEnd", help: "when the month ends", value: |t| end((t.year(), t.month(), last_day(t))) },
    Macro { name: "@yearStart", help: "when the year began", value: |t| start((t.year(), 1, 1)) },
    Macro { name: "@yearEnd", help: "when the year ends", value: |t| end((t.year(), 12, 31)) },
];

/// The macro with this name.
pub fn find(name: &str) -> Option<&'static Macro> {
    MACROS.iter().find(|m| m.name == name)
}

impl Macro {
    /// What it says at a time in milliseconds since 1970.
    pub fn at(&self, now: i64) -> Scalar<'static> {
        let time = Utc.timestamp_millis_opt(now).single().unwrap_or_default();
        (self.value)(time)
    }
}

impl PartialEq for Macro {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Macro {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

fn stamp(t: DateTime<Utc>) -> Scalar<'static> {
    let date = (i64::from(t.year()), t.month(), t.day());
    Scalar::Moment(Stamp::new(date, (t.hour(), t.minute(), t.second(), t.timestamp_subsec_millis())))
}

fn start((year, month, day): (i32, u32, u32)) -> Scalar<'static> {
    Scalar::Moment(Stamp::new((i64::from(year), month, day), (0, 0, 0, 0)))
}

fn end((year, month, day): (i32, u32, u32)) -> Scalar<'static> {
    Scalar::Moment(Stamp::new((i64::from(year), month, day), (23, 59, 59, 999)))
}

fn last_day(t: DateTime<Utc>) -> u32 {
    let first = t.date_naive().with_day(1);
    let next = first.and_then(|d| d.checked_add_months(Months::new(1)));
    next.and_then(|d| d.pred_opt()).map_or(31, |d| d.day())
}
