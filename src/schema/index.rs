//! Indexes, from `CREATE [UNIQUE] INDEX …` strings.

mod filter;
mod resolve;
mod statement;

pub use resolve::resolve;
pub use statement::{Statement, StatementColumn, parse, single_unique};

/// One column of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexColumn {
    /// The number of the field.
    pub field: u16,
    /// Whether text is compared without the case of ASCII letters (`COLLATE NOCASE`).
    pub nocase: bool,
    /// Whether the column runs from high to low.
    pub descending: bool,
}

/// An index of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// The number in its keys; never used again, so a rebuilt index has another. 0 is not assigned yet.
    pub number: u32,
    /// The statement as the API shows it.
    pub sql: String,
    /// The name in the statement.
    pub name: String,
    /// Whether two records may not have the same values.
    pub unique: bool,
    /// The columns in their order.
    pub columns: Vec<IndexColumn>,
    /// The `WHERE` clause, translated into the rule language; only records that match are in the index.
    pub filter: Option<String>,
    /// Whether every record is in it; until then it is written but not read.
    pub ready: bool,
}
