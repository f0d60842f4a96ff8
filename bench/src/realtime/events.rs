//! A subscriber over PocketBase's server-sent events.

use super::crowd::Tally;
use crate::Result;
use crate::client::{Client, request};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An event stream that is subscribed to all records of the collection.
pub struct Stream {
    stream: TcpStream,
}

impl Stream {
    /// Connects, learns its id, and subscribes.
    pub async fn subscribe(address: SocketAddr) -> Result<Stream> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /api/realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n").await?;
        let mut seen = Vec::new();
        let id = loop {
            let text = String::from_utf8_lossy(&seen);
            let found = text.split_once("\"clientId\":\"").and_then(|(_, rest)| rest.split_once('"'));
            if let Some((id, _)) = found {
                break id.to_owned();
            }
            let mut piece = [0; 1024];
            let read = stream.read(&mut piece).await?;
            if read == 0 {
                return Err(format!("no event stream: {text}").into());
            }
            seen.extend_from_slice(&piece[..read]);
        };
        let body = json!({"clientId": id, "subscriptions": ["posts/*"]}).to_string();
        let mut client = Client::connect(address).await?;
        match client.send(&request("POST", "/api/realtime", None, Some(&body))).await? {
            204 => Ok(Stream { stream }),
            status => Err(format!("the subscription was answered with {status}").into()),
        }
    }

    /// Counts events until the connection ends.
    pub async fn listen(mut self, tally: Arc<Tally>) {
        tally.ready();
        let mut buffer = vec![0; 16 << 10];
        let mut last = 0;
        while let Ok(read @ 1..) = self.stream.read(&mut buffer).await {
            // An event ends with an empty line; no line of its JSON is empty.
            let mut events = 0;
            for &byte in &buffer[..read] {
                events += u64::from(byte == b'\n' && last == b'\n');
                last = byte;
            }
            tally.changes(events);
        }
        tally.lost("the event stream ended".into());
    }
}
