//! What is wrong with the options of an auth collection.

use super::to_json;
use crate::error::{FieldErrors, Problem};
use crate::schema::{AuthOptions, Collection, check, field, index};
use serde_json::{Value as Json, json};

/// The sign-in providers that may be configured.
const PROVIDERS: &[&str] = &[
    "apple",
    "google",
    "microsoft",
    "yandex",
    "facebook",
    "instagram2",
    "github",
    "gitlab",
    "bitbucket",
    "gitee",
    "gitea",
    "discord",
    "twitter",
    "kakao",
    "vk",
    "linear",
    "notion",
    "monday",
    "lark",
    "box",
    "spotify",
    "trakt",
    "twitch",
    "patreon",
    "strava",
    "wakatime",
    "livechat",
    "mailcow",
    "planningcenter",
    "oidc",
    "oidc2",
    "oidc3",
];

/// Names of mapped fields that are gone are forgotten.
pub fn drop_missing_mappings(collection: &mut Collection) {
    let names: Vec<String> = collection.fields.iter().map(|f| f.name.clone()).collect();
    let mapped = collection.auth.as_mut().and_then(|o| o.oauth2.get_mut("mappedFields")).and_then(Json::as_object_mut);
    for (_, name) in mapped.into_iter().flatten() {
        if name.as_str().is_some_and(|n| !names.iter().any(|known| known == n)) {
            *name = json!("");
        }
    }
}

/// All problems. `bad_rule` says what is wrong with a rule under its key of the wire.
pub fn check(collection: &Collection, statements: &[String], bad_rule: &dyn Fn(&str, Option<&str>) -> Option<Problem>) -> FieldErrors {
    let Some(o) = &collection.auth else { return FieldErrors::new() };
    let errors = each_option(o, bad_rule);
    if errors.is_empty() { together(o, collection, statements, bad_rule) } else { errors }
}

fn each_option(o: &AuthOptions, bad_rule: &dyn Fn(&str, Option<&str>) -> Option<Problem>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let mut note = |key: &str, problem: Option<Problem>| problem.into_iter().for_each(|p| errors.add(key, p));
    note("authRule", bad_rule("authRule", o.auth_rule.as_deref()));
    let empty = o.manage_rule.as_deref() == Some("");
    let blank = || Problem::new("validation_nil_or_not_empty_required", "Cannot be blank.");
    note("manageRule", empty.then(blank).or_else(|| bad_rule("manageRule", o.manage_rule.as_deref())));
    let json = to_json(o);
    for key in ["verificationTemplate", "resetPasswordTemplate", "confirmEmailChangeTemplate"] {
        errors.nest(key, template(&json[key]));
    }
    for key in ["authToken", "passwordResetToken", "emailChangeToken", "verificationToken", "fileToken"] {
        errors.nest(key, token(&json[key]));
    }
    errors.nest("authAlert", nested("emailTemplate", template(&o.auth_alert["emailTemplate"])));
    errors.nest("otp", otp(&o.otp));
    if o.password_enabled && o.identity_fields.is_empty() {
        errors.nest("passwordAuth", FieldErrors::one("identityFields", Problem::required()));
    }
    if o.oauth2["enabled"] == true {
        errors.nest("oauth2", nested("providers", providers(&o.oauth2["providers"])));
    }
    if o.mfa["enabled"] == true {
        errors.nest("mfa", all([("duration", limited(&o.mfa["duration"], 10, 86_400))]));
    }
    errors
}

/// What can only be judged once each option is right by itself.
fn together(
    o: &AuthOptions,
    collection: &Collection,
    statements: &[String],
    bad_rule: &dyn Fn(&str, Option<&str>) -> Option<Problem>,
) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if o.mfa["enabled"] == true {
        let methods = [o.password_enabled, o.oauth2["enabled"] == true, o.otp["enabled"] == true];
        if methods.iter().filter(|on| **on).count() < 2 {
            let problem = Problem::new("validation_mfa_not_enough_auths", "MFA requires at least 2 auth methods to be enabled.");
            errors.nest("mfa", FieldErrors::one("enabled", problem));
            return errors;
        }
        if let Some(problem) = o.mfa["rule"].as_str().filter(|r| !r.is_empty()).and_then(|r| bad_rule("mfa", Some(r))) {
            errors.nest("mfa", FieldErrors::one("rule", problem));
            return errors;
        }
    }
    let unfit = || o.identity_fields.iter().find_map(|name| unfit_identity(name, collection, statements));
    if let Some(problem) = o.password_enabled.then(unfit).flatten() {
        errors.nest("passwordAuth", FieldErrors::one("identityFields", problem));
    }
    errors
}

/// An identity must find one record at most.
fn unfit_identity(name: &str, collection: &Collection, statements: &[String]) -> Option<Problem> {
    if collection.field(name).is_none() {
        return Some(check::limit("validation_missing_field", "Invalid or missing field {}.", "fieldName", json!(name)));
    }
    let message = "The field {} doesn't have a UNIQUE constraint.";
    let unique = index::single_unique(statements, name).is_some();
    (!unique).then(|| check::limit("validation_missing_unique_constraint", message, "fieldName", json!(name)))
}

fn all<const N: usize>(problems: [(&str, Option<Problem>); N]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (name, problem) in problems {
        problem.into_iter().for_each(|p| errors.add(name, p));
    }
    errors
}

fn nested(name: &str, inner: FieldErrors) -> FieldErrors {
    let mut errors = FieldErrors::new();
    errors.nest(name, inner);
    errors
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

fn limited(json: &Json, min: i64, max: i64) -> Option<Problem> {
    match json.as_i64().unwrap_or_default() {
        0 => Some(Problem::required()),
        n => check::between(n, min, max),
    }
}

fn template(json: &Json) -> FieldErrors {
    all([("subject", check::filled(text(json, "subject"))), ("body", check::filled(text(json, "body")))])
}

fn token(json: &Json) -> FieldErrors {
    let secret = text(json, "secret");
    let secret = check::filled(secret).or_else(|| check::length(secret, 30, 255));
    all([("secret", secret), ("duration", limited(&json["duration"], 10, 94_670_856))])
}

fn otp(json: &Json) -> FieldErrors {
    let mut errors = nested("emailTemplate", template(&json["emailTemplate"]));
    if json["enabled"] == true {
        let length = limited(&json["length"], 4, i64::MAX);
        errors.merge(all([("duration", limited(&json["duration"], 10, 86_400)), ("length", length)]));
    }
    errors
}

fn providers(json: &Json) -> FieldErrors {
    let list = json.as_array().map(Vec::as_slice).unwrap_or_default();
    let name_of = |i: usize| text(&list[i], "name");
    let repeated = (0..list.len()).find(|i| !name_of(*i).is_empty() && (0..*i).any(|before| name_of(before) == name_of(*i)));
    if let Some(i) = repeated {
        let message = "The provider {} is already registered.";
        let problem = check::limit("validation_duplicated_provider", message, "name", json!(name_of(i)));
        return nested(&i.to_string(), FieldErrors::one("name", problem));
    }
    let mut errors = FieldErrors::new();
    for (i, item) in list.iter().enumerate() {
        errors.nest(&i.to_string(), provider(item));
    }
    errors
}

fn provider(json: &Json) -> FieldErrors {
    let name = text(json, "name");
    let message = "Invalid or missing provider with name {}.";
    let unknown = || {
        let known = PROVIDERS.contains(&name);
        (!known).then(|| check::limit("validation_missing_provider", message, "name", json!(name)))
    };
    let address = |key: &str| {
        let url = text(json, key);
        (!url.is_empty() && !field::is_url(url)).then(|| Problem::new("validation_is_url", "Must be a valid URL."))
    };
    all([
        ("name", check::filled(name).or_else(unknown)),
        ("clientId", check::filled(text(json, "clientId"))),
        ("clientSecret", check::filled(text(json, "clientSecret"))),
        ("authURL", address("authURL")),
        ("tokenURL", address("tokenURL")),
        ("userInfoURL", address("userInfoURL")),
    ])
}
