//! What may be submitted for a record that can sign in: password with confirmation, old password, email, verified.

use super::passwords::{Known, Need};
use crate::error::{FieldErrors, Problem};
use crate::schema::Record;
use serde_json::{Map, Value as Json};

/// What the form needs to know besides the body.
pub(super) struct Form<'a> {
    pub body: &'a Map<String, Json>,
    pub original: Option<&'a Record>,
    pub record: &'a Record,
    /// Superusers and those who satisfy `manageRule`.
    pub manager: bool,
}

/// The problems of the form. An old password that was not compared yet is added to `needs`.
pub(super) fn check(form: &Form, known: &Known, needs: &mut Vec<Need>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let password = text(form.body, "password");
    let confirm = text(form.body, "passwordConfirm");
    let old = text(form.body, "oldPassword");
    let is_new = form.original.is_none();
    let before = |name: &str| form.original.map(|o| o.get_named(name));
    if !is_new && !form.manager && before("email") != Some(form.record.get_named("email")) {
        errors.add("email", mismatch());
    }
    let was_verified = before("verified").is_some_and(|v| v.is_true());
    if !form.manager && was_verified != form.record.get_named("verified").is_true() {
        errors.add("verified", mismatch());
    }
    if password.is_empty() && (is_new || !confirm.is_empty() || !old.is_empty()) {
        errors.add("password", Problem::required());
    }
    if confirm.is_empty() && (is_new || !password.is_empty() || !old.is_empty()) {
        errors.add("passwordConfirm", Problem::required());
    } else if confirm != password {
        errors.add("passwordConfirm", mismatch());
    }
    if let (Some(original), false) = (form.original, form.manager)
        && (!password.is_empty() || !confirm.is_empty())
    {
        check_old(&old, original, known, needs, &mut errors);
    }
    errors
}

fn check_old(old: &str, original: &Record, known: &Known, needs: &mut Vec<Need>, errors: &mut FieldErrors) {
    if old.is_empty() {
        errors.add("oldPassword", Problem::required());
        return;
    }
    let pair = (old.to_owned(), original.get_named("password").as_text().to_owned());
    match known.verified.get(&pair) {
        Some(true) => {}
        Some(false) => errors.add("oldPassword", Problem::new("validation_invalid_old_password", "Missing or invalid old password.")),
        None => needs.push(Need::Verify(pair.0, pair.1)),
    }
}

fn mismatch() -> Problem {
    Problem::new("validation_values_mismatch", "Values don't match.")
}

/// A body value as text: scalars are taken as they are written.
fn text(body: &Map<String, Json>, name: &str) -> String {
    match body.get(name) {
        Some(Json::String(s)) => s.clone(),
        Some(Json::Number(n)) => n.to_string(),
        Some(Json::Bool(b)) => b.to_string(),
        _ => String::new(),
    }
}
