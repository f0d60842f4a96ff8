//! Realtime over real connections.

mod channels;
mod errors;
mod event_streams;
mod feeds;
mod resume;
mod rights;
mod snapshots;
mod streams;
mod vetoes;
