//! Reading: what a `View` sees, who may see it, how a list is planned, and how a record is rendered for one reader.

pub mod authority;
pub mod overlay;
pub mod row;
pub mod view;
pub mod cache;

pub use authority::Authority;
pub use cache::RuleCache;
pub use overlay::Overlay;
pub use row::{Row, Stored};
pub use view::View;
