//! `luge check`: reads everything in a data directory and compares it with itself.

use super::database;
use crate::commit::audit;
use crate::commit::{Db, Notice};
use crate::error::{Error, Result};
use crate::log::Entry;
use crate::store::row;
use std::ops::ControlFlow;
use std::path::Path;

/// The part that the others rely on.
const LOG: &str = "log";

/// One part of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What was looked at.
    pub name: &'static str,
    /// How much, in words.
    pub looked_at: String,
    /// A sentence for each thing that is wrong.
    pub problems: Vec<String>,
    /// A sentence for each thing that is right again.
    pub mended: Vec<String>,
}

/// Checks, prints a report and fails when something is wrong.
pub async fn run(dir: &Path) -> Result<()> {
    let db = database::open_existing(dir).await?;
    let parts = database::closing(&db, all(&db).await)?;
    for part in &parts {
        let verdict = if part.problems.is_empty() { "ok   " } else { "WRONG" };
        println!("{verdict} {}: {}", part.name, part.looked_at);
        part.problems.iter().chain(&part.mended).for_each(|sentence| println!("      - {sentence}"));
    }
    match advice(&parts, &db.dir().join("store")) {
        Some(advice) => Err(Error::bad_request(advice)),
        None => Ok(()),
    }
}

/// What to do when something is wrong.
pub fn advice(parts: &[Part], store: &Path) -> Option<String> {
    let wrong = |part: &&Part| !part.problems.is_empty();
    let first = parts.iter().find(wrong)?.name;
    Some(match first {
        LOG => "The log is damaged, and everything else comes from it: keep a copy of the directory and restore a backup.".to_owned(),
        _ => format!(
            "The store is wrong, the log is right. Make a copy of the directory, then move {} away: the next start builds it anew from the log.",
            store.display()
        ),
    })
}

/// All parts, from what the rest relies on to what is derived from it.
pub async fn all(db: &Db) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    if !db.notices().is_empty() {
        let looked_at = "mended when the directory was opened".to_owned();
        let mended = db.notices().iter().map(|Notice(text)| text.clone()).collect();
        parts.push(Part { name: "start", looked_at, problems: Vec::new(), mended });
    }
    parts.push(log(db)?);
    let indexes = audit::indexes(db)?;
    let looked_at = format!("{} records with {} index entries", indexes.records, indexes.entries);
    parts.push(Part { name: "records, indexes and counters", looked_at, problems: indexes.problems, mended: Vec::new() });
    let replay = audit::replay(db).await?;
    let looked_at = format!("{} commits replayed and compared with the store", replay.commits);
    parts.push(Part { name: "log against store", looked_at, problems: replay.problems, mended: Vec::new() });
    Ok(parts)
}

/// Reads every entry that is kept, which checks its frame, and the rows in it.
fn log(db: &Db) -> Result<Part> {
    let (mut entries, mut changes, mut last) = (0_u64, 0_u64, None);
    let mut problems = Vec::new();
    let read = db.log().read(db.log().first_seq(), &mut |entry| {
        entries += 1;
        changes += entry.changes.len() as u64;
        if let Some(last) = last
            && entry.seq != last + 1
        {
            problems.push(format!("the entry {last} is followed by {}", entry.seq));
        }
        last = Some(entry.seq);
        problems.extend(broken_rows(&entry));
        ControlFlow::Continue(())
    });
    if let Err(e) = read {
        problems.push(e.to_string());
    }
    let head = db.position().seq;
    if last.unwrap_or(head) != head {
        problems.push(format!("it ends at {last:?}, but the server is at {head}"));
    }
    Ok(Part { name: LOG, looked_at: format!("{entries} commits with {changes} changes"), problems, mended: Vec::new() })
}

fn broken_rows(entry: &Entry) -> Vec<String> {
    let images = entry.changes.iter().flat_map(|c| [&c.before, &c.after].into_iter().flatten().map(move |image| (c, image)));
    let broken = images.filter_map(|(change, image)| {
        let error = row::Row::new(image).check().err()?;
        Some(format!("commit {}, record {}: {error}", entry.seq, change.id))
    });
    broken.collect()
}
