//! What is not the API.

use crate::http::assets;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

/// The root: one line, so that whoever opens it knows that the server is up.
pub async fn root() -> impl IntoResponse {
    "Luge is running. The dashboard is under /_/ and the API under /api/.\n"
}

/// The dashboard's first page.
pub async fn dashboard(headers: HeaderMap) -> Response {
    assets::at("", &headers)
}

/// A file or a place of the dashboard.
pub async fn inside(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::at(&path, &headers)
}

/// Relative addresses of the page need the slash.
pub async fn to_dashboard() -> Redirect {
    Redirect::permanent("/_/")
}
