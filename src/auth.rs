//! Who is asking: tokens, the ways to sign in, superusers.

pub mod grant;
pub mod methods;
pub mod password;
pub mod providers;
pub mod setup;
pub mod superuser;
pub mod throttle;
pub mod token;
pub mod verified;

pub use grant::Grant;
pub use methods::METHODS;
pub use setup::Setup;
pub use throttle::Throttle;
pub use token::Claims;
pub use verified::{Session, Verified};

use crate::error::{Code, Error, Result};
use crate::query::View;
use crate::schema::{AuthOptions, Collection};
use std::sync::Arc;

/// The auth collection with this id or name, or the 404 of the wire.
pub fn collection<'v>(view: &'v View, id_or_name: &str) -> Result<&'v Arc<Collection>> {
    let not_found = |message| Error::new(Code::NotFound, message);
    let found = view.collection(id_or_name).map_err(|_| not_found("Missing or invalid collection context."))?;
    match &found.auth {
        Some(_) if found.is_auth() => Ok(found),
        _ => Err(not_found("Missing or invalid auth collection context.")),
    }
}

/// The options of an auth collection.
fn options(collection: &Collection) -> Result<&AuthOptions> {
    collection.auth.as_deref().ok_or_else(|| Error::new(Code::NotFound, "Missing or invalid auth collection context."))
}
