//! `luge-bench realtime`: what a change costs on its way to many subscribers, and what the subscribers cost; writes `bench/REALTIME.md`.

mod crowd;
mod events;
mod fanout;
mod filters;
mod idle;
mod scene;
mod slow;
mod socket;
mod summary;

use crate::Result;
use crate::server::{Kind, Program};
use scene::Scene;
use std::path::{Path, PathBuf};
use summary::{Claim, Summary};

/// Measures everything and returns the text of REALTIME.md below its head.
pub async fn measure(luge: &Path, pocketbase: Option<PathBuf>, scratch: &Path, quick: bool) -> Result<String> {
    let mut summary = Summary::default();
    let other = match pocketbase {
        Some(path) => {
            eprintln!("PocketBase: 1,000 subscribers over SSE");
            let program = Program { kind: Kind::PocketBase, path, dir: scratch.join("pocketbase") };
            let scene = Scene::open(program).await?;
            let figures = fanout::measure(&scene, 1_000).await?;
            summary.fan_out("PocketBase, SSE", &figures);
            scene.close().await?;
            Some(figures)
        }
        None => None,
    };
    let at = |name: &str| Program { kind: Kind::Luge, path: luge.to_owned(), dir: scratch.join(name) };
    for (subscribers, limit) in [(1_000, 25.0), (10_000, 250.0)] {
        eprintln!("Luge: {subscribers} subscribers");
        let scene = Scene::open(at(&format!("fanout-{subscribers}"))).await?;
        let figures = fanout::measure(&scene, subscribers).await?;
        scene.close().await?;
        summary.fan_out("Luge, WebSocket", &figures);
        summary.claims.extend(fanout::claims(&figures, limit, other.as_ref()));
    }
    eprintln!("Luge: idle connections");
    let scene = Scene::open(at("idle")).await?;
    let idle = idle::measure(&scene).await?;
    scene.close().await?;
    summary.claims.extend(idle::claims(&idle));
    summary.idle = Some(idle);

    eprintln!("Luge: 1,000 distinct filters");
    let filters = filters::measure(&at("filters")).await?;
    summary.claims.push(filters::claim(&filters));
    summary.filters = Some(filters);

    let seconds = if quick { 10 } else { 60 };
    eprintln!("Luge: a reader that reads nothing for {seconds} s");
    let scene = Scene::open(at("slow")).await?;
    let slow = slow::measure(&scene, seconds).await?;
    scene.close().await?;
    summary.claims.extend(slow::claims(&slow));
    summary.slow = Some(slow);
    Ok(summary.text())
}

/// A claim about milliseconds.
fn at_most_ms(what: String, reached: f64, limit: f64) -> Claim {
    Claim { what, reached: format!("{reached:.1} ms"), target: format!("≤ {limit} ms"), met: Some(reached <= limit) }
}
