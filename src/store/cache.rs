//! Unpacked blocks in memory, as many as fit: whoever was not used for a round of the clock goes first.

use super::block::{Block, Head, head};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Blocks by their first key.
pub(super) struct Cache {
    inner: RwLock<Inner>,
    limit: usize,
}

/// Blocks by the beginning of their first key, which is compared in one step and lies in the tree itself: few keys share it.
#[derive(Default)]
struct Inner {
    blocks: BTreeMap<Head, Slots>,
    bytes: usize,
    /// Where the search for something to drop goes on.
    hand: Box<[u8]>,
    /// One more with each change of the blocks below.
    generation: u64,
}

/// The blocks of one beginning, in the order of their first keys; at least one.
enum Slots {
    One(Slot),
    More(Vec<Slot>),
}

struct Slot {
    block: Arc<Block>,
    /// What it counts in `bytes`.
    weight: usize,
    used: AtomicBool,
}

impl Cache {
    /// An empty one that holds so many bytes.
    pub fn new(limit: usize) -> Cache {
        Cache { inner: RwLock::default(), limit }
    }

    /// The block that answers for a key; or else the generation, to be read before the blocks below are, for [`Cache::keep`].
    pub fn get(&self, key: &[u8]) -> Result<Arc<Block>, u64> {
        let inner = self.inner.read();
        match inner.at_or_before(key) {
            Some(slot) if slot.block.is_before_end(key) => Ok(slot.take()),
            _ => Err(inner.generation),
        }
    }

    /// The same, and at most `limit` blocks in all of those that follow without a gap: a scan need not look each of them up.
    pub fn get_run(&self, key: &[u8], limit: usize) -> Result<Vec<Arc<Block>>, u64> {
        let inner = self.inner.read();
        let Some(slot) = inner.at_or_before(key).filter(|slot| slot.block.is_before_end(key)) else { return Err(inner.generation) };
        let mut run = vec![slot.take()];
        if limit == 1 {
            return Ok(run);
        }
        for slot in inner.after(&slot.block.first).take(limit - 1) {
            if run.last().is_none_or(|block| !block.ends_with(&slot.block)) {
                break;
            }
            run.push(slot.take());
        }
        Ok(run)
    }

    /// The same for the block that answers for the keys just before this one.
    pub fn get_before(&self, key: &[u8]) -> Result<Arc<Block>, u64> {
        let inner = self.inner.read();
        match inner.before(key) {
            Some(slot) if slot.block.is_before_end(key) || slot.block.end.as_deref() == Some(key) => Ok(slot.take()),
            _ => Err(inner.generation),
        }
    }

    /// Keeps a block that was read from below, unless something was changed there since.
    pub fn keep(&self, block: &Arc<Block>, generation: u64) {
        let mut inner = self.inner.write();
        if inner.generation == generation {
            inner.put(block.clone());
            inner.shrink(self.limit);
        }
    }

    /// Counts a block anew that takes more memory than when it was kept.
    pub fn weigh(&self, block: &Arc<Block>) {
        let mut inner = self.inner.write();
        let slots = inner.blocks.get_mut(&head(&block.first)).map(Slots::all_mut).unwrap_or_default();
        let Some(slot) = slots.iter_mut().find(|slot| Arc::ptr_eq(&slot.block, block)) else { return };
        let now = block.weight();
        let was = std::mem::replace(&mut slot.weight, now);
        inner.bytes = inner.bytes + now - was;
        inner.shrink(self.limit);
    }

    /// Follows a change below, which has just been made: blocks that are gone, blocks that begin there but are not kept, and blocks to be
    /// kept that are new or have other pairs. Afterwards
    /// every block that is kept ends where the next one below begins: the merger relies on it.
    pub fn follow(&self, gone: &[Box<[u8]>], unkept: &[Box<[u8]>], new: Vec<Block>) {
        let mut inner = self.inner.write();
        inner.generation += 1;
        for block in new {
            inner.give_up(&block.first, false);
            inner.put(Arc::new(block));
        }
        for first in unkept {
            inner.remove(first);
            inner.give_up(first, false);
        }
        for first in gone {
            inner.remove(first);
            inner.give_up(first, true);
        }
        inner.shrink(self.limit);
    }
}

impl Slots {
    fn all(&self) -> &[Slot] {
        match self {
            Slots::One(slot) => std::slice::from_ref(slot),
            Slots::More(slots) => slots,
        }
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        match self {
            Slots::One(slot) => std::slice::from_mut(slot),
            Slots::More(slots) => slots,
        }
    }

    /// How many begin before a key.
    fn count_before(&self, key: &[u8]) -> usize {
        self.all().partition_point(|slot| *slot.block.first < *key)
    }

    /// Adds a slot at its place.
    fn with(self, slot: Slot) -> Slots {
        let at = self.count_before(&slot.block.first);
        let mut slots = match self {
            Slots::One(own) => vec![own],
            Slots::More(slots) => slots,
        };
        slots.insert(at, slot);
        Slots::More(slots)
    }
}

impl Slot {
    fn take(&self) -> Arc<Block> {
        // Read first: most blocks are marked already, and a write would take the line from the other processors.
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        self.block.clone()
    }
}

impl Inner {
    /// The last block that begins with a key or before it.
    fn at_or_before(&self, key: &[u8]) -> Option<&Slot> {
        self.last(key, |first| first <= key)
    }

    /// The last block that begins before a key.
    fn before(&self, key: &[u8]) -> Option<&Slot> {
        self.last(key, |first| first < key)
    }

    /// The last block whose first key is early enough. Only first keys that begin as the key does must be looked at.
    fn last(&self, key: &[u8], is_early: impl Fn(&[u8]) -> bool) -> Option<&Slot> {
        let own = head(key);
        let mut slots = self.blocks.range(..=own).rev();
        let (nearest, found) = slots.next()?;
        if *nearest < own {
            return found.all().last();
        }
        match found.all().partition_point(|slot| is_early(&slot.block.first)) {
            0 => slots.next()?.1.all().last(),
            n => found.all().get(n - 1),
        }
    }

    /// The blocks that begin after a key.
    fn after(&self, key: &[u8]) -> impl Iterator<Item = &Slot> {
        let same = self.blocks.get(&head(key)).map(Slots::all).unwrap_or_default();
        let rest = &same[same.partition_point(|slot| *slot.block.first <= *key)..];
        let further = self.blocks.range((Bound::Excluded(head(key)), Bound::Unbounded));
        rest.iter().chain(further.flat_map(|(_, slots)| slots.all()))
    }

    fn put(&mut self, block: Arc<Block>) {
        self.remove(&block.first);
        let weight = block.weight();
        self.bytes += weight;
        let at = head(&block.first);
        let slot = Slot { block, weight, used: AtomicBool::new(false) };
        let slots = match self.blocks.remove(&at) {
            Some(slots) => slots.with(slot),
            None => Slots::One(slot),
        };
        self.blocks.insert(at, slots);
    }

    fn remove(&mut self, first: &[u8]) {
        let Some(slots) = self.blocks.get_mut(&head(first)) else { return };
        let at = slots.count_before(first);
        let Some(found) = slots.all().get(at).filter(|slot| *slot.block.first == *first) else { return };
        self.bytes -= found.weight;
        match slots {
            Slots::More(slots) if 1 < slots.len() => drop(slots.remove(at)),
            _ => drop(self.blocks.remove(&head(first))),
        }
    }

    /// A block begins here now, or does so no more (`is_gone`). When the one before it was read with another end it is dropped.
    fn give_up(&mut self, first: &[u8], is_gone: bool) {
        let is_wrong = |block: &Block| block.is_before_end(first) || (is_gone && block.end.as_deref() == Some(first));
        if let Some(name) = self.before(first).filter(|slot| is_wrong(&slot.block)).map(|slot| slot.block.first.clone()) {
            self.remove(&name);
        }
    }

    fn shrink(&mut self, limit: usize) {
        while limit < self.bytes {
            let next = self.after(&self.hand).next().or_else(|| self.blocks.values().next()?.all().first());
            let Some(slot) = next else { return };
            let (name, used) = (slot.block.first.clone(), slot.used.swap(false, Ordering::Relaxed));
            if !used {
                self.remove(&name);
            }
            self.hand = name;
        }
    }
}
