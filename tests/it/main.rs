//! The integration tests: one binary whose modules mirror `src/`.
#![allow(clippy::unwrap_used, missing_docs)]

mod cli;
mod auth;
mod commit;
mod fuzz;
mod hooks;
mod http;
mod log;
mod query;
mod realtime;
mod rules;
mod schema;
mod store;
mod support;
