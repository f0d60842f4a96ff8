//! `/metrics`: the same for Prometheus, in its text format.

use super::{Answer, stats};
use crate::app::App;
use crate::http::answer;
use crate::http::extract::Ask;
use crate::log::disk;
use crate::realtime::Counts;
use crate::stats::{Area, Work, process};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use std::fmt::{Display, Write};

/// The bounds of the latency buckets, in microseconds: powers of two, as they are counted.
const BOUNDS: [u64; 9] = [1 << 8, 1 << 10, 1 << 12, 1 << 13, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22];

/// With the token of a superuser.
pub async fn for_superusers(ask: Ask) -> Answer {
    ask.require_superuser()?;
    Ok(text(&ask.app))
}

/// On the address that was made for it, without a token.
pub async fn for_anyone(State(app): State<App>) -> Answer {
    Ok(text(&app))
}

fn text(app: &App) -> Response {
    let mut response = Response::new(Body::from(Metrics::of(app).0));
    answer::insert(&mut response, header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    response
}

struct Metrics(String);

impl Metrics {
    fn of(app: &App) -> Self {
        let (db, own) = (app.db(), app.stats());
        let mut out = Metrics(String::with_capacity(4096));
        out.requests(&own.totals());
        out.gauge("luge_connections", "Open HTTP connections.", Some(own.connections()));
        out.realtime(&app.realtime().counts());
        out.gauge("luge_log_position", "The sequence number of the last commit.", Some(db.position().seq));
        out.gauge("luge_log_epoch", "The epoch of the log.", Some(u64::from(db.position().epoch)));
        out.gauge("luge_log_bytes", "The size of the log on disk.", Some(db.log().size()));
        out.gauge("luge_store_bytes", "The size of the store.", db.store().size().ok());
        out.gauge("luge_disk_free_bytes", "What is free on the disk of the data directory.", disk::room(db.dir()).ok());
        out.gauge("process_resident_memory_bytes", "The memory in use.", process::memory());
        out.gauge("process_start_time_seconds", "When the server started.", Some(own.started_at() as f64 / 1000.0));
        let version = env!("CARGO_PKG_VERSION");
        out.head("luge_info", "gauge", "The version.");
        out.line("luge_info", &format!("version=\"{version}\""), 1);
        out
    }

    fn requests(&mut self, totals: &[(Area, Work)]) {
        let used: Vec<_> = totals.iter().filter(|(_, work)| work.requests() != 0).collect();
        self.head("luge_http_requests_total", "counter", "Answered requests by area and class of status.");
        for (area, work) in &used {
            let good = work.requests().saturating_sub(work.client_errors + work.server_errors);
            for (class, count) in [("ok", good), ("4xx", work.client_errors), ("5xx", work.server_errors)] {
                self.line("luge_http_requests_total", &format!("area=\"{}\",class=\"{class}\"", area.name()), count);
            }
        }
        let all = stats::sum(totals);
        let name = "luge_http_request_duration_seconds";
        self.head(name, "histogram", "How long answers took; the sum is exact within a tenth.");
        for bound in BOUNDS {
            let le = format!("le=\"{}\"", bound as f64 / 1e6);
            self.line(&format!("{name}_bucket"), &le, all.took.below(bound));
        }
        self.line(&format!("{name}_bucket"), "le=\"+Inf\"", all.requests());
        self.line(&format!("{name}_sum"), "", all.took.sum());
        self.line(&format!("{name}_count"), "", all.requests());
    }

    fn realtime(&mut self, counts: &Counts) {
        self.head("luge_realtime_connections", "gauge", "Open realtime connections by kind.");
        for (kind, count) in [("ws", counts.websockets), ("sse", counts.event_streams)] {
            self.line("luge_realtime_connections", &format!("kind=\"{kind}\""), count);
        }
        self.gauge("luge_realtime_subscriptions", "Open subscriptions.", Some(counts.subscriptions));
        self.gauge("luge_realtime_groups", "Distinct decisions that a change may need.", Some(counts.groups));
        let growing = [
            ("connected", "Realtime connections since the start.", counts.connected),
            ("deliveries", "Changes handed to connections.", counts.deliveries),
            ("catch_ups", "Subscriptions brought up from the log.", counts.catch_ups),
            ("snapshots", "Snapshots sent.", counts.snapshots),
            ("resets", "Subscriptions told to load anew.", counts.resets),
            ("overflows", "Times that the queue of a connection was full.", counts.overflows),
            ("messages", "Messages of clients.", counts.messages),
            ("refused", "Connections and messages that a limit refused.", counts.refused),
        ];
        for (name, help, count) in growing {
            let name = format!("luge_realtime_{name}_total");
            self.head(&name, "counter", help);
            self.line(&name, "", count);
        }
    }

    /// Left out where the machine cannot say.
    fn gauge(&mut self, name: &str, help: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.head(name, "gauge", help);
            self.line(name, "", value);
        }
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").expect("a String takes every write");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        writeln!(self.0, "{name}{labels} {value}").expect("a String takes every write");
    }
}
