//! Reading dates: the layouts that clients send, all turned into the one text that is stored.

use crate::value::time;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday};

/// The date text of anything that reads as a date; `""` when it does not, or when it is the year 1's first moment, which means "unset".
pub fn parse(text: &str) -> String {
    let Some(moment) = iso(text).or_else(|| mail(text)) else { return String::new() };
    let out = time::format(moment);
    // Beyond the years 0 to 9999 the texts would no longer compare as strings; the zero moment of Go means "unset".
    if out.len() != 24 || out == "0001-01-01 00:00:00.000Z" { String::new() } else { out }
}

/// The moment of a stored date text.
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    if text.is_empty() { None } else { iso(text) }
}

/// `2006-01-02`, or with a time after `T` or a space, a fraction, and a zone as `Z`, `+07:00`, `+0700`, ` +0700` or ` +0700 MST`.
fn iso(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(digits(&bytes[0..4])? as i32, digits(&bytes[5..7])?, digits(&bytes[8..10])?)?;
    if bytes.len() == 10 {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    }
    let with_t = bytes[10] == b'T';
    if (!with_t && bytes[10] != b' ') || bytes.len() < 19 || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let (fraction, rest) = fraction(&text[19..])?;
    let clock = NaiveTime::from_hms_nano_opt(digits(&bytes[11..13])?, digits(&bytes[14..16])?, digits(&bytes[17..19])?, fraction)?;
    local(date.and_time(clock), offset(rest, with_t)?)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |n: u32, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

/// The nanoseconds of `.123` or `,123` and what follows it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Some((0, text)) };
    let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
    if end == 0 {
        return None;
    }
    let nanos = (0..9).fold(0, |n, i| n * 10 + rest.as_bytes()[..end].get(i).map_or(0, |b| u32::from(b - b'0')));
    Some((nanos, &rest[end..]))
}

/// Seconds east of Greenwich; a name after the number is only a comment.
fn offset(zone: &str, with_t: bool) -> Option<i32> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let (number, name) = match zone.strip_prefix(' ') {
        Some(_) if with_t => return None,
        Some(rest) => rest.split_once(' ').map_or((rest, None), |(number, name)| (number, Some(name))),
        None => (zone, None),
    };
    if name.is_some_and(|n| n.is_empty() || !n.bytes().all(|b| b.is_ascii_uppercase())) {
        return None;
    }
    let bytes = number.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match bytes.len() {
        5 => (&bytes[1..3], &bytes[3..5]),
        6 if bytes[3] == b':' => (&bytes[1..3], &bytes[4..6]),
        _ => return None,
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 23 && minutes <= 59).then(|| sign * (hours * 3600 + minutes * 60) as i32)
}

fn local(at: NaiveDateTime, offset: i32) -> Option<DateTime<Utc>> {
    Some(FixedOffset::east_opt(offset)?.from_local_datetime(&at).single()?.with_timezone(&Utc))
}

/// The layouts of mail headers and Unix tools. Zone names without a number are taken as UTC.
fn mail(text: &str) -> Option<DateTime<Utc>> {
    const NUMBERED: &[&str] = &["day, %d %b %Y %H:%M:%S %z", "%d %b %y %H:%M %z", "day %b %d %H:%M:%S %z %Y"];
    const PLAIN: &[&str] = &["day, %d %b %Y %H:%M:%S", "%d %b %y %H:%M", "weekday, %d-%b-%y %H:%M:%S", "day %b %e %H:%M:%S %Y"];
    // Longer texts are no dates: do not try every layout on a book.
    if 40 < text.len() || text.starts_with(' ') {
        return None;
    }
    let text = &without_day_name(text);
    let numbered = NUMBERED.iter().find_map(|layout| DateTime::parse_from_str(text, layout).ok());
    if let Some(moment) = numbered {
        return Some(moment.with_timezone(&Utc));
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%d %b %Y") {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    }
    let unzoned = without_zone_name(text);
    let plain = |t: &str| PLAIN.iter().find_map(|layout| NaiveDateTime::parse_from_str(t, layout).ok());
    plain(text).or_else(|| plain(&unzoned)).or_else(|| without_year(text)).map(|at| at.and_utc())
}

/// The text with `day` or `weekday` for `Mon` or `Monday`: which day it was follows from the date, whatever the sender believes.
fn without_day_name(text: &str) -> String {
    let (name, rest) = text.split_at(text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len()));
    match name.parse::<Weekday>() {
        Ok(_) if name.len() == 3 => format!("day{rest}"),
        Ok(_) => format!("weekday{rest}"),
        Err(_) => text.to_owned(),
    }
}

/// The text without a word of three or four capitals that names a zone.
fn without_zone_name(text: &str) -> String {
    let is_zone = |w: &&str| (3..=4).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase());
    text.split(' ').filter(|w| !is_zone(w)).collect::<Vec<_>>().join(" ")
}

/// `Jan  2 15:04:05` and `3:04PM` are in the year 0, as in Go.
fn without_year(text: &str) -> Option<NaiveDateTime> {
    let stamped = NaiveDateTime::parse_from_str(&format!("0000 {text}"), "%Y %b %e %H:%M:%S%.f");
    stamped.or_else(|_| NaiveDateTime::parse_from_str(&format!("0000-01-01 {text}"), "%Y-%m-%d %I:%M%p")).ok()
}
