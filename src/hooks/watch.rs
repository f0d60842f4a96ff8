//! Hot reload: the folders of scripts are looked at twice a second, and loaded again when a file has changed.

use super::scripts::{HOOKS, Scripts};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

const BEAT: Duration = Duration::from_millis(500);

/// What tells one state of the files from another: names, sizes and times.
type Seen = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// Loads the scripts again whenever their files change, until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    let config = &scripts.0.config;
    let (dir, plugins) = (config.dir.clone(), config.plugins.clone());
    if dir.is_none() && plugins.is_none() {
        return;
    }
    let look = || look_at(dir.as_deref(), plugins.as_deref());
    let mut seen = look();
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let now = look();
        if now != seen {
            seen = now;
            let loading = scripts.clone();
            // Compiling may take longer than a worker thread should be held up.
            let loaded = tokio::task::spawn_blocking(move || loading.load()).await;
            if loaded.is_ok_and(|report| report.loaded) {
                tracing::info!("the scripts were loaded again");
                scripts.0.console.write(HOOKS, "info", "", "the scripts were loaded again");
            }
        }
    }
}

/// The owner's scripts, and every folder of a plugin.
fn look_at(dir: Option<&Path>, plugins: Option<&Path>) -> Seen {
    let mut seen = Vec::new();
    dir.iter().for_each(|dir| look(dir, &mut seen));
    for entry in plugins.iter().flat_map(std::fs::read_dir).flatten().flatten() {
        look(&entry.path(), &mut seen);
    }
    seen.sort();
    seen
}

fn look(dir: &Path, seen: &mut Seen) {
    for sub in ["", "lib", "templates"] {
        let Ok(entries) = std::fs::read_dir(dir.join(sub)) else { continue };
        for entry in entries.flatten() {
            if let Ok(data) = entry.metadata() {
                seen.push((entry.path(), data.len(), data.modified().ok()));
            }
        }
    }
}
