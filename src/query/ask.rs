//! What a list request asks for: the query parameters, parsed and bounded once at the edge.

use crate::error::{Error, Result};
use std::collections::BTreeMap;

const PER_PAGE: u64 = 30;
const MAX_PER_PAGE: u64 = 1000;

/// A list request. The limits of filter and sort are those of `rules`, which reads them.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which page, from 1.
    pub page: u64,
    /// How many records on a page, 1 to 1000.
    pub per_page: u64,
    /// The order, as sent; `""` is the order of creation.
    pub sort: String,
    /// The filter, as sent; `""` is everything.
    pub filter: String,
    /// Relations to expand, as sent.
    pub expand: String,
    /// Fields to pick, as sent; `""` is all.
    pub fields: String,
    /// Whether the totals are not needed (-1 is answered).
    pub skip_total: bool,
    /// `Some("")` starts going by cursor, `Some(cursor)` goes on after it; `page` then moves nothing.
    pub cursor: Option<String>,
    /// Whether a superuser wants to see the plan.
    pub explain: bool,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            page: 1,
            per_page: PER_PAGE,
            sort: String::new(),
            filter: String::new(),
            expand: String::new(),
            fields: String::new(),
            skip_total: false,
            cursor: None,
            explain: false,
        }
    }
}

impl Ask {
    /// Reads the parameters of a request. What is out of range is clamped; what cannot be read or is too long is a 400.
    pub fn parse(query: &BTreeMap<String, String>) -> Result<Self> {
        let text = |name: &str| query.get(name).cloned().unwrap_or_default();
        Ok(Ask {
            page: page_number(&text("page"), 1)?,
            per_page: page_number(&text("perPage"), PER_PAGE)?.min(MAX_PER_PAGE),
            sort: text("sort"),
            filter: text("filter"),
            expand: text("expand"),
            fields: text("fields"),
            skip_total: go_bool(&text("skipTotal"))?,
            cursor: query.get("cursor").cloned(),
            // Not an error: it may be the name of something that a rule reads.
            explain: go_bool(&text("explain")).unwrap_or(false),
        })
    }
}

/// The wire says nothing of the cause: its clients compare the message.
fn refused(why: String) -> Error {
    Error::of(crate::error::Code::BadRequest).because(why)
}

fn page_number(text: &str, default: u64) -> Result<u64> {
    if text.is_empty() {
        return Ok(default);
    }
    let number: i64 = text.parse().map_err(|_| refused(format!("{text:?} is not a whole number")))?;
    Ok(u64::try_from(number).ok().filter(|n| 0 < *n).unwrap_or(default))
}

fn go_bool(text: &str) -> Result<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(refused(format!("{text:?} is not a boolean"))),
    }
}
