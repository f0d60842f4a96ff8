//! Realtime: one hub that follows the log, sessions with bounded queues, and who of them is told what.
//!
//! What every session gets, it gets in the order of the log, and never before it is durable. A session whose queue is full loses nothing: it
//! goes on from the log when it has room again.

mod actor;
mod arena;
mod asked;
mod catch_up;
mod change;
pub mod channels;
mod connections;
pub mod counters;
pub mod event_stream;
pub mod feed;
mod follow;
mod frame;
mod group;
pub mod history;
mod hub;
mod judge;
pub mod limits;
pub mod message;
mod obey;
mod outbox;
mod registry;
mod session;
mod snapshot;
mod subscribe;
pub mod veto;

pub use counters::Counts;
pub use hub::{Hub, Kind, Visitor};
pub use limits::Limits;
pub use outbox::{Close, Frame};
pub use session::Session;
