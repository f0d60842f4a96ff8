//! The patterns of text fields: Go's regular expressions, as PocketBase's users wrote them, compiled once and kept.

mod generate;
mod translate;

use crate::error::Problem;
use crate::schema::check::sentence;
use parking_lot::RwLock;
use regex::Regex;
use regex_syntax::hir::Hir;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A pattern ready to match and to generate.
struct Compiled {
    regex: Regex,
    hir: Hir,
}

/// Patterns come from collections, of which there are few; should there be many, all are forgotten at once and compiled anew.
const KEPT: usize = 500;

/// Compiling takes a hundred times as long as matching. The lock is only held to look up or insert.
static CACHE: LazyLock<RwLock<HashMap<String, Arc<Compiled>>>> = LazyLock::new(RwLock::default);

/// Whether some part of the text matches; a pattern that does not compile matches nothing.
pub fn is_match(pattern: &str, text: &str) -> bool {
    compiled(pattern).is_ok_and(|c| c.regex.is_match(text))
}

/// What is wrong with a pattern, in the words of Go's parser, which clients show.
pub fn problem(pattern: &str) -> Option<Problem> {
    let message = compiled(pattern).err()?;
    Some(Problem::new("validation_invalid_regex", sentence(&message)))
}

/// A random text that matches the pattern, of bounded length; an error when the pattern has anchors or the like.
pub fn generate(pattern: &str) -> Result<String, String> {
    // The pattern of nearly all ids.
    if pattern == "[a-z0-9]{15}" {
        return Ok(crate::id::record());
    }
    generate::from_hir(&compiled(pattern)?.hir)
}

fn compiled(pattern: &str) -> Result<Arc<Compiled>, String> {
    if let Some(known) = CACHE.read().get(pattern) {
        return Ok(known.clone());
    }
    let fresh = Arc::new(compile(pattern)?);
    let mut cache = CACHE.write();
    if KEPT <= cache.len() {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), fresh.clone());
    Ok(fresh)
}

fn compile(pattern: &str) -> Result<Compiled, String> {
    let translated = translate::from_go(pattern).map_err(|e| format!("error parsing regexp: {e}"))?;
    let unclear = |e: &dyn std::fmt::Display| {
        let last = e.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.').to_owned();
        format!("error parsing regexp: {last}: `{pattern}`")
    };
    let regex = Regex::new(&translated).map_err(|e| unclear(&e))?;
    let hir = regex_syntax::parse(&translated).map_err(|e| unclear(&e))?;
    Ok(Compiled { regex, hir })
}
