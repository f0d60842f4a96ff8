//! `~`: SQLite's LIKE, with `\` as the escape, blind to the case of ASCII letters.

mod search;

use super::budget::Budget;

/// A prepared pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// The text has this somewhere; in lower case.
    Contains(Vec<u8>),
    /// What stands between the `%`: the first piece begins the text, the last one ends it, a single one is all of it.
    Pieces(Vec<Piece>),
    /// Nothing matches: the pattern ends in the middle of an escape.
    Never,
}

/// A stretch of a pattern without `%`.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// These bytes; in lower case.
    Bytes(Vec<u8>),
    /// One character each: `None` is any, `_`; letters of ASCII are in lower case.
    Chars(Vec<Option<char>>),
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
        let mut pieces = Vec::new();
        let mut piece = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' if piece.is_empty() && !pieces.is_empty() => {}
                '%' => pieces.push(Piece::new(std::mem::take(&mut piece))),
                '_' => piece.push(None),
                '\\' => match chars.next() {
                    Some(escaped) => piece.push(Some(escaped.to_ascii_lowercase())),
                    None => return Pattern::Never,
                },
                _ => piece.push(Some(c.to_ascii_lowercase())),
            }
        }
        pieces.push(Piece::new(piece));
        match pieces.as_slice() {
            [before, Piece::Bytes(needle), after] if before.is_empty() && after.is_empty() => Pattern::Contains(needle.clone()),
            _ => Pattern::Pieces(pieces),
        }
    }

    /// Whether the whole text matches. What it costs is taken from the budget; when that is used up, the answer means nothing.
    pub fn matches(&self, text: &str, budget: &Budget) -> bool {
        match self {
            Pattern::Contains(needle) => search::find(text.as_bytes(), needle, budget).is_some(),
            Pattern::Pieces(pieces) => in_order(pieces, text, budget).is_some(),
            Pattern::Never => false,
        }
    }
}

/// Each piece is looked for behind the one before it: where the first place is good for all that follows, no other one has to be tried.
fn in_order(pieces: &[Piece], text: &str, budget: &Budget) -> Option<()> {
    let [first, middle @ .., last] = pieces else {
        let only = pieces.first()?;
        return (only.end_at(text, 0, budget)? == text.len()).then_some(());
    };
    let mut at = first.end_at(text, 0, budget)?;
    for piece in middle {
        at = piece.find(text, at, budget)?;
    }
    let start = last.start_before_end(text)?;
    (at <= start && last.end_at(text, start, budget)? == text.len()).then_some(())
}

impl Piece {
    fn new(chars: Vec<Option<char>>) -> Piece {
        match chars.iter().copied().collect::<Option<String>>() {
            Some(text) => Piece::Bytes(text.into_bytes()),
            None => Piece::Chars(chars),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Piece::Bytes(bytes) if bytes.is_empty())
    }

    /// Where it ends, if it stands at a place.
    fn end_at(&self, text: &str, at: usize, budget: &Budget) -> Option<usize> {
        match self {
            Piece::Bytes(bytes) => {
                budget.look(bytes.len());
                let end = at + bytes.len();
                text.as_bytes().get(at..end)?.eq_ignore_ascii_case(bytes).then_some(end)
            }
            Piece::Chars(wanted) => {
                let mut chars = text[at..].chars();
                let agreed =
                    wanted.iter().take_while(|wanted| chars.next().is_some_and(|c| wanted.is_none_or(|w| w == c.to_ascii_lowercase())));
                let agreed = agreed.count();
                budget.look(2 * agreed + 1);
                (agreed == wanted.len()).then(|| text.len() - chars.as_str().len())
            }
        }
    }

    /// Where it ends, at the first place from `at` on where it stands. With a `_` in it, every place is tried, and paid for.
    fn find(&self, text: &str, at: usize, budget: &Budget) -> Option<usize> {
        match self {
            Piece::Bytes(bytes) => Some(at + search::find(&text.as_bytes()[at..], bytes, budget)? + bytes.len()),
            Piece::Chars(_) => {
                let starts = text[at..].char_indices().map(|(i, _)| at + i);
                let mut tried = starts.take_while(|_| budget.look(2));
                tried.find_map(|start| self.end_at(text, start, budget))
            }
        }
    }

    /// Where it must begin to end with the text.
    fn start_before_end(&self, text: &str) -> Option<usize> {
        match self {
            Piece::Bytes(bytes) => text.len().checked_sub(bytes.len()),
            Piece::Chars(wanted) => text.char_indices().rev().nth(wanted.len() - 1).map(|(i, _)| i),
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
