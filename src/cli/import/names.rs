//! Names of columns made into names of fields.

use std::collections::HashSet;

/// Names that records and rules use for themselves.
const RESERVED: &[&str] = &["null", "true", "false", "_rowid_", "collectionid", "collectionname", "expand"];

/// The longest name, with room for a number that tells two apart.
const LONGEST: usize = 96;

/// Hands out names of fields, none of them twice (in any case).
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// The name for a column: `IMDB Rating` is `IMDB_Rating`, `$x` is `x`, `2020` is `_2020`. `id` is for record ids: any other column of that name is `source_id`.
    pub fn name(&mut self, column: &str) -> String {
        let mut name = safe(column);
        if name.eq_ignore_ascii_case("id") {
            name = "source_id".to_owned();
        }
        let mut unique = name.clone();
        let mut n = 2;
        while !self.0.insert(unique.to_lowercase()) {
            unique = format!("{name}_{n}");
            n += 1;
        }
        unique
    }
}

/// The letters (ASCII), digits and underscores of a column's name, words joined by `_`.
pub fn safe(column: &str) -> String {
    let words = column.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    let mut name = words.collect::<Vec<_>>().join("_").replace("_via_", "_by_");
    name.truncate(LONGEST);
    if name.is_empty() {
        name = "column".to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        name.push('_');
    }
    name
}

/// Whether a text can be the id of a record as a new collection takes it.
pub fn is_record_id(text: &str) -> bool {
    text.len() == 15 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
