//! Luge.
fn main() {}
