//! `~`: SQLite's LIKE, with `\` as the escape, blind to the case of ASCII letters.

/// A prepared pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// The text has this somewhere; in lower case.
    Contains(Vec<u8>),
    /// A pattern with wildcards inside.
    Parts(Vec<Part>),
    /// Nothing matches: the pattern ends in the middle of an escape.
    Never,
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// `%`: any number of characters.
    Any,
    /// `_`: one character.
    One,
    /// This character; in lower case if it is an ASCII letter.
    Char(char),
}

impl Pattern {
    /// The pattern of a value after `~`: with an unescaped `%` it is taken as it is, else it is escaped and may stand anywhere.
    pub fn of_value(text: &str) -> Pattern {
        Pattern::new(&wrapped(text))
    }

    /// The pattern of a column's text after `~`: it may stand anywhere, and is not escaped.
    pub fn of_column(text: &str) -> Pattern {
        Pattern::new(&format!("%{text}%"))
    }

    /// Prepares a LIKE pattern.
    pub fn new(pattern: &str) -> Pattern {
        let mut parts = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' if parts.last() == Some(&Part::Any) => {}
                '%' => parts.push(Part::Any),
                '_' => parts.push(Part::One),
                '\\' => match chars.next() {
                    Some(escaped) => parts.push(Part::Char(escaped.to_ascii_lowercase())),
                    None => return Pattern::Never,
                },
                _ => parts.push(Part::Char(c.to_ascii_lowercase())),
            }
        }
        contains(&parts).unwrap_or(Pattern::Parts(parts))
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Contains(needle) => contains_ignoring_case(text.as_bytes(), needle),
            Pattern::Parts(parts) => matches_parts(parts, text),
            Pattern::Never => false,
        }
    }
}

/// `%text%` without other wildcards is a plain search.
fn contains(parts: &[Part]) -> Option<Pattern> {
    let [Part::Any, inner @ .., Part::Any] = parts else { return None };
    let mut needle = String::new();
    for part in inner {
        match part {
            Part::Char(c) => needle.push(*c),
            _ => return None,
        }
    }
    Some(Pattern::Contains(needle.into_bytes()))
}

fn contains_ignoring_case(text: &[u8], needle: &[u8]) -> bool {
    let Some(&first) = needle.first() else { return true };
    let Some(last_start) = text.len().checked_sub(needle.len()) else { return false };
    (0..=last_start).any(|i| text[i].to_ascii_lowercase() == first && text[i..i + needle.len()].eq_ignore_ascii_case(needle))
}

/// Goes back only to the last `%`, so it needs at most text × pattern steps.
fn matches_parts(parts: &[Part], text: &str) -> bool {
    let (mut part, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let next = text[at..].chars().next();
        match (parts.get(part), next) {
            (Some(Part::Any), _) => {
                retry = Some((part + 1, at));
                part += 1;
                continue;
            }
            (Some(Part::One), Some(c)) => (part, at) = (part + 1, at + c.len_utf8()),
            (Some(Part::Char(wanted)), Some(c)) if *wanted == c.to_ascii_lowercase() => (part, at) = (part + 1, at + c.len_utf8()),
            (None, None) => return true,
            _ => {
                let Some((after, from)) = retry else { return false };
                let Some(c) = text[from..].chars().next() else { return false };
                retry = Some((after, from + c.len_utf8()));
                (part, at) = (after, from + c.len_utf8());
            }
        }
    }
}

/// The LIKE pattern that PocketBase makes of a value.
pub fn wrapped(text: &str) -> String {
    if has_unescaped_percent(text) {
        return text.to_owned();
    }
    format!("%{}%", escaped(text))
}

fn has_unescaped_percent(text: &str) -> bool {
    let mut before = '\0';
    for c in text.chars() {
        if c == '%' && before != '\\' {
            return true;
        }
        before = if c == '\\' && before == '\\' { '\0' } else { c };
    }
    false
}

/// Puts a backslash before each special character that has none, reading from the end as PocketBase does: the character before a special one is not looked at again, so of two `_` in a row the first stays a wildcard.
fn escaped(text: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len() + 8);
    let mut rest = text.chars().rev();
    while let Some(c) = rest.next() {
        out.push(c);
        if !matches!(c, '\\' | '%' | '_') {
            continue;
        }
        out.push('\\');
        match rest.next() {
            Some('\\') | None => {}
            Some(before) => out.push(before),
        }
    }
    out.iter().rev().collect()
}
