//! Subscriptions that are told the same, and how those are found that a change may concern.

use super::change::Images;
use super::judge::{Judge, Look, Pin, pin_of};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Subscriptions with one judge.
pub struct Group {
    /// What they have in common.
    pub key: String,
    /// Decides for all of them.
    pub judge: Arc<Judge>,
    /// How they see records, with the numbers of those who see them so.
    pub looks: HashMap<String, (Arc<Look>, Vec<usize>)>,
}

/// The groups of one collection.
#[derive(Default)]
pub struct Lookup {
    records: HashMap<String, Vec<usize>>,
    pinned: HashMap<u16, HashMap<Pin, Vec<usize>>>,
    others: Vec<usize>,
}

impl Lookup {
    /// Adds a group.
    pub fn add(&mut self, number: usize, judge: &Judge) {
        self.place(judge).push(number);
    }

    /// Takes a group out.
    pub fn remove(&mut self, number: usize, judge: &Judge) {
        self.place(judge).retain(|n| *n != number);
        match (&judge.record, &judge.pin) {
            (Some(id), _) if self.records.get(id).is_some_and(Vec::is_empty) => drop(self.records.remove(id)),
            (None, Some((field, pin))) => {
                let Some(values) = self.pinned.get_mut(field) else { return };
                if values.get(pin).is_some_and(Vec::is_empty) {
                    values.remove(pin);
                }
                if values.is_empty() {
                    self.pinned.remove(field);
                }
            }
            _ => {}
        }
    }

    fn place(&mut self, judge: &Judge) -> &mut Vec<usize> {
        match (&judge.record, &judge.pin) {
            (Some(id), _) => self.records.entry(id.clone()).or_default(),
            (None, Some((field, pin))) => self.pinned.entry(*field).or_default().entry(pin.clone()).or_default(),
            (None, None) => &mut self.others,
        }
    }

    /// The groups that a change may concern. Those that want another value than the record has or had are not even looked at.
    pub fn candidates(&self, images: &Images) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = self.others.iter().copied().collect();
        found.extend(self.records.get(&images.change.id).into_iter().flatten());
        for (field, values) in &self.pinned {
            let Some(field) = images.collection.field_by_number(*field) else { continue };
            for row in images.before.iter().chain(&images.after) {
                match pin_of(row, field) {
                    Some(pin) => found.extend(values.get(&pin).into_iter().flatten()),
                    // The field has become another one since the judges were made; they are about to be made anew.
                    None => found.extend(values.values().flatten()),
                }
            }
        }
        found
    }
}
