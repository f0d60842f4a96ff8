//! A filter without its values: what queries are told apart by that differ only in what they look for.

use super::ast::Operator;
use super::lex::{Lexer, TokenKind};

/// The text with `?` for each value. What cannot be read ends it.
pub fn text_without_values(text: &str) -> String {
    let mut lexer = Lexer::new(text);
    let mut out = String::new();
    while let Ok(token) = lexer.next_token() {
        let (word, glued) = match token.kind {
            TokenKind::End => break,
            TokenKind::Name(name) => (name, false),
            TokenKind::Function(name) => (name, false),
            TokenKind::Number(_) | TokenKind::Text(_) => ("?".to_owned(), false),
            TokenKind::Operator(operator, any) => (sign(operator, any), false),
            TokenKind::And => ("&&".to_owned(), false),
            TokenKind::Or => ("||".to_owned(), false),
            TokenKind::Open => ("(".to_owned(), text[..token.position].ends_with(|c: char| c.is_alphanumeric() || c == '_')),
            TokenKind::Close => (")".to_owned(), true),
            TokenKind::Comma => (",".to_owned(), true),
        };
        if !glued && !out.is_empty() && !out.ends_with('(') {
            out.push(' ');
        }
        out.push_str(&word);
    }
    out
}

fn sign(operator: Operator, any: bool) -> String {
    format!("{}{}", if any { "?" } else { "" }, operator.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_values_go() {
        let cases = [
            ("title ~ 'a' && views > 12.5", "title ~ ? && views > ?"),
            ("(a='x'||b.c:lower ?!= \"y\")&&@now>created", "(a = ? || b.c:lower ?!= ?) && @now > created"),
            ("geoDistance(a.lon, a.lat, 1, 2) <= 3", "geoDistance(a.lon, a.lat, ?, ?) <= ?"),
            ("a = 'x' $", "a = ?"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(text_without_values(text), expected);
        }
    }
}
