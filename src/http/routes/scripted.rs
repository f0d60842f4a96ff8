//! Routes of scripts: whatever the server itself has no route for.

use super::Answer;
use crate::app::App;
use crate::hooks::{Incoming, Reply, RouteOptions};
use crate::http::address;
use crate::http::extract::{Ask, Submitted};
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use std::collections::BTreeMap;

/// Answers with the script whose route this is, else says that there is nothing.
pub async fn answer(State(app): State<App>, request: Request) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let Some((handler, params)) = app.scripts().route(method.as_str(), &path) else { return Err(super::unknown(&method)) };
    let headers = plain(request.headers());
    let (mut parts, body) = request.into_parts();
    let ask = Ask::from_request_parts(&mut parts, &app).await?;
    let options = RouteOptions::of(&handler);
    options.admit(&ask.authority)?;
    let ip = address::text(ask.ip);
    app.scripts().count(&handler, &options, &ip, ask.request.now)?;
    let Ok(submitted) = Submitted::from_request(Request::from_parts(parts, body), &app).await;
    let (raw, data) = submitted.raw(options.body).await?;
    let mut request = ask.request.clone();
    request.headers = headers;
    request.body = if options.raw { serde_json::Map::new() } else { data.values };
    let incoming = Incoming { request, authority: ask.authority.clone(), path, params, ip, raw: raw.to_vec() };
    Ok(response(app.scripts().respond(&handler, incoming).await?))
}

/// Headers as scripts see them: in lower case, as they were sent.
fn plain(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |v: &HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn response(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    for (name, value) in reply.headers {
        // Both were checked when the script made them.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
