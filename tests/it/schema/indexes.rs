//! Index statements: what is understood, what is refused, what a change of the collection does to an index.

use super::{start, update, with_new};
use luge::schema::{diff, index};
use proptest::prelude::*;
use serde_json::json;

/// A statement's tail after `CREATE INDEX i ON t `, and the filter or the refusal that it gives.
const FILTERS: &[(&str, &str)] = &[
    ("(a)", ""),
    ("(a) WHERE a = 'x'", "a = 'x'"),
    ("(a) where `a` != ''", "a != ''"),
    ("(a) WHERE [n]>=1.5 AND \"ok\" = TRUE", "n >= 1.5 && ok = true"),
    ("(a) WHERE ok = 1 or ok=0", "ok = true || ok = false"),
    ("(a) WHERE (a = 'it''s' OR n <> -2) and A == \"text\"", "(a = 'it\\'s' || n != -2) && a = 'text'"),
    ("(a) WHERE a IS NOT NULL", "id != ''"),
    ("(a) WHERE a IS NULL", "id = ''"),
    ("(a) WHERE data IS NOT NULL", "data != null"),
    ("(a) WHERE n = true", "n = 1"),
    ("(a) WHERE zz = 1", "! no such column: zz"),
    ("(a) WHERE lower(a) = 'x'", "! ("),
    ("(a) WHERE lower = 'x'", "! no such column: lower"),
    ("(a) WHERE a LIKE 'x%'", "! LIKE is not supported"),
    ("(a) WHERE a = n", "! n is not supported"),
    ("(a) WHERE a = \"n\"", "! n is not supported"),
    ("(a) WHERE 'x' = a", "! x is not supported"),
    ("(a) WHERE a = 'x", "! unrecognized token"),
    ("(a) WHERE a =", "! incomplete input"),
    ("(a) WHERE (a = 'x'", "! incomplete input"),
    ("(a) WHERE a = 'x' n", "! n is not supported"),
    ("(a) WHERE NOT a = 'x'", "! no such column: NOT"),
    ("(a) WHERE a = 'x\\'", "! backslash"),
    ("(lower(a))", "! expression"),
    ("(a + n)", "! expression"),
    ("(zz)", "! no such column: zz"),
    ("(a COLLATE RTRIM)", "! RTRIM"),
    ("(a COLLATE zz)", "! no such collation sequence: zz"),
];

#[test]
fn where_clauses_become_rules_or_are_refused() {
    let body = json!({"name": "t", "fields": [
        {"name": "a", "type": "text"}, {"name": "n", "type": "number"}, {"name": "ok", "type": "bool"}, {"name": "data", "type": "json"},
    ]});
    let (_, collection) = with_new(&start(), body);
    for (tail, wanted) in FILTERS {
        let got = match index::resolve(&format!("CREATE INDEX i ON t {tail}"), &collection) {
            Ok(index) => index.filter.unwrap_or_default(),
            Err(problem) => format!("! {}", problem.message),
        };
        let as_wanted = match wanted.strip_prefix("! ") {
            Some(part) => got.starts_with("! ") && got.contains(part),
            None => got == *wanted,
        };
        assert!(as_wanted, "{tail}: want {wanted}, got {got}");
    }
}

#[test]
fn columns_have_collation_and_direction() {
    let body = json!({"name": "t", "fields": [{"name": "a", "type": "text"}, {"name": "n", "type": "number"}]});
    let (_, collection) = with_new(&start(), body);
    let index = index::resolve("CREATE UNIQUE INDEX i ON t (A COLLATE nocase, `n` DESC, id ASC)", &collection).expect("an index");
    let columns: Vec<_> = index.columns.iter().map(|c| (c.field, c.nocase, c.descending)).collect();
    assert_eq!(columns, [(1, true, false), (2, false, true), (0, false, false)]);
    assert!(index.unique && !index.ready && index.number == 0);
}

#[test]
fn an_index_keeps_its_number_until_its_entries_change() {
    let select = |max: i64| json!({"name": "s", "type": "select", "values": ["x", "y"], "maxSelect": max});
    let body = json!({
        "name": "t",
        "fields": [{"name": "a", "type": "text"}, select(1)],
        "indexes": ["CREATE INDEX one ON t (a)", "CREATE INDEX two ON t (s) WHERE a != ''"],
    });
    let (schema, old) = with_new(&start(), body);
    let numbers = |change| {
        let new = update(&schema, &old, change).expect("a valid change");
        let d = diff::between(&old, &new);
        (new.indexes.iter().map(|i| i.number).collect::<Vec<_>>(), d.dropped, d.converted)
    };
    assert_eq!(numbers(json!({"name": "renamed"})), (vec![1000, 1001], vec![], vec![]));
    let id = |name: &str| old.field(name).expect("a field").id.clone();
    let multi = json!({"fields": [{"id": id("a"), "name": "a", "type": "text"}, select(2)]});
    assert_eq!(numbers(multi), (vec![1000, 0], vec![1001], vec![2]));
    let swapped = json!({"fields": [{"id": "new", "name": "a", "type": "text"}, select(1)]});
    assert_eq!(numbers(swapped), (vec![0, 0], vec![1000, 1001], vec![]));
    let other_name = json!({"indexes": ["CREATE INDEX uno ON t (a)", "CREATE INDEX two ON t (s) WHERE a = ''"]});
    assert_eq!(numbers(other_name), (vec![1000, 0], vec![1001], vec![]));
    assert_eq!(numbers(json!({"indexes": []})), (vec![], vec![1000, 1001], vec![]));
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_a_panic(words in prop::collection::vec(prop::sample::select(PARTS), 0..25), noise in ".{0,20}") {
        let body = json!({"name": "t", "fields": [{"name": "a", "type": "text"}, {"name": "n", "type": "number"}]});
        let (_, collection) = with_new(&start(), body);
        for text in [words.join(" "), words.concat(), format!("CREATE INDEX i ON t (a) WHERE {} {noise}", words.join(" ")), noise] {
            if let Some(statement) = index::parse(&text) {
                // What was built is understood again.
                prop_assert!(index::parse(&statement.build()).is_some() || statement.build().len() > 10_000 || text.contains(['`', '(', '.', '"', '\'', '[', ']']));
            }
            let _ = index::resolve(&text, &collection);
        }
    }
}

const PARTS: &[&str] = &[
    "CREATE",
    "UNIQUE",
    "INDEX",
    "IF NOT EXISTS",
    "i",
    "main.i",
    "ON",
    "t",
    "(",
    ")",
    "a",
    "n",
    ",",
    "COLLATE",
    "NOCASE",
    "DESC",
    "WHERE",
    "a = 'x'",
    "AND",
    "OR",
    "'",
    "`",
    "\"",
    "[",
    "]",
    "!=",
    "1",
    "-",
    "is",
    "null",
    "é",
    "\\",
];
