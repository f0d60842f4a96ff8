//! The ways to sign in, and what `auth-methods` says of them.

use super::options;
use crate::error::Result;
use crate::schema::{AuthOptions, Collection};
use serde_json::{Value as Json, json};

/// A way to sign in.
pub struct Method {
    /// Its key in the answer of `auth-methods`.
    pub name: &'static str,
    /// What the answer says of it.
    pub describe: fn(&AuthOptions) -> Json,
}

/// All ways to sign in. One that does not work yet says that it is off, whatever the collection asks for.
pub const METHODS: &[Method] = &[
    Method { name: "password", describe: |o| json!({"enabled": o.password_enabled, "identityFields": identity_fields(o)}) },
    Method { name: "oauth2", describe: |_| json!({"enabled": false, "providers": []}) },
    Method { name: "mfa", describe: |_| json!({"enabled": false, "duration": 0}) },
    Method { name: "otp", describe: |_| json!({"enabled": false, "duration": 0}) },
];

/// The answer of `auth-methods`, with the keys that clients before 0.23 read.
pub fn describe(collection: &Collection) -> Result<Json> {
    let options = options(collection)?;
    let has = |name: &str| identity_fields(options).iter().any(|f| f == name);
    let mut out = json!({"authProviders": [], "emailPassword": has("email"), "usernamePassword": has("username")});
    for method in METHODS {
        out[method.name] = (method.describe)(options);
    }
    Ok(out)
}

fn identity_fields(options: &AuthOptions) -> &[String] {
    if options.password_enabled { &options.identity_fields } else { &[] }
}
