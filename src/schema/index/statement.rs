//! The text of a `CREATE INDEX` statement, taken apart and put together as PocketBase does, so that clients get back what they sent.

use regex::Regex;
use std::sync::LazyLock;

/// Longer statements are refused before they are parsed.
const LONGEST: usize = 10_000;

static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?is)create\s+(?<unique>unique\s+)?index\s*(?<optional>if\s+not\s+exists\s+)?(?<name>\S*)\s+on\s+(?<table>[^\s(]*)\s*\(";
    Regex::new(text).expect("the pattern is correct")
});

static FILTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?is)^\s+where\s+(.*\S)\s*$").expect("the pattern is correct"));

static COLUMN: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?is)^(?<name>.+?)(?:\s+collate\s+(?<collate>\w+))?(?:\s+(?<sort>asc|desc))?$";
    Regex::new(text).expect("the pattern is correct")
});

/// A statement in parts. Whether the collection can honour it, `resolve` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statement {
    /// Whether it says `UNIQUE`.
    pub unique: bool,
    /// Whether it says `IF NOT EXISTS`.
    pub optional: bool,
    /// What stands before the dot of the name.
    pub schema: String,
    /// The name of the index.
    pub name: String,
    /// The name of the collection.
    pub table: String,
    /// The columns in their order.
    pub columns: Vec<StatementColumn>,
    /// The text after `WHERE`; `""` without one.
    pub filter: String,
}

/// One column of a statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StatementColumn {
    /// The name of a field, or an expression.
    pub name: String,
    /// The word after `COLLATE`; `""` without one.
    pub collate: String,
    /// `ASC`, `DESC` or `""`.
    pub sort: String,
}

/// Takes a statement apart; `None` when it is none, or has no name or column. The table may be missing: it is always that of the
/// collection. Never fails in another way, whatever the text.
pub fn parse(sql: &str) -> Option<Statement> {
    if LONGEST < sql.len() {
        return None;
    }
    let head = HEAD.captures(sql)?;
    let part = |name: &str| head.name(name).map_or("", |m| m.as_str());
    let (schema, name) = match split_outside(part("name"), '.').as_slice() {
        [schema, name] => (bare(schema), bare(name)),
        [name, ..] => (String::new(), bare(name)),
        [] => return None,
    };
    let rest = &sql[head.get(0)?.end()..];
    let (columns, tail) = rest.split_at(closing(rest)?);
    let filter = match tail[1..].trim() {
        "" => "",
        _ => FILTER.captures(&tail[1..])?.get(1)?.as_str(),
    };
    let statement = Statement {
        unique: head.name("unique").is_some(),
        optional: head.name("optional").is_some(),
        schema,
        name,
        table: bare(part("table")),
        columns: split_outside(columns, ',').iter().filter_map(|c| column(c)).collect(),
        filter: filter.to_owned(),
    };
    let complete = !statement.name.is_empty() && !statement.columns.is_empty();
    complete.then_some(statement)
}

/// The place of the parenthesis that closes the list of columns.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    text.char_indices().find_map(|(i, c)| {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(i),
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        None
    })
}

fn column(text: &str) -> Option<StatementColumn> {
    let parts = COLUMN.captures(text.trim())?;
    let part = |name: &str| parts.name(name).map_or("", |m| m.as_str());
    let column = StatementColumn { name: bare(part("name")), collate: part("collate").to_owned(), sort: part("sort").to_uppercase() };
    (!column.name.is_empty()).then_some(column)
}

/// A name without the quotes of any SQL dialect.
fn bare(name: &str) -> String {
    name.trim_matches(|c: char| "`\"'[]".contains(c) || c.is_whitespace()).to_owned()
}

/// Splits at a separator that stands outside quotes and parentheses.
fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0, None);
    for (i, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if "\"'`".contains(c) => quote = Some(c),
            None if c == '(' => depth += 1,
            None if c == ')' => depth -= 1,
            None if c == separator && depth <= 0 => {
                parts.push(&text[start..i]);
                start = i + c.len_utf8();
            }
            None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl Statement {
    /// The statement in PocketBase's form: one column stays on the line, several get a line each.
    pub fn build(&self) -> String {
        let mut out = String::from("CREATE ");
        if self.unique {
            out.push_str("UNIQUE ");
        }
        out.push_str("INDEX ");
        if self.optional {
            out.push_str("IF NOT EXISTS ");
        }
        if !self.schema.is_empty() {
            out.push_str(&format!("`{}`.", self.schema));
        }
        let columns: Vec<String> = self.columns.iter().map(StatementColumn::build).collect();
        let columns = if columns.len() == 1 { columns.concat() } else { format!("\n  {}\n", columns.join(",\n  ")) };
        out.push_str(&format!("`{}` ON `{}` ({columns})", self.name, self.table));
        if !self.filter.is_empty() {
            out.push_str(&format!(" WHERE {}", self.filter));
        }
        out
    }

    /// Whether its only column is this one, in any case.
    pub fn is_only(&self, column: &str) -> bool {
        matches!(self.columns.as_slice(), [only] if only.name.eq_ignore_ascii_case(column))
    }
}

impl StatementColumn {
    fn build(&self) -> String {
        // Parentheses or spaces make it an expression, which must not be quoted.
        let mut out = if self.name.contains(['(', ' ']) { self.name.clone() } else { format!("`{}`", self.name) };
        if !self.collate.is_empty() {
            out.push_str(&format!(" COLLATE {}", self.collate));
        }
        if !self.sort.is_empty() {
            out.push_str(&format!(" {}", self.sort));
        }
        out
    }
}

/// The first unique index on this column alone.
pub fn single_unique<'a>(statements: impl IntoIterator<Item = &'a String>, column: &str) -> Option<Statement> {
    statements.into_iter().filter_map(|sql| parse(sql)).find(|s| s.unique && s.is_only(column))
}
