//! `strftime(format, time, modifier…)`, as SQLite has it.

mod modify;
mod moment;

use super::scalar::Scalar;
use moment::{Civil, DAY, Moment};
use std::fmt::Write;

/// The formatted text; nothing when the time, a modifier or the format is not understood.
pub fn evaluate(arguments: &[Scalar], now: i64) -> Scalar<'static> {
    match formatted(arguments, now) {
        Some(text) => Scalar::Text(text.into()),
        None => Scalar::Null,
    }
}

fn formatted(arguments: &[Scalar], now: i64) -> Option<String> {
    let (format, rest) = arguments.split_first()?;
    let mut moment = match rest.first() {
        None => Moment::now(now),
        Some(Scalar::Number { value, .. }) => Moment::of_number(*value),
        Some(time) => Moment::parse(time.as_str()?, now)?,
    };
    for (i, modifier) in rest.iter().skip(1).enumerate() {
        modify::apply(&mut moment, modifier.as_str()?, i == 0)?;
    }
    let jd = moment.checked()?;
    let shown = moment.shown(jd, 1 < rest.len());
    let mut out = String::new();
    let format = format.to_text()?;
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => write_part(&mut out, chars.next()?, jd, (shown, moment.subsec))?,
            _ => out.push(c),
        }
    }
    Some(out)
}

fn write_part(out: &mut String, part: char, jd: i64, (t, subsec): (Civil, bool)) -> Option<()> {
    let twelve = if t.hour % 12 == 0 { 12 } else { t.hour % 12 };
    let written = match part {
        'd' => write!(out, "{:02}", t.day),
        'e' => write!(out, "{:2}", t.day),
        'f' => write!(out, "{:02}.{:03}", t.millis / 1000, t.millis % 1000),
        'F' => write!(out, "{}-{:02}-{:02}", year(t.year), t.month, t.day),
        'G' => write!(out, "{}", year(iso_thursday(jd).year)),
        'g' => write!(out, "{:02}", iso_thursday(jd).year % 100),
        'H' => write!(out, "{:02}", t.hour),
        'k' => write!(out, "{:2}", t.hour),
        'I' => write!(out, "{twelve:02}"),
        'l' => write!(out, "{twelve:2}"),
        'j' => write!(out, "{:03}", day_of_year(jd) + 1),
        'J' => write!(out, "{}", julian(jd)),
        'm' => write!(out, "{:02}", t.month),
        'M' => write!(out, "{:02}", t.minute),
        'p' => write!(out, "{}", if t.hour < 12 { "AM" } else { "PM" }),
        'P' => write!(out, "{}", if t.hour < 12 { "am" } else { "pm" }),
        'R' => write!(out, "{:02}:{:02}", t.hour, t.minute),
        's' if subsec => write!(out, "{}.{:03}", unix(jd).div_euclid(1000), unix(jd).rem_euclid(1000)),
        's' => write!(out, "{}", jd / 1000 - moment::UNIX_EPOCH / 1000),
        'S' => write!(out, "{:02}", t.millis / 1000),
        'T' => write!(out, "{:02}:{:02}:{:02}", t.hour, t.minute, t.millis / 1000),
        'u' => write!(out, "{}", after_monday(jd) + 1),
        'w' => write!(out, "{}", after_sunday(jd)),
        'U' => write!(out, "{:02}", (day_of_year(jd) - after_sunday(jd) + 7) / 7),
        'W' => write!(out, "{:02}", (day_of_year(jd) - after_monday(jd) + 7) / 7),
        'V' => write!(out, "{:02}", iso_week(jd)),
        'Y' => write!(out, "{}", year(t.year)),
        '%' => write!(out, "%"),
        _ => return None,
    };
    written.ok()
}

fn year(year: i64) -> String {
    if year < 0 { format!("-{:04}", -year) } else { format!("{year:04}") }
}

fn unix(jd: i64) -> i64 {
    jd - moment::UNIX_EPOCH
}

/// Days since Monday, 0 to 6.
fn after_monday(jd: i64) -> i64 {
    ((jd + DAY / 2) / DAY) % 7
}

/// Days since Sunday, 0 to 6.
pub(super) fn after_sunday(jd: i64) -> i64 {
    ((jd + DAY * 3 / 2) / DAY) % 7
}

/// Days since the first of January.
fn day_of_year(jd: i64) -> i64 {
    let first = Civil { month: 1, day: 1, ..Civil::of(jd) };
    (jd - first.to_jd() + DAY / 2) / DAY
}

/// The Thursday of the same week: its year is the year that the week belongs to.
fn iso_thursday(jd: i64) -> Civil {
    Civil::of(jd + (3 - after_monday(jd)) * DAY)
}

fn iso_week(jd: i64) -> i64 {
    day_of_year(jd + (3 - after_monday(jd)) * DAY) / 7 + 1
}

/// A julian day number with 16 significant digits.
fn julian(jd: i64) -> String {
    let days = jd as f64 / DAY as f64;
    let whole = (days.trunc() as i64).to_string().len();
    let text = format!("{days:.*}", 16usize.saturating_sub(whole));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
