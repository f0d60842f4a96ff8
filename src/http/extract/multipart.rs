//! `multipart/form-data`: plain parts become values, file parts are named.

use super::body::Data;
use super::infer;
use crate::error::{Code, Error, Result};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;

/// Reads all parts. The body is already in memory and within its limit.
pub async fn parse(headers: &HeaderMap, bytes: Bytes) -> Result<Data> {
    let bad = |e: &dyn std::fmt::Display| Error::of(Code::BadRequest).because(e);
    let mut request = Request::new(Body::from(bytes));
    if let Some(format) = headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, format.clone());
    }
    // axum's own limit would stop at 2 MB; the body was measured when it was read.
    axum::extract::DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|e| bad(&e))?;
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|e| bad(&e))? {
        infer::check_count(1 + pairs.len() + files.len())?;
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some_and(|file| !file.is_empty()) {
            files.push(name);
        } else {
            let value = part.bytes().await.map_err(|e| bad(&e))?;
            pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
        }
    }
    Ok(Data { values: infer::object(pairs)?, files, untyped: true })
}
