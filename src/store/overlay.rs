//! Going over tables and blocks at once, in the order of the keys; what a table says counts more than what a block says.

use super::block::Block;
use super::layered::Shared;
use super::table::Table;
use super::{Held, KeyRange, Visit};
use crate::error::Result;
use bytes::Bytes;
use std::ops::ControlFlow;

/// A long scan takes so many blocks at once.
const RUN: usize = 64;

/// A part of the recent table.
pub(super) type Pairs = Vec<(Vec<u8>, Option<Bytes>)>;

/// What the two tables say of a range, in the order of the keys.
pub(super) struct Overlay<'t> {
    pairs: Vec<(&'t [u8], &'t Option<Bytes>)>,
}

impl<'t> Overlay<'t> {
    /// Puts what is recent over what is frozen.
    pub fn new(recent: &'t Pairs, frozen: Option<&'t Table>, range: &'t KeyRange) -> Self {
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
        Overlay { pairs }
    }
}

/// Visits the pairs of a range.
pub(super) fn forward(shared: &Shared, range: &KeyRange, over: Overlay, visit: Visit) -> Result<ControlFlow<()>> {
    let mut pairs = &over.pairs[..];
    let mut at = range.from.clone();
    let mut key = Vec::with_capacity(64);
    let (mut ahead, mut wanted) = (Vec::new().into_iter(), 1);
    loop {
        let Some(block) = ahead.next() else {
            ahead = shared.run(&at, wanted)?.into_iter();
            wanted = (4 * wanted).min(RUN);
            continue;
        };
        let end = block.end.as_deref().filter(|end| *end < &range.to[..]);
        let to = block.lower_bound(end.unwrap_or(&range.to));
        for i in block.lower_bound(&at)..to {
            write_key(&mut key, &block, i);
            while let Some(((newer, value), rest)) = pairs.split_first().filter(|((newer, _), _)| *newer < &key[..]) {
                pairs = rest;
                if show(newer, value, visit).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            let shown = match pairs.split_first().filter(|((newer, _), _)| *newer == &key[..]) {
                Some(((newer, value), rest)) => {
                    pairs = rest;
                    show(newer, value, visit)
                }
                None => visit(&key, Held { bytes: block.value(i), whole: block.body() }),
            };
            if shown.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        match end {
            Some(end) => at = end.to_vec(),
            None => return Ok(pairs.iter().try_for_each(|(key, value)| show(key, value, visit))),
        }
    }
}

/// Visits the pairs of a range against their order.
pub(super) fn backward(shared: &Shared, range: &KeyRange, over: Overlay, visit: Visit) -> Result<ControlFlow<()>> {
    let mut pairs = &over.pairs[..];
    let mut at = range.to.clone();
    let mut key = Vec::with_capacity(64);
    loop {
        let block = shared.block_before(&at)?;
        let last = *block.first <= range.from[..];
        let from = if last { block.lower_bound(&range.from) } else { 0 };
        for i in (from..block.lower_bound(&at)).rev() {
            write_key(&mut key, &block, i);
            while let Some(((newer, value), rest)) = pairs.split_last().filter(|((newer, _), _)| &key[..] < *newer) {
                pairs = rest;
                if show(newer, value, visit).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            let shown = match pairs.split_last().filter(|((newer, _), _)| *newer == &key[..]) {
                Some(((newer, value), rest)) => {
                    pairs = rest;
                    show(newer, value, visit)
                }
                None => visit(&key, Held { bytes: block.value(i), whole: block.body() }),
            };
            if shown.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if last {
            return Ok(pairs.iter().rev().try_for_each(|(key, value)| show(key, value, visit)));
        }
        at = block.first.to_vec();
    }
}

fn write_key(key: &mut Vec<u8>, block: &Block, i: usize) {
    key.clear();
    key.extend_from_slice(block.prefix());
    key.extend_from_slice(block.suffix(i));
}

/// What is gone is not shown.
fn show(key: &[u8], value: &Option<Bytes>, visit: Visit) -> ControlFlow<()> {
    match value {
        Some(value) => visit(key, Held { bytes: value, whole: value }),
        None => ControlFlow::Continue(()),
    }
}
