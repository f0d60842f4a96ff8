//! Who is asking, and what a handler needs to answer them.

use super::params;
use crate::app::App;
use crate::auth::Session;
use crate::error::{Code, Error, Result};
use crate::http::edge::{Asker, CHOSEN_ID, RequestId, is_chosen_id};
use crate::http::fail::Fail;
use crate::http::{address, answer, wait};
use crate::log::Origin;
use crate::query::fields::Fields;
use crate::query::{Authority, View};
use crate::rules::Request;
use crate::schema::{Collection, Record};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A request before its body is read: what every handler starts from.
pub struct Ask {
    /// The server.
    pub app: App,
    /// The state that is read from.
    pub view: View,
    /// In whose name.
    pub authority: Authority,
    /// The token behind it.
    pub session: Option<Arc<Session>>,
    /// What rules can know of the request, with the query parameters.
    pub request: Request,
    /// The headers as they came.
    pub headers: HeaderMap,
    /// Where the request comes from, as far as the trusted proxies say.
    pub ip: IpAddr,
    /// The id in `Luge-Request-Id`, else that in `X-Request-Id`.
    pub id: String,
}

impl FromRequestParts<App> for Ask {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail> {
        wait::for_position(app, &parts.headers).await?;
        let (app, view) = (app.clone(), app.db().view());
        let now = app.db().clock().now();
        let ip = address::of(parts, &app.settings().trusted_proxy);
        let session = match bearer(&parts.headers) {
            Some(token) => app.verified().session(&view, token, now)?,
            None => None,
        };
        let authority = Authority::of(session.as_ref().map(|s| s.record.clone()));
        let query = params::of(&parts.uri);
        let reads_headers = app.reads_headers(&view.schema) || query.get("filter").is_some_and(|f| f.contains("@request.headers"));
        let request = Request {
            context: "default",
            method: parts.method.as_str().to_owned(),
            headers: if reads_headers { plain(&parts.headers) } else { BTreeMap::new() },
            query,
            now,
            ..Request::default()
        };
        let id = parts.extensions.get::<RequestId>();
        if let Some(id) = id {
            let actor = authority.record().map(|r| format!("{}/{}", r.collection.name, r.id())).unwrap_or_default();
            id.tell(Asker { actor, ip });
        }
        let id = match parts.headers.get(CHOSEN_ID) {
            Some(chosen) if is_chosen_id(chosen) => chosen.to_str().unwrap_or_default().to_owned(),
            Some(_) => return Err(Error::bad_request("Luge-Request-Id must have 1 to 64 of A-Z, a-z, 0-9, _ and -.").into()),
            None => id.map(RequestId::text).unwrap_or_default(),
        };
        let ask = Ask { app, view, authority, session, request, headers: taken(&mut parts.headers), ip, id };
        if let Some(session) = &ask.session {
            ask.check_address(&session.record)?;
        }
        Ok(ask)
    }
}

impl Ask {
    /// A query parameter; `""` when it is missing.
    pub fn param(&self, name: &str) -> &str {
        self.request.query.get(name).map_or("", String::as_str)
    }

    /// The collection that is written or signed in to, or the 404 that these routes give.
    pub fn collection(&self, id_or_name: &str) -> Result<&Arc<Collection>> {
        self.view.collection(id_or_name).map_err(|e| Error { message: "Missing or invalid collection context.".into(), ..e })
    }

    /// Refuses all but superusers: a guest with 401, others with 403.
    pub fn require_superuser(&self) -> Result<()> {
        match &self.authority {
            Authority::Superuser(_) => Ok(()),
            Authority::Actor(None) => Err(unauthorized()),
            _ => Err(Error::new(Code::Forbidden, "The authorized record is not allowed to perform this action.")),
        }
    }

    /// Refuses a superuser who comes from an address that the settings do not allow.
    pub fn check_address(&self, record: &Record) -> Result<()> {
        if !record.collection.is_superusers() || address::may_be_superuser(&self.app.settings().superuser_ips, self.ip) {
            return Ok(());
        }
        Err(Error::of(Code::Forbidden).because("this address is not among the superuserIPs"))
    }

    /// The session, or a 401.
    pub fn require_session(&self) -> Result<&Arc<Session>> {
        self.session.as_ref().ok_or_else(unauthorized)
    }

    /// Who this is, for the log.
    pub fn origin(&self) -> Origin {
        let actor = self.authority.record().map(|r| format!("{}/{}", r.collection.id, r.id()));
        Origin { actor: actor.unwrap_or_default(), request: self.id.clone(), source: "api".to_owned() }
    }

    /// Refuses a choice of fields that cannot be read, before a write whose answer it would pick from.
    pub fn check_fields(&self) -> Result<()> {
        Fields::parse(self.param("fields")).map(|_| ())
    }

    /// A 200 with a JSON body, of which `?fields=` picks.
    pub fn answer(&self, body: Vec<u8>) -> Result<Response, Fail> {
        Ok(answer::json(answer::picked(body, self.param("fields"))?))
    }
}

fn unauthorized() -> Error {
    Error::new(Code::Unauthorized, "The request requires valid record authorization token.")
}

/// The token of a request; the word `Bearer` in front is optional.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = match value.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("Bearer ") => &value[7..],
        _ => value,
    };
    Some(token).filter(|t| !t.is_empty())
}

/// The headers without a copy; those that tell of the body stay for whoever reads it.
fn taken(headers: &mut HeaderMap) -> HeaderMap {
    let mut all = std::mem::take(headers);
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        if let Some(value) = all.remove(&name) {
            headers.insert(name, value);
        }
    }
    all
}

/// Headers as rules name them: in lower case, `_` for `-`, the first value of each.
fn plain(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value) in headers {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        out.entry(name.as_str().replace('-', "_")).or_insert(text);
    }
    out
}
