//! The functions of the language, one row each.

use super::ast::OperandKind;
use super::compare::Fallback;
use super::scalar::Scalar;
use super::strftime;

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// A quoted text.
    Text,
    /// A field or a number.
    NameOrNumber,
    /// A field, a number or a text.
    Value,
}

/// A function.
pub struct Function {
    /// The name before the parenthesis.
    pub name: &'static str,
    /// The names of its arguments, as they are shown.
    pub arguments: &'static [&'static str],
    /// What it gives, in a few words.
    pub help: &'static str,
    /// Fewest arguments.
    pub min: usize,
    /// Most arguments.
    pub max: usize,
    /// What each argument may be; the last one also stands for those after it.
    pub accepts: &'static [Accepts],
    /// How `=` treats its result when it is nothing.
    pub fallback: Fallback,
    /// Whether plain operators demand that every joined value fits.
    pub demands_all: bool,
    /// The result for these arguments, at a time in milliseconds since 1970.
    pub evaluate: fn(&[Scalar], i64) -> Scalar<'static>,
}

/// All functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "geoDistance",
        arguments: &["lonA", "latA", "lonB", "latB"],
        help: "the kilometres between two points",
        min: 4,
        max: 4,
        accepts: &[Accepts::NameOrNumber],
        fallback: Fallback::Strict,
        demands_all: false,
        evaluate: geo_distance,
    },
    Function {
        name: "strftime",
        arguments: &["format", "time", "modifiers…"],
        help: "a time as text, as SQLite's strftime gives it",
        min: 1,
        max: 10,
        accepts: &[Accepts::Text, Accepts::Value, Accepts::Text],
        fallback: Fallback::Enforced,
        demands_all: true,
        evaluate: strftime::evaluate,
    },
];

/// The function with this name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name)
}

impl Accepts {
    /// Whether this may be an argument.
    pub fn takes(self, kind: &OperandKind) -> bool {
        match (self, kind) {
            (_, OperandKind::Call { .. }) => false,
            (Accepts::Text, kind) => matches!(kind, OperandKind::Text(_)),
            (Accepts::NameOrNumber, kind) => !matches!(kind, OperandKind::Text(_)),
            (Accepts::Value, _) => true,
        }
    }

    /// As it is named in an error.
    pub fn wanted(self) -> &'static str {
        match self {
            Accepts::Text => "a quoted text",
            Accepts::NameOrNumber => "a field or a number",
            Accepts::Value => "a field, a number or a text",
        }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Kilometres between two points by the spherical law of cosines; nothing where rounding leaves its domain, as for two equal points in SQLite.
fn geo_distance(arguments: &[Scalar], _now: i64) -> Scalar<'static> {
    let number = |i: usize| arguments.get(i).and_then(Scalar::to_number).map(f64::to_radians);
    let (Some(lon_a), Some(lat_a), Some(lon_b), Some(lat_b)) = (number(0), number(1), number(2), number(3)) else {
        return Scalar::Null;
    };
    let cosine = lat_a.cos() * lat_b.cos() * (lon_b - lon_a).cos() + lat_a.sin() * lat_b.sin();
    let kilometres = 6371.0 * cosine.acos();
    if kilometres.is_nan() { Scalar::Null } else { Scalar::real(kilometres) }
}
