//! JSON Web Tokens (HS256). The key is the record's `tokenKey` followed by the secret of its collection, so either one's change ends all tokens.

use super::options;
use crate::error::{Error, Result};
use crate::schema::Record;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// The kind of token that signs its bearer in.
pub const AUTH: &str = "auth";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claims {
    /// The id of the record's collection.
    pub collection_id: String,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// The id of the record.
    pub id: String,
    /// Whether `auth-refresh` gives a new one for it.
    pub refreshable: bool,
    /// What it is good for.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A sign-in token for `record`. `duration` in seconds; `None` takes that of the collection.
pub fn sign(record: &Record, now_millis: i64, duration: Option<i64>, refreshable: bool) -> Result<String> {
    let duration = match duration {
        Some(seconds) => seconds,
        None => options(&record.collection)?.auth_token.duration,
    };
    let claims = Claims {
        collection_id: record.collection.id.clone(),
        exp: (now_millis / 1000).saturating_add(duration),
        id: record.id().to_owned(),
        refreshable,
        kind: AUTH.to_owned(),
    };
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(key(record)?.as_bytes())).map_err(Error::internal)
}

/// What a token says of itself, not proven yet; `None` when it is not a token.
pub fn unproven(token: &str) -> Option<Claims> {
    jsonwebtoken::dangerous::insecure_decode_claims(token).ok()
}

/// Whether the token was signed for `record`, as it is now, and has not ended.
pub fn holds(token: &str, claims: &Claims, record: &Record, now_millis: i64) -> bool {
    let Ok(key) = key(record) else { return false };
    // The end is compared with the server's own clock, which tests set by hand.
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    let signed = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key.as_bytes()), &rules);
    signed.is_ok_and(|t| t.claims == *claims) && now_millis / 1000 < claims.exp
}

/// The key of a record. A record without a `tokenKey` signs nothing.
fn key(record: &Record) -> Result<String> {
    let own = record.get_named("tokenKey");
    let secret = &options(&record.collection)?.auth_token.secret;
    if own.as_text().is_empty() || secret.is_empty() {
        return Err(Error::internal(format!("the record {} has no key to sign with", record.id())));
    }
    Ok(format!("{}{secret}", own.as_text()))
}
