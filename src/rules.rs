//! The expression language of access rules, client filters and subscriptions: one parser, one evaluator.
//!
//! A text is read ([`parse`]), resolved against the schema ([`check`]) and evaluated ([`eval`]) for one record at a time. What it means is what
//! PocketBase's SQL means: a path through several records holds if some of them make the whole expression true and, for plain operators, none
//! makes its comparison false.

pub mod actor;
mod anonymous;
pub mod ast;
pub mod budget;
pub mod cache;
pub mod check;
pub mod compare;
pub mod conjunct;
pub mod error;
pub mod eval;
pub mod functions;
pub mod json_path;
pub mod lex;
pub mod like;
pub mod macros;
pub mod parse;
pub mod plan;
pub mod reach;
pub mod request;
pub mod rule;
pub mod scalar;
pub mod scope;
pub mod sort;
pub mod strftime;
pub mod trace;
pub mod words;

pub use anonymous::text_without_values;
pub use ast::Operator;
pub use budget::Budget;
pub use cache::RuleCache;
pub use conjunct::{Conjunct, Member};
pub use error::Fault;
pub use reach::Reached;
pub use request::Request;
pub use rule::{Part, Reads, Rule, Who, check as check_text, client_may_not, compile, compile_parts};
pub use scope::Scope;
pub use sort::{SortKey, check_sort, compile_sort};
pub use trace::{Trace, trace};
