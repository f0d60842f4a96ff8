//! One connection, as whoever reads and writes its socket sees it.

use super::actor::Actor;
use super::counters::add;
use super::frame;
use super::hub::{Hub, Shared};
use super::message::{self, Incoming, Message};
use super::outbox::{Close, Frame};
use super::veto::Attempt;
use crate::error::{Code, Error, Result};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

/// A connection. Dropping it ends its subscriptions.
pub struct Session {
    hub: Hub,
    number: usize,
    shared: Arc<Shared>,
    /// Messages that may still come before there are too many, in thousandths; and when that was found out.
    allowance: Mutex<(u64, u64)>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.outbox.close(Close::TIME, true);
        self.hub.disconnect(self.number);
    }
}

impl Session {
    pub(super) fn new(hub: Hub, number: usize, shared: Arc<Shared>) -> Session {
        Session { hub, number, shared, allowance: Mutex::new((u64::MAX, 0)) }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The next frame to write. After a [`Frame::Close`] there is none.
    pub fn poll_frame(&self, context: &mut Context<'_>) -> Poll<Frame> {
        self.shared.outbox.poll_next(context)
    }

    /// Has the present task woken when the end comes, also while it waits for something else than a frame.
    pub fn watch(&self, context: &mut Context<'_>) {
        self.shared.outbox.watch(context);
    }

    /// Whether the last frame was queued: what cannot be written soon is not waited for.
    pub fn is_closed(&self) -> bool {
        self.shared.outbox.is_closed()
    }

    /// Notes that the client was heard, or that an event was written to it.
    pub fn touch(&self) {
        self.shared.seen.store(self.hub.millis(), Ordering::Relaxed);
    }

    /// Ends the connection.
    pub fn close(&self, close: Close) {
        self.shared.outbox.close(close, true);
    }

    /// Does what a text message asks for. Whatever is wrong with it is told to the client. The next message must wait for the end of this one;
    /// what the client is sent need not.
    pub async fn receive(&self, text: &str) {
        self.touch();
        let limits = self.hub.limits();
        if limits.max_message_bytes < text.len() {
            return self.close(Close::TOO_LARGE);
        }
        if !self.may_send(u64::from(limits.messages_per_second)) {
            add(&self.hub.0.counters.refused, 1);
            return self.close(Close::TOO_MANY);
        }
        add(&self.hub.0.counters.messages, 1);
        let Incoming { id, message } = message::parse(text);
        let done = match message {
            Ok(message) => self.act(id.as_deref(), message).await,
            Err(error) => Err((None, error)),
        };
        if let Err((sub, error)) = done {
            self.push(frame::error(id.as_deref(), sub.as_deref(), &error));
        }
    }

    async fn act(&self, id: Option<&str>, message: Message) -> Result<(), (Option<String>, Error)> {
        let without = |error| (None, error);
        match message {
            Message::Auth { token } => {
                self.auth(&token).await.map_err(without)?;
                self.answer(id, None);
            }
            Message::Subscribe(ask) => {
                let name = ask.sub.clone();
                let done = async {
                    self.hub.ask_for(self.number, &ask.topic).await?;
                    self.hub.subscribe(self.number, id, *ask)
                };
                done.await.map_err(|error| (Some(name), error))?;
            }
            Message::Unsubscribe { sub } => match self.hub.unsubscribe(self.number, &sub) {
                true => self.answer(id, Some(&sub)),
                false => {
                    let error = Error::new(Code::NotFound, format!("There is no subscription {sub:?}."));
                    return Err((Some(sub), error));
                }
            },
            Message::Join { channel, state } => {
                let (query, headers) = Default::default();
                let attempt = Attempt::Subscribe { topic: &channel, collection: None, record: None, query: &query, headers: &headers };
                self.hub.ask(self.number, attempt).await.map_err(without)?;
                self.hub.join(self.number, &channel, state).map_err(without)?;
                self.answer(id, None);
            }
            Message::Leave { channel } => match self.hub.leave(self.number, &channel) {
                true => self.answer(id, None),
                false => return Err(without(Error::new(Code::NotFound, format!("You are not on the channel {channel:?}.")))),
            },
            Message::Broadcast { channel, event, data } => {
                self.hub.may_broadcast(self.number, &channel).map_err(without)?;
                let attempt = Attempt::Message { channel: &channel, event: &event, data: &data };
                self.hub.ask(self.number, attempt).await.map_err(without)?;
                self.hub.broadcast(self.number, &channel, &event, &data).map_err(without)?;
                self.answer(id, None);
            }
            Message::Ping => self.push(frame::pong(id)),
        }
        Ok(())
    }

    /// Binds whom a token names. One that does not count leaves everything as it was.
    async fn auth(&self, token: &str) -> Result<()> {
        if token.is_empty() {
            return self.hub.bind(self.number, &self.shared, Actor::guest()).await;
        }
        let view = self.hub.0.db.view();
        let now = self.hub.0.db.clock().now();
        let session = self.hub.0.verified.session(&view, token, now)?.ok_or_else(|| Error::of(Code::Unauthorized))?;
        if session.record.collection.is_superusers() && !self.shared.may_be_superuser {
            return Err(Error::of(Code::Forbidden).because("this address is not among the superuserIPs"));
        }
        self.hub.bind(self.number, &self.shared, Actor::of(&session)).await
    }

    fn answer(&self, id: Option<&str>, sub: Option<&str>) {
        if let Some(ok) = frame::ok(id, sub, self.hub.0.db.position()) {
            self.push(ok);
        }
    }

    fn push(&self, data: bytes::Bytes) {
        self.shared.outbox.push(Frame::Data(data));
    }

    /// Whether one more message is within the rate: so many a second, and twice as many at once.
    fn may_send(&self, rate: u64) -> bool {
        let now = self.hub.millis();
        let mut allowance = self.allowance.lock();
        let (left, at) = *allowance;
        let left = left.saturating_add(now.saturating_sub(at).saturating_mul(rate)).min(rate * 2000);
        *allowance = (left.saturating_sub(1000), now);
        1000 <= left
    }
}
