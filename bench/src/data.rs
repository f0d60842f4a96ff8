//! The data set: made from the record's number alone, so that both servers get the same bytes.

use serde_json::{Value, json};

/// How many users own the records, and sign in.
pub const USERS: u64 = 20;

/// What every user signs in with.
pub const PASSWORD: &str = "1234567890";

/// The letters of ids.
const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Scatters a number evenly (splitmix64's last step).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The id of a record: 15 letters that look random, as those the servers make.
pub fn id(number: u64) -> String {
    let mut left = u128::from(scatter(number)) << 20 | u128::from(number % (1 << 20));
    let letter = |_| {
        let at = (left % 36) as usize;
        left /= 36;
        LETTERS[at] as char
    };
    (0..15).map(letter).collect()
}

/// The id of a user.
pub fn user_id(number: u64) -> String {
    format!("user{number:011}")
}

/// The user's address.
pub fn email(number: u64) -> String {
    format!("user{number}@example.com")
}

/// A tag that about 20 of `records` have.
pub fn tag(number: u64, records: u64) -> String {
    format!("tag{}", scatter(number) % (records / 20).max(1))
}

/// A record without id and owner, about 400 bytes in an answer.
pub fn body(number: u64, records: u64) -> Value {
    let status = ["a", "b", "c", "d"][(scatter(number) >> 8) as usize % 4];
    json!({
        "title": format!("Title number {number}"),
        "body": "lorem ipsum dolor sit amet ".repeat(8),
        "status": status,
        "views": (scatter(number) >> 16) % 100_000,
        "live": number.is_multiple_of(2),
        "at": "2024-01-01 00:00:00.000Z",
        "tag": tag(number, records),
    })
}

/// A record with its id and owner, as it is loaded.
pub fn record(number: u64, records: u64) -> Value {
    let mut record = body(number, records);
    record["id"] = id(number).into();
    record["owner"] = user_id(number % USERS).into();
    record
}

/// A batch that creates records in `posts`.
pub fn batch(bodies: impl Iterator<Item = Value>) -> String {
    let create = |body| json!({"method": "POST", "url": "/api/collections/posts/records", "body": body});
    json!({"requests": bodies.map(create).collect::<Vec<_>>()}).to_string()
}

/// The collection of the records, open to everyone; its indexes are made after loading.
pub fn collection() -> Value {
    json!({
        "name": "posts", "type": "base",
        "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
        "fields": [
            {"name": "title", "type": "text"},
            {"name": "body", "type": "text"},
            {"name": "status", "type": "select", "values": ["a", "b", "c", "d"], "maxSelect": 1},
            {"name": "views", "type": "number"},
            {"name": "live", "type": "bool"},
            {"name": "at", "type": "date"},
            {"name": "tag", "type": "text"},
            {"name": "owner", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 1},
            {"name": "created", "type": "autodate", "onCreate": true},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_differ_and_have_the_form() {
        let ids: HashSet<String> = (0..100_000).map(id).collect();
        assert_eq!(ids.len(), 100_000);
        assert!(ids.iter().all(|id| id.len() == 15 && id.bytes().all(|b| LETTERS.contains(&b))));
    }
}
