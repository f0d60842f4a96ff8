//! `luge import pocketbase DIR`: moves a whole PocketBase app over, so that its clients notice nothing but the new address.

pub mod collections;
pub mod leftovers;
pub mod records;
pub mod source;
pub mod storage;

use super::database;
use crate::commit::{self, Db, Op, Transaction};
use crate::config::settings::{self, Settings};
use crate::error::{Error, Result};
use crate::log::Origin;
use crate::query::Authority;
use crate::schema::Collection;
use collections::Found;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value as Json;
use source::Source;
use std::path::Path;
use std::sync::Arc;

/// How many records are one transaction.
const BATCH: usize = 500;
/// Why the log has these entries.
const WHY: &str = "import pocketbase";

/// What was moved and what was not.
#[derive(Debug, Default)]
pub struct Moved {
    /// Each collection and how many records it has, in the order of creation.
    pub collections: Vec<(String, u64)>,
    /// The files of the records.
    pub files: storage::Copied,
    /// A sentence for each thing that stays behind.
    pub left: Vec<String>,
}

/// Moves `source` into the data directory `dir` and prints what was done.
pub async fn run(source: &Path, dir: &Path) -> Result<()> {
    let source = Source::open(source)?;
    let db = database::open(dir).await?;
    let moved = database::closing(&db, move_over(&source, &db).await)?;
    for (name, records) in &moved.collections {
        println!("{records:>9}  {name}");
    }
    println!("{:>9}  files ({} bytes)", moved.files.files, moved.files.bytes);
    if !moved.left.is_empty() {
        println!("\nNot moved:");
        moved.left.iter().for_each(|sentence| println!("- {sentence}"));
    }
    println!("\nStart the server with: luge serve --dir {}", db.dir().display());
    Ok(())
}

/// Moves everything. The database must be new: two apps in one directory would overwrite each other.
pub async fn move_over(source: &Source, db: &Db) -> Result<Moved> {
    must_be_new(db)?;
    let found = collections::read(source)?;
    let settings = source.settings()?;
    let mut moved = Moved { left: leftovers::list(&source.dir, &found, settings.as_ref()), ..Moved::default() };
    let tables: Vec<&Found> = found.iter().filter(|c| c.kind != "view").collect();
    create_collections(db, &tables).await?;
    for table in &tables {
        let schema = db.schema();
        let collection = schema.find(&table.id).cloned().ok_or_else(|| Error::internal(format!("{} was not created", table.name)))?;
        let records = move_records(source, db, &collection).await?;
        moved.collections.push((table.name.clone(), records));
    }
    if let Some(settings) = &settings {
        moved.left.extend(move_settings(db, settings).await?);
    }
    let ids: Vec<String> = tables.iter().map(|c| c.id.clone()).collect();
    moved.files = storage::copy(&source.dir.join("storage"), &db.dir().join("files"), &ids, &|_| {})?;
    Ok(moved)
}

fn must_be_new(db: &Db) -> Result<()> {
    let view = db.view();
    for collection in view.schema.all() {
        let own = !collection.system && !collection.internal && collection.name != "users";
        let used = !collection.internal && 0 < view.count(collection)?;
        if own || used {
            return Err(Error::bad_request(format!(
                "{} is in use (it has {}): a PocketBase app moves into a new directory. Choose one with --dir.",
                db.dir().display(),
                collection.name
            )));
        }
    }
    Ok(())
}

/// All collections at once, because they may refer to each other in any order. `users` goes when the app has none.
async fn create_collections(db: &Db, tables: &[&Found]) -> Result<()> {
    let all: Vec<Json> = tables.iter().map(|c| c.json.clone()).collect();
    commit::collections::import(db, &Authority::System(WHY), &all, true).await
}

/// Records exactly as they are. Their relations are not checked: the app worked with them.
async fn move_records(source: &Source, db: &Db, collection: &Arc<Collection>) -> Result<u64> {
    let all = records::count(source, &collection.name)?;
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(all).with_style(style).with_message(collection.name.clone());
    let (mut moved, mut after) = (0, i64::MIN);
    loop {
        let (page, last) = records::page(source, collection, after, BATCH)?;
        if page.is_empty() {
            bar.finish_and_clear();
            return Ok(moved);
        }
        after = last;
        moved += page.len() as u64;
        let ops = page.into_iter().map(|record| Op::Put { record }).collect();
        commit::commit(db, Transaction::system(WHY, ops)).await?;
        bar.set_position(moved);
    }
}

/// The settings over those of a new server. Ones that are refused are left out and said.
async fn move_settings(db: &Db, found: &Json) -> Result<Option<String>> {
    let settings: Settings = match serde_json::from_value(found.clone()) {
        Ok(settings) => settings,
        Err(e) => return Ok(Some(format!("The settings: they have another form than expected ({e}). Enter them again."))),
    };
    let origin = Origin { source: WHY.to_owned(), ..Origin::default() };
    match settings::stored::save(db, origin, &settings).await {
        Ok(_) => Ok(None),
        Err(e) if e.status() < 500 => Ok(Some(format!("The settings: {e} Enter them again in the dashboard."))),
        Err(e) => Err(e),
    }
}
