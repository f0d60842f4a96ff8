//! The `WHERE` clause of an index, from SQL to the rule language: comparisons of columns with literals, `AND`, `OR`, parentheses.

use super::resolve::find;
use crate::schema::{Collection, Field, Shape};

/// Deeper parentheses are refused, so that a hostile clause cannot exhaust the stack.
const DEEPEST: usize = 20;

/// The clause as a rule; an error says what about it cannot be honoured.
pub fn to_rule(text: &str, collection: &Collection) -> Result<String, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, collection };
    let rule = parser.any()?;
    match parser.peek() {
        None => Ok(rule),
        Some(token) => Err(unsupported(&token.spelled())),
    }
}

fn unsupported(what: &str) -> String {
    format!("{what} is not supported in WHERE: compare columns with literals, joined by AND, OR and parentheses")
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A bare word: a column, a keyword or `TRUE`.
    Word(String),
    /// A name in backticks, double quotes or brackets.
    Name(String),
    Text(String),
    Number(String),
    Sign(&'static str),
}

impl Token {
    fn spelled(&self) -> String {
        match self {
            Token::Word(s) | Token::Name(s) | Token::Text(s) | Token::Number(s) => s.clone(),
            Token::Sign(s) => (*s).to_owned(),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Word(w) if w.eq_ignore_ascii_case(word))
    }
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &["==", "!=", "<>", ">=", "<=", "=", ">", "<", "(", ")"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let (token, length) = match c {
            '\'' => quoted(rest, '\'').map(|(s, n)| (Token::Text(s), n))?,
            '`' | '"' => quoted(rest, c).map(|(s, n)| (Token::Name(s), n))?,
            '[' => quoted(rest, ']').map(|(s, n)| (Token::Name(s), n))?,
            _ if c.is_ascii_digit() || c == '-' => number(rest)?,
            _ if c.is_alphabetic() || c == '_' => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
            _ => match SIGNS.iter().find(|s| rest.starts_with(**s)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => return Err(unsupported(&c.to_string())),
            },
        };
        out.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(out)
}

/// A text up to its closing quote, which is doubled inside; and how long it is with its quotes.
fn quoted(text: &str, close: char) -> Result<(String, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != close {
            out.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            chars.next();
            out.push(c);
        } else {
            return Ok((out, i + 1));
        }
    }
    Err(format!("SQL logic error: unrecognized token: {text} (1)"))
}

fn number(text: &str) -> Result<(Token, usize), String> {
    let length = text.char_indices().skip(1).find(|(_, c)| !c.is_ascii_digit() && *c != '.').map_or(text.len(), |(i, _)| i);
    let digits = &text[..length];
    let plain = digits.parse::<f64>().is_ok() && !digits.ends_with('.');
    if plain { Ok((Token::Number(digits.to_owned()), length)) } else { Err(unsupported(digits)) }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    collection: &'a Collection,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<&'a Token, String> {
        let token = self.peek().ok_or("SQL logic error: incomplete input (1)")?;
        self.at += 1;
        Ok(token)
    }

    /// Whether the next token is this keyword, which is then passed.
    fn pass(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.is_word(word));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<String, String> {
        let mut parts = vec![self.all()?];
        while self.pass("or") {
            parts.push(self.all()?);
        }
        Ok(parts.join(" || "))
    }

    fn all(&mut self) -> Result<String, String> {
        let mut parts = vec![self.term()?];
        while self.pass("and") {
            parts.push(self.term()?);
        }
        Ok(parts.join(" && "))
    }

    fn term(&mut self) -> Result<String, String> {
        if self.peek() != Some(&Token::Sign("(")) {
            return self.comparison();
        }
        self.at += 1;
        self.depth += 1;
        if DEEPEST < self.depth {
            return Err(format!("more than {DEEPEST} nested parentheses in WHERE: simplify it"));
        }
        let inner = self.any()?;
        self.depth -= 1;
        match self.next()? {
            Token::Sign(")") => Ok(format!("({inner})")),
            other => Err(unsupported(&other.spelled())),
        }
    }

    fn comparison(&mut self) -> Result<String, String> {
        let field = match self.next()? {
            Token::Word(name) | Token::Name(name) => find(name, self.collection)?,
            other => return Err(unsupported(&other.spelled())),
        };
        if self.pass("is") {
            let negated = self.pass("not");
            if !self.pass("null") {
                return Err(unsupported("IS"));
            }
            return Ok(null_check(field, negated));
        }
        let sign = match self.next()? {
            Token::Sign(sign @ ("=" | "!=" | ">" | ">=" | "<" | "<=")) => *sign,
            Token::Sign("==") => "=",
            Token::Sign("<>") => "!=",
            other => return Err(unsupported(&other.spelled())),
        };
        let literal = self.literal(field)?;
        Ok(format!("{} {sign} {literal}", field.name))
    }

    fn literal(&mut self, field: &Field) -> Result<String, String> {
        match self.next()? {
            Token::Name(name) if find(name, self.collection).is_ok() => Err(unsupported(name)),
            token => literal(field, token),
        }
    }
}

/// Only json columns can be NULL; for all others the answer is always the same, and the rule says so of the id.
fn null_check(field: &Field, negated: bool) -> String {
    match (field.shape(), negated) {
        (Shape::Json, false) => format!("{} = null", field.name),
        (Shape::Json, true) => format!("{} != null", field.name),
        (_, false) => "id = ''".to_owned(),
        (_, true) => "id != ''".to_owned(),
    }
}

fn literal(field: &Field, token: &Token) -> Result<String, String> {
    let is_bool = field.shape() == Shape::Bool;
    match token {
        // SQLite reads a name in double quotes that is no column as a text.
        Token::Text(text) | Token::Name(text) => quote(text),
        Token::Number(n) if is_bool && n == "0" => Ok("false".into()),
        Token::Number(n) if is_bool && n == "1" => Ok("true".into()),
        Token::Number(n) => Ok(n.clone()),
        Token::Word(w) if w.eq_ignore_ascii_case("true") => Ok(if is_bool { "true" } else { "1" }.into()),
        Token::Word(w) if w.eq_ignore_ascii_case("false") => Ok(if is_bool { "false" } else { "0" }.into()),
        other => Err(unsupported(&other.spelled())),
    }
}

/// A text literal of the rule language. A backslash before a quote would be read as an escape there.
fn quote(text: &str) -> Result<String, String> {
    if text.contains("\\'") || text.ends_with('\\') {
        return Err(unsupported("A backslash before a quote"));
    }
    Ok(format!("'{}'", text.replace('\'', "\\'")))
}
