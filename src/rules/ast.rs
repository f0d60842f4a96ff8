//! An expression as it was written, before it meets a schema.

/// A boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Joined by `&&`.
    All(Vec<Expression>),
    /// Joined by `||`.
    Any(Vec<Expression>),
    /// A single comparison.
    Compare(Comparison),
}

/// `left operator right`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What stands before the operator.
    pub left: Operand,
    /// The operator without its `?`.
    pub operator: Operator,
    /// Whether one joined value is enough (`?=` and its kin).
    pub any: bool,
    /// What stands after the operator.
    pub right: Operand,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `~`
    Like,
    /// `!~`
    NotLike,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// One side of a comparison, or an argument of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// Where it begins, in bytes.
    pub position: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it is.
    pub kind: OperandKind,
}

/// What an operand is.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// A field, a path, a macro, or one of `null`, `true` and `false`.
    Name(String),
    /// A number.
    Number(f64),
    /// A quoted text.
    Text(String),
    /// A call.
    Call {
        /// The name of the function.
        name: String,
        /// Its arguments.
        arguments: Vec<Operand>,
    },
}

impl Expression {
    /// Where it begins and ends, in bytes, without the parentheses around it.
    pub fn span(&self) -> (usize, usize) {
        match self {
            Expression::Compare(comparison) => (comparison.left.position, comparison.right.end),
            Expression::All(items) | Expression::Any(items) => {
                let ends = |item: Option<&Expression>| item.map(Expression::span).unwrap_or_default();
                (ends(items.first()).0, ends(items.last()).1)
            }
        }
    }
}

const OPERATORS: &[(&str, Operator, Operator)] = &[
    ("=", Operator::Equal, Operator::Equal),
    ("!=", Operator::NotEqual, Operator::NotEqual),
    ("~", Operator::Like, Operator::Like),
    ("!~", Operator::NotLike, Operator::NotLike),
    ("<", Operator::Less, Operator::Greater),
    ("<=", Operator::LessOrEqual, Operator::GreaterOrEqual),
    (">", Operator::Greater, Operator::Less),
    (">=", Operator::GreaterOrEqual, Operator::LessOrEqual),
];

impl Operator {
    /// The operator written as `text`, without a `?`.
    pub fn parse(text: &str) -> Option<Operator> {
        OPERATORS.iter().find(|row| row.0 == text).map(|row| row.1)
    }

    /// How it is written, without a `?`.
    pub fn text(self) -> &'static str {
        OPERATORS.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }

    /// The operator that says the same with the sides swapped; `~` has none and stays.
    pub fn flipped(self) -> Operator {
        OPERATORS.iter().find(|row| row.1 == self).map_or(self, |row| row.2)
    }

    /// Whether it is `~` or `!~`.
    pub fn is_like(self) -> bool {
        matches!(self, Operator::Like | Operator::NotLike)
    }
}
