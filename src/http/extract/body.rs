//! The submitted body, whatever its format, as one JSON object.

use super::form::Form;
use super::strict::Strict;
use super::{infer, multipart};
use crate::error::{Code, Error, Result};
use crate::http::busy::busy;
use crate::value::json::{MAX_DEPTH, Size};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value as Json};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The most bytes of a body when nothing else is said.
pub const DEFAULT_LIMIT: usize = 32 << 20;

/// How long a body may take to come in, so that slow senders do not pile up.
const PATIENCE: Duration = Duration::from_secs(300);

/// The most memory that the values of one body may take, beside the characters of their texts.
const MEMORY: usize = 64 << 20;

/// A body of so many bytes is read without holding up other requests, and few such bodies at the same time.
const LARGE: usize = 256 << 10;

/// The turns to read a large body.
static TURNS: Semaphore = Semaphore::const_new(2);

const UNSUPPORTED: &str = "Unsupported Content-Type.";

/// A body that was not read yet: each handler says how large it may be.
pub struct Submitted {
    headers: HeaderMap,
    body: Body,
    /// The most bytes of a form.
    limit: usize,
}

/// What was submitted.
#[derive(Debug, Default, PartialEq)]
pub struct Data {
    /// The values by name.
    pub values: Map<String, Json>,
    /// The names of multipart parts that hold a file.
    pub files: Vec<String>,
    /// Whether it came as a form, whose values have no types of their own.
    pub untyped: bool,
}

impl<S: Send + Sync> FromRequest<S> for Submitted {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let (mut parts, body) = request.into_parts();
        Ok(Submitted { headers: std::mem::take(&mut parts.headers), body, limit: DEFAULT_LIMIT })
    }
}

impl Submitted {
    /// Reads the body. More than `limit` bytes are a 413, by the announced length or while they come in.
    pub async fn read(self, limit: usize) -> Result<Data> {
        let (headers, bytes) = self.bytes(limit).await?;
        parse(&headers, bytes).await
    }

    /// Reads the body as it comes, and parses it as far as its type is known.
    pub async fn raw(self, limit: usize) -> Result<(Bytes, Data)> {
        let (headers, bytes) = self.bytes(limit).await?;
        let data = parse(&headers, bytes.clone()).await.unwrap_or_default();
        Ok((bytes, data))
    }

    async fn bytes(self, limit: usize) -> Result<(HeaderMap, Bytes)> {
        let announced = self.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
        if announced.is_some_and(|length| (limit as u64) < length) {
            return Err(Error::of(Code::TooLarge));
        }
        let slow = |_| Error::bad_request(format!("The body took longer than {} seconds to come in.", PATIENCE.as_secs()));
        let bytes = match tokio::time::timeout(PATIENCE, Limited::new(self.body, limit).collect()).await.map_err(slow)? {
            Ok(whole) => whole.to_bytes(),
            Err(e) if e.is::<LengthLimitError>() => return Err(Error::of(Code::TooLarge)),
            Err(e) => return Err(Error::of(Code::BadRequest).because(e)),
        };
        Ok((self.headers, bytes))
    }

    /// The same body, which may have at most so many bytes as a form.
    pub fn at_most(self, limit: usize) -> Self {
        Submitted { limit, ..self }
    }

    /// Reads a form. Whatever is wrong with it but its size is told as `message`.
    pub async fn form(self, message: &str) -> Result<Form> {
        let limit = self.limit;
        match self.read(limit).await {
            Ok(data) => Ok(Form { values: data.values, untyped: data.untyped }),
            Err(e) if e.code == Code::TooLarge => Err(e),
            Err(e) => Err(Error { message: message.to_owned(), ..e }),
        }
    }

    /// The same, but a type that is not known is told as such.
    pub async fn named_form(self, message: &str) -> Result<Form> {
        let known = ["application/json", "multipart/form-data", "application/x-www-form-urlencoded"];
        let format = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let told = if known.iter().any(|k| format.starts_with(k)) { message } else { UNSUPPORTED };
        self.form(told).await
    }
}

async fn parse(headers: &HeaderMap, bytes: Bytes) -> Result<Data> {
    if bytes.is_empty() {
        return Ok(Data::default());
    }
    let _turn = if bytes.len() < LARGE { None } else { Some(TURNS.acquire().await.map_err(Error::internal)?) };
    let format = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if format.starts_with("application/json") {
        return Ok(Data { values: apart(&bytes, json)?, ..Data::default() });
    }
    if format.starts_with("multipart/form-data") {
        return multipart::parse(headers, bytes).await;
    }
    if format.starts_with("application/x-www-form-urlencoded") {
        let values = apart(&bytes, |form| infer::object(infer::pairs(form)?))?;
        return Ok(Data { values, untyped: true, files: Vec::new() });
    }
    Err(Error::bad_request(UNSUPPORTED))
}

/// Reads bytes, without holding up other requests when they are many.
fn apart<T>(bytes: &[u8], read: impl FnOnce(&[u8]) -> T) -> T {
    if bytes.len() < LARGE { read(bytes) } else { busy(|| read(bytes)) }
}

/// Refuses values that would take too much memory.
pub fn check_memory(memory: usize) -> Result<()> {
    match memory {
        0..=MEMORY => Ok(()),
        _ => Err(Error::new(Code::TooLarge, "The JSON body has too many values.")),
    }
}

/// The object at the beginning of a JSON text; what follows it is ignored, `null` is an empty object.
pub fn json(bytes: &[u8]) -> Result<Map<String, Json>> {
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    let (is_object, not_one) = (first == Some(&b'{'), || Error::of(Code::BadRequest).because("the body is not a JSON object"));
    // A list is refused without reading it.
    if first == Some(&b'[') {
        return Err(not_one());
    }
    let size = Size::of(bytes);
    if is_object && MAX_DEPTH < size.depth {
        return Err(Error::bad_request(format!("The JSON body is nested more than {MAX_DEPTH} levels deep.")));
    }
    check_memory(size.memory)?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    if is_object {
        reader.disable_recursion_limit();
    }
    match reader.into_iter::<Strict>().next().transpose() {
        Ok(Some(Strict(Json::Object(values)))) => Ok(values),
        Ok(Some(Strict(Json::Null))) => Ok(Map::new()),
        Ok(_) => Err(not_one()),
        Err(e) => Err(Error::of(Code::BadRequest).because(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parsed(format: &str, body: &str) -> Result<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, format.parse().expect("a header value"));
        let data = parse(&headers, Bytes::copy_from_slice(body.as_bytes())).await?;
        Ok(Json::Object(data.values).to_string())
    }

    #[tokio::test]
    async fn every_format_gives_an_object() {
        let form = "application/x-www-form-urlencoded";
        let cases = [
            ("application/json", r#"{"a":1}, trailing"#, r#"{"a":1}"#),
            ("application/json; charset=utf-8", "null", "{}"),
            ("text/plain", "", "{}"),
            (form, "a=1&b=x&b=true&c=", r#"{"a":1,"b":["x",true],"c":""}"#),
            (form, "a=007&b=1e5&c=%2B1&d=-1.5&e=1.0&f=-0.5&g=.5", r#"{"a":"007","b":"1e5","c":"+1","d":-1.5,"e":"1.0","f":-0.5,"g":".5"}"#),
            (form, "a=1&%40jsonPayload=%7B%22a%22%3A%222%22%7D", r#"{"a":"2"}"#),
        ];
        for (format, body, expected) in cases {
            assert_eq!(parsed(format, body).await.expect(body), expected, "{format} {body}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_a_400() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(256), "]".repeat(256));
        let cases = [
            ("application/json", "[]", "Something went wrong while processing your request."),
            ("application/json", r#"{"a":{"b":1,"b":2}}"#, "Something went wrong while processing your request."),
            ("application/x-www-form-urlencoded", "a%zz=1", "Something went wrong while processing your request."),
            ("application/json", "{", "Something went wrong while processing your request."),
            ("application/json", &deep, "The JSON body is nested more than 256 levels deep."),
            ("text/plain", "x", "Unsupported Content-Type."),
            ("multipart/form-data", "x", "Something went wrong while processing your request."),
        ];
        for (format, body, message) in cases {
            let error = parsed(format, body).await.expect_err(body);
            assert_eq!((error.status(), error.message.as_str()), (400, message), "{format} {body}");
        }
    }

    #[tokio::test]
    async fn multipart_parts_become_values_and_file_names() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=B".parse().expect("a header value"));
        let part = |head: &str, body: &str| format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
        let body = [
            part("name=\"a\"", "12"),
            part("name=\"b\"", "x"),
            part("name=\"b\"", "y"),
            part("name=\"@jsonPayload\"", "{\"c\":\"12\"}"),
            part("name=\"doc\"; filename=\"f.txt\"", "data"),
            "--B--\r\n".to_owned(),
        ];
        let data = parse(&headers, Bytes::from(body.concat())).await.expect("a multipart body");
        assert_eq!(Json::Object(data.values).to_string(), r#"{"a":12,"b":["x","y"],"c":"12"}"#);
        assert_eq!(data.files, ["doc"]);
    }
}
