//! Hot reload: the folders of scripts are looked at twice a second, and loaded again when a file has changed.

use super::scripts::Scripts;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

const BEAT: Duration = Duration::from_millis(500);

/// What tells one state of the files from another: names, sizes and times.
type Seen = Vec<(String, u64, Option<SystemTime>)>;

/// Loads the scripts again whenever their files change, until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    let Some(dir) = scripts.0.config.dir.clone() else { return };
    let mut seen = look(&dir);
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let now = look(&dir);
        if now != seen {
            seen = now;
            let scripts = scripts.clone();
            // Compiling may take longer than a worker thread should be held up.
            let loaded = tokio::task::spawn_blocking(move || scripts.load()).await;
            if loaded.is_ok_and(|report| report.loaded) {
                tracing::info!("the scripts were loaded again");
            }
        }
    }
}

fn look(dir: &Path) -> Seen {
    let mut seen = Vec::new();
    for sub in ["", "lib", "templates"] {
        let Ok(entries) = std::fs::read_dir(dir.join(sub)) else { continue };
        for entry in entries.flatten() {
            let name = format!("{sub}/{}", entry.file_name().to_string_lossy());
            if let Ok(data) = entry.metadata() {
                seen.push((name, data.len(), data.modified().ok()));
            }
        }
    }
    seen.sort();
    seen
}
