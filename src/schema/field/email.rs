//! `email`: one address, whose domain may be restricted; and the restrictions that `url` shares.

use super::{Field, FieldType, Options, Surroundings, cast, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::schema::check;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// Options of `email` and `url`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DomainOptions {
    /// Domains that are refused.
    pub except_domains: Vec<String>,
    /// The only domains that are taken; empty is all.
    pub only_domains: Vec<String>,
    /// Whether `""` is refused.
    pub required: bool,
}

impl DomainOptions {
    pub(super) fn parse(r: &mut Reader) -> Self {
        let (except_domains, only_domains) = (r.texts("exceptDomains"), r.texts("onlyDomains"));
        DomainOptions { except_domains, only_domains, required: r.bool("required") }
    }

    pub(super) fn write(&self, map: &mut Map<String, Json>) {
        map.insert("exceptDomains".into(), json!(self.except_domains));
        map.insert("onlyDomains".into(), json!(self.only_domains));
        map.insert("required".into(), json!(self.required));
    }

    pub(super) fn allows(&self, domain: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|d| d == domain);
        (self.only_domains.is_empty() || listed(&self.only_domains)) && !listed(&self.except_domains)
    }

    /// Only one of the two lists may be used, and it must hold domains.
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        let lists =
            [("exceptDomains", &self.except_domains, &self.only_domains), ("onlyDomains", &self.only_domains, &self.except_domains)];
        for (name, list, other) in lists {
            if !other.is_empty() {
                if !list.is_empty() {
                    errors.add(name, check::must_be_blank());
                }
                continue;
            }
            let mut inner = FieldErrors::new();
            for (i, _) in list.iter().enumerate().filter(|(_, d)| !d.is_empty() && !is_domain(d)) {
                inner.add(&i.to_string(), Problem::new("validation_is_domain", "Must be a valid domain."));
            }
            errors.nest(name, inner);
        }
    }
}

pub(super) static TYPE: FieldType =
    FieldType { name: "email", parse, write, normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Email(DomainOptions::parse(r))
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    if let Options::Email(o) = options {
        o.write(map);
    }
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Text(Cow::Owned(cast::text(json).into_owned()))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Email(o) = &field.options else { return None };
    let text = value.as_text();
    if text.is_empty() {
        return o.required.then(Problem::required);
    }
    let Some((_, domain)) = text.rsplit_once('@').filter(|_| is_email(text)) else {
        return Some(Problem::new("validation_is_email", "Must be a valid email address."));
    };
    (!o.allows(domain)).then(|| Problem::new("validation_email_domain_not_allowed", "Email domain is not allowed."))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    if let Options::Email(o) = &field.options {
        o.check(errors);
    }
}

/// Whether the text looks like an address: dot-separated words, `@`, and a domain whose last part has letters at its ends.
pub fn is_email(text: &str) -> bool {
    // Encoded words (`=?…?=`) would be decoded by mail programs into another address.
    if text.contains("=?") && text.contains("?=") {
        return false;
    }
    let Some((user, domain)) = text.split_once('@') else { return false };
    let Some((labels, last)) = domain.strip_suffix('.').unwrap_or(domain).rsplit_once('.') else { return false };
    let is_user = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_foreign(c);
    let is_letter = |c: char| c.is_ascii_alphabetic() || is_foreign(c);
    let is_end = |c: char| c.is_ascii_digit() || is_letter(c);
    let enclosed = |s: &str, is_end: &dyn Fn(char) -> bool, dots: bool| {
        s.starts_with(is_end)
            && s.ends_with(is_end)
            && s.chars().all(|c| c.is_ascii_alphanumeric() || is_foreign(c) || "-_~".contains(c) || dots && c == '.')
    };
    user.split('.').all(|word| !word.is_empty() && word.chars().all(is_user))
        && enclosed(labels, &is_end, true)
        && enclosed(last, &is_letter, false)
}

/// Letters beyond ASCII, as far as addresses take them.
fn is_foreign(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
}

fn is_domain(text: &str) -> bool {
    let Some((labels, last)) = text.rsplit_once('.') else { return false };
    let is_label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.starts_with(|c: char| c.is_ascii_alphanumeric())
            && l.ends_with(|c: char| c.is_ascii_alphanumeric())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_top = (1..=63).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_alphabetic());
    text.len() <= 255 && is_top && labels.split('.').all(is_label)
}
