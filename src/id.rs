//! Random ids and secrets.

use rand::RngExt;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A record id: 15 characters of `[a-z0-9]`.
pub fn record() -> String {
    random(15, LOWER)
}

/// A secret of `length` characters of `[a-zA-Z0-9]`.
pub fn secret(length: usize) -> String {
    random(length, MIXED)
}

/// `length` characters of `alphabet`, from the operating system's seeded generator.
pub fn random(length: usize, alphabet: &[u8]) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| alphabet[rng.random_range(0..alphabet.len())] as char).collect()
}

/// A number below `limit`, which must not be 0.
pub fn below(limit: u32) -> u32 {
    rand::rng().random_range(0..limit)
}
