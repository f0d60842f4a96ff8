//! Convergence: many clients of the real server lose their connections in every way, and in the end each knows exactly what it may see.
//!
//! Writers (`writers.rs`) and a governor (`governor.rs`), who changes roles, rules and the schema and kills the server, keep a log of
//! what was answered. Clients (`client.rs`) build their sets from the messages alone. At the end each set is compared with a fresh list,
//! and every message is judged (`judge.rs`) by an oracle of the rules (`rules.rs`) that shares nothing with the server.
#![allow(clippy::unwrap_used, missing_docs)]

mod api;
mod client;
#[path = "../crash/dice.rs"]
mod dice;
mod governor;
mod judge;
mod rules;
mod seam;
mod server;
mod slow;
mod socket;
mod subscription;
mod world;
mod writers;

use client::Client;
use dice::Dice;
use judge::Judge;
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use world::{World, read};

const CLIENTS: usize = 220;
const WRITERS: usize = 6;
const CHANGES: usize = 20_000;

/// `LUGE_CLIENTS` and `LUGE_CHANGES` make a run smaller, for whoever looks for one fault.
fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// One test at a time: each measures a machine that does nothing else.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

#[test]
fn every_client_converges_and_sees_only_what_it_may() {
    let _alone = alone();
    let (seed, started) = (Dice::seed(), Instant::now());
    println!("convergence: seed {seed}; LUGE_SEED={seed} repeats it");
    let (world, clients) = runtime().block_on(run(seed));
    let ran = started.elapsed();
    println!("convergence: every set was compared after {:.1} s", ran.as_secs_f64());
    let access = world.access.lock().clone();
    let mut done = world.done.lock().clone();
    done.sort_by_key(|change| change.seq);
    let mut judge = Judge::new(&access, &done);
    for client in &clients {
        for subscription in &client.subscriptions {
            judge.subscription(client.number, subscription);
        }
    }
    report(&world, &clients, &judge, started.elapsed(), ran);
    let mut wrong = world.wrong.lock().clone();
    wrong.extend(std::mem::take(&mut judge.faults));
    let shown: Vec<&str> = wrong.iter().take(12).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} faults with seed {seed}:\n{}", wrong.len(), shown.join("\n"));
    if setting("LUGE_CLIENTS", CLIENTS) < CLIENTS || setting("LUGE_CHANGES", CHANGES) < CHANGES {
        return;
    }
    assert!(500 <= world.counts.forced() && 3 <= read(&world.counts.kills), "the run was too quiet to prove anything");
    assert!(CHANGES <= done.len(), "{} changes", done.len());
}

async fn run(seed: u64) -> (Arc<World>, Vec<Client>) {
    let started = Instant::now();
    let (all, changes) = (setting("LUGE_CLIENTS", CLIENTS), setting("LUGE_CHANGES", CHANGES));
    let world = Arc::new(World::new().await);
    let mut dice = Dice::new(seed);
    let mut branch = || Dice::new(dice.next());
    let clients: Vec<_> = (0..all).map(|number| tokio::spawn(Client::new(world.clone(), number, branch()).run())).collect();
    let mut writing: Vec<_> = (0..WRITERS).map(|n| tokio::spawn(writers::run(world.clone(), n, branch(), changes))).collect();
    writing.push(tokio::spawn(governor::run(world.clone(), branch(), changes)));
    for task in writing {
        task.await.expect("no writer panics");
    }
    world.written.store(true, Ordering::SeqCst);
    println!("convergence: all is written after {:.1} s", started.elapsed().as_secs_f64());
    let mut ended = Vec::new();
    for client in clients {
        ended.push(client.await.expect("no client panics"));
    }
    (world, ended)
}

fn report(world: &World, clients: &[Client], judge: &Judge, took: std::time::Duration, ran: std::time::Duration) {
    let (counts, figures) = (&world.counts, &judge.figures);
    let subscriptions: usize = clients.iter().map(|client| client.subscriptions.len()).sum();
    println!(
        "convergence: {} clients, {subscriptions} subscriptions; {} changes in {} transactions, {} changes of roles, rules and schema; \
         {} lost connections ({} closed, {} cut, {} stopped reading, {} half-open, {} by the server), {} kills, {} restarts; \
         {} pauses, {} changes of the user, {} resumed, resets {:?}; {} changes heard, {} of them owed, {} snapshots, {} stretches judged; \
         {:.1} s and {:.1} s to judge",
        clients.len(),
        read(&world.changes),
        read(&counts.transactions),
        read(&counts.edits),
        counts.forced(),
        read(&counts.closed),
        read(&counts.cut),
        read(&counts.silent),
        read(&counts.half_open),
        read(&counts.by_server),
        read(&counts.kills),
        read(&counts.restarts),
        read(&counts.paused),
        read(&counts.switched),
        read(&counts.resumed),
        counts.resets.lock(),
        figures.heard,
        figures.owed,
        figures.snapshots,
        figures.spans,
        ran.as_secs_f64(),
        (took - ran).as_secs_f64()
    );
}
