//! `/api/stats`: what the server knows about its own work, for superusers.

use super::Answer;
use crate::error::{Error, Result};
use crate::http::answer;
use crate::http::edge::id_text;
use crate::http::extract::Ask;
use crate::log::disk;
use crate::stats::{Area, Minute, Seen, Stats, Work, process};
use crate::value::time;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many minutes are told if nothing else is said.
const MINUTES: u64 = 60;

/// How many requests.
const REQUESTS: u64 = 100;

/// The longest wait for a request, in seconds.
const LONGEST_WAIT: u64 = 30;

/// The state of the server now, and its requests by minute.
pub async fn overview(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let most = number(&ask, "minutes", MINUTES)?.clamp(1, 24 * 60) as usize;
    let stats = ask.app.stats();
    let minutes = stats.minutes(most);
    let mut body = state(&ask);
    body.insert("totals".into(), work(&sum(&stats.totals())));
    body.insert("window".into(), work(&sum(minutes.iter().flat_map(|m| &m.areas))));
    body.insert("areas".into(), by_area(&minutes));
    body.insert("minutes".into(), every_minute(stats, &minutes, most));
    ask.answer(Json::Object(body).to_string().into())
}

/// The last requests, or those since the last look as soon as there are any.
pub async fn requests(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let limit = number(&ask, "limit", REQUESTS)?.clamp(1, 1000) as usize;
    let wait = Duration::from_secs(number(&ask, "wait", 0)?.min(LONGEST_WAIT));
    let recent = &ask.app.stats().recent;
    let page = match ask.param("since") {
        "" => recent.page(None, limit),
        _ => recent.wait(number(&ask, "since", 0)?, limit, wait).await,
    };
    let items: Vec<Json> = page.items.iter().map(request).collect();
    ask.answer(json!({"items": items, "next": page.next, "missed": page.missed}).to_string().into())
}

/// The slow queries, grouped, those that took most time first.
pub async fn queries(ask: Ask) -> Answer {
    ask.require_superuser()?;
    let queries = &ask.app.stats().queries;
    let told = |(query, slow): &(crate::stats::Query, crate::stats::Slow)| {
        let suggestion = slow.suggestion.as_ref().map(|(sql, fields)| {
            let reason =
                format!("An index that begins with {} finds these records without reading all of {}.", fields.join(", "), query.collection);
            json!({"sql": sql, "fields": fields, "reason": reason})
        });
        json!({
            "collection": query.collection, "rule": query.rule, "filter": query.filter, "sort": query.sort,
            "count": slow.count, "totalMs": millis(slow.total), "worstMs": millis(slow.worst), "lastAt": time::from_millis(slow.last_at),
            "rowsRead": slow.read, "rowsKept": slow.kept, "plan": slow.plan, "suggestion": suggestion,
        })
    };
    let items: Vec<Json> = queries.all().iter().map(told).collect();
    ask.answer(json!({"slowMs": millis(queries.threshold()), "items": items}).to_string().into())
}

/// Forgets the slow queries, so that it can be seen whether an index has helped.
pub async fn forget_queries(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.app.stats().queries.clear();
    Ok(answer::nothing())
}

fn state(ask: &Ask) -> Map<String, Json> {
    let (db, stats) = (ask.app.db(), ask.app.stats());
    let realtime = ask.app.realtime().counts();
    let notices: Vec<&str> = db.notices().iter().map(|n| n.0.as_str()).collect();
    let body = json!({
        "now": time::from_millis(stats.now()),
        "version": env!("CARGO_PKG_VERSION"),
        "startedAt": time::from_millis(stats.started_at()),
        "uptime": stats.uptime().as_secs_f64(),
        "connections": {"http": stats.connections(), "realtime": realtime.websockets + realtime.event_streams, "subscriptions": realtime.subscriptions},
        "log": {"position": db.position().to_string(), "bytes": db.log().size()},
        "store": {"bytes": db.store().size().ok()},
        "disk": {"free": disk::room(db.dir()).ok(), "total": disk::size(db.dir())},
        "rss": process::memory(),
        "notices": notices,
    });
    body.as_object().cloned().unwrap_or_default()
}

/// Everything of some time together.
pub fn sum<'w>(parts: impl IntoIterator<Item = &'w (Area, Work)>) -> Work {
    parts.into_iter().fold(Work::default(), |mut sum, (_, work)| {
        sum.add(work);
        sum
    })
}

fn work(work: &Work) -> Json {
    json!({
        "requests": work.requests(), "clientErrors": work.client_errors, "serverErrors": work.server_errors,
        "p50": rounded(work.took.share(0.5)), "p99": rounded(work.took.share(0.99)),
    })
}

fn by_area(minutes: &[Minute]) -> Json {
    let mut areas: BTreeMap<usize, Work> = BTreeMap::new();
    for (area, work) in minutes.iter().flat_map(|m| &m.areas) {
        areas.entry(*area as usize).or_default().add(work);
    }
    let named = |(i, found): (&usize, &Work)| {
        let mut told = work(found);
        told["area"] = json!(Area::COUNTED[*i].name());
        told
    };
    areas.iter().map(named).collect()
}

/// Minutes without requests are told too, so that whoever draws them needs not fill gaps; those before the start are not.
fn every_minute(stats: &Stats, minutes: &[Minute], most: usize) -> Json {
    let now = minutes.last().map_or(0, |m| m.number);
    let first = (now - most as i64 + 1).max(stats.started_at().div_euclid(60_000));
    let mut known = minutes.iter().peekable();
    let told = |number: i64| {
        let found = known.next_if(|m| m.number == number);
        let parts = found.map(|m| m.areas.as_slice()).unwrap_or_default();
        let mut told = work(&sum(parts));
        told["at"] = json!(time::from_millis(number * 60_000));
        told["areas"] = parts.iter().map(|(area, work)| (area.name().to_owned(), json!(work.requests()))).collect::<Map<_, _>>().into();
        told
    };
    (first..=now).map(told).collect()
}

fn request(seen: &Seen) -> Json {
    let actor = seen.actor.split_once('/').map(|(collection, id)| json!({"collection": collection, "id": id}));
    json!({
        "n": seen.number, "at": time::from_millis(seen.at), "method": seen.method, "path": seen.path, "status": seen.status,
        "ms": millis(seen.took), "actor": actor, "address": seen.address.to_string(), "id": id_text(seen.id), "bytes": seen.bytes,
        "area": seen.area.name(), "error": seen.error,
    })
}

fn number(ask: &Ask, name: &str, default: u64) -> Result<u64> {
    match ask.param(name) {
        "" => Ok(default),
        text => text.parse().map_err(|_| Error::bad_request(format!("{name} must be a whole number, not {text:?}."))),
    }
}

fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

fn rounded(millis: Option<f64>) -> Option<f64> {
    millis.map(|m| (m * 1000.0).round() / 1000.0)
}
