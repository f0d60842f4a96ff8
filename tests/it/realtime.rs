//! Realtime over real connections.

mod errors;
mod resume;
mod rights;
mod snapshots;
mod streams;
