//! Handlers that run while a request is answered: routes, and what is about to be sent, signed in or changed.

use super::convert;
use super::event::E;
use super::events::{On, row};
use super::record::Rec;
use super::reply::Reply;
use super::scripts::Scripts;
use super::shown::Shown;
use super::unit::Handler;
use crate::error::{Code, Error, Result};
use crate::query::Authority;
use crate::rules::Request;
use crate::schema::{Collection, Record};
use crate::value::json;
use rhai::{Dynamic, Map};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request that a route answers.
pub struct Incoming {
    /// Who asks, with which parameters; its body is the parsed one.
    pub request: Request,
    /// Who asks.
    pub authority: Authority,
    /// The path.
    pub path: String,
    /// The variable parts of the path.
    pub params: BTreeMap<String, String>,
    /// The address of the client.
    pub ip: String,
    /// The body as it came.
    pub raw: Vec<u8>,
}

/// What a route says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteOptions {
    /// The collections whose records may ask; empty for everyone, `*` for whoever is signed in.
    pub auth: Vec<String>,
    /// So many requests in so many milliseconds, for each address.
    pub rate: Option<(u32, i64)>,
    /// The most bytes of a body.
    pub body: usize,
    /// Whether the body is only wanted as it came.
    pub raw: bool,
}

impl RouteOptions {
    /// The options of a handler: `auth`, `rate`, `body`, `raw`.
    pub fn of(handler: &Handler) -> Self {
        let option = |name: &str| handler.options.get(name).unwrap_or(&Json::Null);
        let auth = match option("auth") {
            Json::Bool(true) => vec!["*".to_owned()],
            Json::String(name) => vec![name.clone()],
            Json::Array(names) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let rate = option("rate").as_str().and_then(rate);
        let body = option("body").as_str().and_then(size).or(option("body").as_u64().map(|n| n as usize));
        RouteOptions { auth, rate, body: body.unwrap_or(1 << 20).min(32 << 20), raw: option("raw") == &Json::Bool(true) }
    }

    /// Refuses whoever may not ask.
    pub fn admit(&self, authority: &Authority) -> Result<()> {
        let Some(record) = authority.record() else {
            let unknown = || Error::new(Code::Unauthorized, "The request requires valid record authorization token.");
            return if self.auth.is_empty() { Ok(()) } else { Err(unknown()) };
        };
        let named =
            |name: &String| name == "*" || *name == record.collection.name || name == "superuser" && record.collection.is_superusers();
        match self.auth.is_empty() || self.auth.iter().any(named) {
            true => Ok(()),
            false => Err(Error::new(Code::Forbidden, "The authorized record is not allowed to perform this action.")),
        }
    }
}

/// `10/min`, `5/s`, `100/hour`.
fn rate(text: &str) -> Option<(u32, i64)> {
    let (count, span) = text.split_once('/')?;
    let millis = match span.trim() {
        "s" | "sec" | "second" => 1_000,
        "m" | "min" | "minute" => 60_000,
        "h" | "hour" => 3_600_000,
        "d" | "day" => 86_400_000,
        _ => return None,
    };
    Some((count.trim().parse().ok()?, millis))
}

/// `64kb`, `2mb`.
fn size(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim() {
        "" | "b" => 1,
        "kb" | "k" => 1 << 10,
        "mb" | "m" => 1 << 20,
        _ => return None,
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

/// Whether the options of a route can be read; asked when it is registered.
pub fn check_options(options: &Map) -> std::result::Result<(), String> {
    for (name, value) in options {
        let text = value.to_string();
        let fine = match name.as_str() {
            "auth" | "raw" => true,
            "rate" => rate(&text).is_some(),
            "body" => value.is_int() || size(&text).is_some(),
            other => return Err(format!("{other:?} is no option of a route: auth, rate, body, raw")),
        };
        if !fine {
            return Err(format!("{name}: {text:?} cannot be read; write rate: \"10/min\", body: \"64kb\""));
        }
    }
    Ok(())
}

impl Scripts {
    /// The route for a path, with its variable parts.
    pub fn route(&self, method: &str, path: &str) -> Option<(Arc<Handler>, BTreeMap<String, String>)> {
        let loaded = self.0.loaded.load();
        loaded.routes.iter().find_map(|route| Some((route.handler.clone(), route.fits(method, path)?)))
    }

    /// Counts a request of an address against the rate of a route.
    pub fn count(&self, handler: &Handler, options: &RouteOptions, ip: &str, now: i64) -> Result<()> {
        let Some((most, span)) = options.rate else { return Ok(()) };
        let mut rates = self.0.rates.lock();
        if 50_000 < rates.len() {
            rates.retain(|_, (since, _)| now - *since < span);
        }
        let slot = rates.entry(format!("{} {ip}", handler.place())).or_insert((now, 0));
        if span <= now - slot.0 {
            *slot = (now, 0);
        }
        slot.1 += 1;
        if slot.1 <= most { Ok(()) } else { Err(Error::of(Code::TooManyRequests)) }
    }

    /// Runs a route.
    pub async fn respond(&self, handler: &Arc<Handler>, incoming: Incoming) -> Result<Reply> {
        let req = request(incoming);
        let ran = self.run(handler, move |handler| {
            let value = handler.call((req,))?;
            Reply::of(&value)
        });
        ran.await.map_err(|ended| ended.error(self, handler))
    }

    /// Whether anything listens to an event of a collection.
    pub fn listens_to(&self, on: On, collection: &Collection) -> bool {
        self.0.loaded.load().about(on, collection).next().is_some()
    }

    /// The body of a record as its handlers left it.
    pub async fn viewed(&self, collection: &Collection, authority: &Authority, request: &Request, body: Vec<u8>) -> Result<Vec<u8>> {
        let shown = Shown::new(json::reread(&body).map_err(Error::internal)?);
        self.tell(On::View, Some(collection), authority, request, vec![("record", Dynamic::from(shown.clone()))]).await?;
        if shown.is_hidden() { Err(Error::of(Code::NotFound)) } else { Ok(json::canonical(&shown.to_json()).into_bytes()) }
    }

    /// The body of a list as its handlers left it.
    pub async fn listed(&self, collection: &Collection, authority: &Authority, request: &Request, body: Vec<u8>) -> Result<Vec<u8>> {
        let mut page: Json = json::reread(&body).map_err(Error::internal)?;
        let items = page["items"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let shown: Vec<Shown> =
            items.into_iter().filter_map(|i| if let Json::Object(map) = i { Some(Shown::new(map)) } else { None }).collect();
        let records = Dynamic::from_array(shown.iter().cloned().map(Dynamic::from).collect());
        self.tell(On::List, Some(collection), authority, request, vec![("records", records)]).await?;
        page["items"] = shown.iter().filter(|s| !s.is_hidden()).map(Shown::to_json).collect();
        Ok(json::canonical(&page).into_bytes())
    }

    /// Asks whether someone may sign in: the handlers of this way, then those of all ways.
    pub async fn signing_in(&self, way: On, authority: &Authority, request: &Request, record: &Record) -> Result<()> {
        let method = row(way).name.trim_start_matches("on_auth_");
        for on in [way, On::Auth] {
            let values = vec![("record", Dynamic::from(Rec::copy(record))), ("method", method.into())];
            self.tell(on, Some(&record.collection), authority, request, values).await?;
        }
        Ok(())
    }

    /// Asks whether settings may be changed.
    pub async fn settings(&self, authority: &Authority, request: &Request, before: &Json, after: &Json) -> Result<()> {
        let values = vec![("before", convert::from_json(before)), ("settings", convert::from_json(after))];
        self.tell(On::Settings, None, authority, request, values).await
    }

    /// Tells that the server serves.
    pub async fn serving(&self, address: &str) {
        let values = vec![("address", address.to_owned().into())];
        // What goes wrong is in the log of scripts; the server serves all the same.
        let _ = self.tell(On::Serve, None, &Authority::guest(), &Request::default(), values).await;
    }

    /// Runs the handlers of an event, one after the other; the first error ends it.
    pub(super) async fn tell(
        &self,
        on: On,
        collection: Option<&Collection>,
        authority: &Authority,
        request: &Request,
        values: Vec<(&'static str, Dynamic)>,
    ) -> Result<()> {
        let loaded = self.loaded();
        let about = |h: &&Arc<Handler>| collection.is_none_or(|c| h.is_about(c));
        let mut handlers = loaded.of(on).iter().filter(about).peekable();
        if handlers.peek().is_none() {
            return Ok(());
        }
        let name = collection.map_or(Dynamic::UNIT, |c| c.name.clone().into());
        let e = E::new(row(on).name, [("collection", name)].into_iter().chain(values)).by(authority, request);
        for handler in handlers {
            let ran = self.run_with(handler, Dynamic::from(e.clone())).await;
            ran.map(drop).map_err(|ended| ended.error(self, handler))?;
        }
        Ok(())
    }
}

/// What a route is given.
fn request(incoming: Incoming) -> Dynamic {
    let e = super::event::request_map(&incoming.request);
    let mut map: Map = e.try_cast::<Map>().unwrap_or_default();
    let params = incoming.params.into_iter().map(|(k, v)| (k.into(), Dynamic::from(v))).collect();
    map.insert("params".into(), Dynamic::from_map(params));
    map.insert("path".into(), incoming.path.into());
    map.insert("ip".into(), incoming.ip.into());
    map.insert("raw".into(), String::from_utf8_lossy(&incoming.raw).into_owned().into());
    map.insert("auth".into(), incoming.authority.record().map_or(Dynamic::UNIT, |r| Dynamic::from(Rec::copy(r))));
    map.insert("superuser".into(), matches!(incoming.authority, Authority::Superuser(_)).into());
    Dynamic::from_map(map)
}
