//! What the columns of a file become: names, types, dates and values.

use luge::cli::import::infer::Columns;
use luge::cli::import::names::{Names, is_record_id};
use luge::cli::import::{convert, dates};
use luge::schema::{Field, Options, field};
use serde_json::{Value as Json, json};

#[test]
fn names() {
    let mut names = Names::default();
    let cases = [
        ("IMDB Rating", "IMDB_Rating"),
        ("imdb rating", "imdb_rating_2"),
        ("IMDB-Rating", "IMDB_Rating_3"),
        ("$x", "x"),
        ("Cost Total $", "Cost_Total"),
        ("2020", "_2020"),
        ("_id", "_id"),
        ("a__b", "a__b"),
        ("expand", "expand_"),
        ("collectionId", "collectionId_"),
        ("True", "True_"),
        ("sent_via_mail", "sent_by_mail"),
        ("Größe (cm)", "Gr_e_cm"),
        ("名前", "column"),
        ("", "column_2"),
        ("id", "source_id"),
        ("ID", "source_id_2"),
    ];
    for (column, expected) in cases {
        assert_eq!(names.name(column), expected, "{column:?}");
    }
    assert!(Names::default().name(&"x".repeat(300)).len() <= 100);
    assert!(is_record_id("abcdefghij12345") && !is_record_id("1") && !is_record_id("ABCDEFGHIJ12345"));
}

/// The field that a column of these values becomes, without its name.
fn field_of(texts: bool, values: &[Json]) -> Json {
    let mut columns = Columns::new(texts);
    for value in values {
        columns.see(&[("c".to_owned(), value.clone())]);
    }
    let mut field = columns.finish()[0].field("c");
    field.as_object_mut().unwrap().remove("name");
    field
}

#[test]
fn types_of_json_values() {
    let check = |values: Json, expected: Json| assert_eq!(field_of(false, values.as_array().unwrap()), expected, "{values}");
    check(json!([true, null, false]), json!({"type": "bool"}));
    check(json!([1, 2.0, -3]), json!({"type": "number", "onlyInt": true}));
    check(json!([1, 2.5]), json!({"type": "number"}));
    check(json!([9007199254740993_u64]), json!({"type": "text"}));
    check(json!(["2026-11-22", "Jun 12 1998", ""]), json!({"type": "date"}));
    check(json!(["2026-11-22", "soon"]), json!({"type": "text"}));
    check(json!(["a@b.co", "c.d@e.org"]), json!({"type": "email"}));
    check(json!(["a@b.co", "nobody"]), json!({"type": "text"}));
    check(json!(["https://a.org/x?y=1"]), json!({"type": "url"}));
    check(json!(["https://a.org", "ftp://x"]), json!({"type": "text"}));
    check(json!([{"a": 1}, "x"]), json!({"type": "json"}));
    check(json!([[1]]), json!({"type": "json"}));
    check(json!(["12", "13"]), json!({"type": "text"}));
    check(json!(["Up", 300]), json!({"type": "text"}));
    check(json!([true, 1]), json!({"type": "text"}));
    check(json!([null, ""]), json!({"type": "text"}));
    check(json!(["x".repeat(5001)]), json!({"type": "text", "max": 10002}));
}

#[test]
fn types_of_csv_cells() {
    let check = |values: Json, expected: Json| assert_eq!(field_of(true, values.as_array().unwrap()), expected, "{values}");
    check(json!(["true", "false"]), json!({"type": "bool"}));
    check(json!(["1", "-20"]), json!({"type": "number", "onlyInt": true}));
    check(json!(["0", "0.5", "1e3"]), json!({"type": "number"}));
    check(json!(["00501", "10001"]), json!({"type": "text"}));
    check(json!(["+49"]), json!({"type": "text"}));
    check(json!(["NaN"]), json!({"type": "text"}));
    check(json!(["12345678901234567890"]), json!({"type": "text"}));
    check(json!(["{\"a\":1}", "[1]"]), json!({"type": "json"}));
    check(json!(["2012-01-01"]), json!({"type": "date"}));
}

#[test]
fn moments() {
    let cases = [
        ("2026-11-22", "2026-11-22 00:00:00.000Z"),
        ("2026-11-22 10:11:12", "2026-11-22 10:11:12.000Z"),
        ("2026-11-22 10:11:12.345Z", "2026-11-22 10:11:12.345Z"),
        ("2026-11-22T10:11:12.345Z", "2026-11-22 10:11:12.345Z"),
        ("2026-11-22T10:11:12+02:00", "2026-11-22 08:11:12.000Z"),
        ("2026/11/22 10:11", "2026-11-22 10:11:00.000Z"),
        ("Jun 12 1998", "1998-06-12 00:00:00.000Z"),
        ("Jun 1, 1998", "1998-06-01 00:00:00.000Z"),
        ("12 June 1998", "1998-06-12 00:00:00.000Z"),
        ("03/04/2020", ""),
        ("20200101", ""),
        ("1998", ""),
        ("2026-13-01", ""),
        ("12345678", ""),
        ("report 2026-11-22", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(dates::moment(text).unwrap_or_default(), expected, "{text:?}");
    }
}

fn field(options: Options) -> Field {
    let text = String::new;
    Field { number: 1, id: text(), name: "f".to_owned(), system: false, hidden: false, presentable: false, help: text(), options }
}

#[test]
fn values() {
    let check = |options: Options, cases: Json| {
        let field = field(options);
        for case in cases.as_array().unwrap() {
            let found = convert::convert(&field, case[0].clone()).unwrap_or_else(|problem| json!({"problem": problem}));
            assert_eq!(found, case[1], "{case}");
        }
    };
    let problem = |text: &str| json!({"problem": text});
    let long = "x".repeat(60);
    check(
        Options::Number(field::NumberOptions::default()),
        json!([
            ["12", 12],
            [" 1.5 ", 1.5],
            [7, 7],
            [null, 0],
            [true, 1],
            ["x", problem("\"x\" is not a number")],
            ["NaN", problem("\"NaN\" is not a number")]
        ]),
    );
    let neither = problem("\"maybe\" is neither true nor false");
    check(Options::Bool { required: false }, json!([["true", true], ["No", false], [1, true], [null, false], ["maybe", neither]]));
    check(
        Options::Date(field::DateOptions::default()),
        json!([
            ["Jun 12 1998", "1998-06-12 00:00:00.000Z"],
            ["", ""],
            [0, 0],
            ["soon", problem("\"soon\" is not a date such as 2026-11-22 10:00:00")]
        ]),
    );
    check(Options::Json(field::JsonOptions::default()), json!([["{\"a\":1}", {"a": 1}], ["x", "x"], ["{x", "{x"], [null, null], [3, 3]]));
    let several = field::SelectOptions { values: vec![], max_select: 3, required: false };
    check(Options::Select(several), json!([["[\"a\",\"b\"]", ["a", "b"]], ["a", ["a"]], [null, []]]));
    let not_text = problem(&format!("[\"{}… is not a text", &long[..38]));
    check(
        Options::Text(field::TextOptions::default()),
        json!([["x", "x"], [9007199254740993_u64, "9007199254740993"], [true, "true"], [null, ""], [[long], not_text]]),
    );
}
