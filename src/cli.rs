//! The commands of `luge`.

pub mod import;
pub mod pocketbase;
