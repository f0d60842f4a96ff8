//! Cuts the text of an expression into tokens.

use super::ast::Operator;
use super::error::{Fault, Outcome};

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Where it begins, in bytes.
    pub position: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A field, path, macro or keyword.
    Name(String),
    /// The name of a function: its `(` follows without a space.
    Function(String),
    /// A number.
    Number(f64),
    /// A quoted text, without its quotes and escapes.
    Text(String),
    /// A comparison operator; `true` with a `?`.
    Operator(Operator, bool),
    /// `&&`
    And,
    /// `||`
    Or,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// Nothing is left.
    End,
}

/// Reads tokens one by one.
pub struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// A lexer at the start of `text`.
    pub fn new(text: &'t str) -> Self {
        Lexer { text, at: 0 }
    }

    /// The next token; [`TokenKind::End`] for ever once the text is used up.
    pub fn next_token(&mut self) -> Outcome<Token> {
        self.skip_blank()?;
        let position = self.at;
        let Some(c) = self.text[position..].chars().next() else {
            return Ok(Token { position, end: position, kind: TokenKind::End });
        };
        let kind = match c {
            '(' => self.single(TokenKind::Open),
            ')' => self.single(TokenKind::Close),
            ',' => self.single(TokenKind::Comma),
            '\'' | '"' => self.quoted(c)?,
            '-' | '0'..='9' => self.number()?,
            'a'..='z' | 'A'..='Z' | '@' | '_' | '#' => self.name()?,
            '&' | '|' => self.join()?,
            _ if is_sign(c) => self.operator()?,
            _ => return Fault::fail(position, format!("Unexpected character {c:?}.")),
        };
        Ok(Token { position, end: self.at, kind })
    }

    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    /// Takes the run of characters that `belongs` accepts.
    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn skip_blank(&mut self) -> Outcome<()> {
        loop {
            self.run(|c| matches!(c, ' ' | '\t' | '\n'));
            let rest = &self.text[self.at..];
            if rest.starts_with("//") {
                self.run(|c| c != '\n');
            } else if rest.starts_with('/') {
                return Fault::fail(self.at, "A comment starts with two slashes.");
            } else {
                return Ok(());
            }
        }
    }

    /// After a backslash, a backslash or a quote is itself, and `n`, `r` and `t` are the blanks they always are; before anything else the backslash stays.
    fn quoted(&mut self, quote: char) -> Outcome<TokenKind> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.text[start + 1..].char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\\' | '\'' | '"'))) => text.push(escaped),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                _ if c == quote => {
                    self.at = start + i + 2;
                    return Ok(TokenKind::Text(text));
                }
                _ => text.push(c),
            }
        }
        Fault::fail(start, format!("The text is not closed: {quote} is missing at its end."))
    }

    fn number(&mut self) -> Outcome<TokenKind> {
        let start = self.at;
        if self.text[self.at..].starts_with('-') {
            self.at += 1;
        }
        self.run(|c| c.is_ascii_digit());
        if self.text[self.at..].starts_with('.') {
            self.at += 1;
            self.run(|c| c.is_ascii_digit());
        }
        let text = &self.text[start..self.at];
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() && !text.ends_with('.') => Ok(TokenKind::Number(n)),
            _ => Fault::fail(start, format!("{text:?} is not a number.")),
        }
    }

    fn name(&mut self) -> Outcome<TokenKind> {
        let start = self.at;
        self.at += 1;
        self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
        let name = &self.text[start..self.at];
        if name.ends_with(['.', ':']) || matches!(name, "@" | "_" | "#") {
            return Fault::fail(start, format!("{name:?} is not a complete name."));
        }
        if self.text[self.at..].starts_with('(') {
            return Ok(TokenKind::Function(name.to_owned()));
        }
        Ok(TokenKind::Name(name.to_owned()))
    }

    fn join(&mut self) -> Outcome<TokenKind> {
        let start = self.at;
        match self.run(|c| matches!(c, '&' | '|')) {
            "&&" => Ok(TokenKind::And),
            "||" => Ok(TokenKind::Or),
            other => Fault::fail(start, format!("{other:?} does not join expressions: use && or ||.")),
        }
    }

    fn operator(&mut self) -> Outcome<TokenKind> {
        let start = self.at;
        let text = self.run(is_sign);
        let (any, plain) = match text.strip_prefix('?') {
            Some(plain) => (true, plain),
            None => (false, text),
        };
        match Operator::parse(plain) {
            Some(operator) => Ok(TokenKind::Operator(operator, any)),
            None => Fault::fail(start, format!("{text:?} is not an operator.")),
        }
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '=' | '?' | '!' | '>' | '<' | '~')
}
