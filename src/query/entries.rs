//! The index entries of a record: what the writer keeps beside each row, and what `luge check` compares.

use super::scope::Alone;
use super::{Row, RuleCache};
use crate::error::Result;
use crate::rules::{Budget, Who};
use crate::schema::{Index, Schema};
use crate::store::keys;
use crate::value::Value;

/// One entry beside a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// In an index of the user.
    Index {
        /// The number of the index.
        index: u32,
        /// Whether no other record may have the same. A null makes an entry of a unique index plain: nulls differ from each other.
        unique: bool,
        /// The encoded values of its columns.
        encoded: Vec<u8>,
    },
    /// In the index that every relation field has.
    Reference {
        /// The number of the relation field.
        field: u16,
        /// The id it holds.
        target: String,
    },
}

impl Entry {
    /// Whether no other record may have it.
    pub fn is_unique(&self) -> bool {
        matches!(self, Entry::Index { unique: true, .. })
    }

    /// Whether it belongs to the index with this number.
    pub fn is_of(&self, number: u32) -> bool {
        matches!(self, Entry::Index { index, .. } if *index == number)
    }

    /// The field and the id of a reference.
    pub fn reference(&self) -> Option<(u16, &str)> {
        match self {
            Entry::Reference { field, target } => Some((*field, target)),
            Entry::Index { .. } => None,
        }
    }

    /// The key of the entry of record `rowid`, and its value.
    pub fn key_value(&self, collection: u32, rowid: u64) -> (Vec<u8>, Vec<u8>) {
        match self {
            Entry::Index { index, unique: true, encoded } => (keys::index(collection, *index, encoded, None), keys::number_value(rowid)),
            Entry::Index { index, unique: false, encoded } => (keys::index(collection, *index, encoded, Some(rowid)), Vec::new()),
            Entry::Reference { field, target } => (keys::reference(collection, *field, target, rowid), Vec::new()),
        }
    }
}

/// All entries of a record, sorted: two lists of them are compared by walking both.
pub fn entries(schema: &Schema, rules: &RuleCache, row: &Row) -> Result<Vec<Entry>> {
    let mut all = Vec::new();
    let collection = row.collection();
    for index in &collection.indexes {
        all.extend(entry(schema, rules, index, row)?);
    }
    for field in collection.fields.iter().filter(|f| f.relation().is_some()) {
        // As it is stored: a row that was written before the field became single still has all its references.
        let value = row.raw(field.number);
        all.extend(value.items().into_iter().map(|id| Entry::Reference { field: field.number, target: id.to_owned() }));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The entry of a record in one index; `None` when the index leaves it out.
pub fn entry(schema: &Schema, rules: &RuleCache, index: &Index, row: &Row) -> Result<Option<Entry>> {
    if !is_in(schema, rules, index, row)? {
        return Ok(None);
    }
    let mut encoded = Vec::new();
    let mut unique = index.unique;
    for column in &index.columns {
        // A column whose field is gone holds nothing; the edit that removes the field also removes the index.
        let value = row.collection().field_by_number(column.field).map_or(Value::Null, |f| row.value(f));
        unique &= value != Value::Null;
        keys::encode_value(&mut encoded, &value, column.nocase, column.descending);
    }
    Ok(Some(Entry::Index { index: index.number, unique, encoded }))
}

fn is_in(schema: &Schema, rules: &RuleCache, index: &Index, row: &Row) -> Result<bool> {
    let Some(filter) = &index.filter else { return Ok(true) };
    let rule = rules.rule(schema, row.collection(), filter, Who::Rule)?;
    rule.matches(&Alone::default(), row, &mut Budget::default())
}
