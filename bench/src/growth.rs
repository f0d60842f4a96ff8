//! How each cost grows with the number of records and of connections: the same workloads at several sizes, as bars and sentences.

use crate::Result;
use crate::measure::{self, Figures, Measured, Settings};
use crate::report::{short, thousands};
use crate::server::{Kind, Program};
use crate::workload;
use std::fmt::Write;
use std::path::Path;

/// Numbers of records, at the usual connections.
const RECORDS: &[u64] = &[10_000, 100_000, 1_000_000];

/// Numbers of connections, at the usual records.
const CONNECTIONS: &[usize] = &[1, 16, 64, 256];

/// What must grow at most logarithmically: from the first to the last size by this much.
const BOUNDED: &[&str] = &["health", "view", "list-30", "list-30-total", "list-indexed", "list-indexed-total", "list-rule", "create"];
const MOST_TIMES: f64 = 1.5;

/// Up to how many records the store is rebuilt once: building a larger one from the log takes minutes and many GB of memory.
const REBUILT: u64 = 100_000;

/// The width of the longest bar.
const BAR: f64 = 30.0;

/// One size's figures.
struct Size {
    label: String,
    measured: Measured,
}

/// Measures all sizes and returns GROWTH.md. `head` says when, on what and which version.
pub async fn measure(luge: &Path, scratch: &Path, settings: &Settings, head: &str) -> Result<String> {
    // Signing in is left out: it costs what its hash costs, whatever the size.
    let wanted = workload::TABLE.iter().map(|workload| workload.name.to_owned()).filter(|name| settings.wants(name));
    let settings = &Settings { only: wanted.collect(), ..settings.clone() };
    let mut by_records = Vec::new();
    for &records in RECORDS {
        let size = Settings { records, rebuild: settings.rebuild && records <= REBUILT, ..settings.clone() };
        by_records.push(one(luge, scratch, &size, format!("{} records", thousands(records as f64))).await?);
    }
    let mut by_connections = Vec::new();
    for &connections in CONNECTIONS {
        let size = Settings { connections, for_all: true, rebuild: false, ..settings.clone() };
        by_connections.push(one(luge, scratch, &size, format!("{connections} connections")).await?);
    }
    let mut out = format!(
        "# How Luge's costs grow\n\n{head}\n\n\
         Each workload ran {} s at each size, once. The bars are CPU seconds of the server per 1,000 requests, each workload on its own scale.\n\n## With the number of records\n",
        settings.seconds
    );
    out += &chapter(&by_records, records_sentence);
    out += &format!("\n## With the number of connections, at {} records\n", thousands(settings.records as f64));
    out += &chapter(&by_connections, connections_sentence);
    Ok(out + &whole(&by_records))
}

async fn one(luge: &Path, scratch: &Path, settings: &Settings, label: String) -> Result<Size> {
    eprintln!("── {label}");
    let dir = scratch.join(label.replace([' ', ','], "-"));
    let program = Program { kind: Kind::Luge, path: luge.to_owned(), dir: dir.clone() };
    let measured = measure::all(&program, settings).await?;
    std::fs::remove_dir_all(dir)?;
    Ok(Size { label, measured })
}

/// A chart and a sentence for each workload.
fn chapter(sizes: &[Size], sentence: fn(&str, &[&Figures]) -> String) -> String {
    let mut out = String::new();
    for workload in workload::TABLE {
        let rows: Vec<(&str, &Figures)> =
            sizes.iter().filter_map(|size| Some((size.label.as_str(), size.measured.rows.get(workload.name)?))).collect();
        if rows.len() < 2 {
            continue;
        }
        let figures: Vec<&Figures> = rows.iter().map(|(_, figures)| *figures).collect();
        write!(out, "\n### {}\n\n```text\n{}```\n\n{}\n", workload.name, chart(&rows), sentence(workload.name, &figures))
            .expect("writing to a string");
    }
    out
}

fn chart(rows: &[(&str, &Figures)]) -> String {
    let most = rows.iter().map(|(_, f)| f.cpu).fold(f64::MIN_POSITIVE, f64::max);
    let line = |(label, f): &(&str, &Figures)| {
        let bar = "█".repeat(((f.cpu / most * BAR).round() as usize).max(1));
        let (cpu, rate, p50, p99) = (short(f.cpu), thousands(f.rate), short(f.p50), short(f.p99));
        let refused = if f.refused == 0 { String::new() } else { format!("  {} refused", f.refused) };
        format!("{label:>17} {bar:<30} {cpu:>8} CPU s  {rate:>8} req/s  p50 {p50:>7} ms  p99 {p99:>7} ms{refused}\n")
    };
    rows.iter().map(line).collect()
}

/// The last figure as a multiple of the first.
fn times(figures: &[&Figures], figure: fn(&Figures) -> f64) -> f64 {
    match figures {
        [first, .., last] => figure(last) / figure(first).max(0.0001),
        _ => 1.0,
    }
}

fn records_sentence(name: &str, figures: &[&Figures]) -> String {
    let grown = times(figures, |f| f.cpu);
    let kind = match grown {
        ..=1.15 => "does not grow with the number of records",
        ..=2.0 => "grows at most with its logarithm",
        ..=10.0 => "grows, more slowly than in proportion",
        _ => "grows with the number of records itself",
    };
    let judged = match BOUNDED.contains(&name) {
        true if grown <= MOST_TIMES => format!(" At most {MOST_TIMES} × is wanted: met."),
        true => format!(" At most {MOST_TIMES} × is wanted: **not met**."),
        false => String::new(),
    };
    format!("The cost {kind}: {grown:.2} × for 100 × the records.{judged}")
}

fn connections_sentence(_name: &str, figures: &[&Figures]) -> String {
    let (cpu, rate, p99) = (times(figures, |f| f.cpu), times(figures, |f| f.rate), times(figures, |f| f.p99));
    let best = figures.iter().max_by(|a, b| a.rate.total_cmp(&b.rate)).map_or(0, |f| f.connections);
    format!(
        "From 1 to 256 connections a request costs {cpu:.2} × the CPU, {rate:.1} × as many are answered per second \
         (most at {best}), and the p99 grows {p99:.0} ×, since they wait for each other."
    )
}

/// Memory, disk and start at each number of records.
fn whole(sizes: &[Size]) -> String {
    let mut out = "\n## The server as a whole\n\n| | RSS after the load | disk | start | load, records/s | two indexes | rebuild |\n|---|--:|--:|--:|--:|--:|--:|\n".to_owned();
    for Size { label, measured } in sizes {
        let records: f64 = label.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default();
        let mb = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
        let rebuild = measured.rebuild.map_or("–".to_owned(), |seconds| format!("{seconds:.2} s"));
        let (load, start) = (thousands(records / measured.load_seconds), measured.start.as_secs_f64() * 1000.0);
        let (rss, disk, indexes) = (mb(measured.loaded), mb(measured.disk), measured.index_seconds);
        writeln!(out, "| {label} | {rss} | {disk} | {start:.0} ms | {load} | {indexes:.2} s | {rebuild} |").expect("writing to a string");
    }
    out
}
