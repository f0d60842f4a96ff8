//! Ids that differ from another one only in the case of their letters.

use super::View;
use crate::error::Result;
use crate::schema::Collection;
use crate::store::keys;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many places among the ids are looked at. Ids that were made to be alike could else have a look for each way to write them.
const MOST_LOOKS: usize = 500;

/// Whether a record has this id, or one that differs only in the case of ASCII letters. Among very many ids that are alike, some may be overlooked.
pub fn has_id_in_any_case(view: &View, collection: &Arc<Collection>, id: &str) -> Result<bool> {
    let staged = |o: &Arc<super::Overlay>| o.of(collection.number).any(|(other, record)| record.is_some() && other.eq_ignore_ascii_case(id));
    if view.overlay.as_ref().is_some_and(staged) {
        return Ok(true);
    }
    // From one beginning that ids have to the next longer ones, in both cases: only beginnings that there are are followed.
    let mut beginnings = vec![String::new()];
    for _ in 0..MOST_LOOKS {
        let Some(beginning) = beginnings.pop() else { return Ok(false) };
        let Some(first) = first_id(view, collection, &beginning)? else { continue };
        if first.eq_ignore_ascii_case(id) && view.get(collection, &first)?.is_some() {
            return Ok(true);
        }
        let Some(next) = id[beginning.len()..].chars().next() else { continue };
        beginnings.push(format!("{beginning}{}", next.to_ascii_lowercase()));
        if next.is_ascii_alphabetic() {
            beginnings.push(format!("{beginning}{}", next.to_ascii_uppercase()));
        }
    }
    Ok(false)
}

/// The first stored id with this beginning.
fn first_id(view: &View, collection: &Collection, beginning: &str) -> Result<Option<String>> {
    let mut first = None;
    view.store.scan(&keys::ids_from(collection.number, beginning), false, &mut |key, _| {
        first = keys::id_of(key).map(str::to_owned);
        ControlFlow::Break(())
    })?;
    Ok(first)
}
