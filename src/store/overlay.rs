//! Going over tables and blocks at once, in the order of the keys; what a table says counts more than what a block says.

use super::block::Block;
use super::layered::Shared;
use super::sieve::Sieve;
use super::table::Table;
use super::{Held, KeyRange, Passed, Place, VisitPassed};
use crate::error::Result;
use bytes::Bytes;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// A long scan takes so many blocks at once.
const RUN: usize = 64;

/// A part of the recent table.
pub(super) type Pairs = Vec<(Vec<u8>, Option<Bytes>)>;

type Pair<'t> = (&'t [u8], &'t Option<Bytes>);

/// What the two tables say of a range, in the order of the keys.
pub(super) fn over<'t>(recent: &'t Pairs, frozen: Option<&'t Table>, range: &'t KeyRange) -> Vec<Pair<'t>> {
    let mut pairs = Vec::new();
    let mut recent = recent.iter().map(|(key, value)| (&key[..], value)).peekable();
    for (key, value) in frozen.into_iter().flat_map(|t| t.range(range)) {
        while let Some(newer) = recent.next_if(|(newer, _)| *newer < key) {
            pairs.push(newer);
        }
        match recent.next_if(|(newer, _)| *newer == key) {
            Some(newer) => pairs.push(newer),
            None => pairs.push((key, value)),
        }
    }
    pairs.extend(recent);
    pairs
}

/// One scan on its way.
pub(super) struct Walk<'w> {
    /// What is passed over; `None` shows everything.
    pub sieve: Option<&'w Sieve>,
    /// Against the order of the keys.
    pub reverse: bool,
    /// Who is shown the rest.
    pub visit: VisitPassed<'w>,
    /// How many were passed over.
    pub out: u64,
    verdicts: Vec<Option<bool>>,
}

impl<'w> Walk<'w> {
    /// A scan that begins.
    pub fn new(sieve: Option<&'w Sieve>, reverse: bool, visit: VisitPassed<'w>) -> Self {
        Walk { sieve, reverse, visit, out: 0, verdicts: Vec::new() }
    }

    /// Visits the pairs of a range, of which `over` is what the tables say.
    pub fn go(&mut self, shared: &Shared, range: &KeyRange, over: &[Pair]) -> Result<ControlFlow<()>> {
        match self.reverse {
            false => self.forward(shared, range, over),
            true => self.backward(shared, range, over),
        }
    }

    fn forward(&mut self, shared: &Shared, range: &KeyRange, mut over: &[Pair]) -> Result<ControlFlow<()>> {
        let mut at = range.from.clone();
        let mut wanted = 1;
        loop {
            let run = shared.run(&at, wanted)?;
            wanted = (4 * wanted).min(RUN);
            for (n, block) in run.iter().enumerate() {
                let is_last = block.end.as_deref().is_none_or(|end| &range.to[..] <= end);
                let from = if n == 0 { block.lower_bound(&at) } else { 0 };
                let to = if is_last { block.lower_bound(&range.to) } else { block.len() };
                let before = match block.end.as_deref().filter(|_| !is_last) {
                    Some(end) => over.partition_point(|(key, _)| *key < end),
                    None => over.len(),
                };
                let (here, rest) = over.split_at(before);
                over = rest;
                self.sift(shared, block);
                if self.block(block, from, to, here).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                if is_last {
                    return Ok(ControlFlow::Continue(()));
                }
            }
            at = run.last().and_then(|block| block.end.as_deref()).map_or_else(|| range.to.clone(), <[u8]>::to_vec);
        }
    }

    fn backward(&mut self, shared: &Shared, range: &KeyRange, mut over: &[Pair]) -> Result<ControlFlow<()>> {
        let mut at = range.to.clone();
        loop {
            let block = shared.block_before(&at)?;
            let is_last = *block.first <= range.from[..];
            let from = if is_last { block.lower_bound(&range.from) } else { 0 };
            let to = if block.end.as_deref() == Some(&at[..]) { block.len() } else { block.lower_bound(&at) };
            let before = if is_last { 0 } else { over.partition_point(|(key, _)| *key < &block.first[..]) };
            let (rest, here) = over.split_at(before);
            over = rest;
            self.sift(shared, &block);
            if self.block(&block, from, to, here).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if is_last {
                return Ok(ControlFlow::Continue(()));
            }
            at = block.first.to_vec();
        }
    }

    fn sift(&mut self, shared: &Shared, block: &std::sync::Arc<Block>) {
        if self.sieve.is_some_and(|sieve| block.sift(sieve, &mut self.verdicts)) {
            shared.cache.weigh(block);
        }
    }

    /// Visits the pairs of a block from `from` on and before `to`, with what the tables say in its place.
    fn block(&mut self, block: &Block, from: usize, to: usize, mut over: &[Pair]) -> ControlFlow<()> {
        let mut key = Vec::new();
        for n in from..to {
            let i = if self.reverse { to - 1 - (n - from) } else { n };
            if !over.is_empty() {
                key.clear();
                key.extend_from_slice(block.prefix());
                key.extend_from_slice(block.suffix(i));
                let mut replaced = false;
                while let Some((pair, rest)) = self.next_until(over, &key) {
                    over = rest;
                    replaced = pair.0 == &key[..];
                    self.show_over(pair)?;
                }
                if replaced {
                    continue;
                }
            }
            self.show(block, i)?;
        }
        match self.reverse {
            false => over.iter().try_for_each(|pair| self.show_over(*pair)),
            true => over.iter().rev().try_for_each(|pair| self.show_over(*pair)),
        }
    }

    /// The pair of the tables that comes next, unless it comes after this key; and the others.
    fn next_until<'t, 'o>(&self, over: &'o [Pair<'t>], key: &[u8]) -> Option<(Pair<'t>, &'o [Pair<'t>])> {
        let ((pair, rest), after) = match self.reverse {
            false => (over.split_first()?, Ordering::Greater),
            true => (over.split_last()?, Ordering::Less),
        };
        (pair.0.cmp(key) != after).then_some((*pair, rest))
    }

    fn show(&mut self, block: &Block, i: usize) -> ControlFlow<()> {
        let verdict = match self.sieve {
            Some(_) => self.verdicts[i],
            None => None,
        };
        if verdict == Some(false) {
            self.out += 1;
            return ControlFlow::Continue(());
        }
        (self.visit)(Passed { place: Place::Block(block, i), sure: verdict.is_some() })
    }

    /// What is gone is not shown.
    fn show_over(&mut self, (key, value): Pair) -> ControlFlow<()> {
        let Some(value) = value else { return ControlFlow::Continue(()) };
        let verdict = self.sieve.and_then(|sieve| sieve.judge(value));
        if verdict == Some(false) {
            self.out += 1;
            return ControlFlow::Continue(());
        }
        let place = Place::Pair(key, Held { bytes: value, whole: value });
        (self.visit)(Passed { place, sure: verdict.is_some() })
    }
}
