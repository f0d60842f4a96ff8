//! Luge: a self-hosted backend in one binary. The layers, lowest first; a module uses only what stands before it.

pub mod error;
pub mod value;
pub mod id;
pub mod clock;
pub mod stats;
pub mod log;
pub mod store;
pub mod schema;
pub mod rules;
pub mod query;
pub mod commit;
pub mod auth;
pub mod realtime;
pub mod hooks;
pub mod jobs;
pub mod config;
pub mod app;
pub mod http;
pub mod cli;
