//! The variable parts of a path. What cannot be decoded names nothing, so it is a 404.

use crate::error::{Code, Error};
use crate::http::fail::Fail;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The variable parts, as a `String` or a tuple of them.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fail> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(found)) => Ok(At(found)),
            Err(e) => Err(Fail(Error::of(Code::NotFound).because(e))),
        }
    }
}
