//! The integration tests; modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod log;
mod query;
