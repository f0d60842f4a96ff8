//! What a PocketBase app has that cannot be moved, so that nobody finds out later.

use super::collections::Found;
use serde_json::Value as Json;
use std::path::Path;

/// A sentence for each thing that stays behind.
pub fn list(dir: &Path, collections: &[Found], settings: Option<&Json>) -> Vec<String> {
    let mut left = Vec::new();
    for view in collections.iter().filter(|c| c.kind == "view") {
        let query = view.json["viewQuery"].as_str().unwrap_or_default();
        left.push(format!("The view {}: views are not supported yet. Its query: {}", view.name, one_line(query)));
    }
    // PocketBase keeps both beside its data directory.
    let beside = dir.canonicalize().ok().and_then(|d| d.parent().map(Path::to_owned)).unwrap_or_default();
    for (folder, advice) in [
        ("pb_hooks", "JavaScript hooks do not run in Luge; write them anew as rhai hooks"),
        ("pb_migrations", "migrations are not needed: the collections were moved as they are now"),
        ("pb_public", "let your proxy serve them: Luge serves no files of its own yet"),
    ] {
        let names = files_in(&beside.join(folder));
        if !names.is_empty() {
            left.push(format!("{folder}/ ({}): {advice}.", shortened(&names)));
        }
    }
    match settings {
        None => left.push("The settings: they are encrypted. Enter them again in the dashboard.".to_owned()),
        Some(settings) => left.extend(buckets(settings)),
    }
    if dir.join("auxiliary.db").is_file() {
        left.push("The request logs (auxiliary.db): they stay readable with PocketBase.".to_owned());
    }
    if !files_in(&dir.join("backups")).is_empty() {
        left.push("The backups (backups/): they are PocketBase's own; keep them until you no longer need to go back.".to_owned());
    }
    left
}

fn buckets(settings: &Json) -> Vec<String> {
    let enabled = |s3: &Json| s3["enabled"].as_bool().unwrap_or(false);
    let mut left = Vec::new();
    if enabled(&settings["s3"]) {
        left.push("The files of records: they are in an S3 bucket. Copy them from there to files/ of the new data directory.".to_owned());
    }
    if enabled(&settings["backups"]["s3"]) {
        left.push("The backups in the S3 bucket stay there.".to_owned());
    }
    left
}

fn files_in(dir: &Path) -> Vec<String> {
    let Ok(read) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut names: Vec<String> =
        read.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).filter(|n| !n.starts_with('.')).collect();
    names.sort();
    names
}

fn shortened(names: &[String]) -> String {
    match names.len() {
        0..=5 => names.join(", "),
        more => format!("{}, … {more} in all", names[..4].join(", ")),
    }
}

fn one_line(query: &str) -> String {
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}
