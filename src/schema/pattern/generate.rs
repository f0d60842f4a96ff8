//! Random texts from a parsed pattern.

use crate::id::below;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// How often an open-ended `*` or `+` repeats at most beyond its minimum.
const OPEN: u32 = 6;

/// No generated text is longer: nested repetitions multiply.
const LONGEST: usize = 10_000;

/// Where a class allows them, these are chosen: nobody wants control characters in a slug.
const READABLE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A random text that the pattern matches.
pub fn from_hir(hir: &Hir) -> Result<String, String> {
    let mut out = String::new();
    write(hir, &mut out)?;
    Ok(out)
}

fn write(hir: &Hir, out: &mut String) -> Result<(), String> {
    if LONGEST < out.len() {
        return Ok(());
    }
    match hir.kind() {
        HirKind::Empty => Ok(()),
        HirKind::Literal(literal) => {
            out.push_str(&String::from_utf8_lossy(&literal.0));
            Ok(())
        }
        HirKind::Class(class) => {
            out.extend(pick(class));
            Ok(())
        }
        HirKind::Look(look) => Err(format!("unsupported pattern operator {}", number(*look))),
        HirKind::Repetition(repetition) => repeat(repetition, out),
        HirKind::Capture(capture) => write(&capture.sub, out),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, out)),
        HirKind::Alternation(choices) => write(&choices[below(choices.len() as u32) as usize], out),
    }
}

fn repeat(repetition: &Repetition, out: &mut String) -> Result<(), String> {
    let most = repetition.max.unwrap_or(repetition.min + OPEN).max(repetition.min);
    for _ in 0..repetition.min + below(most - repetition.min + 1) {
        write(&repetition.sub, out)?;
        if LONGEST < out.len() {
            break;
        }
    }
    Ok(())
}

/// One character of the class; a class that excludes little, like `.`, gives a readable one.
fn pick(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (r.start() as char, r.end() as char)).collect(),
    };
    if ranges.last().is_some_and(|(_, end)| *end == char::MAX) {
        let readable: Vec<char> = READABLE.chars().filter(|c| ranges.iter().any(|(a, b)| (a..=b).contains(&c))).collect();
        if !readable.is_empty() {
            return Some(readable[below(readable.len() as u32) as usize]);
        }
    }
    let size = |(a, b): &(char, char)| *b as u32 - *a as u32 + 1;
    let total: u32 = ranges.iter().map(size).sum();
    let mut at = if total == 0 { return None } else { below(total) };
    for range in &ranges {
        if at < size(range) {
            // The gap of the surrogates is no character: its place is taken by the start of the range.
            return char::from_u32(range.0 as u32 + at).or(Some(range.0));
        }
        at -= size(range);
    }
    None
}

/// The number of the operator in Go's parser, which the message on the wire names.
fn number(look: Look) -> u8 {
    match look {
        Look::StartLF | Look::StartCRLF => 7,
        Look::EndLF | Look::EndCRLF => 8,
        Look::Start => 9,
        Look::End => 10,
        Look::WordUnicodeNegate | Look::WordAsciiNegate => 12,
        _ => 11,
    }
}
