//! What a route answers: `reply(200, #{…})`, `html(…)`, `text(…)`, `redirect(…)`, `file(…)`.

use super::call;
use super::convert;
use super::fault::{Thrown, refuse, throw};
use crate::error::Error;
use crate::value::json;
use rhai::{Dynamic, Engine, Map};

/// The largest file that a route sends.
const FILE: u64 = 16 << 20;

/// An answer of a route.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    fn new(status: i64, kind: &str, body: Vec<u8>) -> Thrown<Reply> {
        let status = u16::try_from(status).ok().filter(|s| (200..600).contains(s));
        let status = status.ok_or_else(|| refuse("The status of an answer is 200 to 599"))?;
        let headers = if kind.is_empty() { Vec::new() } else { vec![("content-type".to_owned(), kind.to_owned())] };
        Ok(Reply { status, headers, body })
    }

    fn with(mut self, name: &str, value: &str) -> Thrown<Reply> {
        let fine = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !value.contains(['\r', '\n', '\0']);
        if !fine || 50 < self.headers.len() {
            return Err(refuse(format!("{name:?} is no header that an answer can have")));
        }
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name) || name.eq_ignore_ascii_case("set-cookie"));
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        Ok(self)
    }

    /// What a handler returned: an answer, nothing, or a value that is sent as JSON.
    pub fn of(value: &Dynamic) -> Thrown<Reply> {
        if let Some(reply) = value.read_lock::<Reply>() {
            return Ok(reply.clone());
        }
        if value.is_unit() { Reply::new(204, "", Vec::new()) } else { as_json(200, value) }
    }
}

fn as_json(status: i64, value: &Dynamic) -> Thrown<Reply> {
    Reply::new(status, "application/json", json::canonical(&convert::to_json(value)).into_bytes())
}

fn redirect(to: &str, status: i64) -> Thrown<Reply> {
    match (300..400).contains(&status) {
        true => Reply::new(status, "", Vec::new())?.with("location", to),
        false => Err(refuse("The status of a redirect is 300 to 399")),
    }
}

/// A file of the folder `public/` beside the scripts.
fn file(name: &str) -> Thrown<Reply> {
    let call = call::current()?;
    let plain = !name.is_empty() && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'));
    let dir = call.unit.source.dir.as_ref().filter(|_| plain).ok_or_else(|| refuse(format!("{name:?} names no file in public/")))?;
    let path = dir.join("public").join(name);
    let found = path.metadata().is_ok_and(|m| m.is_file() && m.len() <= FILE);
    if !found {
        return Err(throw(Error::of(crate::error::Code::NotFound)));
    }
    let bytes = std::fs::read(&path).map_err(|e| throw(Error::from(e)))?;
    Reply::new(200, kind_of(name), bytes)
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css",
        "js" => "text/javascript",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// Makes answers known to an engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Reply>("Reply");
    engine.register_fn("reply", |status: i64| Reply::new(status, "", Vec::new()));
    engine.register_fn("reply", |status: i64, value: Dynamic| as_json(status, &value));
    engine.register_fn("reply", |status: i64, value: Dynamic, headers: Map| {
        headers.iter().try_fold(as_json(status, &value)?, |reply, (name, value)| reply.with(name, &value.to_string()))
    });
    engine.register_fn("html", |text: &str| Reply::new(200, "text/html; charset=utf-8", text.into()));
    engine.register_fn("text", |text: &str| Reply::new(200, "text/plain; charset=utf-8", text.into()));
    engine.register_fn("redirect", |to: &str| redirect(to, 302));
    engine.register_fn("redirect", redirect);
    engine.register_fn("file", file);
    engine.register_fn("header", |reply: &mut Reply, name: &str, value: &str| reply.clone().with(name, value));
    engine.register_fn("status", |reply: &mut Reply, status: i64| {
        let bare = Reply::new(status, "", Vec::new())?;
        Ok::<_, Box<rhai::EvalAltResult>>(Reply { status: bare.status, ..reply.clone() })
    });
}
