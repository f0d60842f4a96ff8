//! `~`: the same answers as a plain matcher, and a price that grows with the texts.

use luge::rules::Budget;
use luge::rules::like::Pattern;

/// `%`, `_` and `\` as SQLite reads them, tried in every way.
fn plainly(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|from| plainly(rest, &text[from..])),
        ['_', rest @ ..] => !text.is_empty() && plainly(rest, &text[1..]),
        ['\\', c, rest @ ..] | [c, rest @ ..] => text.first().is_some_and(|t| t.eq_ignore_ascii_case(c)) && plainly(rest, &text[1..]),
    }
}

/// A pattern that ends in the middle of an escape matches nothing.
fn ends_in_escape(pattern: &[char]) -> bool {
    let backslashes = pattern.iter().rev().take_while(|c| **c == '\\').count();
    backslashes % 2 == 1
}

fn check(pattern: &str, text: &str) {
    let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let expected = !ends_in_escape(&p) && plainly(&p, &t);
    assert_eq!(Pattern::new(pattern).matches(text, &Budget::default()), expected, "{text:?} LIKE {pattern:?}");
}

#[test]
fn patterns_are_those_of_sqlite() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "a", false),
        ("%", "", true),
        ("%%", "a", true),
        ("a%", "AB", true),
        ("%B", "ab", true),
        ("%b", "aba", false),
        ("a_c", "aéc", true),
        ("%_", "", false),
        ("a%a", "a", false),
        ("É%", "é", false),
        (r"10\%", "10%", true),
        (r"10\%", "100", false),
        (r"a\", "a", false),
        ("%ab%cd%", "xxabABxcdab", true),
        ("%cd%ab", "xxabABxcdaB", true),
    ] {
        assert_eq!(Pattern::new(pattern).matches(text, &Budget::default()), expected, "{text:?} LIKE {pattern:?}");
        check(pattern, text);
    }
    // Texts that agree for long are searched in another way.
    let long = "aA".repeat(2000);
    for (needle, expected) in [("a".repeat(900) + "b", true), ("a".repeat(900) + "c", false), (format!("B{}", "A".repeat(50)), false)] {
        let text = format!("{long}B{}", "a".repeat(40));
        assert_eq!(Pattern::new(&format!("%{needle}%")).matches(&text, &Budget::default()), expected, "{needle}");
        assert!(!Pattern::new(&format!("_%{needle}%{needle}%")).matches(&text, &Budget::default()), "{needle}");
    }
}

#[test]
fn long_texts_cost_more_and_never_their_product() {
    let text = "a".repeat(1 << 20);
    let used = |pattern: &str| {
        let budget = Budget::new(1_000_000);
        assert!(!Pattern::new(pattern).matches(&text, &budget));
        budget.check().map(|()| 1_000_000 - budget.left()).map_err(|e| e.status())
    };
    // Text times pattern would be 65 million steps.
    let hostile = used(&format!("%{}b%", "a".repeat(2000))).unwrap();
    assert!((10_000..300_000).contains(&hostile), "{hostile}");
    let harmless = used("%xyz%").unwrap();
    assert!((100..10_000).contains(&harmless), "{harmless}");
    // With `_` every place must be tried.
    assert_eq!(used(&format!("%{}_b%", "a".repeat(2000))), Err(400));
    assert_eq!(used(&format!("%{0}_b%{0}", "a".repeat(2000))), Err(400));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]
    #[test]
    fn any_pattern_is_matched_as_a_plain_matcher_does(pattern in "[aAbé%_\\\\]{0,8}", text in "[aAbBéÉ%_\\\\]{0,12}") {
        check(&pattern, &text);
    }

    #[test]
    fn any_needle_is_found_in_long_texts(needle in "[aAb]{1,12}", parts in proptest::collection::vec("[ab]{1,3}", 150..400)) {
        let text = format!("{}{}", parts.concat(), "aaaaaaaaab".repeat(60));
        let found = text.contains(&needle.to_ascii_lowercase());
        assert_eq!(Pattern::new(&format!("%{needle}%")).matches(&text, &Budget::default()), found);
    }
}
