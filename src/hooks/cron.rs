//! Schedules: an expression in a time zone, and when it is due next.

use super::unit::Handler;
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// When something is due.
pub struct Schedule {
    cron: croner::Cron,
    zone: Tz,
}

/// A schedule of a script.
pub struct Cron {
    /// `unit/name`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// As it was registered.
    pub expression: String,
    /// The time zone.
    pub zone: String,
    /// When.
    pub schedule: Schedule,
    /// What runs.
    pub handler: Arc<Handler>,
}

impl Schedule {
    /// Reads an expression of five fields and the name of a time zone, which is UTC when it is missing.
    pub fn parse(expression: &str, zone: Option<&str>) -> Result<Schedule, String> {
        let zone: Tz =
            zone.unwrap_or("UTC").parse().map_err(|_| format!("{:?} is no time zone, such as Europe/Berlin", zone.unwrap_or("")))?;
        let cron = croner::parser::CronParser::new().parse(expression);
        Ok(Schedule { cron: cron.map_err(|e| format!("{expression:?} is no cron expression: {e}"))?, zone })
    }

    /// The first moment after `millis` when it is due.
    pub fn next(&self, millis: i64) -> Option<i64> {
        let from: DateTime<Tz> = Utc.timestamp_millis_opt(millis).single()?.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&from, false).ok().map(|next| next.timestamp_millis())
    }
}

impl Cron {
    /// A schedule that was checked when it was registered.
    pub fn new(name: &str, expression: &str, handler: Arc<Handler>) -> Option<Cron> {
        let zone = handler.options.get("tz").and_then(|z| z.as_str()).unwrap_or("UTC").to_owned();
        let schedule = Schedule::parse(expression, Some(&zone)).ok()?;
        let id = format!("{}/{name}", handler.unit.source.name);
        Some(Cron { id, name: name.to_owned(), expression: expression.to_owned(), zone, schedule, handler })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_knows_its_zone() {
        let berlin = Schedule::parse("0 8 * * 1-5", Some("Europe/Berlin")).expect("it is right");
        // Friday 2026-01-02 07:00:01 UTC is after 8 in Berlin; the next working day is Monday.
        let next = berlin.next(1_767_337_201_000).expect("there is a next one");
        assert_eq!(crate::value::time::from_millis(next), "2026-01-05 07:00:00.000Z");
        assert!(Schedule::parse("x", None).is_err() && Schedule::parse("* * * * *", Some("Mars/City")).is_err());
    }
}
