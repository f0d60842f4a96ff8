//! The options of an auth collection as JSON: their shape, their defaults, and how a body is merged into them.

mod check;
mod merge;
mod templates;

pub use check::{check, drop_missing_mappings};

use super::collection::{AuthOptions, TokenOptions};
use crate::id;
use merge::Want::{Any, Bool, Int, MaybeBool, MaybeText, Object, Providers, Text, Texts};
use merge::{Keys, merge};
use serde_json::{Map, Value as Json, json};

const TEMPLATE: Keys = &[("subject", Text), ("body", Text)];
const TOKEN: Keys = &[("secret", Text), ("duration", Int)];
const MAPPED: Keys = &[("id", Text), ("name", Text), ("username", Text), ("avatarURL", Text)];
const PROVIDER: Keys = &[
    ("pkce", MaybeBool),
    ("name", Text),
    ("clientId", Text),
    ("clientSecret", Text),
    ("authURL", Text),
    ("tokenURL", Text),
    ("userInfoURL", Text),
    ("displayName", Text),
    ("extra", Any),
];

/// All keys with their types, in the order of the wire.
const OPTIONS: Keys = &[
    ("authRule", MaybeText),
    ("manageRule", MaybeText),
    ("authAlert", Object(&[("enabled", Bool), ("emailTemplate", Object(TEMPLATE))])),
    ("oauth2", Object(&[("providers", Providers(PROVIDER)), ("mappedFields", Object(MAPPED)), ("enabled", Bool)])),
    ("passwordAuth", Object(&[("enabled", Bool), ("identityFields", Texts)])),
    ("mfa", Object(&[("enabled", Bool), ("duration", Int), ("rule", Text)])),
    ("otp", Object(&[("enabled", Bool), ("duration", Int), ("length", Int), ("emailTemplate", Object(TEMPLATE))])),
    ("authToken", Object(TOKEN)),
    ("passwordResetToken", Object(TOKEN)),
    ("emailChangeToken", Object(TOKEN)),
    ("verificationToken", Object(TOKEN)),
    ("fileToken", Object(TOKEN)),
    ("verificationTemplate", Object(TEMPLATE)),
    ("resetPasswordTemplate", Object(TEMPLATE)),
    ("confirmEmailChangeTemplate", Object(TEMPLATE)),
];

/// The keys of the wire, in its order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().map(|(key, _)| *key)
}

/// The options that a new auth collection has, with fresh secrets.
pub fn defaults() -> AuthOptions {
    let token = |duration| TokenOptions { secret: id::secret(50), duration };
    AuthOptions {
        auth_rule: Some(String::new()),
        manage_rule: None,
        password_enabled: true,
        identity_fields: vec!["email".into()],
        mfa: json!({"enabled": false, "duration": 600, "rule": ""}),
        otp: json!({"enabled": false, "duration": 180, "length": 8, "emailTemplate": templates::one_time_password()}),
        oauth2: json!({
            "enabled": false,
            "providers": [],
            "mappedFields": {"id": "", "name": "", "username": "", "avatarURL": ""},
        }),
        auth_alert: json!({"enabled": true, "emailTemplate": templates::new_place()}),
        auth_token: token(432_000),
        password_reset_token: token(1800),
        email_change_token: token(1800),
        verification_token: token(86_400),
        file_token: token(180),
        verification_template: templates::verification(),
        reset_password_template: templates::password_reset(),
        confirm_email_change_template: templates::email_change(),
    }
}

/// The options that a body would fill if nothing were there before.
pub fn empty() -> AuthOptions {
    from_json(&Map::new())
}

/// All options as one object, secrets included.
pub fn to_json(o: &AuthOptions) -> Map<String, Json> {
    let token = |t: &TokenOptions| json!({"secret": t.secret, "duration": t.duration});
    let json = json!({
        "authRule": o.auth_rule,
        "manageRule": o.manage_rule,
        "authAlert": o.auth_alert,
        "oauth2": o.oauth2,
        "passwordAuth": {"enabled": o.password_enabled, "identityFields": o.identity_fields},
        "mfa": o.mfa,
        "otp": o.otp,
        "authToken": token(&o.auth_token),
        "passwordResetToken": token(&o.password_reset_token),
        "emailChangeToken": token(&o.email_change_token),
        "verificationToken": token(&o.verification_token),
        "fileToken": token(&o.file_token),
        "verificationTemplate": o.verification_template,
        "resetPasswordTemplate": o.reset_password_template,
        "confirmEmailChangeTemplate": o.confirm_email_change_template,
    });
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

/// The same object without what must never leave the server.
pub fn without_secrets(mut map: Map<String, Json>) -> Map<String, Json> {
    for (key, want) in OPTIONS {
        if let (Object(TOKEN), Some(Json::Object(token))) = (want, map.get_mut(*key)) {
            token.remove("secret");
        }
    }
    let providers = map.get_mut("oauth2").and_then(|o| o.get_mut("providers")).and_then(Json::as_array_mut);
    for provider in providers.into_iter().flatten().filter_map(Json::as_object_mut) {
        provider.remove("clientSecret");
    }
    map
}

/// The options of an object that has the right types; what is missing is zero.
pub fn from_json(map: &Map<String, Json>) -> AuthOptions {
    let mut whole = merge::zero_of(OPTIONS);
    // What the server stored itself has the right types; a key that has not is left at zero.
    for (key, value) in map {
        let want = OPTIONS.iter().find(|(k, _)| k == key).map(|(_, want)| want);
        if let (Some(want), Some(target)) = (want, whole.get_mut(key)) {
            let _ = merge(target, value, want);
        }
    }
    let mut take = |key: &str| whole.get_mut(key).map(Json::take).unwrap_or_default();
    let text = |json: Json| json.as_str().map(str::to_owned);
    let token = |json: Json| TokenOptions {
        secret: json["secret"].as_str().unwrap_or_default().to_owned(),
        duration: json["duration"].as_i64().unwrap_or_default(),
    };
    let password = take("passwordAuth");
    AuthOptions {
        auth_rule: text(take("authRule")),
        manage_rule: text(take("manageRule")),
        password_enabled: password["enabled"] == true,
        identity_fields: super::field::read::texts(&password["identityFields"]).unwrap_or_default(),
        mfa: take("mfa"),
        otp: take("otp"),
        oauth2: take("oauth2"),
        auth_alert: take("authAlert"),
        auth_token: token(take("authToken")),
        password_reset_token: token(take("passwordResetToken")),
        email_change_token: token(take("emailChangeToken")),
        verification_token: token(take("verificationToken")),
        file_token: token(take("fileToken")),
        verification_template: take("verificationTemplate"),
        reset_password_template: take("resetPasswordTemplate"),
        confirm_email_change_template: take("confirmEmailChangeTemplate"),
    }
}

/// The options with the keys of a body put over them; `None` when one has the wrong type. Objects are merged key by key.
pub fn merged(options: &AuthOptions, body: &Map<String, Json>) -> Option<AuthOptions> {
    let mut whole = to_json(options);
    for (key, want) in OPTIONS {
        if let (Some(value), Some(target)) = (body.get(*key), whole.get_mut(*key)) {
            merge(target, value, want)?;
        }
    }
    Some(from_json(&whole))
}
