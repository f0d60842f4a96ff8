//! What an expression can know of the request: `@request.*` and the time.

use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The request that an expression is evaluated for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// `default`, `expand`, `realtime`, `protectedFile`, `batch`, `oauth2`, `otp` or `password`.
    pub context: &'static str,
    /// The HTTP method.
    pub method: String,
    /// The query parameters.
    pub query: BTreeMap<String, String>,
    /// The headers, in lower case with `_` for `-`.
    pub headers: BTreeMap<String, String>,
    /// The submitted body, after field modifiers were resolved: final values under plain names.
    pub body: Map<String, Json>,
    /// When the request came in, in milliseconds since 1970: what `@now` and its kin say.
    pub now: i64,
}
