//! Reads an expression. `&&` binds tighter than `||`; groups and calls have a greatest depth, so no text can overflow the stack.

use super::ast::{Comparison, Expression, Operand, OperandKind};
use super::error::{Fault, Outcome};
use super::lex::{Lexer, Token, TokenKind};

/// How deep parentheses may be nested.
pub const MAX_DEPTH: usize = 100;
/// How deep calls may be nested.
pub const MAX_CALLS: usize = 3;
/// How many comparisons an expression may have.
pub const MAX_COMPARISONS: usize = 200;

/// Reads a whole text. Also the entry for fuzzing: it must return for any input.
pub fn parse(text: &str) -> Outcome<Expression> {
    let mut lexer = Lexer::new(text);
    let next = lexer.next_token()?;
    if next.kind == TokenKind::End {
        return Fault::fail(next.position, "The expression is empty.");
    }
    let mut parser = Parser { lexer, next, comparisons: 0, end: 0 };
    let expression = parser.any(0)?;
    match parser.next.kind {
        TokenKind::End => Ok(expression),
        _ => parser.unexpected("&& or ||"),
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    next: Token,
    comparisons: usize,
    /// Where the token before ended.
    end: usize,
}

impl Parser<'_> {
    fn advance(&mut self) -> Outcome<Token> {
        let following = self.lexer.next_token()?;
        self.end = self.next.end;
        Ok(std::mem::replace(&mut self.next, following))
    }

    fn unexpected<T>(&self, wanted: &str) -> Outcome<T> {
        let found = match &self.next.kind {
            TokenKind::End => "the end".to_owned(),
            TokenKind::Name(name) | TokenKind::Function(name) => format!("{name:?}"),
            TokenKind::Text(text) => format!("the text {text:?}"),
            TokenKind::Number(n) => n.to_string(),
            TokenKind::Operator(..) => "an operator".to_owned(),
            TokenKind::And => "&&".to_owned(),
            TokenKind::Or => "||".to_owned(),
            TokenKind::Open => "(".to_owned(),
            TokenKind::Close => ")".to_owned(),
            TokenKind::Comma => "a comma".to_owned(),
        };
        Fault::fail(self.next.position, format!("Expected {wanted}, found {found}."))
    }

    fn any(&mut self, depth: usize) -> Outcome<Expression> {
        let mut items = vec![self.all(depth)?];
        while self.next.kind == TokenKind::Or {
            self.advance()?;
            items.push(self.all(depth)?);
        }
        Ok(one_or(items, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Outcome<Expression> {
        let mut items = vec![self.item(depth)?];
        while self.next.kind == TokenKind::And {
            self.advance()?;
            items.push(self.item(depth)?);
        }
        Ok(one_or(items, Expression::All))
    }

    fn item(&mut self, depth: usize) -> Outcome<Expression> {
        if self.next.kind != TokenKind::Open {
            return self.comparison().map(Expression::Compare);
        }
        if MAX_DEPTH <= depth {
            return Fault::fail(self.next.position, format!("Parentheses may be nested at most {MAX_DEPTH} deep."));
        }
        self.advance()?;
        let inner = self.any(depth + 1)?;
        if self.next.kind != TokenKind::Close {
            return self.unexpected("&&, || or )");
        }
        self.advance()?;
        Ok(inner)
    }

    fn comparison(&mut self) -> Outcome<Comparison> {
        let position = self.next.position;
        let left = self.operand(MAX_CALLS)?;
        let TokenKind::Operator(operator, any) = self.next.kind else {
            return self.unexpected("an operator such as =");
        };
        self.advance()?;
        let right = self.operand(MAX_CALLS)?;
        self.comparisons += 1;
        if MAX_COMPARISONS < self.comparisons {
            return Fault::fail(position, format!("An expression may have at most {MAX_COMPARISONS} comparisons."));
        }
        Ok(Comparison { left, operator, any, right })
    }

    fn operand(&mut self, calls: usize) -> Outcome<Operand> {
        let wanted = "a field, a value or a function";
        match &self.next.kind {
            TokenKind::Name(_) | TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Function(_) => {}
            _ => return self.unexpected(wanted),
        }
        let Token { position, kind, .. } = self.advance()?;
        let kind = match kind {
            TokenKind::Name(name) => OperandKind::Name(name),
            TokenKind::Number(n) => OperandKind::Number(n),
            TokenKind::Text(text) => OperandKind::Text(text),
            TokenKind::Function(name) if 0 < calls => OperandKind::Call { name, arguments: self.arguments(calls - 1)? },
            _ => return Fault::fail(position, format!("Calls may be nested at most {MAX_CALLS} deep.")),
        };
        Ok(Operand { position, end: self.end, kind })
    }

    /// The arguments of a call with their parentheses; a comma after the last one is allowed.
    fn arguments(&mut self, calls: usize) -> Outcome<Vec<Operand>> {
        self.advance()?;
        let mut arguments = Vec::new();
        while self.next.kind != TokenKind::Close {
            arguments.push(self.operand(calls)?);
            match self.next.kind {
                TokenKind::Comma => drop(self.advance()?),
                TokenKind::Close => {}
                _ => return self.unexpected("a comma or )"),
            }
        }
        self.advance()?;
        Ok(arguments)
    }
}

fn one_or(mut items: Vec<Expression>, joined: fn(Vec<Expression>) -> Expression) -> Expression {
    match items.len() {
        1 => items.remove(0),
        _ => joined(items),
    }
}
