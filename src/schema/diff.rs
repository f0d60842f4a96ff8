//! What an edit of a collection means for its records: the commit and the backfill act on it.

use super::{Collection, Index};

/// The differences of two versions of one collection. Fields and indexes are given by their numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diff {
    /// Fields whose values go.
    pub removed: Vec<u16>,
    /// Fields that every record has the zero value of.
    pub added: Vec<u16>,
    /// Fields with another name; their values stay. With the old and the new name.
    pub renamed: Vec<(u16, String, String)>,
    /// Fields that became single or multiple: values are converted when they are read, but index keys must be made anew.
    pub converted: Vec<u16>,
    /// Indexes that must be built. Before the commit numbered them, their numbers are 0.
    pub build: Vec<Index>,
    /// Numbers of indexes whose entries go.
    pub dropped: Vec<u32>,
}

impl Diff {
    /// Whether the records and their keys stay as they are.
    pub fn is_empty(&self) -> bool {
        *self == Diff::default()
    }
}

/// What changes from `old` to `new`.
pub fn between(old: &Collection, new: &Collection) -> Diff {
    let mut diff = Diff::default();
    for before in &old.fields {
        match new.field_by_number(before.number) {
            None => diff.removed.push(before.number),
            Some(after) => {
                if before.name != after.name {
                    diff.renamed.push((before.number, before.name.clone(), after.name.clone()));
                }
                if before.is_multi() != after.is_multi() {
                    diff.converted.push(before.number);
                }
            }
        }
    }
    diff.added = new.fields.iter().map(|f| f.number).filter(|n| old.field_by_number(*n).is_none()).collect();
    let kept = |index: &Index| index.number != 0 && old.indexes.iter().any(|o| o.number == index.number);
    diff.build = new.indexes.iter().filter(|i| !kept(i)).cloned().collect();
    diff.dropped = old.indexes.iter().map(|i| i.number).filter(|n| new.indexes.iter().all(|i| i.number != *n)).collect();
    diff
}
