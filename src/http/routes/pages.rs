//! What is not the API.

use axum::response::IntoResponse;

/// The root: one line, so that whoever opens it knows that the server is up.
pub async fn root() -> impl IntoResponse {
    "Luge is running. The API is under /api/.\n"
}

/// Where the dashboard will be.
pub async fn dashboard() -> impl IntoResponse {
    "The dashboard comes with a later version. Until then use the API, or `luge superuser`, for administration.\n"
}
