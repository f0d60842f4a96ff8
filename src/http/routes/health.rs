//! Whether the server is up, and for superusers what it would say about itself.

use super::Answer;
use crate::app::App;
use crate::http::extract::Ask;
use crate::http::{address, answer};
use crate::query::Authority;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header;
use serde_json::{Value as Json, json};

/// What anyone is told.
const HEALTHY: &str = r#"{"message":"API is healthy.","code":200,"data":{}}"#;

/// Headers that only proxies send; when one of them comes and is not trusted, the settings may lack it.
const PROXY_HEADERS: &[&str] = &["CF-Connecting-IP", "Fly-Client-IP", "X-Forwarded-For"];

/// The state of the server. Who sends neither a token nor parameters gets a constant: load balancers ask often.
pub async fn health(State(app): State<App>, request: Request) -> Answer {
    if request.uri().query().is_none() && !request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(answer::json(HEALTHY));
    }
    let ask = Ask::from_request_parts(&mut request.into_parts().0, &app).await?;
    match &ask.authority {
        Authority::Superuser(_) => ask.answer(json!({"message": "API is healthy.", "code": 200, "data": details(&ask)}).to_string().into()),
        _ => ask.answer(HEALTHY.into()),
    }
}

fn details(ask: &Ask) -> Json {
    let db = ask.app.db();
    let position = db.position();
    let notices: Vec<&str> = db.notices().iter().map(|n| n.0.as_str()).collect();
    let trusted = &ask.app.settings().trusted_proxy.headers;
    let known = trusted.iter().map(String::as_str).chain(PROXY_HEADERS.iter().copied());
    let proxy = known.into_iter().find(|name| ask.headers.contains_key(*name)).unwrap_or_default();
    json!({
        // Until there are backups.
        "canBackup": false,
        "realIP": address::text(ask.ip),
        "possibleProxyHeader": proxy,
        "version": env!("CARGO_PKG_VERSION"),
        "position": format!("{}:{}", position.epoch, position.seq),
        "notices": notices,
    })
}
