//! The expression language of access rules, client filters and subscriptions: one parser, one evaluator.

pub mod request;
pub mod scope;

pub use request::Request;
pub use scope::Scope;
