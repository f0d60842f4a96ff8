//! `url`: one web address, whose host may be restricted.

use super::{DomainOptions, Field, FieldType, Options, Surroundings, cast, read::Reader, unmodified};
use crate::error::{FieldErrors, Problem};
use crate::value::Value;
use core::net::{Ipv4Addr, Ipv6Addr};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The schemes that are taken; an address may also have none.
const SCHEMES: &[&str] = &["http", "https", "ftp", "tcp", "udp", "ws", "wss"];

pub(super) static TYPE: FieldType = FieldType { name: "url", parse, write, normalise, modify: unmodified, validate, check: check_options };

fn parse(r: &mut Reader) -> Options {
    Options::Url(DomainOptions::parse(r))
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    if let Options::Url(o) = options {
        o.write(map);
    }
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    Value::Text(Cow::Owned(cast::text(json).into_owned()))
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let Options::Url(o) = &field.options else { return None };
    let text = value.as_text();
    if text.is_empty() {
        return o.required.then(Problem::required);
    }
    if !is_url(text) {
        return Some(Problem::new("validation_invalid_url", "Must be a valid url."));
    }
    (!o.allows(host(text))).then(|| Problem::new("validation_url_domain_not_allowed", "Url domain is not allowed."))
}

fn check_options(field: &Field, _: &Surroundings, errors: &mut FieldErrors) {
    if let Options::Url(o) = &field.options {
        o.check(errors);
    }
}

/// The host with its port; `""` for an address without a scheme, which has no host in the strict sense.
fn host(text: &str) -> &str {
    let Some((_, rest)) = text.split_once("://") else { return "" };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Whether the text is an address as browsers' address bars take them: the scheme may be missing, the host may not.
pub fn is_url(text: &str) -> bool {
    if text.len() <= 3 || 2083 <= text.chars().count() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return false;
    }
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if SCHEMES.contains(&scheme) => rest,
        Some((scheme, _)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => return false,
        _ => text,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let bare = !text.contains(':');
    // Without scheme and port, only a dot tells an address from a word.
    if bare && !text.split(['?', '#']).next().unwrap_or_default().contains('.') {
        return false;
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    is_host(host) && has_valid_escapes(tail.split('?').next().unwrap_or_default())
}

fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    if port.is_some_and(|p| p.is_empty() || 5 < p.len() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    if let Some(v6) = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')) {
        return v6.parse::<Ipv6Addr>().is_ok();
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    name.parse::<Ipv4Addr>().is_ok() || is_name(name)
}

fn is_name(name: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric() || matches!(c, '\u{a1}'..='\u{ffff}');
    let joined = ["..", ".-", "-.", "._", "_."].iter().any(|pair| name.contains(pair));
    name.starts_with(is_end) && name.ends_with(is_end) && !joined && name.chars().all(|c| is_end(c) || "-_.".contains(c))
}

/// Whether each `%` of a path is followed by two hexadecimal digits.
fn has_valid_escapes(path: &str) -> bool {
    let is_hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    let bytes = path.as_bytes();
    path.match_indices('%').all(|(i, _)| is_hex(bytes.get(i + 1)) && is_hex(bytes.get(i + 2)))
}
