//! Reading expressions: where errors are, precedence, and that nothing a client sends can hurt.

use luge::rules::ast::{Expression, OperandKind};
use luge::rules::parse::parse;
use proptest::prelude::*;

/// The expression in prefix form, so that tests can see how it was grouped.
fn shape(expression: &Expression) -> String {
    let list = |items: &[Expression]| items.iter().map(shape).collect::<Vec<_>>().join(" ");
    match expression {
        Expression::All(items) => format!("(and {})", list(items)),
        Expression::Any(items) => format!("(or {})", list(items)),
        Expression::Compare(c) => match &c.left.kind {
            OperandKind::Name(name) => name.clone(),
            other => format!("{other:?}"),
        },
    }
}

#[test]
fn and_binds_tighter_than_or() {
    let cases = [
        ("a=1", "a"),
        ("a=1 || b=1 && c=1", "(or a (and b c))"),
        ("a=1 && b=1 || c=1", "(or (and a b) c)"),
        ("(a=1 || b=1) && c=1", "(and (or a b) c)"),
        ("a=1 && b=1 && c=1", "(and a b c)"),
        ("a=1 || (b=1 || c=1)", "(or a (or b c))"),
        ("((a=1))", "a"),
        ("a=1 // x && z\n && b=1", "(and a b)"),
    ];
    for (text, expected) in cases {
        assert_eq!(shape(&parse(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn errors_say_where() {
    let cases = [
        ("", 0, "empty"),
        ("  // x", 6, "empty"),
        ("a", 1, "an operator"),
        ("a =", 3, "a field"),
        ("a = 1 b = 2", 6, "&&"),
        ("a = 'x", 4, "not closed"),
        ("a == 1", 2, "not an operator"),
        ("a = 1 & b = 1", 6, "join"),
        ("a = 1.", 4, "not a number"),
        ("a. = 1", 0, "complete name"),
        ("a = §", 4, "Unexpected character"),
        ("(a = 1", 6, ")"),
        ("a = 1)", 5, "&&"),
        ("()", 1, "a field"),
        ("a = f(1", 7, "comma"),
        ("a = f(1,,2)", 8, "a field"),
        ("f(g(h(i(1)))) = 1", 6, "nested"),
        ("a / b", 2, "two slashes"),
        ("(a=1) (b=1)", 6, "&&"),
        ("a = (b = 1)", 4, "a field"),
    ];
    for (text, position, hint) in cases {
        let fault = parse(text).unwrap_err();
        assert_eq!(fault.position, position, "{text}: {fault}");
        assert!(fault.message.contains(hint), "{text}: {fault}");
    }
}

#[test]
fn there_are_limits() {
    let many = |n: usize| vec!["a=1"; n].join("&&");
    assert!(parse(&many(200)).is_ok());
    assert!(parse(&many(201)).unwrap_err().message.contains("200"));
    let deep = |n: usize| format!("{}a=1{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&deep(100)).is_ok());
    assert!(parse(&deep(101)).unwrap_err().message.contains("100"));
    assert!(parse(&deep(1_000_000)).is_err());
    assert!(parse(&"f(".repeat(1_000_000)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_tokens_are_answered(tokens in proptest::collection::vec(0usize..TOKENS.len(), 0..40)) {
        let text: Vec<&str> = tokens.iter().map(|&i| TOKENS[i]).collect();
        let _ = parse(&text.join(" "));
        let _ = parse(&text.concat());
    }
}

const TOKENS: &[&str] = &[
    "a",
    "a.b",
    "@now",
    "@request.auth.id",
    "@collection.x:y.z",
    "'x'",
    "\"y",
    "\\",
    "'",
    "1",
    "-1.5",
    "-",
    ".",
    ":",
    "(",
    ")",
    ",",
    "f(",
    "=",
    "?=",
    "!=",
    "~",
    "!~",
    ">",
    "<",
    ">=",
    "?",
    "&&",
    "||",
    "&",
    "|",
    "//",
    "/",
    "\n",
    "null",
    "true",
    "ü",
    "#",
    "_",
    "%",
];
