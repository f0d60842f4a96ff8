//! The integration tests; modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod cli;
mod log;
mod query;
