//! The integration tests; modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod log;
mod query;
//! The integration tests: one binary whose modules mirror `src/`.
#![allow(clippy::unwrap_used, missing_docs)]

mod rules;
mod support;
