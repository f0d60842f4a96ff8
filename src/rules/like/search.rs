//! Finds bytes in a text, blind to the case of ASCII letters, in time that grows with the text and never with text times pattern.

use crate::rules::budget::Budget;
use memchr::memchr2;

/// So many bytes are skipped in the time in which one is compared.
const SKIPPED: usize = 16;
/// What it costs to begin to compare, in bytes.
const BEGUN: usize = 4;

/// Where `needle`, which is in lower case, first stands.
pub fn find(text: &[u8], needle: &[u8], budget: &Budget) -> Option<usize> {
    let Some((first, rest)) = needle.split_first() else { return Some(0) };
    let last = text.len().checked_sub(needle.len())?;
    let (mut at, mut compared) = (0, 0);
    let found = loop {
        let Some(skipped) = memchr2(*first, first.to_ascii_uppercase(), &text[at..=last]) else { break None };
        at += skipped;
        let agreed = text[at + 1..].iter().zip(rest).take_while(|(have, want)| have.to_ascii_lowercase() == **want).count();
        if agreed == rest.len() {
            break Some(at);
        }
        at += 1;
        compared += agreed + BEGUN;
        // Ordinary texts and patterns part after a few letters. Those that are made to agree for long are searched in another way.
        if 1024 + 2 * at < compared {
            break linear(&text[at..], needle).map(|found| at + found);
        }
    };
    let reached = found.unwrap_or(text.len());
    budget.look(compared + reached / SKIPPED + if 1024 < compared { reached + needle.len() } else { needle.len() / SKIPPED });
    found
}

/// Knuth, Morris and Pratt: where a comparison fails, what has agreed so far tells how much of it still does further on.
fn linear(text: &[u8], needle: &[u8]) -> Option<usize> {
    let mut back = vec![0; needle.len()];
    let mut agreed = 0;
    for i in 1..needle.len() {
        agreed = step(needle, &back, agreed, needle[i]);
        back[i] = agreed;
    }
    agreed = 0;
    for (i, byte) in text.iter().enumerate() {
        agreed = step(needle, &back, agreed, byte.to_ascii_lowercase());
        if agreed == needle.len() {
            return Some(i + 1 - agreed);
        }
    }
    None
}

/// How much of the needle agrees with what ends in `byte`, when so much agreed before it.
fn step(needle: &[u8], back: &[usize], mut agreed: usize, byte: u8) -> usize {
    while needle[agreed] != byte {
        match agreed {
            0 => return 0,
            _ => agreed = back[agreed - 1],
        }
    }
    agreed + 1
}
