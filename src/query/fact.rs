//! What the rule and the filter together say for sure about single fields: all that the planner looks at.

use crate::error::Result;
use crate::rules::{Operator, Rule, Scope};
use crate::schema::{Field, Shape};
use crate::store::{Condition, Sieve};
use crate::value::Value;

/// `field operator value` that every record of the answer satisfies.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The number of the field.
    pub field: u16,
    /// Whether the field's letters are made small before they are compared.
    pub lower: bool,
    /// How it is compared.
    pub operator: Operator,
    /// With what; always of the field's own shape.
    pub value: Value<'static>,
}

impl Fact {
    /// Whether the field has this value and no other.
    pub fn pins(&self) -> bool {
        self.operator == Operator::Equal && !self.lower
    }
}

/// All facts of a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// In the order in which they stand.
    pub list: Vec<Fact>,
    /// Relation fields that hold an id, by the number of the field.
    pub members: Vec<(u16, String)>,
    /// Nothing else is asked: a record of which all facts are true belongs to the answer.
    pub complete: bool,
}

impl Facts {
    /// Nothing is asked.
    pub fn none() -> Self {
        Facts { complete: true, ..Facts::default() }
    }

    /// The facts of a rule. Their values come from the request and from who is asking.
    pub fn of<S: Scope>(rule: &Rule, scope: &S) -> Result<Self> {
        let mut facts = Facts { complete: rule.is_conjunction(scope)?, ..Facts::default() };
        facts.members = rule.members(scope)?.iter().filter_map(|m| Some((m.field.number, m.id(scope)?))).collect();
        for conjunct in rule.conjuncts(scope)? {
            let (field, operator, lower) = (conjunct.field.number, conjunct.operator, conjunct.lower);
            match shaped(conjunct.field, conjunct.value(scope).into_owned()) {
                Some(value) if operator != Operator::Like => facts.list.push(Fact { field, lower, operator, value }),
                _ => facts.complete = false,
            }
        }
        Ok(facts)
    }

    /// What the store can ask of rows by itself. `complete` says whether nothing but the facts decides.
    pub fn sieve(&self, complete: bool) -> Sieve {
        let asked = self.list.iter().filter(|fact| !fact.lower);
        let conditions: Vec<_> =
            asked.filter_map(|f| Some(Condition { field: f.field, value: f.value.clone(), allowed: allowed(f.operator)? })).collect();
        let complete = complete && self.complete && self.members.is_empty() && conditions.len() == self.list.len();
        Sieve { conditions, complete }
    }

    /// Whether `wanted` is true of every record of which these facts are.
    pub fn imply(&self, wanted: &Fact) -> bool {
        self.list.iter().filter(|fact| fact.field == wanted.field).any(|fact| {
            let pinned = fact.pins() && !wanted.lower && holds(&fact.value, wanted.operator, &wanted.value);
            pinned || *fact == *wanted
        })
    }
}

/// The value, if comparing it with the field is comparing two values of one shape: only then does an index sort as the comparison does.
fn shaped(field: &Field, value: Value<'static>) -> Option<Value<'static>> {
    match (field.shape(), value) {
        (Shape::Text, value @ Value::Text(_)) | (Shape::Number, value @ Value::Number(_)) | (Shape::Bool, value @ Value::Bool(_)) => {
            Some(value)
        }
        (Shape::Bool, Value::Number(n)) if n == 0.0 || n == 1.0 => Some(Value::Bool(n == 1.0)),
        (Shape::Number, Value::Bool(b)) => Some(Value::Number(f64::from(u8::from(b)))),
        _ => None,
    }
}

/// How a value may stand to that of the condition: less, equal, greater.
fn allowed(operator: Operator) -> Option<[bool; 3]> {
    match operator {
        Operator::Equal => Some([false, true, false]),
        Operator::NotEqual => Some([true, false, true]),
        Operator::Less => Some([true, false, false]),
        Operator::LessOrEqual => Some([true, true, false]),
        Operator::Greater => Some([false, false, true]),
        Operator::GreaterOrEqual => Some([false, true, true]),
        Operator::Like | Operator::NotLike => None,
    }
}

fn holds(own: &Value, operator: Operator, other: &Value) -> bool {
    let order = match (own, other) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let allowed = allowed(operator).unwrap_or_default();
    order.is_some_and(|order| allowed[(order as i8 + 1) as usize])
}
