//! The workloads as a table: what is asked, over how many connections, and how much better than PocketBase Luge shall be.

use crate::client::request;
use crate::data;
use crate::load::Requests;
use serde_json::json;

/// The path of the records.
pub const POSTS: &str = "/api/collections/posts/records";

/// Different requests prepared for a workload, so that no server can answer from a cache of the last few.
const VARIETY: u64 = 5_000;

/// How many records the delete workload has to delete, for each second planned.
pub const DELETES_PER_SECOND: u64 = 5_000;

/// What a workload may use of the filled server.
pub struct Scene<'a> {
    /// How many records were loaded.
    pub records: u64,
    /// Seconds that each workload runs.
    pub seconds: u64,
    /// A token of each user.
    pub users: &'a [String],
}

/// How many times better than PocketBase, where a figure is asked for.
#[derive(Clone, Copy, Default)]
pub struct Target {
    /// CPU seconds per request: PocketBase ÷ Luge.
    pub cpu: Option<f64>,
    /// Requests per second: Luge ÷ PocketBase.
    pub rate: Option<f64>,
    /// The 99th percentile of latency: PocketBase ÷ Luge.
    pub p99: Option<f64>,
}

/// One row of the table.
pub struct Workload {
    /// Its name in the tables and for `--only`.
    pub name: &'static str,
    /// Connections, where the usual number would measure only a queue.
    pub connections: Option<usize>,
    /// What shall be reached.
    pub target: Target,
    /// What must be changed before; put back after the run.
    pub needs: Needs,
    /// Prepares the requests.
    pub requests: fn(&Scene) -> Requests,
}

/// What a workload needs beyond the filled server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The list rule `owner = @request.auth.id`.
    OwnerRule,
    /// Further records, which it deletes.
    Victims,
    /// A start of Luge that answers a write before it is on the disk; PocketBase always does.
    Relaxed,
    /// A start with a script that changes each new record: in rhai for Luge, in JavaScript for PocketBase.
    Hook,
}

const fn cpu(times: f64) -> Target {
    Target { cpu: Some(times), rate: None, p99: None }
}

const fn row(name: &'static str, target: Target, requests: fn(&Scene) -> Requests) -> Workload {
    Workload { name, connections: None, target, needs: Needs::Nothing, requests }
}

/// A row with its own number of connections.
const fn at(connections: usize, row: Workload) -> Workload {
    Workload { connections: Some(connections), ..row }
}

const fn needing(needs: Needs, row: Workload) -> Workload {
    Workload { needs, ..row }
}

/// The workloads, in the order in which they run.
pub const TABLE: &[Workload] = &[
    row("health", Target { rate: Some(3.0), cpu: None, p99: None }, |_| get("/api/health")),
    row("view", Target { cpu: Some(8.0), rate: Some(5.0), p99: None }, view),
    at(16, row("list-30", cpu(8.0), |_| list("skipTotal=1"))),
    at(16, row("list-30-total", cpu(150.0), |_| list(""))),
    at(16, row("list-indexed", cpu(8.0), |scene| indexed(scene, "&skipTotal=1"))),
    at(16, row("list-indexed-total", cpu(8.0), |scene| indexed(scene, ""))),
    at(1, row("list-scan", cpu(4.0), |_| list("skipTotal=1&filter=views%3D17%26%26title!%3D%27x%27"))),
    at(1, row("list-scan-total", cpu(4.0), |_| list("filter=views%3E50000"))),
    at(16, needing(Needs::OwnerRule, row("list-rule", cpu(8.0), list_own))),
    row("create", Target { cpu: Some(6.0), rate: Some(6.0), p99: Some(4.0) }, create),
    needing(Needs::Relaxed, row("create-relaxed", Target { rate: Some(8.0), cpu: None, p99: None }, create)),
    needing(Needs::Hook, row("create-hook", Target { cpu: Some(6.0), rate: Some(6.0), p99: None }, create)),
    row("update", cpu(6.0), update),
    needing(Needs::Victims, row("delete", cpu(6.0), delete)),
    at(16, row("batch-50", cpu(8.0), batch)),
    row("auth-refresh", cpu(6.0), |scene| {
        let refresh = |token: &String| request("POST", "/api/collections/users/auth-refresh", Some(token), None);
        Requests::cycle(scene.users.iter().map(refresh).collect())
    }),
];

fn get(path: &str) -> Requests {
    Requests::cycle(vec![request("GET", path, None, None)])
}

fn list(query: &str) -> Requests {
    get(&format!("{POSTS}?{query}"))
}

/// The numbers of records spread over all that were loaded.
fn spread(scene: &Scene) -> impl Iterator<Item = u64> {
    let records = scene.records;
    (0..VARIETY).map(move |at| at.wrapping_mul(7919 * 131) % records)
}

/// Views of records all over the collection.
pub fn view(scene: &Scene) -> Requests {
    Requests::cycle(spread(scene).map(|number| request("GET", &format!("{POSTS}/{}", data::id(number)), None, None)).collect())
}

fn indexed(scene: &Scene, more: &str) -> Requests {
    let path = |number| format!("{POSTS}?filter=tag%3D%27{}%27{more}", data::tag(number, scene.records));
    Requests::cycle(spread(scene).map(|number| request("GET", &path(number), None, None)).collect())
}

fn list_own(scene: &Scene) -> Requests {
    let path = format!("{POSTS}?skipTotal=1");
    Requests::cycle(scene.users.iter().map(|token| request("GET", &path, Some(token), None)).collect())
}

fn create(scene: &Scene) -> Requests {
    let post = |number| request("POST", POSTS, None, Some(&data::body(number, scene.records).to_string()));
    Requests::cycle((0..VARIETY).map(post).collect())
}

/// Each record is changed to four values in turn, so that no update changes nothing.
fn update(scene: &Scene) -> Requests {
    let patch = |(round, number): (u64, u64)| {
        let change = json!({"title": format!("Changed in round {round}"), "views": round * 1_000 + number % 1_000}).to_string();
        request("PATCH", &format!("{POSTS}/{}", data::id(number)), None, Some(&change))
    };
    Requests::cycle((0..4).flat_map(|round| spread(scene).map(move |number| (round, number))).map(patch).collect())
}

fn delete(scene: &Scene) -> Requests {
    let victims = scene.records..scene.records + DELETES_PER_SECOND * scene.seconds;
    Requests::once(victims.map(|number| request("DELETE", &format!("{POSTS}/{}", data::id(number)), None, None)).collect())
}

fn batch(scene: &Scene) -> Requests {
    let batch = |at: u64| data::batch((at * 50..at * 50 + 50).map(|number| data::body(number, scene.records)));
    Requests::cycle((0..100).map(|at| request("POST", "/api/batch", None, Some(&batch(at)))).collect())
}
