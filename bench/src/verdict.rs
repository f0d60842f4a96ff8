//! Holds the figures against the targets.

use crate::hostile;
use crate::measure::{Figures, Measured, Settings};
use crate::others::{self, Others};
use crate::report::{Conditions, Pair, short, thousands};
use crate::signin;
use crate::workload::Workload;

/// One target and what was reached.
pub struct Claim {
    /// What it is about.
    pub what: String,
    /// PocketBase's figure with its unit.
    pub pocketbase: String,
    /// Luge's figure with its unit.
    pub luge: String,
    /// What shall be reached; empty where the figure only informs.
    pub target: String,
    /// Whether it is; `None` without a target or without something to compare with.
    pub met: Option<bool>,
}

/// How many times better Luge is: in CPU, in rate, in the 99th percentile.
pub fn ratios(luge: &Figures, other: &Figures) -> [f64; 3] {
    // A process that used less than one tick counts as half of one request's least measurable share.
    let cpu = |f: &Figures| f.cpu.max(0.0001);
    [cpu(other) / cpu(luge), luge.rate / other.rate, other.p99 / luge.p99.max(0.001)]
}

/// The targets of one workload.
pub fn of_workload(workload: &Workload, luge: &Figures, other: Option<&Figures>) -> Vec<Claim> {
    let target = &workload.target;
    let wanted = [target.cpu, target.rate, target.p99];
    let words = ["less CPU per request", "requests per second", "better p99"];
    let figure: [fn(&Figures) -> String; 3] =
        [|f| format!("{} CPU s / 1,000", short(f.cpu)), |f| format!("{} req/s", thousands(f.rate)), |f| format!("{} ms", short(f.p99))];
    let claim = |at: usize| {
        let times = wanted[at]?;
        let reached = other.map(|other| ratios(luge, other)[at]);
        Some(Claim {
            what: format!("{}: {}", workload.name, words[at]),
            pocketbase: other.map_or("–".into(), figure[at]),
            luge: figure[at](luge) + &reached.map_or(String::new(), |reached| format!(" ({reached:.1} ×)")),
            target: format!("≥ {times} ×"),
            met: reached.map(|reached| times <= reached),
        })
    };
    (0..3).filter_map(claim).collect()
}

/// The targets of the servers as a whole.
pub fn of_server(conditions: &Conditions, settings: &Settings, pair: &Pair) -> Vec<Claim> {
    let both = |figure: &dyn Fn(&Measured) -> String| (pair.pocketbase.map_or("–".into(), figure), figure(pair.luge));
    let claim = |what: &str, figure: &dyn Fn(&Measured) -> String, target: &str, met: Option<bool>| {
        let (pocketbase, luge) = both(figure);
        Claim { what: what.into(), pocketbase, luge, target: target.into(), met }
    };
    let luge = pair.luge;
    let [binary, their_binary] = conditions.binaries;
    let start_limit = if settings.records <= 100_000 { 0.15 } else { 0.5 };
    let disk_met = pair.pocketbase.map(|other| luge.disk <= 4 * other.disk);
    let rebuilt = luge.rebuild.map(|seconds| settings.records as f64 / seconds);
    let mut claims = vec![
        claim("RSS, fresh", &|m| mb(m.idle), "≤ 30 MB", Some(luge.idle <= 30_000_000)),
        claim("RSS after this load", &|m| mb(m.loaded), "≤ 300 MB", Some(luge.loaded <= 300_000_000)),
        claim("disk for the loaded records, log included", &|m| mb(m.disk), "≤ 4 × PocketBase's", disk_met),
        claim(
            "start until the first list, after a clean stop",
            &|m| format!("{:.0} ms", m.start.as_secs_f64() * 1000.0),
            &format!("≤ {:.0} ms", start_limit * 1000.0),
            Some(luge.start.as_secs_f64() <= start_limit),
        ),
        claim("loading", &|m| format!("{} records/s", thousands(settings.records as f64 / m.load_seconds)), "", None),
        claim("building the two indexes", &|m| format!("{:.2} s", m.index_seconds), "", None),
        Claim {
            what: "start with the store rebuilt from the log".into(),
            pocketbase: "–".into(),
            luge: rebuilt.map_or("–".into(), |rate| format!("{} records/s", thousands(rate))),
            target: "≥ 100,000 records/s".into(),
            met: rebuilt.map(|rate| 100_000.0 <= rate),
        },
        Claim {
            what: "binary".into(),
            pocketbase: if pair.pocketbase.is_some() { mb(their_binary) } else { "–".into() },
            luge: mb(binary),
            target: "≤ 30 MB".into(),
            met: Some(binary <= 30_000_000),
        },
    ];
    claims.extend(of_hook(pair));
    if let Some(sign_in) = &luge.sign_in {
        let what = format!("{}: p99 of others' views (1,000/s), before → while 8 users sign in", signin::NAME);
        claims.push(of_others(what, &sign_in.others, pair.pocketbase.and_then(|m| Some(&m.sign_in.as_ref()?.others))));
    }
    if let Some(others) = &luge.hostile {
        let what = format!("{}: p99 of others' views (1,000/s), before → while 8 clients run scripts without an end", hostile::NAME);
        claims.push(of_others(what, others, None));
    }
    claims
}

/// What the script of `create-hook` costs: a create with it, against one without it on a server that was started in the same way.
fn of_hook(pair: &Pair) -> Option<Claim> {
    const NAME: &str = "create-hook";
    const MOST_TIMES: f64 = 1.3;
    let times = |m: &Measured| Some((m.without_hook.as_ref()?.cpu, m.rows.get(NAME)?.cpu));
    let figure = |(without, with): (f64, f64)| format!("{} → {} ({:.1} ×)", short(without), short(with), with / without);
    let luge = times(pair.luge)?;
    Some(Claim {
        what: format!("{NAME}: CPU s / 1,000 creates, without → with the script"),
        pocketbase: pair.pocketbase.and_then(times).map_or("–".into(), figure),
        luge: figure(luge),
        target: format!("≤ {MOST_TIMES} ×"),
        met: Some(luge.1 <= MOST_TIMES * luge.0),
    })
}

fn of_others(what: String, luge: &Others, other: Option<&Others>) -> Claim {
    let figure = |o: &Others| format!("{} → {} ms", short(o.alone), short(o.meanwhile));
    Claim {
        what,
        pocketbase: other.map_or("–".into(), figure),
        luge: figure(luge),
        target: format!("≤ {} ×", others::MOST_TIMES),
        met: Some(luge.meanwhile <= others::MOST_TIMES * luge.alone),
    }
}

/// Bytes as megabytes.
fn mb(bytes: u64) -> String {
    let bytes = bytes as f64 / 1e6;
    format!("{bytes:.1} MB")
}
