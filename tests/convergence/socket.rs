//! One WebSocket: frames as JSON, and the ways to lose it.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long a handshake may take before the client thinks that nobody is there.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    next_id: u64,
}

#[derive(Debug)]
pub enum Frame {
    Message(Json),
    /// The connection has ended.
    Closed,
}

impl Socket {
    /// Connects. A `narrow` one takes few bytes that nobody has read, so that a pause reaches the server soon.
    pub async fn open(port: u16, narrow: bool) -> Option<Socket> {
        tokio::time::timeout(PATIENCE, Socket::handshake(port, narrow)).await.ok()?
    }

    async fn handshake(port: u16, narrow: bool) -> Option<Socket> {
        let tcp = TcpSocket::new_v4().ok()?;
        if narrow {
            tcp.set_recv_buffer_size(4096).ok()?;
        }
        let tcp = tcp.connect(([127, 0, 0, 1], port).into()).await.ok()?;
        let mut request = format!("ws://127.0.0.1:{port}/api/realtime").into_client_request().ok()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("luge.v1"));
        let config = WebSocketConfig::default().read_buffer_size(16 << 10);
        let (stream, _) = client_async_with_config(request, tcp, Some(config)).await.ok()?;
        Some(Socket { stream, next_id: 1 })
    }

    /// Sends a message under a new id. `None` when the connection has ended.
    pub async fn send(&mut self, mut message: Json) -> Option<u64> {
        let id = self.next_id;
        self.next_id += 1;
        message["id"] = id.into();
        self.stream.send(Message::text(message.to_string())).await.ok()?;
        Some(id)
    }

    pub async fn next(&mut self) -> Frame {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Frame::Message(text.as_str().parse().expect("a frame is JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Frame::Closed,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Says goodbye as the protocol wants it.
    pub async fn close(mut self) {
        // The server may be gone already.
        let _ = self.stream.close(None).await;
    }

    /// Goes away without a word: the other side gets a reset.
    pub fn cut(self) {
        let _ = self.stream.get_ref().set_zero_linger();
    }
}
