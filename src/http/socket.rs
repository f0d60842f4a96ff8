//! A WebSocket between the client and its session: frames are read and written, nothing is decided.

use crate::realtime::{Close, Frame, Session};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// What a connection holds ready for reading, and collects before it writes: small, since most connections are idle.
const READ_BUFFER: usize = 2 << 10;
const WRITE_BUFFER: usize = 2 << 10;
/// The largest record that is sent, and room for what waits before it.
const MAX_WRITE_BUFFER: usize = 160 << 20;

/// How long the last frame may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Answers the upgrade and serves the session from then on.
pub fn accept(upgrade: WebSocketUpgrade, max_message_bytes: usize, session: Session) -> Response {
    // What is only a little too large is still read, so that the close code can say so.
    let most = max_message_bytes.saturating_add(1024);
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_message_size(most)
        .max_frame_size(most);
    upgrade.on_upgrade(move |socket| serve(socket, session))
}

/// Reads and writes until one side has enough. Neither waits for the other: who does not read can still be heard.
async fn serve(socket: WebSocket, session: Session) {
    let mut line = Line { socket, unsent: false, reads: true, last: None };
    loop {
        let event = std::future::poll_fn(|context| line.poll(context, &session));
        let event = match line_deadline(&session) {
            Some(most) => tokio::time::timeout(most, event).await.unwrap_or(Event::End),
            None => event.await,
        };
        match event {
            Event::Closing => {}
            Event::Text(text) => line.write_until(&session, session.receive(&text)).await,
            Event::Heard => session.touch(),
            Event::Fault(close) => session.close(close),
            Event::End => return,
        }
    }
}

/// How long to wait once the end is near.
fn line_deadline(session: &Session) -> Option<Duration> {
    session.is_closed().then_some(FAREWELL)
}

/// A socket being read from and written to.
struct Line {
    socket: WebSocket,
    /// Something was handed to the socket and may not be on its way yet.
    unsent: bool,
    /// Whether there is any point in reading.
    reads: bool,
    /// How far the end is: noticed, and then sent.
    last: Option<Sent>,
}

#[derive(PartialEq)]
struct Sent(bool);

/// What happens on a line.
enum Event {
    /// The session has queued its last frame.
    Closing,
    /// A message.
    Text(Utf8Bytes),
    /// A sign of life.
    Heard,
    /// Something that is answered by the end.
    Fault(Close),
    /// It is over.
    End,
}

impl Line {
    fn poll(&mut self, context: &mut Context<'_>, session: &Session) -> Poll<Event> {
        // A socket that takes nothing more must not keep the end from being noticed.
        session.watch(context);
        if session.is_closed() && self.last.is_none() {
            self.last = Some(Sent(false));
            return Poll::Ready(Event::Closing);
        }
        if let Poll::Ready(Err(_)) = self.poll_write(context, session) {
            return Poll::Ready(Event::End);
        }
        if !self.reads {
            return if self.last == Some(Sent(true)) && !self.unsent { Poll::Ready(Event::End) } else { Poll::Pending };
        }
        let read = ready!(self.socket.poll_next_unpin(context));
        Poll::Ready(self.read(read))
    }

    /// Does something for the client that may take its time, such as asking a script, and goes on writing meanwhile.
    async fn write_until(&mut self, session: &Session, work: impl Future<Output = ()>) {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            session.watch(context);
            // Whatever is wrong with the socket is noticed again by whoever reads next.
            let _ = self.poll_write(context, session);
            work.as_mut().poll(context)
        })
        .await;
    }

    fn read(&mut self, read: Option<Result<Message, axum::Error>>) -> Event {
        match read {
            // What comes after the end was announced is not heard any more.
            Some(Ok(_)) if self.last.is_some() => Event::Closing,
            Some(Ok(Message::Text(text))) => Event::Text(text),
            Some(Ok(Message::Binary(_))) => Event::Fault(Close::NOT_TEXT),
            Some(Ok(_)) => Event::Heard,
            Some(Err(error)) if error.to_string().contains("too long") => {
                self.reads = false;
                Event::Fault(Close::TOO_LARGE)
            }
            Some(Err(_)) | None => Event::End,
        }
    }

    /// Hands over what waits, as far as the socket takes it.
    fn poll_write(&mut self, context: &mut Context<'_>, session: &Session) -> Poll<Result<(), axum::Error>> {
        loop {
            ready!(self.socket.poll_ready_unpin(context))?;
            let Poll::Ready(frame) = session.poll_frame(context) else { break };
            let message = match frame {
                Frame::Data(text) => Message::Text(Utf8Bytes::try_from(text).map_err(axum::Error::new)?),
                Frame::Ping => Message::Ping(Bytes::new()),
                Frame::Close(Close { code, reason }) => {
                    self.last = Some(Sent(true));
                    Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from(reason) }))
                }
            };
            self.socket.start_send_unpin(message)?;
            self.unsent = true;
        }
        if self.unsent {
            ready!(self.socket.poll_flush_unpin(context))?;
            self.unsent = false;
        }
        Poll::Ready(Ok(()))
    }
}
