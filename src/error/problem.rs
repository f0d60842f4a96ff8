//! Problems of single fields, and how they nest in the `data` of an error body.

use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The stable code that clients compare, such as `validation_required`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The values that the message speaks of, such as `{"max": 10}`.
    pub params: Option<Json>,
    /// The whole error body of an inner request of a batch.
    pub response: Option<Json>,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { code: code.into(), message: message.into(), params: None, response: None }
    }

    /// The same problem with the values of its message.
    #[must_use]
    pub fn with(mut self, params: Json) -> Self {
        self.params = Some(params);
        self
    }

    /// `validation_required`: the most frequent problem of all.
    pub fn required() -> Self {
        Problem::new("validation_required", "Cannot be blank.")
    }

    fn to_json(&self) -> Json {
        let mut out = json!({"code": self.code, "message": self.message});
        if let Some(params) = &self.params {
            out["params"] = params.clone();
        }
        if let Some(response) = &self.response {
            out["response"] = response.clone();
        }
        out
    }
}

/// A problem, or the problems of what is nested in a field.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Problem(Problem),
    Nested(FieldErrors),
}

/// Problems by field name, nested as the submitted object is; list items have their index as a name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldErrors(BTreeMap<String, Node>);

impl FieldErrors {
    /// No problems yet.
    pub fn new() -> Self {
        FieldErrors::default()
    }

    /// A single problem.
    pub fn one(name: &str, problem: Problem) -> Self {
        let mut errors = FieldErrors::new();
        errors.add(name, problem);
        errors
    }

    /// Adds a problem; the first one of a field stays.
    pub fn add(&mut self, name: &str, problem: Problem) {
        self.0.entry(name.to_owned()).or_insert(Node::Problem(problem));
    }

    /// Adds the problems of what is inside `name`; nothing when there are none.
    pub fn nest(&mut self, name: &str, inner: FieldErrors) {
        if !inner.is_empty() {
            self.0.entry(name.to_owned()).or_insert(Node::Nested(inner));
        }
    }

    /// Takes over all problems of `other`.
    pub fn merge(&mut self, other: FieldErrors) {
        for (name, node) in other.0 {
            self.0.entry(name).or_insert(node);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name` has a problem.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Each problem as `field: sentence`, for people; what is nested as `field.inner`.
    pub fn sentences(&self) -> Vec<String> {
        let of = |(name, node): (&String, &Node)| match node {
            Node::Problem(problem) => vec![format!("{name}: {}", problem.message)],
            Node::Nested(inner) => inner.sentences().into_iter().map(|sentence| format!("{name}.{sentence}")).collect(),
        };
        self.0.iter().flat_map(of).collect()
    }

    /// The `data` object of the error body.
    pub fn to_json(&self) -> Map<String, Json> {
        let node = |n: &Node| match n {
            Node::Problem(p) => p.to_json(),
            Node::Nested(inner) => Json::Object(inner.to_json()),
        };
        self.0.iter().map(|(name, n)| (name.clone(), node(n))).collect()
    }
}
