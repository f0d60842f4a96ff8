//! Hot reload: the folders of scripts are looked at twice a second, and loaded again when a file has changed.

use super::scripts::{HOOKS, Scripts};
use super::unit;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

const BEAT: Duration = Duration::from_millis(500);
/// After so many beats files that could not be read are tried again.
const AGAIN: u32 = 10;

/// What tells one state of the files from another: names, sizes and times.
type Seen = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// Loads the scripts again whenever their files change, until the server stops.
pub async fn drive(scripts: Scripts, mut stop: watch::Receiver<bool>) {
    let config = &scripts.0.config;
    let (dir, plugins) = (config.dir.clone(), config.plugins.clone());
    if dir.is_none() && plugins.is_none() {
        return;
    }
    // Where nothing can be seen, for want of open files for example, nothing has changed.
    let look = || look_at(dir.as_deref(), plugins.as_deref()).ok();
    let mut seen = look();
    let mut last = None;
    let mut since = 0;
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        since += 1;
        let now = look();
        // A file that is just being written is not half of it for good: it is taken when it has been the same for a beat.
        let settled = now.is_some() && now == last;
        last.clone_from(&now);
        // What could not be read may be readable again without a change of the file.
        let again = AGAIN <= since && scripts.0.unread.load(Ordering::Relaxed);
        if settled && now != seen || again {
            (seen, since) = (now.or(seen), 0);
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
fn look_at(dir: Option<&Path>, plugins: Option<&Path>) -> io::Result<Seen> {
    let mut seen = Vec::new();
    if let Some(dir) = dir {
        look(dir, &mut seen)?;
    }
    for path in plugins.map_or(Ok(Vec::new()), unit::listed)? {
        if path.is_dir() {
            look(&path, &mut seen)?;
        }
    }
    seen.sort();
    Ok(seen)
}

fn look(dir: &Path, seen: &mut Seen) -> io::Result<()> {
    for sub in ["", "lib", "templates"] {
        for path in unit::listed(&dir.join(sub))? {
            // A link to nothing is seen as well, until there is something.
            let data = path.metadata().or_else(|_| path.symlink_metadata());
            let (len, modified) = data.map_or((0, None), |data| (data.len(), data.modified().ok()));
            seen.push((path, len, modified));
        }
    }
    Ok(())
}
