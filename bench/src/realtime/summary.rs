//! Writes the figures down.

use super::fanout::FanOut;
use super::filters::Filters;
use super::idle::Idle;
use super::slow::Slow;
use crate::report::{short, thousands};
use std::fmt::Write;

/// One target and what was reached.
pub struct Claim {
    /// What it is about.
    pub what: String,
    /// The figure with its unit.
    pub reached: String,
    /// What shall be reached.
    pub target: String,
    /// Whether it is; `None` where the machine does not let it be tried.
    pub met: Option<bool>,
}

/// All figures.
#[derive(Default)]
pub struct Summary {
    /// Rows of the table of subscribers.
    rows: String,
    /// The targets.
    pub claims: Vec<Claim>,
    /// Connections that wait.
    pub idle: Option<Idle>,
    /// Distinct filters.
    pub filters: Option<Filters>,
    /// The slow reader.
    pub slow: Option<Slow>,
}

impl Summary {
    /// Adds a row.
    pub fn fan_out(&mut self, who: &str, f: &FanOut) {
        let kb = |bytes: u64| format!("{:.1}", bytes as f64 / 1e3);
        eprintln!("  last delivery p50 {:.1} ms, p99 {:.1} ms, {} deliveries/s", f.p50, f.p99, thousands(f.rate));
        writeln!(
            self.rows,
            "| {who} | {} | {:.1} | {:.1} | {:.1} | {} | {} | {} | {} |",
            thousands(f.subscribers as f64),
            f.p50,
            f.p99,
            f.after_answer,
            thousands(f.rate),
            short(f.cpu),
            kb(f.each),
            kb(f.each_after)
        )
        .expect("writing to a string");
    }

    /// The text below the head.
    pub fn text(&self) -> String {
        let mut out = "## Targets\n\n| | reached | target | |\n|---|--:|---|---|\n".to_owned();
        for Claim { what, reached, target, met } in &self.claims {
            let mark = match met {
                Some(true) => "met",
                Some(false) => "**not met**",
                None => "not tried",
            };
            writeln!(out, "| {what} | {reached} | {target} | {mark} |").expect("writing to a string");
        }
        out += "\n## One change to many\n\n\
                Every subscriber has a connection of its own and wants all records of one collection. 50 inserts of about 400 bytes, one after \
                the other: milliseconds from sending the insert (which Luge answers after its `fdatasync`, PocketBase without one) until the last \
                subscriber has the change; the p99 of 50 is the longest. Then 50 inserts at once over 8 connections: deliveries per second until \
                the last one has come, and what the server needs for 1,000 of them.\n\n\
                | | subscribers | p50 ms | p99 ms | p50 after the answer | deliveries/s | CPU s / 1,000 | KB each | KB each, after |\n\
                |---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
        out += &self.rows;
        if let Some(Idle { held, limit, each, cpu }) = &self.idle {
            let why = limit
                .map_or(String::new(), |limit| format!(" (20,000 are wanted, this machine allows {} open files)", thousands(limit as f64)));
            write!(
                out,
                "\n## Connections that wait\n\n{} connections without a subscription{why}: {:.1} KB of the server's memory each, and {:.3} of a core for all.\n",
                thousands(*held as f64),
                *each as f64 / 1e3,
                cpu
            )
            .expect("writing to a string");
        }
        if let Some(Filters { one, many, one_rate, many_rate }) = &self.filters {
            write!(
                out,
                "\n## Distinct filters\n\n5,000 inserts over 16 connections, each of which matches one filter `tag = '…'`: with one filter {} CPU s per 1,000 writes \
                 and {} writes/s, with 1,000 filters {} CPU s and {} writes/s. The better of two runs each.\n",
                short(*one),
                thousands(*one_rate),
                short(*many),
                thousands(*many_rate)
            )
            .expect("writing to a string");
        }
        if let Some(Slow { seconds, changes, grown, usual, beside, catch_up }) = &self.slow {
            write!(
                out,
                "\n## A subscriber that does not read\n\n16 connections update records as fast as they are answered. One subscriber reads nothing for {seconds} s, then reads \
                 all {} changes in order, none missing, in {catch_up:.1} s. Meanwhile the server's memory grew by {:.1} MB. Another subscriber gets a change, from \
                 sending its insert, after {:.1} ms (p99 {:.1}) without the slow one, and after {:.1} ms (p99 {:.1}) beside it.\n",
                thousands(*changes as f64),
                *grown as f64 / 1e6,
                usual[0],
                usual[1],
                beside[0],
                beside[1]
            )
            .expect("writing to a string");
        }
        let judged = self.claims.iter().filter(|claim| claim.met.is_some()).count();
        let met = self.claims.iter().filter(|claim| claim.met == Some(true)).count();
        out + &format!("\n{met} of {judged} targets are met.\n")
    }
}
