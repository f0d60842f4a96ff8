//! The mails of a new auth collection. `{APP_NAME}`, `{APP_URL}`, `{TOKEN}`, `{OTP}` and `{ALERT_INFO}` are filled in when a mail is sent.

use serde_json::{Value as Json, json};

fn mail(subject: &str, lines: &[&str]) -> Json {
    let body: Vec<String> = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    json!({"subject": subject, "body": body.join("\n")})
}

fn link(path: &str, label: &str) -> String {
    format!("<a href=\"{{APP_URL}}/_/#/auth/{path}/{{TOKEN}}\">{label}</a>")
}

/// Asks a new user to prove the address.
pub fn verification() -> Json {
    let link = link("confirm-verification", "Yes, this is my address");
    mail("{APP_NAME}: please confirm your address", &["Welcome to {APP_NAME}! One step is left:", &link])
}

/// Lets a user choose a new password.
pub fn password_reset() -> Json {
    let link = link("confirm-password-reset", "Choose a new password");
    mail("{APP_NAME}: new password", &["A new password was asked for your account:", &link, "If that was not you, there is nothing to do."])
}

/// Asks a user to prove a new address.
pub fn email_change() -> Json {
    let link = link("confirm-email-change", "Use this address from now on");
    mail("{APP_NAME}: please confirm your new address", &["This address shall replace the one of your account:", &link])
}

/// Carries a one-time password.
pub fn one_time_password() -> Json {
    mail("{APP_NAME}: your code", &["Your code to sign in is <strong>{OTP}</strong>", "If you did not ask for it, there is nothing to do."])
}

/// Tells of a sign-in from an unknown place.
pub fn new_place() -> Json {
    let lines = ["Someone signed in to your account from a new place: {ALERT_INFO}", "If that was not you, change your password now."];
    mail("{APP_NAME}: sign-in from a new place", &lines)
}
