//! A sorted run of pairs in one piece: packed and checksummed on disk, and as it is read in memory.
//!
//! Packed: format (1), CRC of the rest (4), then lz4 of the body with its length before it (4). Body: the prefix that all keys
//! share, the number of pairs, the lengths of each pair's suffix and value (all varints), then all suffixes, then all values.

use super::column::Columns;
use super::row::{self, Row};
use super::sieve::{Condition, Sieve};
use crate::error::{Error, Result};
use crate::log::varint;
use bytes::Bytes;
use crc32fast::hash;
use std::cmp::Ordering;

const FORMAT: u8 = 1;
const HEAD: usize = 5;
/// A block is cut so that its body has about so many bytes: what one lookup unpacks, and what one change packs again.
const TARGET: usize = 4096;
/// What a pair costs in a body beside its bytes, more or less.
const PAIR: usize = 3;
/// A column is made of a block of which more than one row in so many is still in question.
const FEW: usize = 4;

/// The beginning of a key, to be compared in one step: of two keys with different ones, it says which comes first.
pub(super) type Head = u128;

/// The beginning of a key; what is shorter is filled up with zeros.
pub(super) fn head(key: &[u8]) -> Head {
    let mut bytes = [0; size_of::<Head>()];
    let kept = key.len().min(bytes.len());
    bytes[..kept].copy_from_slice(&key[..kept]);
    Head::from_be_bytes(bytes)
}

/// A block as it is read. It answers for all keys from `first` on and before `end`.
pub(super) struct Block {
    /// The first key that it answers for: its name below.
    pub first: Box<[u8]>,
    /// The first key of the next block; `None` when it is the last.
    pub end: Option<Box<[u8]>>,
    /// The beginning of `end`; the highest number when there is none.
    end_head: Head,
    body: Bytes,
    prefix: (usize, usize),
    /// Where each suffix and each value ends.
    ends: Box<[(u32, u32)]>,
    /// What was asked of its rows, beside each other.
    columns: Columns,
}

impl Block {
    /// One without pairs: nothing is stored between these keys.
    pub fn void(first: Box<[u8]>, end: Option<Box<[u8]>>) -> Block {
        let end_head = end_head(&end);
        Block { first, end, end_head, body: Bytes::new(), prefix: (0, 0), ends: Box::default(), columns: Columns::default() }
    }

    /// Unpacks a block. Pairs that are not before its end are left out: a merge has just moved them into the next one.
    pub fn unpack(first: Box<[u8]>, end: Option<Box<[u8]>>, packed: &[u8]) -> Result<Block> {
        let sound = || {
            let (head, rest) = packed.split_first_chunk::<HEAD>()?;
            let crc = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
            (head[0] == FORMAT && crc == hash(rest)).then_some(rest)
        };
        let body = sound().and_then(|rest| lz4_flex::block::decompress_size_prepended(rest).ok());
        let block = body.and_then(|body| Block::parse(first, end, Bytes::from(body)));
        block.ok_or_else(|| Error::internal("a block of the store is damaged: restart the server, it rebuilds the store from the log"))
    }

    /// Reads the lengths at the beginning of a body.
    fn parse(first: Box<[u8]>, end: Option<Box<[u8]>>, body: Bytes) -> Option<Block> {
        let mut rest: &[u8] = &body;
        let length = varint::read_bytes(&mut rest)?.len();
        let prefix = (body.len() - rest.len() - length, body.len() - rest.len());
        let count = usize::try_from(varint::read(&mut rest)?).ok()?;
        let mut ends = Vec::with_capacity(count.min(rest.len()));
        let (mut suffixes, mut values) = (0_u32, 0_u32);
        for _ in 0..count {
            suffixes = suffixes.checked_add(u32::try_from(varint::read(&mut rest)?).ok()?)?;
            values = values.checked_add(u32::try_from(varint::read(&mut rest)?).ok()?)?;
            ends.push((suffixes, values));
        }
        let start = u32::try_from(body.len() - rest.len()).ok()?;
        if rest.len() != suffixes as usize + values as usize || body.len() < start as usize {
            return None;
        }
        ends.iter_mut().for_each(|e| *e = (e.0 + start, e.1 + start + suffixes));
        // One more in front, so that each pair begins where the one before it ends.
        ends.insert(0, (start, start + suffixes));
        let end_head = end_head(&end);
        let mut block = Block { first, end, end_head, body, prefix, ends: ends.into(), columns: Columns::default() };
        if let Some(kept) = block.end.as_deref().map(|end| block.lower_bound(end)).filter(|kept| *kept < count) {
            block.ends = block.ends[..=kept].into();
        }
        Some(block)
    }

    /// How many pairs it has.
    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// Whether a key comes before the next block.
    pub fn is_before_end(&self, key: &[u8]) -> bool {
        match head(key).cmp(&self.end_head) {
            Ordering::Less => true,
            _ => self.end.as_deref().is_none_or(|end| key < end),
        }
    }

    /// Whether the other block begins where this one ends.
    pub fn ends_with(&self, next: &Block) -> bool {
        self.end.as_deref() == Some(&next.first[..])
    }

    /// About how much memory it takes.
    pub fn weight(&self) -> usize {
        let names = self.first.len() + self.end.as_ref().map_or(0, |e| e.len());
        self.body.len() + size_of_val(&*self.ends) + 2 * names + self.columns.weight() + 200
    }

    /// What all keys begin with.
    pub fn prefix(&self) -> &[u8] {
        &self.body[self.prefix.0..self.prefix.1]
    }

    /// What follows the prefix in key `i`.
    pub fn suffix(&self, i: usize) -> &[u8] {
        &self.body[self.ends[i].0 as usize..self.ends[i + 1].0 as usize]
    }

    /// The value of pair `i`.
    pub fn value(&self, i: usize) -> &[u8] {
        &self.body[self.ends[i].1 as usize..self.ends[i + 1].1 as usize]
    }

    /// What the values are slices of.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        let i = self.lower_bound(key);
        let found = i < self.len() && key.strip_prefix(self.prefix()) == Some(self.suffix(i));
        found.then(|| self.body.slice(self.ends[i].1 as usize..self.ends[i + 1].1 as usize))
    }

    /// What a sieve says of each of its rows. Answers whether it has more to keep in memory now.
    pub fn sift(&self, sieve: &Sieve, verdicts: &mut Vec<Option<bool>>) -> bool {
        verdicts.clear();
        verdicts.resize(self.len(), Some(true));
        let (mut left, mut grown) = (self.len(), false);
        for condition in &sieve.conditions {
            // When few rows are left, they are asked themselves.
            let found = (self.len() < FEW * left).then(|| self.columns.of(condition, (0..self.len()).map(|i| self.value(i)))).flatten();
            grown |= found.is_some_and(|(_, made)| made);
            let known = found.map(|(column, _)| column.judge(condition));
            for (i, verdict) in verdicts.iter_mut().enumerate().filter(|(_, verdict)| **verdict != Some(false)) {
                match known.as_ref().and_then(|known| known(i)).or_else(|| self.holds(i, condition)) {
                    Some(true) => {}
                    Some(false) => (*verdict, left) = (Some(false), left - 1),
                    None => *verdict = None,
                }
            }
        }
        if !sieve.complete {
            verdicts.iter_mut().for_each(|verdict| *verdict = verdict.filter(|yes| !yes));
        }
        grown
    }

    fn holds(&self, i: usize, condition: &Condition) -> Option<bool> {
        condition.holds(&Row::new(row::split(self.value(i))?.1))
    }

    /// The first pair whose key is not before this one.
    pub fn lower_bound(&self, key: &[u8]) -> usize {
        let prefix = self.prefix();
        let Some(suffix) = key.strip_prefix(prefix) else {
            return if key < prefix { 0 } else { self.len() };
        };
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.suffix(middle).cmp(suffix) {
                Ordering::Less => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

/// Pairs in the order of their keys, from which blocks are made.
#[derive(Default)]
pub(super) struct Draft {
    keys: Vec<u8>,
    values: Vec<u8>,
    ends: Vec<(usize, usize)>,
}

/// A block to be written.
pub(super) struct Piece {
    pub packed: Vec<u8>,
    pub block: Block,
}

impl Draft {
    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a pair; its key, which may come in two parts, is after all others.
    pub fn push(&mut self, prefix: &[u8], suffix: &[u8], value: &[u8]) {
        self.keys.extend_from_slice(prefix);
        self.keys.extend_from_slice(suffix);
        self.values.extend_from_slice(value);
        self.ends.push((self.keys.len(), self.values.len()));
    }

    /// Cuts what there is into blocks, which together answer for the keys from `first` on and before `end`.
    pub fn pieces(&self, first: &[u8], end: Option<&[u8]>) -> Vec<Piece> {
        let cuts = self.cuts();
        let name = |i: usize| if i == 0 { first } else { self.key(i) };
        let piece = |n: usize| {
            let (from, to) = (cuts[n], cuts[n + 1]);
            let next = if to == self.ends.len() { end } else { Some(name(to)) };
            self.piece(from, to, name(from), next)
        };
        (0..cuts.len() - 1).map(piece).collect()
    }

    /// Where blocks begin, and the end. Full ones come first, so that a run that grows at its end leaves full blocks behind.
    fn cuts(&self) -> Vec<usize> {
        let mut cuts = vec![0];
        let mut bytes = 0;
        let mut left = self.keys.len() + self.values.len() + PAIR * self.ends.len();
        for i in 0..self.ends.len() {
            // A rest that is less than half a block stays with the last one.
            if TARGET <= bytes && TARGET / 2 <= left {
                cuts.push(i);
                bytes = 0;
            }
            let size = self.key(i).len() + self.value(i).len() + PAIR;
            bytes += size;
            left -= size;
        }
        cuts.push(self.ends.len());
        cuts
    }

    fn piece(&self, from: usize, to: usize, first: &[u8], end: Option<&[u8]>) -> Piece {
        let shared = shared(self.key(from), self.key(to - 1));
        let mut body = Vec::with_capacity(2 * TARGET);
        varint::write_bytes(&mut body, &self.key(from)[..shared]);
        varint::write(&mut body, (to - from) as u64);
        for i in from..to {
            varint::write(&mut body, (self.key(i).len() - shared) as u64);
            varint::write(&mut body, self.value(i).len() as u64);
        }
        (from..to).for_each(|i| body.extend_from_slice(&self.key(i)[shared..]));
        (from..to).for_each(|i| body.extend_from_slice(self.value(i)));
        body.shrink_to_fit();
        let mut packed = vec![FORMAT, 0, 0, 0, 0];
        packed.extend_from_slice(&lz4_flex::block::compress_prepend_size(&body));
        let crc = hash(&packed[HEAD..]);
        packed[1..HEAD].copy_from_slice(&crc.to_le_bytes());
        let block = Block::parse(first.into(), end.map(Into::into), Bytes::from(body)).expect("what was just written can be read");
        Piece { packed, block }
    }

    fn key(&self, i: usize) -> &[u8] {
        &self.keys[i.checked_sub(1).map_or(0, |before| self.ends[before].0)..self.ends[i].0]
    }

    fn value(&self, i: usize) -> &[u8] {
        &self.values[i.checked_sub(1).map_or(0, |before| self.ends[before].1)..self.ends[i].1]
    }
}

fn end_head(end: &Option<Box<[u8]>>) -> Head {
    end.as_deref().map_or(Head::MAX, head)
}

/// How many bytes two keys have in common at their beginning.
fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
