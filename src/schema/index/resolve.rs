//! From a statement to an index of a collection: names become field numbers, the `WHERE` clause becomes a rule.

use super::{Index, IndexColumn, Statement, StatementColumn, filter, parse};
use crate::error::Problem;
use crate::schema::{Collection, Field, check};

/// The index that a statement asks of a collection, not numbered and not built. What Luge cannot honour is refused, never left out:
/// a unique index that only looks as if it were there would be worse than none.
pub fn resolve(sql: &str, collection: &Collection) -> Result<Index, Problem> {
    let statement = parse(sql).ok_or_else(|| refused("Invalid CREATE INDEX expression."))?;
    let failed = |why: String| refused(&check::sentence(&format!("Failed to create index {} - {why}", statement.name)));
    if !statement.schema.is_empty() && !statement.schema.eq_ignore_ascii_case("main") {
        return Err(failed(format!("SQL logic error: unknown database `{}` (1)", statement.schema)));
    }
    let columns = statement.columns.iter().map(|c| column(c, collection)).collect::<Result<_, _>>().map_err(failed)?;
    let filter = match statement.filter.as_str() {
        "" => None,
        text => Some(filter::to_rule(text, collection).map_err(failed)?),
    };
    let Statement { unique, name, .. } = statement;
    Ok(Index { number: 0, sql: sql.to_owned(), name, unique, columns, filter, ready: false })
}

fn refused(message: &str) -> Problem {
    Problem::new("validation_invalid_index_expression", message)
}

fn column(column: &StatementColumn, collection: &Collection) -> Result<IndexColumn, String> {
    if column.name.contains(['(', ')', ' ', '+', '-', '*', '/', '|', '\'']) {
        return Err(format!("{} is an expression: index plain columns only", column.name));
    }
    let field = find(&column.name, collection)?;
    let nocase = match column.collate.to_ascii_uppercase().as_str() {
        "" | "BINARY" => false,
        "NOCASE" => true,
        "RTRIM" => return Err("the collation RTRIM is not supported: use NOCASE or none".into()),
        _ => return Err(format!("SQL logic error: no such collation sequence: {} (257)", column.collate)),
    };
    Ok(IndexColumn { field: field.number, nocase, descending: column.sort == "DESC" })
}

/// The field of a column; columns are found in any case, as in SQL.
pub(super) fn find<'c>(name: &str, collection: &'c Collection) -> Result<&'c Field, String> {
    let exact = collection.field(name);
    let field = exact.or_else(|| collection.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name)));
    field.ok_or_else(|| format!("SQL logic error: no such column: {name} (1)"))
}
