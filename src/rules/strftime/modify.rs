//! The modifiers: `+3 days`, `start of month`, `weekday 0` and so on.

use super::after_sunday;
use super::moment::{Civil, DAY, Moment, UNIX_EPOCH, digits, time_of_day};

/// Units that have a fixed length: name, milliseconds, and the largest amount.
const UNITS: &[(&str, f64, f64)] =
    &[("second", 1e3, 4.6427e14), ("minute", 6e4, 7.7379e12), ("hour", 3.6e6, 1.2897e11), ("day", 8.64e7, 5_373_485.0)];

/// Changes the moment; `None` when the modifier is not understood.
pub fn apply(moment: &mut Moment, modifier: &str, first: bool) -> Option<()> {
    let lower = modifier.to_ascii_lowercase();
    match lower.as_str() {
        "auto" if first => return auto(moment),
        "julianday" if first => return moment.number.map(|_| ()),
        "unixepoch" if first => return unix(moment),
        // The server's time is UTC.
        "localtime" | "utc" => return forget_written(moment),
        "subsec" | "subsecond" => {
            moment.subsec = true;
            return Some(());
        }
        "ceiling" => {
            moment.overflow = 0;
            return forget_written(moment);
        }
        "floor" => {
            let floor = moment.settle()? - moment.overflow * DAY;
            moment.set(floor);
            return Some(());
        }
        _ => {}
    }
    if let Some(day) = lower.strip_prefix("weekday ") {
        return weekday(moment, day);
    }
    if let Some(unit) = lower.strip_prefix("start of ") {
        return start_of(moment, unit);
    }
    add(moment, &lower)
}

fn forget_written(moment: &mut Moment) -> Option<()> {
    let jd = moment.settle()?;
    moment.set(jd);
    Some(())
}

/// Small numbers are julian days, others seconds since 1970.
fn auto(moment: &mut Moment) -> Option<()> {
    match moment.number {
        Some(n) if !(0.0..5_373_484.5).contains(&n) => unix(moment),
        _ => Some(()),
    }
}

fn unix(moment: &mut Moment) -> Option<()> {
    let millis = moment.number? * 1000.0 + UNIX_EPOCH as f64;
    if !(0.0..464_269_060_800_000.0).contains(&millis) {
        return None;
    }
    moment.number = None;
    moment.set((millis + 0.5) as i64);
    Some(())
}

fn weekday(moment: &mut Moment, day: &str) -> Option<()> {
    let wanted = crate::rules::scalar::parse_number(day)?;
    if !(0.0..7.0).contains(&wanted) || wanted.fract() != 0.0 {
        return None;
    }
    let jd = moment.settle()?;
    moment.set(jd + (wanted as i64 - after_sunday(jd)).rem_euclid(7) * DAY);
    moment.overflow = 0;
    Some(())
}

fn start_of(moment: &mut Moment, unit: &str) -> Option<()> {
    let t = moment.civil()?;
    let start = match unit {
        "day" => Civil { year: t.year, month: t.month, day: t.day, ..Civil::default() },
        "month" => Civil { year: t.year, month: t.month, day: 1, ..Civil::default() },
        "year" => Civil { year: t.year, month: 1, day: 1, ..Civil::default() },
        _ => return None,
    };
    moment.set(start.to_jd());
    moment.written = Some(start);
    Some(())
}

/// `±N unit`, `±HH:MM[:SS]` or `±YYYY-MM-DD[ HH:MM]`.
fn add(moment: &mut Moment, modifier: &str) -> Option<()> {
    let (sign, unsigned) = match modifier.bytes().next()? {
        b'+' => (1, &modifier[1..]),
        b'-' => (-1, &modifier[1..]),
        b'0'..=b'9' => (1, modifier),
        _ => return None,
    };
    let signed = unsigned.len() < modifier.len();
    if signed && let Some(rest) = add_date(moment, sign, unsigned) {
        return if rest.is_empty() { Some(()) } else { add_time(moment, sign, rest.strip_prefix(' ')?) };
    }
    if unsigned.as_bytes().get(2) == Some(&b':') {
        return add_time(moment, sign, unsigned);
    }
    let end = unsigned.find(|c: char| c.is_ascii_whitespace())?;
    let amount = crate::rules::scalar::parse_number(&unsigned[..end])? * sign as f64;
    let unit = unsigned[end..].trim_start();
    add_units(moment, amount, unit.strip_suffix('s').unwrap_or(unit))
}

fn add_time(moment: &mut Moment, sign: i64, text: &str) -> Option<()> {
    let jd = moment.settle()? + sign * time_of_day(text)?.rem_euclid(DAY);
    moment.set(jd);
    Some(())
}

/// Adds years, months and days, and gives what follows them.
fn add_date<'t>(moment: &mut Moment, sign: i64, text: &'t str) -> Option<&'t str> {
    let (years, rest) = digits(text, 4, 0..=9999)?;
    let (months, rest) = digits(rest.strip_prefix('-')?, 2, 0..=11)?;
    let (days, rest) = digits(rest.strip_prefix('-')?, 2, 0..=30)?;
    add_months(moment, sign * (years * 12 + months))?;
    moment.jd += sign * days * DAY;
    Some(rest)
}

fn add_units(moment: &mut Moment, amount: f64, unit: &str) -> Option<()> {
    let (months, limit, rest_days) = match unit {
        "month" => (1, 176_546.0, 30.0),
        "year" => (12, 14_713.0, 365.0),
        _ => {
            let (_, millis, limit) = UNITS.iter().find(|u| u.0 == unit)?;
            if *limit <= amount.abs() {
                return None;
            }
            return add_millis(moment, amount * millis);
        }
    };
    if limit <= amount.abs() {
        return None;
    }
    add_months(moment, amount.trunc() as i64 * months)?;
    let fraction = amount.fract();
    if fraction == 0.0 { Some(()) } else { add_millis(moment, fraction * rest_days * DAY as f64) }
}

fn add_millis(moment: &mut Moment, millis: f64) -> Option<()> {
    let rounder = if millis < 0.0 { -0.5 } else { 0.5 };
    let jd = moment.settle()?.checked_add((millis + rounder) as i64)?;
    moment.set(jd);
    Some(())
}

fn add_months(moment: &mut Moment, months: i64) -> Option<()> {
    let mut t = moment.civil()?;
    let total = t.year * 12 + t.month - 1 + months;
    t.year = total.div_euclid(12);
    t.month = total.rem_euclid(12) + 1;
    if !(-4713..=9999).contains(&t.year) {
        return None;
    }
    moment.overflow = t.overflow();
    moment.set(t.to_jd());
    Some(())
}
