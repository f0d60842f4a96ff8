//! What is wrong with an expression, and where.

use super::lex::{Lexer, TokenKind};
use crate::error::{Code, Error};

/// A failure to read or to compile an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// A sentence that says what to change.
    pub message: String,
    /// Where in the text, in bytes; the end of the text when something is missing.
    pub position: usize,
}

/// What reading and compiling return.
pub type Outcome<T> = std::result::Result<T, Fault>;

impl Fault {
    /// A fault at a position.
    pub fn at(position: usize, message: impl Into<String>) -> Self {
        Fault { message: message.into(), position }
    }

    /// Where what is wrong begins and ends in the text, in bytes: to the end of the word there.
    pub fn span(&self, text: &str) -> (usize, usize) {
        let from = self.position.min(text.len());
        let mut lexer = Lexer::new(text);
        while let Ok(token) = lexer.next_token() {
            if token.position == from || token.kind == TokenKind::End {
                return (from, token.end.max(from));
            }
        }
        (from, text.len())
    }

    /// A fault as an outcome.
    pub fn fail<T>(position: usize, message: impl Into<String>) -> Outcome<T> {
        Err(Fault::at(position, message))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at position {})", self.message, self.position)
    }
}

impl std::error::Error for Fault {}

/// The client learns only that the request was bad: what a rule or a hidden field looks like is not its business. The cause stays in `detail`.
impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::of(Code::BadRequest).because(fault)
    }
}
