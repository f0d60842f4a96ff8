//! JSON values out of a large file one at a time, so that the file never stands in memory as a whole.

use crate::error::{Error, Result};
use std::io::BufRead;

/// No value of a file may be longer than this many bytes: a guard against a file that is not what its name says.
pub const LONGEST: usize = 64 * 1024 * 1024;

/// A cursor over bytes that knows its line and can cut out one JSON value without reading what is in it.
pub struct Elements<R> {
    input: R,
    /// The line of the next byte, from 1.
    pub line: u64,
    /// How many bytes were taken.
    pub bytes: u64,
}

impl<R: BufRead> Elements<R> {
    /// Starts before the first byte; a byte order mark is skipped.
    pub fn new(mut input: R) -> Result<Self> {
        let mark = input.fill_buf()?.starts_with(b"\xEF\xBB\xBF");
        if mark {
            input.consume(3);
        }
        Ok(Elements { input, line: 1, bytes: if mark { 3 } else { 0 } })
    }

    /// The next byte, which stays.
    fn peek(&mut self) -> Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    /// Takes the byte that [`Self::peek`] showed.
    fn take(&mut self, byte: u8) {
        self.input.consume(1);
        self.bytes += 1;
        self.line += u64::from(byte == b'\n');
    }

    /// Skips spaces and one of `wanted`, and returns it; `None` when something else follows.
    pub fn symbol(&mut self, wanted: &[u8]) -> Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if byte.is_ascii_whitespace() {
                self.take(byte);
            } else if wanted.contains(&byte) {
                self.take(byte);
                return Ok(Some(byte));
            } else {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// The next byte that is not a space; it stays.
    pub fn next_is(&mut self) -> Result<Option<u8>> {
        self.symbol(b"")?;
        self.peek()
    }

    /// Copies the next value into `out`: the text up to where its brackets and quotes are closed. Whether it is right JSON is for the parser to say.
    pub fn value(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        self.symbol(b"")?;
        while let Some(byte) = self.peek()? {
            if depth == 0 && !quoted && !out.is_empty() && (matches!(byte, b',' | b']' | b'}' | b':') || byte.is_ascii_whitespace()) {
                return Ok(());
            }
            self.take(byte);
            out.push(byte);
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            let closed = depth == 0 && !quoted && matches!(byte, b'}' | b']' | b'"');
            if closed {
                return Ok(());
            }
            if LONGEST < out.len() {
                return Err(too_long(self.line));
            }
        }
        match depth == 0 && !quoted {
            true => Ok(()),
            false => Err(Error::bad_request(format!("The file ends inside a value (line {}): it was cut off.", self.line))),
        }
    }

    /// Copies the next line into `out`, without its end; `false` at the end of the file.
    pub fn whole_line(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        out.clear();
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return Ok(!out.is_empty());
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let length = end.map_or(chunk.len(), |n| n + 1);
            out.extend_from_slice(&chunk[..length]);
            self.input.consume(length);
            self.bytes += length as u64;
            if end.is_some() {
                self.line += 1;
                out.pop();
                return Ok(true);
            }
            if LONGEST < out.len() {
                return Err(too_long(self.line));
            }
        }
    }
}

fn too_long(line: u64) -> Error {
    Error::bad_request(format!(
        "A value of more than {} MB ends near line {line}. Is the file in the format that was given? Choose another with --format.",
        LONGEST / 1024 / 1024
    ))
}
