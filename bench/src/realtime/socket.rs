//! A WebSocket that costs little: it looks at the headers of frames and hands their bytes out, without copying a whole frame.

use crate::Result;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A connection after its handshake.
pub struct Socket {
    stream: TcpStream,
    /// The start of a frame whose end has not come.
    rest: Vec<u8>,
}

/// What came.
pub enum Came<'a> {
    /// A text.
    Text(&'a [u8]),
    /// The server wants to know whether somebody is there.
    Ping,
    /// The server says goodbye.
    Close,
}

impl Socket {
    /// Connects and speaks `luge.v1`. With `narrow`, the kernel keeps few bytes that nobody has read.
    pub async fn connect(address: SocketAddr, narrow: bool) -> Result<Socket> {
        let socket = TcpSocket::new_v4()?;
        if narrow {
            socket.set_recv_buffer_size(4096)?;
        }
        let mut stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        let hello = "GET /api/realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: luge.v1\r\n\r\n";
        stream.write_all(hello.as_bytes()).await?;
        let mut head = Vec::new();
        let end = loop {
            if let Some(end) = head.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            let mut piece = [0; 512];
            let read = stream.read(&mut piece).await?;
            if read == 0 || 64 << 10 < head.len() {
                return Err(format!("no WebSocket: {}", String::from_utf8_lossy(&head)).into());
            }
            head.extend_from_slice(&piece[..read]);
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(format!("no WebSocket: {}", String::from_utf8_lossy(&head)).into());
        }
        Ok(Socket { stream, rest: head[end..].to_vec() })
    }

    /// Sends a text.
    pub async fn send(&mut self, text: &str) -> Result<()> {
        self.stream.write_all(&frame(0x81, text.as_bytes())).await?;
        Ok(())
    }

    /// Answers a ping.
    pub async fn pong(&mut self) -> Result<()> {
        self.stream.write_all(&frame(0x8a, b"")).await?;
        Ok(())
    }

    /// Waits until there is something to read.
    pub async fn readable(&self) -> Result<()> {
        Ok(self.stream.readable().await?)
    }

    /// Reads what is there into `buffer` and shows each whole frame. `false`: the connection has ended.
    pub fn read(&mut self, buffer: &mut [u8], mut each: impl FnMut(Came)) -> Result<bool> {
        if !self.rest.is_empty() {
            // Frames that came along with the handshake.
            let used = frames(&self.rest, &mut each)?;
            self.rest.drain(..used);
        }
        match self.stream.try_read(buffer) {
            Ok(0) => Ok(false),
            Ok(read) if self.rest.is_empty() => {
                let used = frames(&buffer[..read], &mut each)?;
                self.rest = buffer[used..read].to_vec();
                Ok(true)
            }
            Ok(read) => {
                self.rest.extend_from_slice(&buffer[..read]);
                let used = frames(&self.rest, &mut each)?;
                self.rest.drain(..used);
                if self.rest.is_empty() {
                    self.rest = Vec::new();
                }
                Ok(true)
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}

/// A client's frame. The mask is zero, which leaves the bytes as they are.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    match payload.len() {
        length @ 0..126 => out.push(0x80 | length as u8),
        length => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
    out
}

/// Shows each whole frame; returns how many bytes they took.
fn frames(bytes: &[u8], each: &mut impl FnMut(Came)) -> Result<usize> {
    let mut at = 0;
    while let Some((kind, start, length)) = header(&bytes[at..]) {
        let Some(payload) = bytes.get(at + start..at + start + length) else { break };
        match kind {
            0x81 => each(Came::Text(payload)),
            0x88 => each(Came::Close),
            0x89 => each(Came::Ping),
            0x8a => {}
            other => return Err(format!("a frame begins with {other:#x}").into()),
        }
        at += start + length;
    }
    Ok(at)
}

/// A frame's first byte, where its payload starts, and how long that is; `None` while the header is not complete.
fn header(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (kind, length) = (*bytes.first()?, *bytes.get(1)?);
    match length {
        126 => Some((kind, 4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)))),
        127 => Some((kind, 10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize)),
        length => Some((kind, 2, usize::from(length))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_over_pieces() {
        let long = vec![b'x'; 300];
        let mut bytes = vec![0x81, 2, b'h', b'i', 0x89, 0, 0x81, 126, 1, 44];
        bytes.extend_from_slice(&long);
        for cut in 0..bytes.len() {
            let mut seen = Vec::new();
            let mut each = |came: Came| {
                seen.push(match came {
                    Came::Text(text) => text.len(),
                    Came::Ping => 1_000,
                    Came::Close => 2_000,
                });
            };
            let used = frames(&bytes[..cut], &mut each).expect("valid frames");
            frames(&bytes[used..], &mut each).expect("valid frames");
            assert_eq!(seen, [2, 1_000, 300], "cut at {cut}");
        }
    }
}
