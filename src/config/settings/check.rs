//! What is wrong with settings, with the codes of the wire.

use super::{Backups, Batch, Meta, RateLimits, RateRule, S3, Settings, Smtp, cron};
use crate::error::{FieldErrors, Problem};
use crate::schema::field::{is_email, is_url};
use regex::Regex;
use serde_json::json;
use std::net::IpAddr;
use std::sync::LazyLock;

static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\w+ /[\w/-]*|/[\w/-]*|\w+:\w+|\*:\w+|\w+)$"));
static HOST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9_-]{1,63})*\.?$"));
static COLOUR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are constants, and a test uses each")
}

/// The problems of all groups.
pub fn settings(all: &Settings) -> FieldErrors {
    let mut out = FieldErrors::new();
    out.nest("superuserIPs", networks(&all.superuser_ips));
    out.nest("smtp", smtp(&all.smtp));
    out.nest("backups", backups(&all.backups));
    out.nest("s3", s3(&all.s3));
    out.nest("meta", meta(&all.meta));
    out.nest("rateLimits", rate_limits(&all.rate_limits));
    out.nest("batch", batch(&all.batch));
    let mut logs = FieldErrors::new();
    at_least(&mut logs, "maxDays", all.logs.max_days, 0, false);
    at_least(&mut logs, "maxDataSize", all.logs.max_data_size, 0, false);
    out.nest("logs", logs);
    out.nest("realtime", all.realtime.problems());
    out
}

fn meta(meta: &Meta) -> FieldErrors {
    let mut out = FieldErrors::new();
    let colour = &meta.accent_color;
    if !colour.is_empty() && colour.chars().count() != 7 {
        let problem = Problem::new("validation_length_invalid", "The length must be exactly 7.");
        out.add("accentColor", problem.with(json!({"max": 7, "min": 7})));
    } else if !colour.is_empty() && !COLOUR.is_match(colour) {
        out.add("accentColor", Problem::new("validation_is_hex_color", "Must be a valid hexadecimal color code."));
    }
    for (name, text) in [("appName", &meta.app_name), ("senderName", &meta.sender_name)] {
        required(&mut out, name, text, true);
        if 255 < text.chars().count() {
            let problem = Problem::new("validation_length_out_of_range", "The length must be between 1 and 255.");
            out.add(name, problem.with(json!({"max": 255, "min": 1})));
        }
    }
    required(&mut out, "appURL", &meta.app_url, true);
    url(&mut out, "appURL", &meta.app_url);
    required(&mut out, "senderAddress", &meta.sender_address, true);
    if !is_email(&meta.sender_address) {
        out.add("senderAddress", Problem::new("validation_is_email", "Must be a valid email address."));
    }
    out
}

fn smtp(smtp: &Smtp) -> FieldErrors {
    let mut out = FieldErrors::new();
    required(&mut out, "host", &smtp.host, smtp.enabled);
    host(&mut out, "host", &smtp.host);
    at_least(&mut out, "port", smtp.port, 0, smtp.enabled);
    one_of(&mut out, "authMethod", &smtp.auth_method, &["LOGIN", "PLAIN"]);
    host(&mut out, "localName", &smtp.local_name);
    out
}

fn s3(s3: &S3) -> FieldErrors {
    let mut out = FieldErrors::new();
    let texts =
        [("endpoint", &s3.endpoint), ("bucket", &s3.bucket), ("region", &s3.region), ("accessKey", &s3.access_key), ("secret", &s3.secret)];
    for (name, text) in texts {
        required(&mut out, name, text, s3.enabled);
    }
    url(&mut out, "endpoint", &s3.endpoint);
    out
}

fn backups(backups: &Backups) -> FieldErrors {
    let mut out = FieldErrors::new();
    out.nest("s3", s3(&backups.s3));
    if let Err(reason) = cron::check(&backups.cron) {
        out.add("cron", Problem::new("validation_invalid_cron", reason));
    }
    let on = !backups.cron.is_empty();
    if on || backups.cron_max_keep != 0 {
        at_least(&mut out, "cronMaxKeep", backups.cron_max_keep, 1, on);
    }
    out
}

fn batch(batch: &Batch) -> FieldErrors {
    let mut out = FieldErrors::new();
    at_least(&mut out, "maxRequests", batch.max_requests, 0, batch.enabled);
    at_least(&mut out, "timeout", batch.timeout, 0, batch.enabled);
    at_least(&mut out, "maxBodySize", batch.max_body_size, 0, false);
    out
}

fn rate_limits(limits: &RateLimits) -> FieldErrors {
    let mut out = FieldErrors::new();
    if limits.enabled && limits.rules.is_empty() {
        out.add("rules", Problem::required());
    }
    let mut rules = FieldErrors::new();
    for (i, rule) in limits.rules.iter().enumerate() {
        rules.nest(&i.to_string(), rate_rule(rule));
    }
    if rules.is_empty() {
        rules = conflicts(&limits.rules);
    }
    out.nest("rules", rules);
    out.nest("excludedIPs", networks(&limits.excluded_ips));
    out
}

fn rate_rule(rule: &RateRule) -> FieldErrors {
    let mut out = FieldErrors::new();
    required(&mut out, "label", &rule.label, true);
    if !LABEL.is_match(&rule.label) {
        out.add("label", Problem::new("validation_match_invalid", "Must be in a valid format."));
    }
    at_least(&mut out, "maxRequests", rule.max_requests, 1, true);
    at_least(&mut out, "duration", rule.duration, 1, true);
    one_of(&mut out, "audience", &rule.audience, &["@guest", "@auth"]);
    out
}

/// A rule must not be the beginning of another one for the same audience, or it would hide it.
fn conflicts(rules: &[RateRule]) -> FieldErrors {
    let keys: Vec<String> = rules.iter().map(|r| format!("{}@@{}", r.label, r.audience)).collect();
    let hides = |i: usize| keys[..i].iter().any(|k| k.starts_with(&keys[i]) || keys[i].starts_with(k.as_str()));
    let mut out = FieldErrors::new();
    if let Some(i) = (0..keys.len()).find(|i| hides(*i)) {
        let label = &rules[i].label;
        let message = format!("Rate limit rule configuration with label {label} already exists or conflicts with another rule.");
        let problem = Problem::new("validation_conflicting_rate_limit_rule", message).with(json!({"label": label}));
        out.nest(&i.to_string(), FieldErrors::one("label", problem));
    }
    out
}

fn networks(list: &[String]) -> FieldErrors {
    let mut out = FieldErrors::new();
    for (i, text) in list.iter().enumerate() {
        required(&mut out, &i.to_string(), text, true);
        if !is_network(text) {
            out.add(&i.to_string(), Problem::new("validation_invlaid_ip_or_subnet", "Invalid IP or CIDR subnet."));
        }
    }
    out
}

fn is_network(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<IpAddr>().is_ok(),
        Some((ip, bits)) => {
            let max = ip.parse::<IpAddr>().map(|ip| if ip.is_ipv4() { 32 } else { 128 });
            max.is_ok_and(|max| bits.parse::<u8>().is_ok_and(|bits| bits <= max))
        }
    }
}

fn required(out: &mut FieldErrors, name: &str, text: &str, needed: bool) {
    if needed && text.is_empty() {
        out.add(name, Problem::required());
    }
}

fn at_least(out: &mut FieldErrors, name: &str, number: i64, least: i64, needed: bool) {
    if needed && number == 0 {
        out.add(name, Problem::required());
    } else if number < least {
        let problem = Problem::new("validation_min_greater_equal_than_required", format!("Must be no less than {least}."));
        out.add(name, problem.with(json!({"threshold": least})));
    }
}

fn one_of(out: &mut FieldErrors, name: &str, text: &str, allowed: &[&str]) {
    if !text.is_empty() && !allowed.contains(&text) {
        out.add(name, Problem::new("validation_in_invalid", "Must be a valid value."));
    }
}

fn host(out: &mut FieldErrors, name: &str, text: &str) {
    if !text.is_empty() && !HOST.is_match(text) && text.parse::<IpAddr>().is_err() {
        out.add(name, Problem::new("validation_is_host", "Must be a valid IP address or DNS name."));
    }
}

fn url(out: &mut FieldErrors, name: &str, text: &str) {
    if !text.is_empty() && !is_url(text) {
        out.add(name, Problem::new("validation_is_url", "Must be a valid URL."));
    }
}
