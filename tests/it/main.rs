//! The integration tests: one binary whose modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod cli;
