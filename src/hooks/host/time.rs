//! `time::…`: moments as the texts that date fields hold, or as milliseconds; spans such as `90s`.

use super::Part;
use crate::hooks::call;
use crate::hooks::fault::{Thrown, refuse};
use crate::value::time;
use chrono::{DateTime, NaiveDateTime};
use rhai::{Dynamic, Engine};
use std::time::Duration;

/// A span: milliseconds, or a text such as `250ms`, `5s`, `2m`, `1h`, `7d`.
pub fn span(value: &Dynamic) -> Thrown<Duration> {
    let wrong = || refuse("A span is a number of milliseconds, or a text such as 250ms, 5s, 2m, 1h, 7d");
    if let Ok(millis) = value.as_int() {
        return u64::try_from(millis).map(Duration::from_millis).map_err(|_| wrong());
    }
    let text = value.clone().into_string().map_err(|_| wrong())?;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    Ok(Duration::from_millis(number.saturating_mul(unit)))
}

fn parse(text: &str) -> Thrown<i64> {
    let plain = text.trim_end_matches('Z');
    let formats = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
    let naive = formats.iter().find_map(|f| NaiveDateTime::parse_from_str(plain, f).ok()).map(|t| t.and_utc().timestamp_millis());
    let zoned = || DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp_millis());
    naive.or_else(zoned).ok_or_else(|| refuse(format!("{text:?} is no moment, such as 2026-11-22 10:00:00.000Z")))
}

fn add(text: &str, by: &Dynamic) -> Thrown<String> {
    let millis = i64::try_from(span(by)?.as_millis()).unwrap_or(i64::MAX);
    Ok(time::from_millis(parse(text)?.saturating_add(millis)))
}

fn millis() -> Thrown<i64> {
    call::current()?.now()
}

fn now() -> Thrown<String> {
    Ok(time::from_millis(millis()?))
}

fn sleep(of: &Dynamic) -> Thrown<()> {
    let (call, span) = (call::current()?, span(of)?);
    call.outside("time::sleep")?;
    call.wait("time::sleep", tokio::time::sleep(span))
}

/// The module `time`.
pub fn register(engine: &mut Engine) {
    // rhai's own `sleep`, in seconds, would hold up the thread whatever the limits say.
    engine.register_fn("sleep", |seconds: i64| sleep(&Dynamic::from(seconds.saturating_mul(1_000))));
    engine.register_fn("sleep", |seconds: f64| sleep(&Dynamic::from((seconds * 1_000.0) as i64)));
    let mut m = Part::default();
    m.add("now", now);
    m.add("millis", millis);
    m.add("parse", parse);
    m.add("format", |millis: i64| time::from_millis(millis));
    m.add("add", |text: &str, by: Dynamic| add(text, &by));
    m.add("sleep", |of: Dynamic| sleep(&of));
    m.publish(engine, "time");
}
