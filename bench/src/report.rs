//! Writes the comparison down: one table of workloads, one of the servers as a whole, and what is not met.

use crate::measure::{Figures, Measured, Settings};
use crate::signin;
use crate::verdict::{self, Claim};
use crate::workload::{self, Target, Workload};
use std::fmt::Write;

/// What stands above the tables.
pub struct Conditions {
    /// The command that measured, with its flags: a part must not pass for the whole.
    pub command: String,
    /// When it was measured.
    pub date: String,
    /// On what.
    pub machine: String,
    /// Luge's version and commit.
    pub luge: String,
    /// PocketBase's version.
    pub pocketbase: String,
    /// The median time of one `fdatasync` where the data is, in milliseconds.
    pub sync_ms: f64,
    /// Bytes of the two binaries, PocketBase's last.
    pub binaries: [u64; 2],
}

/// Both servers' figures.
pub struct Pair<'a> {
    /// Luge's.
    pub luge: &'a Measured,
    /// PocketBase's; `None` with `--alone`.
    pub pocketbase: Option<&'a Measured>,
}

/// The whole of RESULTS.md. `notes` has what was learnt about targets that are not met, under a heading with the workload's name.
pub fn results(conditions: &Conditions, settings: &Settings, pair: &Pair, notes: &str) -> String {
    let mut out = head(conditions, settings);
    let mut claims = Vec::new();
    out += "| workload | conn. | PocketBase req/s | p50 ms | p99 ms | CPU s / 1,000 | Luge req/s | p50 ms | p99 ms | CPU s / 1,000 \
            | CPU ÷ | req/s × | p99 ÷ | target | |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|\n";
    for workload in workload::TABLE.iter().filter(|workload| settings.wants(workload.name)) {
        let Some(luge) = pair.luge.rows.get(workload.name) else { continue };
        let own = verdict::of_workload(workload, luge, other(pair, workload));
        out += &row(workload.name, luge, other(pair, workload), &workload.target, &own);
        claims.extend(own);
    }
    if let Some(sign_in) = &pair.luge.sign_in {
        let other = pair.pocketbase.and_then(|measured| measured.sign_in.as_ref());
        out += &row(signin::NAME, &sign_in.figures, other.map(|other| &other.figures), &Target::default(), &[]);
    }
    out += "\n## The servers as a whole\n\n| | PocketBase | Luge | target | |\n|---|--:|--:|---|---|\n";
    for claim in verdict::of_server(conditions, settings, pair) {
        let Claim { what, pocketbase, luge, target, met } = &claim;
        writeln!(out, "| {what} | {pocketbase} | {luge} | {target} | {} |", mark(*met)).expect("writing to a string");
        claims.push(claim);
    }
    out + &generator(pair) + &missed(&claims, notes)
}

/// PocketBase's row beside Luge's: it knows no durability, so its creates stand beside both of Luge's.
fn other<'a>(pair: &Pair<'a>, workload: &Workload) -> Option<&'a Figures> {
    let name = if workload.needs == workload::Needs::Relaxed { "create" } else { workload.name };
    pair.pocketbase.and_then(|measured| measured.rows.get(name))
}

fn head(conditions: &Conditions, settings: &Settings) -> String {
    let Conditions { command, date, machine, luge, pocketbase, sync_ms, .. } = conditions;
    let Settings { records, seconds, .. } = settings;
    let records = thousands(*records as f64);
    format!(
        "# Luge and PocketBase side by side\n\n\
         Written by `{command}` on {date}; what the rows mean is in [README.md](README.md).\n\n\
         - Machine: {machine}.\n\
         - Luge: {luge}. PocketBase: {pocketbase}, its request log off.\n\
         - Data: {records} records of about 400 bytes in each, loaded over `/api/batch`, with an index on `tag` and one on `owner`. \
         Each workload ran {seconds} s after 0.5 s of warming up, on one server alone, the other stopped.\n\
         - **Syncing.** Luge answers a write after `fdatasync` of its log (`full`, its default); in the row `create-relaxed` it answers \
         before, and a power cut may take the last half second. PocketBase runs as it comes: SQLite's write-ahead log with \
         `synchronous=NORMAL`, which answers without any sync, so it belongs beside `create-relaxed`, and Luge does more in all other writes. \
         One `fdatasync` of 600 bytes takes {sync_ms:.2} ms on this disk.\n\
         - CPU is the server's, in all its threads and in the kernel, from `/proc/PID/stat`; of all figures it depends least on what else \
         the machine does. `÷` is PocketBase ÷ Luge, `×` is Luge ÷ PocketBase: larger is better for Luge in both.\n\n\
         ## Workloads\n\n"
    )
}

fn row(name: &str, luge: &Figures, other: Option<&Figures>, target: &Target, claims: &[Claim]) -> String {
    let cells = |f: &Figures| format!("{} | {} | {} | {}", thousands(f.rate), short(f.p50), short(f.p99), short(f.cpu));
    let theirs = other.map_or("– | – | – | –".to_owned(), cells);
    let ratios = other.map_or("– | – | –".to_owned(), |other| {
        let [cpu, rate, p99] = verdict::ratios(luge, other);
        format!("{cpu:.1} | {rate:.1} | {p99:.1}")
    });
    let met = claims.iter().map(|claim| claim.met).reduce(|a, b| Some(a? && b?)).flatten();
    let refused = |f: &Figures| if f.refused == 0 { String::new() } else { format!(" ({} refused)", f.refused) };
    let refused = refused(luge) + &other.map(refused).unwrap_or_default();
    format!("| {name}{refused} | {} | {theirs} | {} | {ratios} | {} | {} |\n", luge.connections, cells(luge), wanted(target), mark(met))
}

fn wanted(target: &Target) -> String {
    let part = |name: &str, times: Option<f64>| times.map(|times| format!("{name} ≥ {times}"));
    let parts = [part("CPU", target.cpu), part("req/s", target.rate), part("p99", target.p99)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn mark(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "**not met**",
        None => "",
    }
}

/// What the load generator itself took: it must not be what is measured.
fn generator(pair: &Pair) -> String {
    let rows = pair.pocketbase.iter().flat_map(|measured| measured.rows.iter()).chain(&pair.luge.rows);
    let most = rows.max_by(|a, b| a.1.generator.total_cmp(&b.1.generator));
    most.map_or(String::new(), |(name, f)| {
        let (generator, rate) = (f.generator, thousands(f.rate));
        format!("\nThe load generator took at most {generator:.2} of a core (in `{name}`, at {rate} requests per second).\n")
    })
}

/// The targets that are not met, each with what the notes say about it.
fn missed(claims: &[Claim], notes: &str) -> String {
    let missed: Vec<&Claim> = claims.iter().filter(|claim| claim.met == Some(false)).collect();
    let judged = claims.iter().filter(|claim| claim.met.is_some()).count();
    let mut out = format!("\n## Not met\n\n{} of {judged} targets are met.\n", judged - missed.len());
    for (at, Claim { what, pocketbase, luge, target, .. }) in missed.iter().enumerate() {
        write!(out, "\n- **{what}**: {target}; Luge {luge}, PocketBase {pocketbase}.").expect("writing to a string");
        // One note stands for all targets of a workload, below the last of them.
        let is_last = missed.get(at + 1).is_none_or(|next| subject(&next.what) != subject(what));
        if let Some((_, rest)) = notes.split_once(&format!("## {}\n", subject(what))).filter(|_| is_last) {
            let note = rest.split("\n## ").next().unwrap_or(rest).trim().replace('\n', "\n  ");
            write!(out, "\n  {note}").expect("writing to a string");
        }
    }
    out + "\n"
}

/// What a target is about, without which figure of it.
fn subject(what: &str) -> &str {
    what.split(':').next().unwrap_or(what)
}

/// A number with a comma between the thousands, without decimals from 100 on.
pub fn thousands(number: f64) -> String {
    if number < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Three significant figures.
pub fn short(number: f64) -> String {
    match number {
        n if n < 0.1 => format!("{n:.4}"),
        n if n < 10.0 => format!("{n:.2}"),
        n => format!("{n:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short() {
        for (number, expected) in [(12.34, "12.3"), (100.0, "100"), (1234.5, "1,234"), (1_000_000.0, "1,000,000")] {
            assert_eq!(thousands(number), expected);
        }
        for (number, expected) in [(0.0123, "0.0123"), (1.234, "1.23"), (61.04, "61.0")] {
            assert_eq!(short(number), expected);
        }
    }
}
