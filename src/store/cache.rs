//! Unpacked blocks in memory, as many as fit: whoever was not used for a round of the clock goes first.

use super::block::Block;
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

#[derive(Default)]
struct Inner {
    blocks: BTreeMap<Box<[u8]>, Slot>,
    bytes: usize,
    /// Where the search for something to drop goes on.
    hand: Box<[u8]>,
    /// One more with each change of the blocks below.
    generation: u64,
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
        let found = inner.blocks.range::<[u8], _>((Bound::Unbounded, Bound::Included(key))).next_back();
        match found {
            Some((_, slot)) if slot.block.is_before_end(key) => Ok(slot.take()),
            _ => Err(inner.generation),
        }
    }

    /// The same, and at most `limit` blocks in all of those that follow without a gap: a scan need not look each of them up.
    pub fn get_run(&self, key: &[u8], limit: usize) -> Result<Vec<Arc<Block>>, u64> {
        let inner = self.inner.read();
        let first = inner.blocks.range::<[u8], _>((Bound::Unbounded, Bound::Included(key))).next_back();
        let Some((name, slot)) = first.filter(|(_, slot)| slot.block.is_before_end(key)) else { return Err(inner.generation) };
        let mut run = vec![slot.take()];
        if limit == 1 {
            return Ok(run);
        }
        for (name, slot) in inner.blocks.range::<[u8], _>((Bound::Excluded(&**name), Bound::Unbounded)).take(limit - 1) {
            if run.last().is_none_or(|block| block.end.as_deref() != Some(&**name)) {
                break;
            }
            run.push(slot.take());
        }
        Ok(run)
    }

    /// The same for the block that answers for the keys just before this one.
    pub fn get_before(&self, key: &[u8]) -> Result<Arc<Block>, u64> {
        let inner = self.inner.read();
        let found = inner.blocks.range::<[u8], _>((Bound::Unbounded, Bound::Excluded(key))).next_back();
        match found {
            Some((_, slot)) if slot.block.is_before_end(key) || slot.block.end.as_deref() == Some(key) => Ok(slot.take()),
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
        let Some(slot) = inner.blocks.get_mut(&block.first).filter(|slot| Arc::ptr_eq(&slot.block, block)) else { return };
        let now = block.weight();
        let was = std::mem::replace(&mut slot.weight, now);
        inner.bytes = inner.bytes + now - was;
        inner.shrink(self.limit);
    }

    /// Follows a change below, which has just been made: blocks that are gone, and blocks that are new or have other pairs. Afterwards
    /// every block that is kept ends where the next one below begins: the merger relies on it.
    pub fn follow(&self, gone: &[Box<[u8]>], new: Vec<Block>) {
        let mut inner = self.inner.write();
        inner.generation += 1;
        for block in new {
            inner.give_up(&block.first, false);
            inner.put(Arc::new(block));
        }
        for first in gone {
            inner.remove(first);
            inner.give_up(first, true);
        }
        inner.shrink(self.limit);
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
    fn put(&mut self, block: Arc<Block>) {
        let weight = block.weight();
        self.bytes += weight;
        if let Some(old) = self.blocks.insert(block.first.clone(), Slot { block, weight, used: AtomicBool::new(false) }) {
            self.bytes -= old.weight;
        }
    }

    fn remove(&mut self, first: &[u8]) {
        if let Some(slot) = self.blocks.remove(first) {
            self.bytes -= slot.weight;
        }
    }

    /// A block begins here now, or does so no more (`is_gone`). When the one before it was read with another end it is dropped.
    fn give_up(&mut self, first: &[u8], is_gone: bool) {
        let before = self.blocks.range::<[u8], _>((Bound::Unbounded, Bound::Excluded(first))).next_back();
        let is_wrong = |block: &Block| block.is_before_end(first) || (is_gone && block.end.as_deref() == Some(first));
        if let Some(name) = before.filter(|(_, slot)| is_wrong(&slot.block)).map(|(name, _)| name.clone()) {
            self.remove(&name);
        }
    }

    fn shrink(&mut self, limit: usize) {
        while limit < self.bytes {
            let after = self.blocks.range::<[u8], _>((Bound::Excluded(&*self.hand), Bound::Unbounded)).next();
            let Some((name, slot)) = after.or_else(|| self.blocks.iter().next()) else { return };
            let (name, used) = (name.clone(), slot.used.swap(false, Ordering::Relaxed));
            if !used {
                self.remove(&name);
            }
            self.hand = name;
        }
    }
}
