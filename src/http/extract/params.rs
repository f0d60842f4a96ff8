//! Query parameters: the first value of each name.

use axum::http::Uri;
use std::collections::BTreeMap;

/// The parameters of an address; what cannot be decoded becomes the replacement character. Without a query nothing is allocated.
pub fn of(uri: &Uri) -> BTreeMap<String, String> {
    parse(uri.query().unwrap_or_default())
}

/// The parameters of a query string.
pub fn parse(query: &str) -> BTreeMap<String, String> {
    let mut params = BTreeMap::new();
    if query.is_empty() {
        return params;
    }
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        params.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    params
}
