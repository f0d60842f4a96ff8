//! The integration tests; modules mirror `src/`.
#![allow(clippy::unwrap_used)]

mod auth;
mod http;
mod log;
mod support;
mod query;
