//! Reading rows: each format, what may surround the rows, and rows that are broken.

use luge::cli::import::read::{Format, Reader};
use std::io::Write;

/// Each row as `line: cells`, each broken one as `line! problem`; a failure that ends the reading as `!! message`.
fn read(format: Format, text: &str) -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let mut reader = match Reader::open(file.path(), format) {
        Ok(reader) => reader,
        Err(e) => return vec![format!("!! {}", e.message)],
    };
    let mut out = Vec::new();
    loop {
        match reader.next_row() {
            Ok(None) => break,
            Ok(Some(Ok(row))) => {
                let cells: Vec<String> = row.cells.iter().map(|(name, value)| format!("{name}={value}")).collect();
                out.push(format!("{}: {}", row.line, cells.join(" ")));
            }
            Ok(Some(Err(bad))) => out.push(format!("{}! {}", bad.line, bad.problem)),
            Err(e) => {
                out.push(format!("!! {}", e.message));
                break;
            }
        }
    }
    assert!(reader.bytes() <= text.len() as u64);
    out
}

fn check(format: Format, text: &str, expected: &[&str]) {
    let found = read(format, text);
    assert_eq!(found.len(), expected.len(), "{text:?} gave {found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{text:?} gave {found:?}, not {expected:?}");
    }
}

#[test]
fn json_arrays() {
    let json = |text: &str, expected: &[&str]| check(Format::Json, text, expected);
    json("[]", &[]);
    json(" [ ] ", &[]);
    json("[{\"b\":1,\"a\":[1,{\"x\":\"]},{\"}]},\n {\"a\":\"\\\"\\\\\"}]", &["1: b=1 a=[1,{\"x\":\"]},{\"}]", "2: a=\"\\\"\\\\\""]);
    json("\u{feff}[{\"a\":1}]", &["1: a=1"]);
    // An object with an array: the first one that holds objects.
    json("{\"n\": 2, \"tags\":[\"x\",\"y\"], \"meta\":{\"a\":[{}]}, \"items\":[{\"a\":1},{\"a\":2}], \"z\":1}", &["1: a=1", "1: a=2"]);
    json("{\"items\":[]}", &[]);
    json("{\"a\":1}", &["!! The file is not an array of objects"]);
    json("12", &["!! The file is not an array of objects"]);
    json("", &["!! The file is not an array of objects"]);
}

#[test]
fn broken_json() {
    let json = |text: &str, expected: &[&str]| check(Format::Json, text, expected);
    // What is broken inside its brackets spoils one row.
    json("[{\"a\":1},\n{a:2},\n{\"a\":3}]", &["1: a=1", "2! not a JSON object", "3: a=3"]);
    json("[1,\"x\",null,[2],{\"a\":3}]", &["1! not", "1! not", "1! not", "1! not", "1: a=3"]);
    // What breaks the brackets ends the reading.
    json("[{\"a\":1},\n{\"a\":2", &["1: a=1", "!! The file ends inside a value (line 2)"]);
    json("[{\"a\":1}\n", &["1: a=1", "!! The JSON is broken near line"]);
    json("[{\"a\":1} {\"a\":2}]", &["1: a=1", "!! The JSON is broken near line 1"]);
    json("[{\"a\":1}}", &["1: a=1", "!! The JSON is broken"]);
}

#[test]
fn ndjson() {
    let text = "{\"a\":1}\n\n  {\"a\":2}\r\n{\"a\":\n[3]\n{\"a\":4}";
    check(Format::Ndjson, text, &["1: a=1", "3: a=2", "4! not a JSON object", "5! not a JSON object", "6: a=4"]);
    check(Format::Ndjson, "", &[]);
}

#[test]
fn csv_and_tsv() {
    let csv = |text: &str, expected: &[&str]| check(Format::Csv, text, expected);
    csv("a,b\n1,\"x, \"\"y\"\"\nz\"\n,\n2\n", &["2: a=\"1\" b=\"x, \\\"y\\\"\\nz\"", "4: ", "5: a=\"2\""]);
    csv("\u{feff}a , b\r\n1,2\r\n", &["2: a=\"1\" b=\"2\""]);
    csv("a,b\n1,2,3\n4,5\n", &["2! 3 cells, but the first line names 2", "3: a=\"4\""]);
    csv("", &["!! The file has no first line"]);
    csv("a,b,c, b\n1,2,3,4\n", &["!! The columns 2 and 4 are both called \"b\""]);
    csv("a,,\n1,,\n2,x,\n", &["2: a=\"1\"", "3: a=\"2\" column 2=\"x\""]);
    check(Format::Tsv, "a\tb\n1\tx y\n", &["2: a=\"1\" b=\"x y\""]);
}

#[test]
fn text_that_is_not_utf8() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"a,b\nM\xFCller,1\nx,2\n").unwrap();
    let mut reader = Reader::open(file.path(), Format::Csv).unwrap();
    let bad = reader.next_row().unwrap().unwrap().unwrap_err();
    assert_eq!((bad.line, bad.problem.as_str()), (2, "a is not UTF-8: convert the file first"));
    assert!(reader.next_row().unwrap().unwrap().is_ok());
}
