//! `http::get(…)` and its kin: calls to other servers, by permission, with limits.

use super::Part;
use super::outbound::{Answer, Call};
use super::time::span;
use crate::error::{Code, Error};
use crate::hooks::call;
use crate::hooks::convert;
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::value::json;
use rhai::{Dynamic, Engine, Map};
use serde_json::Value as Json;
use std::time::Duration;

/// How long a call may take when it says nothing else.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of an answer: what is taken when a call says nothing, and what it can ask for.
const SIZE: (usize, usize) = (1 << 20, 16 << 20);

fn send(method: &str, url: &str, options: &Map) -> Thrown<Dynamic> {
    let running = call::current()?;
    running.outside("http")?;
    // An address is not repeated in errors: those of some services hold a secret.
    let uri: hyper::Uri = url.parse().map_err(|e| throw(Error::bad_request(format!("The address cannot be read: {e}"))))?;
    let (host, port) = Call::target(&uri).map_err(throw)?;
    let private = running.unit.source.permissions.host(&host, port).map_err(|why| throw(Error::new(Code::Forbidden, why)))?;
    let timeout = options.get("timeout").map_or(Ok(TIMEOUT), span)?;
    let wanted = options.get("max").and_then(|m| m.as_int().ok()).and_then(|m| usize::try_from(m).ok());
    let (headers, body) = content(options)?;
    let max = wanted.unwrap_or(SIZE.0).min(SIZE.1);
    let call = Call { method: method.to_ascii_uppercase(), uri, headers, body, timeout, max, private };
    let answer = running.wait("The call", call.send())?.map_err(throw)?;
    Ok(shown(&answer))
}

/// Names and values.
type Headers = Vec<(String, String)>;

/// Headers and body: `headers`, and one of `json`, `form`, `body`.
fn content(options: &Map) -> Thrown<(Headers, Vec<u8>)> {
    let mut headers = Vec::new();
    if let Some(given) = options.get("headers") {
        let map = given.as_map_ref().map_err(|_| refuse("headers is a map"))?;
        headers.extend(map.iter().map(|(k, v)| (k.to_string(), v.to_string())));
    }
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let mut typed = |name: &str| {
        if !named {
            headers.push(("content-type".to_owned(), name.to_owned()));
        }
    };
    let body = if let Some(value) = options.get("json") {
        typed("application/json");
        json::canonical(&convert::to_json(value)).into_bytes()
    } else if let Some(form) = options.get("form") {
        typed("application/x-www-form-urlencoded");
        let map = form.as_map_ref().map_err(|_| refuse("form is a map"))?;
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(map.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        pairs.finish().into_bytes()
    } else {
        options.get("body").map(|b| b.to_string().into_bytes()).unwrap_or_default()
    };
    Ok((headers, body))
}

fn shown(answer: &Answer) -> Dynamic {
    let mut map = Map::new();
    map.insert("status".into(), i64::from(answer.status).into());
    map.insert("ok".into(), (200..300).contains(&answer.status).into());
    let headers = answer.headers.iter().map(|(k, v)| (k.as_str().into(), Dynamic::from(v.clone()))).collect();
    map.insert("headers".into(), Dynamic::from_map(headers));
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    let is_json = answer.headers.iter().any(|(k, v)| k == "content-type" && v.contains("json"));
    let parsed: Option<Json> = if is_json { json::parse(body.as_bytes()).ok() } else { None };
    map.insert("json".into(), parsed.map_or(Dynamic::UNIT, |json| convert::from_json(&json)));
    map.insert("body".into(), body.into());
    Dynamic::from_map(map)
}

/// The module `http`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    for method in ["get", "post", "put", "patch", "delete", "head"] {
        m.add(method, move |url: &str| send(method, url, &Map::new()));
        m.add(method, move |url: &str, options: Map| send(method, url, &options));
    }
    m.add("send", |method: &str, url: &str, options: Map| send(method, url, &options));
    m.publish(engine, "http");
}
