//! What handlers ask of a request: who sent it, its parameters, its body.

pub mod ask;
pub mod body;
pub mod form;
pub mod infer;
pub mod multipart;
pub mod params;
pub mod path;
mod strict;

pub use ask::Ask;
pub use body::Submitted;
pub use path::At;
