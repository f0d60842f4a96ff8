//! The integration tests; modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod fuzz;
mod log;
mod store;
