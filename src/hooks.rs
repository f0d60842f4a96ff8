//! Scripts: handlers of events, routes, schedules and jobs in rhai, with what they may reach and how much they may use up.
//!
//! A unit is a folder of scripts with an engine of its own: the owner's hooks, or a plugin. Its files run once, which
//! registers functions; those are called later, from any thread. `before` handlers run inside a transaction and see only
//! that; everything else runs on threads that it may hold up, and may reach the world.

mod after;
mod answer;
mod before;
mod call;
pub mod cases;
pub mod clockwork;
mod console;
mod convert;
mod cron;
pub mod dead;
pub mod docs;
mod engine;
mod event;
pub mod events;
mod fault;
mod files;
mod happened;
mod host;
mod kept;
mod limits;
mod listing;
mod manifest;
mod permissions;
mod plugins;
mod pocketbase;
mod properties;
pub mod queue;
mod record;
mod register;
mod reply;
mod route;
mod run;
mod scripts;
mod shown;
mod start;
mod unit;
mod veto;
mod watch;

pub use answer::{Incoming, RouteOptions};
pub use console::Line;
pub use events::On;
pub use fault::Diagnostic;
pub use limits::Limits;
pub use manifest::{Manifest, Setting};
pub use permissions::Permissions;
pub use plugins::Plugin;
pub use reply::Reply;
pub use scripts::{Config, LoadReport, Scripts, source};
pub use start::{Running, start};
pub use unit::Source;
