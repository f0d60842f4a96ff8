//! The API over HTTP: extractors, routes by area, errors to answers. The only place that knows axum.

mod address;
mod answer;
mod assets;
mod busy;
mod cors;
mod edge;
mod extract;
mod fail;
mod gzip;
mod limits;
mod listing;
mod places;
mod routes;
mod serve;
mod socket;
mod unread;
mod wait;
mod write;

pub use edge::{Behind, Edge, Gate};
pub use fail::Fail;
pub use places::{Places, raise_open_files};
pub use routes::router;
pub use serve::{Server, bind, bind_with};
