//! What the log has built so far: the store, and the collections. Applying an entry is the same in the writer and in a replay.

use super::conflicts::Recent;
use crate::error::{Error, Result};
use crate::log::{Change, ChangeKind, Entry, Position};
use crate::query::{Row, RuleCache, Stored, View, entries};
use crate::schema::system::COLLECTIONS;
use crate::schema::{Collection, Schema, stored};
use crate::store::{Batch, KeyRange, Store, keys, row, upgrade};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What the id of an edit that is still being prepared begins with.
pub(crate) const PENDING: &str = "pending:";

/// What the store calls the number that the next record gets.
const NEXT_ROWID: &str = "next_rowid";

/// The collections at one moment, and the edits that are being prepared.
#[derive(Clone)]
pub(crate) struct World {
    pub schema: Arc<Schema>,
    /// By collection number: the collection as it will be. Its indexes that are not ready are already written.
    pub pending: Arc<BTreeMap<u32, Arc<Collection>>>,
    pub rules: Arc<RuleCache>,
}

impl World {
    /// All index entries that a record has, those of a pending edit included.
    pub fn entries(&self, row: &Row) -> Result<Vec<entries::Entry>> {
        let mut all = entries::entries(&self.schema, &self.rules, row)?;
        let Some(pending) = self.pending.get(&row.collection().number) else { return Ok(all) };
        let row = row.within(pending);
        for index in pending.indexes.iter().filter(|i| !i.ready) {
            all.extend(entries::entry(&self.schema, &self.rules, index, &row)?);
        }
        Ok(all)
    }

    /// Whether an index belongs to a collection, or to an edit of it that is being prepared.
    pub fn has_index(&self, collection: u32, index: u32) -> bool {
        let now = self.schema.by_number(collection);
        now.into_iter().chain(self.pending.get(&collection)).any(|c| c.indexes.iter().any(|i| i.number == index))
    }

    /// A view of `store` with these collections.
    pub fn view(&self, store: &Arc<dyn Store>) -> View {
        View::new(store.clone(), self.schema.clone(), self.rules.clone())
    }
}

/// Index entries that a change removes and adds.
pub(crate) struct Delta {
    pub lost: Vec<entries::Entry>,
    pub gained: Vec<entries::Entry>,
}

/// The state. Only one thread changes it: the writer, or a replay before there is a writer.
pub(crate) struct State {
    pub store: Arc<dyn Store>,
    pub world: World,
    pub applied: u64,
    pub epoch: u32,
    pub next_rowid: u64,
    pub recent: Recent,
    /// Key ranges that nothing uses any more; they are deleted bit by bit.
    pub garbage: Vec<KeyRange>,
    counts: HashMap<u32, u64>,
    /// Collections whose counts are to be written with the batch at hand.
    counted: BTreeSet<u32>,
    /// Whether records must be counted anew once the log is replayed: the store was loaded from a checkpoint.
    pub recount: bool,
    /// Whether entries come from the log on disk: then a new index must be filled here, nobody else does.
    pub replaying: bool,
}

impl State {
    /// The state of a store whose collections are not loaded yet.
    pub fn new(store: Arc<dyn Store>, epoch: u32) -> Result<Self> {
        let applied = upgrade::applied(store.as_ref())?.map_or(0, |p| p.seq);
        let next_rowid = store.get(&keys::meta(NEXT_ROWID))?.and_then(|v| keys::read_number(&v)).unwrap_or(1);
        let world = World { schema: Arc::default(), pending: Arc::default(), rules: Arc::new(RuleCache::new()) };
        let recent = Recent::new(applied);
        let mut state = State {
            store,
            world,
            applied,
            epoch,
            next_rowid,
            recent,
            garbage: Vec::new(),
            counts: HashMap::new(),
            counted: BTreeSet::new(),
            recount: false,
            replaying: true,
        };
        state.load_world()?;
        Ok(state)
    }

    /// Reads all collections from the store.
    fn load_world(&mut self) -> Result<()> {
        let mut found = Vec::new();
        self.store.scan(&keys::rows(COLLECTIONS), false, &mut |_, value| {
            found.push(value.to_vec());
            std::ops::ControlFlow::Continue(())
        })?;
        let (mut all, mut pending) = (Vec::new(), BTreeMap::new());
        for value in &found {
            let row = value.get(8..).ok_or_else(|| Error::internal("a stored collection is cut short"))?;
            row::Row::new(row).check()?;
            let (is_pending, collection) = decode(row)?;
            match is_pending {
                true => drop(pending.insert(collection.number, Arc::new(collection))),
                false => all.push(Arc::new(collection)),
            }
        }
        self.world.schema = Arc::new(Schema::new(self.world.schema.version + 1, all));
        self.world.pending = Arc::new(pending);
        Ok(())
    }

    /// Applies entries in order, in one store batch where possible. Answers whether collections changed.
    pub fn apply(&mut self, entries: Vec<(impl Borrow<Entry>, Option<Vec<Delta>>)>) -> Result<bool> {
        let mut batch = Batch::default();
        let mut edited = false;
        for (entry, deltas) in &entries {
            let entry = entry.borrow();
            let deltas = match deltas {
                Some(deltas) => deltas,
                None => &self.deltas(entry)?,
            };
            self.write(&mut batch, entry, deltas)?;
            self.applied = entry.seq;
            if entry.changes.iter().any(|c| c.collection == COLLECTIONS) {
                // What follows is to be read with the new collections, so everything before must be in the store.
                self.store_batch(&mut batch)?;
                self.edit_world(entry)?;
                edited = true;
            }
        }
        self.store_batch(&mut batch)?;
        Ok(edited)
    }

    fn store_batch(&mut self, batch: &mut Batch) -> Result<()> {
        if batch.writes.is_empty() {
            return Ok(());
        }
        for collection in std::mem::take(&mut self.counted) {
            put_count(batch, collection, self.count(collection)?);
        }
        upgrade::set_applied(batch, Position { epoch: self.epoch, seq: self.applied });
        batch.put(keys::meta(NEXT_ROWID), keys::number_value(self.next_rowid));
        self.store.apply(std::mem::take(batch))
    }

    /// All removals of an entry come before its additions: one record may take over what another one gives up.
    fn write(&mut self, batch: &mut Batch, entry: &Entry, deltas: &[Delta]) -> Result<()> {
        for (change, delta) in entry.changes.iter().zip(deltas) {
            for lost in &delta.lost {
                batch.delete(lost.key_value(change.collection, change.rowid).0);
            }
            if change.kind == ChangeKind::Delete {
                batch.delete(keys::row(change.collection, change.rowid));
                batch.delete(keys::id(change.collection, &change.id));
                let count = self.count(change.collection)?;
                self.counts.insert(change.collection, count.saturating_sub(1));
            }
        }
        for (change, delta) in entry.changes.iter().zip(deltas) {
            if let Some(after) = &change.after {
                batch.put(keys::row(change.collection, change.rowid), row::stored(entry.seq, after));
            }
            if change.kind == ChangeKind::Create {
                batch.put(keys::id(change.collection, &change.id), keys::number_value(change.rowid));
                let count = self.count(change.collection)?;
                self.counts.insert(change.collection, count + 1);
            }
            for gained in &delta.gained {
                let (key, value) = gained.key_value(change.collection, change.rowid);
                batch.put(key, value);
            }
            self.next_rowid = self.next_rowid.max(change.rowid + 1);
            self.counted.insert(change.collection);
        }
        Ok(())
    }

    fn count(&mut self, collection: u32) -> Result<u64> {
        if let Some(count) = self.counts.get(&collection) {
            return Ok(*count);
        }
        let count = self.store.get(&keys::count(collection))?.and_then(|v| keys::read_number(&v)).unwrap_or(0);
        self.counts.insert(collection, count);
        Ok(count)
    }

    /// Counts all records anew: a checkpoint is dumped while writing goes on, so replaying onto it may count some twice.
    pub fn count_all(&mut self) -> Result<()> {
        let mut batch = Batch::default();
        for collection in self.world.schema.all() {
            let mut count = 0u64;
            self.store.scan(&keys::ids(collection.number), false, &mut |_, _| {
                count += 1;
                std::ops::ControlFlow::Continue(())
            })?;
            let kept = self.store.get(&keys::count(collection.number))?.and_then(|v| keys::read_number(&v)).unwrap_or(0);
            self.counts.insert(collection.number, count);
            if kept == count {
                continue;
            }
            put_count(&mut batch, collection.number, count);
        }
        self.store.apply(batch)
    }

    /// The index entries that change, from the images in the entry.
    fn deltas(&self, entry: &Entry) -> Result<Vec<Delta>> {
        entry.changes.iter().map(|change| self.delta(change)).collect()
    }

    fn delta(&self, change: &Change) -> Result<Delta> {
        let Some(collection) = self.world.schema.by_number(change.collection) else {
            return Ok(Delta { lost: Vec::new(), gained: Vec::new() });
        };
        let of = |image: &Option<bytes::Bytes>| match image {
            Some(row) => {
                let stored = Stored { collection: collection.clone(), rowid: change.rowid, rev: 0, row: row.clone() };
                self.world.entries(&Row::Stored(stored))
            }
            None => Ok(Vec::new()),
        };
        Ok(Delta { lost: of(&change.before)?, gained: of(&change.after)? })
    }

    /// Follows an edit of the collections.
    fn edit_world(&mut self, entry: &Entry) -> Result<()> {
        let before = self.world.pending.clone();
        let mut all = self.world.schema.all().to_vec();
        let mut pending = (*self.world.pending).clone();
        let mut fill = Vec::new();
        for change in entry.changes.iter().filter(|c| c.collection == COLLECTIONS) {
            let Some(image) = change.after.as_ref().or(change.before.as_ref()) else { continue };
            let (is_pending, collection) = decode(image)?;
            let number = collection.number;
            let old = if is_pending { pending.remove(&number) } else { remove(&mut all, number) };
            let new = change.after.as_ref().map(|_| Arc::new(collection));
            if !is_pending {
                self.garbage.extend(garbage(old.as_deref(), new.as_deref()));
                fill.extend(new.iter().flat_map(|new| newly_ready(old.as_deref(), new)));
                all.extend(new);
            } else {
                pending.extend(new.map(|new| (number, new)));
            }
        }
        self.world.schema = Arc::new(Schema::new(self.world.schema.version + 1, all));
        self.world.pending = Arc::new(pending);
        self.garbage.extend(abandoned(&before, &self.world));
        if self.replaying {
            for (collection, index) in fill {
                self.fill_index(&collection, index)?;
            }
        }
        Ok(())
    }

    /// Fills an index at once: in a replay nobody waits, and nobody else writes.
    fn fill_index(&self, collection: &Arc<Collection>, index: u32) -> Result<()> {
        let mut from = 0;
        while let Some(next) = super::backfill::chunk(self, collection, &[index], from)? {
            from = next;
        }
        Ok(())
    }
}

/// No count stands for none, so that a store says the same whether it came from a checkpoint or not.
fn put_count(batch: &mut Batch, collection: u32, count: u64) {
    match count {
        0 => batch.delete(keys::count(collection)),
        _ => batch.put(keys::count(collection), keys::number_value(count)),
    }
}

/// The collections whose definitions an entry changes, before and after: `None` where there was or is none. Edits that are only being
/// prepared do not count.
pub fn edited(entry: &Entry) -> Result<Vec<(Option<Collection>, Option<Collection>)>> {
    let image = |row: &Option<bytes::Bytes>| row.as_ref().map(|row| decode(row)).transpose();
    let mut found = Vec::new();
    for change in entry.changes.iter().filter(|c| c.collection == COLLECTIONS && !c.id.starts_with(PENDING)) {
        found.push((image(&change.before)?.map(|c| c.1), image(&change.after)?.map(|c| c.1)));
    }
    Ok(found)
}

/// A stored collection, and whether it is a pending edit.
fn decode(row: &[u8]) -> Result<(bool, Collection)> {
    let row = row::Row::new(row);
    let text = |n: u16| row.get(n).map(crate::value::Value::into_owned);
    let is_pending = text(0).is_some_and(|id| id.as_text().starts_with(PENDING));
    let data = row.values().find_map(|(_, v)| match v {
        crate::value::Value::Json(json) => Some(json.into_owned()),
        _ => None,
    });
    let data = data.ok_or_else(|| Error::internal("a stored collection has no data"))?;
    let json = serde_json::from_str(&data).map_err(Error::internal)?;
    Ok((is_pending, stored::from_json(&json)?))
}

fn remove(all: &mut Vec<Arc<Collection>>, number: u32) -> Option<Arc<Collection>> {
    let i = all.iter().position(|c| c.number == number)?;
    Some(all.remove(i))
}

/// The key ranges that an edit leaves behind: numbers are never used again.
fn garbage(old: Option<&Collection>, new: Option<&Collection>) -> Vec<KeyRange> {
    let (Some(old), Some(new)) = (old, new) else {
        return old.map_or(Vec::new(), |old| keys::collection_ranges(old.number));
    };
    let dropped = old.indexes.iter().filter(|i| new.indexes.iter().all(|n| n.number != i.number));
    let mut ranges: Vec<_> = dropped.map(|i| keys::index_all(old.number, i.number)).collect();
    let gone = old.fields.iter().filter(|f| f.relation().is_some() && new.field_by_number(f.number).is_none());
    ranges.extend(gone.map(|f| keys::references_of_field(old.number, f.number)));
    ranges
}

/// The indexes that were begun for an edit and became part of nothing: what was written of them leads nowhere.
fn abandoned(before: &BTreeMap<u32, Arc<Collection>>, world: &World) -> Vec<KeyRange> {
    let begun = before.values().flat_map(|c| c.indexes.iter().filter(|i| !i.ready).map(|i| (c.number, i.number)));
    begun.filter(|(collection, index)| !world.has_index(*collection, *index)).map(|(c, i)| keys::index_all(c, i)).collect()
}

fn newly_ready(old: Option<&Collection>, new: &Arc<Collection>) -> Vec<(Arc<Collection>, u32)> {
    let was = |number: u32| old.is_some_and(|o| o.indexes.iter().any(|i| i.number == number && i.ready));
    new.indexes.iter().filter(|i| i.ready && !was(i.number)).map(|i| (new.clone(), i.number)).collect()
}
