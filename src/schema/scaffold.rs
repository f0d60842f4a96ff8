//! What a new collection of each type looks like before anything is filled in: dashboards start from it.

use super::{Kind, edit, wire};
use crate::id;
use serde_json::{Map, Value as Json};

/// The answer of `GET /api/collections/meta/scaffolds`. Index names contain a random id, as the collection has none yet.
pub fn scaffolds() -> Map<String, Json> {
    let id = id::random(10, b"abcdefghijklmnopqrstuvwxyz0123456789");
    let one = |kind: Kind| {
        let (mut collection, statements) = edit::scaffold(kind, &id);
        collection.id.clear();
        (kind.name().to_owned(), Json::Object(wire::to_map(&collection, &statements)))
    };
    [Kind::Base, Kind::Auth, Kind::View].into_iter().map(one).collect()
}
