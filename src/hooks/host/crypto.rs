//! `crypto::…`: hashes, signatures, random texts, tokens, and a comparison that takes the same time for all texts.

use super::Part;
use crate::error::Error;
use crate::hooks::call;
use crate::hooks::convert;
use crate::hooks::fault::{Thrown, refuse, throw};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rhai::{Blob, Dynamic, Engine, Map};
use serde_json::{Map as JsonMap, Value as Json};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unknown(algorithm: &str) -> Box<rhai::EvalAltResult> {
    refuse(format!("{algorithm:?} is no algorithm: sha256, sha512"))
}

fn hash(algorithm: &str, text: &str) -> Thrown<String> {
    match algorithm {
        "sha256" => Ok(hex(&Sha256::digest(text.as_bytes()))),
        "sha512" => Ok(hex(&Sha512::digest(text.as_bytes()))),
        other => Err(unknown(other)),
    }
}

fn signed(algorithm: &str, key: &[u8], text: &str) -> Thrown<Vec<u8>> {
    match algorithm {
        "sha256" => {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|e| throw(Error::internal(e)))?;
            mac.update(text.as_bytes());
            Ok(mac.finalize().into_bytes().to_vec())
        }
        "sha512" => {
            let mut mac = Hmac::<Sha512>::new_from_slice(key).map_err(|e| throw(Error::internal(e)))?;
            mac.update(text.as_bytes());
            Ok(mac.finalize().into_bytes().to_vec())
        }
        other => Err(unknown(other)),
    }
}

fn random(length: i64) -> Thrown<String> {
    match usize::try_from(length) {
        Ok(length) if length <= 10_000 => Ok(crate::id::secret(length)),
        _ => Err(refuse("A random text has 0 to 10000 characters")),
    }
}

fn bytes(text: &str) -> Thrown<Blob> {
    STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).map_err(|_| refuse("This is not base64"))
}

fn decode(text: &str) -> Thrown<String> {
    String::from_utf8(bytes(text)?).map_err(|_| refuse("What is inside is not text"))
}

fn sign(claims: &Map, key: &str, seconds: i64) -> Thrown<String> {
    let mut claims = convert::object(claims);
    let now = call::current()?.now()? / 1000;
    claims.insert("exp".into(), now.saturating_add(seconds).into());
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(key.as_bytes())).map_err(|e| throw(Error::internal(e)))
}

/// What a token says, when it was signed with the key and has not ended; else nothing.
fn verify(token: &str, key: &str) -> Thrown<Dynamic> {
    let mut rules = Validation::new(Algorithm::HS256);
    // The end is compared with the server's own clock.
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    rules.validate_aud = false;
    let now = call::current()?.now()? / 1000;
    let read = jsonwebtoken::decode::<JsonMap<String, Json>>(token, &DecodingKey::from_secret(key.as_bytes()), &rules);
    let claims = read.ok().map(|t| t.claims).filter(|c| c.get("exp").and_then(Json::as_i64).is_none_or(|exp| now < exp));
    Ok(claims.map_or(Dynamic::UNIT, |c| convert::from_json(&Json::Object(c))))
}

/// The module `crypto`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("hash", hash);
    // Keys that were drawn at random are seldom text: those come as bytes.
    m.add("hmac", |algorithm: &str, key: &str, text: &str| signed(algorithm, key.as_bytes(), text).map(|b| hex(&b)));
    m.add("hmac", |algorithm: &str, key: Blob, text: &str| signed(algorithm, &key, text).map(|b| hex(&b)));
    m.add("hmac_base64", |algorithm: &str, key: &str, text: &str| signed(algorithm, key.as_bytes(), text).map(|b| STANDARD.encode(b)));
    m.add("hmac_base64", |algorithm: &str, key: Blob, text: &str| signed(algorithm, &key, text).map(|b| STANDARD.encode(b)));
    m.add("equal", |a: &str, b: &str| bool::from(a.as_bytes().ct_eq(b.as_bytes())));
    m.add("random", random);
    m.add("base64_encode", |text: &str| STANDARD.encode(text));
    m.add("base64_decode", decode);
    m.add("base64_bytes", bytes);
    m.add("jwt_sign", |claims: Map, key: &str, seconds: i64| sign(&claims, key, seconds));
    m.add("jwt_verify", verify);
    m.publish(engine, "crypto");
}
