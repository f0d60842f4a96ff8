//! What waits to be written to one connection: a queue with a bound.

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::task::{Context, Poll};
use tokio::sync::Notify;

/// So many frames wait for a client at most, and no more once they have so many bytes. What comes then is read from the log later.
const MOST_FRAMES: usize = 256;
const MOST_BYTES: usize = 512 << 10;

/// Answers have room beyond that. A client that sends, but never reads what it is answered, is closed here.
const MOST_ANSWERS: usize = 1024;

/// An empty queue gives back its memory when it could hold more frames than this.
const KEPT: usize = 8;

/// The end of a connection, as the client is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// The code of the close frame.
    pub code: u16,
    /// The reason in it.
    pub reason: &'static str,
}

impl Close {
    /// The token of the client has ended, or does not count any more.
    pub const TOKEN: Close = Close { code: 4401, reason: "The token has ended. Sign in again." };
    /// An administrator closed the connection.
    pub const FORBIDDEN: Close = Close { code: 4403, reason: "The connection was closed by an administrator." };
    /// The client has sent nothing for too long.
    pub const SILENT: Close = Close { code: 4408, reason: "Nothing was heard from the client for too long." };
    /// A message of the client was too large.
    pub const TOO_LARGE: Close = Close { code: 4413, reason: "The message is too large." };
    /// The client sends too much.
    pub const TOO_MANY: Close = Close { code: 4429, reason: "Too many messages." };
    /// The server stops.
    pub const RESTART: Close = Close { code: 1012, reason: "The server restarts." };
    /// The client sent something that is no text.
    pub const NOT_TEXT: Close = Close { code: 1003, reason: "Only text messages are understood." };
    /// An event stream has reached its time limit.
    pub const TIME: Close = Close { code: 1000, reason: "The time of the connection is over." };
}

/// What is written next.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// A message: the text of a WebSocket message, or a whole event of a stream.
    Data(Bytes),
    /// A ping of the protocol.
    Ping,
    /// The end.
    Close(Close),
}

/// The queue of one connection.
#[derive(Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    /// Wakes whoever writes to the connection.
    writer: AtomicWaker,
    /// Wakes whoever waits for room.
    room: Notify,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
    /// Changes are refused until the log was read up to them.
    lagging: bool,
    closed: bool,
}

impl Outbox {
    /// Adds a change. `false`: there is no room, and there will be none for changes until [`Outbox::caught_up`].
    pub fn offer(&self, data: &Bytes) -> bool {
        let mut queue = self.queue.lock();
        if queue.closed {
            return true;
        }
        queue.lagging |= !queue.has_room(data.len());
        if queue.lagging {
            return false;
        }
        queue.push(Frame::Data(data.clone()));
        drop(queue);
        self.writer.wake();
        true
    }

    /// Adds something that is in no log. `false`: there is no room, and it is lost.
    pub fn offer_once(&self, data: &Bytes) -> bool {
        let mut queue = self.queue.lock();
        if queue.closed || !queue.has_room(data.len()) {
            return false;
        }
        queue.push(Frame::Data(data.clone()));
        drop(queue);
        self.writer.wake();
        true
    }

    /// Adds an answer or what was read from the log, beyond the bound for changes.
    pub fn push(&self, frame: Frame) {
        let mut queue = self.queue.lock();
        if queue.closed {
            return;
        }
        match queue.frames.len() < MOST_ANSWERS {
            true => queue.push(frame),
            false => queue.close(Close::TOO_MANY),
        }
        drop(queue);
        self.writer.wake();
    }

    /// Adds the last frame. With `at_once`, what waits before it is not sent any more.
    pub fn close(&self, close: Close, at_once: bool) {
        let mut queue = self.queue.lock();
        if queue.closed {
            return;
        }
        if at_once {
            queue.frames.clear();
            queue.bytes = 0;
        }
        queue.close(close);
        drop(queue);
        self.writer.wake();
        self.room.notify_waiters();
    }

    /// Refuses changes from now on, as if there were no room.
    pub fn lag(&self) {
        self.queue.lock().lagging = true;
    }

    /// Takes changes again.
    pub fn caught_up(&self) {
        self.queue.lock().lagging = false;
    }

    /// Whether the last frame was added.
    pub fn is_closed(&self) -> bool {
        self.queue.lock().closed
    }

    /// How many frames wait.
    pub fn len(&self) -> usize {
        self.queue.lock().frames.len()
    }

    /// Waits until half of the bound is free, or the connection ends.
    pub async fn room(&self) {
        loop {
            // Made before the look, so that what happens in between wakes it.
            let waiting = self.room.notified();
            if self.queue.lock().has_ample_room() {
                return;
            }
            waiting.await;
        }
    }

    /// Has the present task woken by whatever is queued, and by the end.
    pub fn watch(&self, context: &mut Context<'_>) {
        self.writer.register(context.waker());
    }

    /// The next frame to write.
    pub fn poll_next(&self, context: &mut Context<'_>) -> Poll<Frame> {
        self.watch(context);
        let mut queue = self.queue.lock();
        let Some(frame) = queue.pop() else { return Poll::Pending };
        let ample = queue.has_ample_room();
        drop(queue);
        if ample {
            self.room.notify_waiters();
        }
        Poll::Ready(frame)
    }
}

impl Queue {
    /// One frame always fits, however large it is.
    fn has_room(&self, more: usize) -> bool {
        self.frames.is_empty() || (self.frames.len() < MOST_FRAMES && self.bytes + more <= MOST_BYTES)
    }

    fn has_ample_room(&self) -> bool {
        self.closed || (self.frames.len() <= MOST_FRAMES / 2 && self.bytes <= MOST_BYTES / 2)
    }

    fn push(&mut self, frame: Frame) {
        if let Frame::Data(data) = &frame {
            self.bytes += data.len();
        }
        self.frames.push_back(frame);
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop_front()?;
        if let Frame::Data(data) = &frame {
            self.bytes -= data.len();
        }
        if self.frames.is_empty() && KEPT < self.frames.capacity() {
            self.frames = VecDeque::new();
        }
        Some(frame)
    }

    fn close(&mut self, close: Close) {
        self.closed = true;
        self.push(Frame::Close(close));
    }
}
