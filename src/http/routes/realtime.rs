//! `/api/realtime`: WebSockets that speak `luge.v1`, and PocketBase's event streams.

use super::Answer;
use crate::app::App;
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::http::extract::form::{self, Form};
use crate::http::extract::{Ask, At, Submitted};
use crate::http::{address, answer, limits, socket};
use crate::realtime::{Frame, Kind, Visitor, event_stream};
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use serde_json::{Value as Json, json};
use std::convert::Infallible;
use std::task::{Poll, ready};

/// The protocol that is spoken.
const PROTOCOL: &str = "luge.v1";

/// How many subscriptions an event stream may have, and how many characters each.
const MAX_SUBSCRIPTIONS: usize = 1000;
const MAX_SUBSCRIPTION: usize = 2500;

/// Asks proxies not to hold events back.
const ACCEL: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Opens a connection: a WebSocket if the client wants one, else an event stream.
pub async fn connect(State(app): State<App>, request: Request) -> Answer {
    let mut parts = request.into_parts().0;
    let wants_socket = parts.headers.contains_key(header::UPGRADE);
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &app).await;
    let ask = Ask::from_request_parts(&mut parts, &app).await?;
    match upgrade {
        Ok(upgrade) => socket(&ask, upgrade).await,
        Err(error) if wants_socket => Err(Error::bad_request("The upgrade to a WebSocket is not complete.").because(error).into()),
        Err(_) => stream(&ask).await,
    }
}

/// Opens a WebSocket.
async fn socket(ask: &Ask, upgrade: WebSocketUpgrade) -> Answer {
    let offers = upgrade.requested_protocols().count();
    let upgrade = upgrade.protocols([PROTOCOL]);
    if 0 < offers && upgrade.selected_protocol().is_none() {
        return Err(Error::new(Code::BadRequest, format!("The only protocol here is {PROTOCOL}.")).into());
    }
    let hub = ask.app.realtime();
    let session = hub.connect(visitor(ask, Kind::WebSocket)).await?;
    Ok(socket::accept(upgrade, hub.limits().max_message_bytes, session))
}

/// Opens an event stream.
async fn stream(ask: &Ask) -> Answer {
    // Who is behind it is said with its subscriptions.
    let visitor = Visitor { session: None, ..visitor(ask, Kind::EventStream) };
    let session = ask.app.realtime().connect(visitor).await?;
    session.greet();
    let frames = futures_util::stream::poll_fn(move |context| {
        loop {
            match ready!(session.poll_frame(context)) {
                Frame::Data(event) => {
                    session.touch();
                    return Poll::Ready(Some(Ok::<_, Infallible>(event)));
                }
                Frame::Ping => {}
                Frame::Close(_) => return Poll::Ready(None),
            }
        }
    });
    let mut response = Response::new(Body::from_stream(frames));
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store"), (ACCEL, "no")];
    response.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    Ok(response)
}

/// Replaces what an event stream is subscribed to.
pub async fn subscribe(ask: Ask, body: Submitted) -> Answer {
    let form = body.at_most(limits::SUBSCRIPTIONS).form(Code::BadRequest.message()).await?;
    let wrong = |error: Error| Error::of(Code::BadRequest).because(error);
    let (client, subscriptions) = (form.text("clientId").map_err(wrong)?, subscriptions(&form)?);
    let mut problems = FieldErrors::new();
    form::require(&mut problems, "clientId", &client, 255);
    check(&mut problems, &subscriptions);
    if !problems.is_empty() {
        return Err(Error::of(Code::BadRequest).with_fields(problems).into());
    }
    let submitted = event_stream::Submitted { client, subscriptions, address: ask.ip, session: ask.session.clone() };
    ask.app.realtime().submit(submitted).await?;
    Ok(answer::nothing())
}

fn subscriptions(form: &Form) -> Result<Vec<String>> {
    let wrong = || Error::of(Code::BadRequest).because("subscriptions is a list of texts");
    match form.values.get("subscriptions") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::String(one)) if form.untyped => Ok(vec![one.clone()]),
        Some(Json::Array(all)) => all.iter().map(|s| s.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        Some(_) => Err(wrong()),
    }
}

fn check(problems: &mut FieldErrors, subscriptions: &[String]) {
    let too_long = |max: usize| {
        let message = format!("The length must be no more than {max}.");
        Problem::new("validation_length_too_long", message).with(json!({"max": max, "min": 0}))
    };
    if MAX_SUBSCRIPTIONS < subscriptions.len() {
        return problems.add("subscriptions", too_long(MAX_SUBSCRIPTIONS));
    }
    let mut each = FieldErrors::new();
    for (i, text) in subscriptions.iter().enumerate() {
        if MAX_SUBSCRIPTION < text.chars().count() {
            each.add(&i.to_string(), too_long(MAX_SUBSCRIPTION));
        } else if text.contains(['\r', '\n']) {
            // It would end the line of the event that bears its name.
            each.add(&i.to_string(), Problem::new("validation_match_invalid", "Must be in a valid format."));
        }
    }
    problems.nest("subscriptions", each);
}

/// Who is connected.
pub async fn connections(ask: Ask) -> Answer {
    ask.require_superuser()?;
    ask.answer(ask.app.realtime().connections().to_string().into())
}

/// Closes a connection.
pub async fn disconnect(ask: Ask, At(id): At<String>) -> Answer {
    ask.require_superuser()?;
    match ask.app.realtime().close(&id) {
        true => Ok(answer::nothing()),
        false => Err(Error::of(Code::NotFound).into()),
    }
}

/// Who connects.
fn visitor(ask: &Ask, kind: Kind) -> Visitor {
    let may_be_superuser = address::may_be_superuser(&ask.app.settings().superuser_ips, ask.ip);
    Visitor { kind, address: ask.ip, may_be_superuser, session: ask.session.clone() }
}
