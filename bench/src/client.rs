//! One keep-alive connection that speaks just enough HTTP/1.1, so that the load generator costs little beside the server it measures.

use crate::Result;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that sends one request at a time and waits for the whole answer.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    head: Option<Head>,
}

/// What the head of an answer says about where its body ends.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Head {
    status: u16,
    body: usize,
    extent: Extent,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent {
    Length(usize),
    /// Where the next chunk's size line starts.
    Chunked(usize),
}

/// The bytes of a request, ready to be sent as often as wanted.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if let Some(token) = token {
        out += &format!("Authorization: {token}\r\n");
    }
    if let Some(body) = body {
        out += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    out += "\r\n";
    out += body.unwrap_or_default();
    out.into_bytes()
}

impl Client {
    /// Connects without Nagle's delay, which would add 40 ms to answers sent in two pieces.
    pub async fn connect(address: SocketAddr) -> Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: vec![0; 32 * 1024], filled: 0, head: None })
    }

    /// Sends a request and waits for its whole answer; returns the status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.filled = 0;
        self.head = None;
        self.stream.write_all(request).await?;
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.filled * 2, 0);
            }
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            if read == 0 {
                return Err("the server closed the connection before its answer was whole".into());
            }
            self.filled += read;
            if let Some(status) = self.whole()? {
                return Ok(status);
            }
        }
    }

    /// The status, once the last byte of the answer is there.
    fn whole(&mut self) -> Result<Option<u16>> {
        let bytes = &self.buffer[..self.filled];
        if self.head.is_none() {
            self.head = parse_head(bytes)?;
        }
        let Some(head) = &mut self.head else { return Ok(None) };
        let done = match &mut head.extent {
            Extent::Length(length) => head.body + *length <= bytes.len(),
            Extent::Chunked(next) => skip_chunks(bytes, next)?,
        };
        Ok(done.then_some(head.status))
    }

    /// The number in the last answer's `Luge-Position`.
    pub fn position(&self) -> Option<u64> {
        let head = std::str::from_utf8(&self.buffer[..self.head?.body]).ok()?;
        let value =
            head.split("\r\n").filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("luge-position"))?.1;
        value.trim().split_once(':')?.1.parse().ok()
    }

    /// The body of the last answer, for the few requests whose answer matters.
    pub fn body(&self) -> Vec<u8> {
        let Some(head) = self.head else { return Vec::new() };
        let bytes = &self.buffer[..self.filled];
        match head.extent {
            Extent::Length(length) => bytes[head.body..head.body + length].to_vec(),
            Extent::Chunked(_) => join_chunks(bytes, head.body),
        }
    }
}

/// The head, once its empty line is there.
fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end])?;
    let status: u16 = text.get(9..12).and_then(|s| s.parse().ok()).ok_or("the answer has no HTTP status")?;
    let body = end + 4;
    let mut extent = (status == 204 || status == 304).then_some(Extent::Length(0));
    for line in text.split("\r\n").skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            extent = Some(Extent::Length(value.trim().parse()?));
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            extent = Some(Extent::Chunked(body));
        }
    }
    let extent = extent.ok_or("the answer has neither Content-Length nor chunks")?;
    Ok(Some(Head { status, body, extent }))
}

/// Moves `next` over the chunks that are there; true once the empty last chunk is.
fn skip_chunks(bytes: &[u8], next: &mut usize) -> Result<bool> {
    while let Some((start, size)) = chunk(bytes, *next)? {
        let end = start + size + 2;
        if size == 0 {
            return Ok(end <= bytes.len());
        }
        *next = end;
    }
    Ok(false)
}

/// Where the chunk whose size line starts at `at` has its bytes, and how many.
fn chunk(bytes: &[u8], at: usize) -> Result<Option<(usize, usize)>> {
    let Some(rest) = bytes.get(at..) else { return Ok(None) };
    let Some(end) = rest.windows(2).position(|w| w == b"\r\n") else { return Ok(None) };
    let size = usize::from_str_radix(std::str::from_utf8(&rest[..end])?.trim(), 16)?;
    Ok(Some((at + end + 2, size)))
}

fn join_chunks(bytes: &[u8], mut at: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while let Ok(Some((start, size))) = chunk(bytes, at) {
        if size == 0 {
            break;
        }
        out.extend_from_slice(&bytes[start..start + size]);
        at = start + size + 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_say_where_the_body_ends() {
        let cases: &[(&str, Option<Head>)] = &[
            ("HTTP/1.1 200 OK\r\nContent-Len", None),
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", Some(Head { status: 200, body: 38, extent: Extent::Length(5) })),
            ("HTTP/1.1 204 No Content\r\n\r\n", Some(Head { status: 204, body: 27, extent: Extent::Length(0) })),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Some(Head { status: 200, body: 47, extent: Extent::Chunked(47) })),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_head(text.as_bytes()).expect("a valid head"), *expected, "{text:?}");
        }
    }

    #[test]
    fn chunks_are_followed_over_pieces() {
        let bytes = b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n";
        let mut next = 0;
        for end in 0..bytes.len() {
            assert!(!skip_chunks(&bytes[..end], &mut next).expect("valid chunks"), "whole at {end}");
        }
        assert!(skip_chunks(bytes, &mut next).expect("valid chunks"));
        assert_eq!(join_chunks(bytes, 0), b"Wikipedia");
    }
}
