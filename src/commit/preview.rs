//! What an edit of the collections would do, counted over the records as they are. Nothing is changed.

use super::Db;
use super::backfill::not_unique;
use super::collections::{Change, plan};
use crate::error::{Error, Result};
use crate::query::{Row, RuleCache, View, entries};
use crate::schema::diff::{self, Diff};
use crate::schema::{Collection, Index, Schema};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What happens to one collection.
pub struct Effect {
    /// As it is; `None` when it is new.
    pub before: Option<Arc<Collection>>,
    /// As it would be; `None` when it goes.
    pub after: Option<Arc<Collection>>,
    /// How many records it has.
    pub records: u64,
    /// What happens to fields and indexes.
    pub diff: Diff,
    /// How many records hold a value in a field that goes, or gets another name or shape, by the field's number.
    pub values: BTreeMap<u16, u64>,
    /// How many records lose a part of their values, because a field becomes single.
    pub losing: BTreeMap<u16, u64>,
    /// How many entries each index to build would have, in the order of the diff.
    pub entries: Vec<u64>,
}

/// What a change would do to each collection, or the error that the real edit would give. Reads every record that is concerned, so it
/// belongs on a thread that may block.
pub fn preview(db: &Db, change: &Change) -> Result<Vec<Effect>> {
    let view = db.view();
    let plan = plan(db, change)?;
    let world = Arc::new(view.schema.with(plan.save.iter().map(|c| Arc::new(c.clone()))));
    let mut effects = Vec::new();
    for after in plan.save {
        let before = if after.number == 0 { None } else { view.schema.by_number(after.number).cloned() };
        effects.push(match before {
            Some(before) => changed(&view, &world, before, after)?,
            None => made(after),
        });
    }
    for before in plan.delete {
        let records = view.count(&before)?;
        effects.push(Effect { records, ..Effect::between(Some(before), None, Diff::default()) });
    }
    Ok(effects)
}

impl Effect {
    fn between(before: Option<Arc<Collection>>, after: Option<Arc<Collection>>, diff: Diff) -> Self {
        let entries = vec![0; diff.build.len()];
        Effect { before, after, records: 0, diff, values: BTreeMap::new(), losing: BTreeMap::new(), entries }
    }
}

fn made(after: Collection) -> Effect {
    let diff = Diff { added: after.fields.iter().map(|f| f.number).collect(), build: after.indexes.clone(), ..Diff::default() };
    Effect::between(None, Some(Arc::new(after)), diff)
}

fn changed(view: &View, world: &Schema, before: Arc<Collection>, mut after: Collection) -> Result<Effect> {
    let diff = diff::between(&before, &after);
    imagine_numbers(&mut after);
    let after = Arc::new(after);
    let mut effect = Effect::between(Some(before.clone()), Some(after.clone()), diff);
    effect.records = view.count(&before)?;
    let built: Vec<Index> = after.indexes.iter().filter(|i| is_imagined(i)).cloned().collect();
    let concerned: Vec<u16> = concerned(&effect.diff);
    if effect.records == 0 || (built.is_empty() && concerned.is_empty()) {
        return Ok(effect);
    }
    // The usual cache holds what was compiled for the schema that is real.
    let mut indexing = Indexing { world, rules: RuleCache::new(), after: &after, built, seen: HashSet::new() };
    let mut failed: Option<Error> = None;
    view.each(&before, false, &mut |row| {
        count_values(&mut effect, &concerned, &row);
        match indexing.take(&row, &mut effect.entries) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(effect), Err)
}

/// Indexes to build have no numbers yet; here they need some to be told apart, which no real one has.
fn imagine_numbers(after: &mut Collection) {
    for (i, index) in (0..).zip(&mut after.indexes).filter(|(_, index)| index.number == 0) {
        index.number = u32::MAX - i;
    }
}

fn is_imagined(index: &Index) -> bool {
    u32::MAX / 2 < index.number
}

fn concerned(diff: &Diff) -> Vec<u16> {
    let renamed = diff.renamed.iter().map(|(number, ..)| number);
    let mut all: Vec<u16> = diff.removed.iter().chain(renamed).chain(&diff.converted).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn count_values(effect: &mut Effect, concerned: &[u16], row: &Row) {
    let (Some(before), Some(after)) = (&effect.before, &effect.after) else { return };
    for number in concerned {
        let Some(field) = before.field_by_number(*number) else { continue };
        let value = row.value(field);
        if value == field.zero() {
            continue;
        }
        *effect.values.entry(*number).or_default() += 1;
        let had = value.items().len();
        let keeps = after.field_by_number(*number).map(|new| new.adapt(value).items().len());
        if keeps.is_some_and(|keeps| keeps < had) {
            *effect.losing.entry(*number).or_default() += 1;
        }
    }
}

/// The indexes that would be built, while the records pass.
struct Indexing<'p> {
    world: &'p Schema,
    rules: RuleCache,
    after: &'p Arc<Collection>,
    built: Vec<Index>,
    /// Hashes of the unique entries so far: whole ones could be too many for the memory.
    seen: HashSet<[u8; 16]>,
}

impl Indexing<'_> {
    fn take(&mut self, row: &Row, counts: &mut [u64]) -> Result<()> {
        let row = row.within(self.after);
        for (index, count) in self.built.iter().zip(counts) {
            let Some(entry) = entries::entry(self.world, &self.rules, index, &row)? else { continue };
            *count += 1;
            if entry.is_unique() && !self.seen.insert(hash(&entry.key_value(self.after.number, 0).0)) {
                return Err(not_unique(self.after, &entry));
            }
        }
        Ok(())
    }
}

fn hash(key: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(&Sha256::digest(key)[..16]);
    out
}
