//! Reading JSON. Each level of nesting takes a piece of the thread's stack, so what comes from outside is measured first.

use serde::de::{Deserialize, Error};
use serde_json::Deserializer;

/// How deep submitted JSON may be nested: far more than people write, and a small part of a thread's stack.
pub const MAX_DEPTH: usize = 256;

/// Reads a text from outside.
pub fn parse<'t, T: Deserialize<'t>>(text: &'t [u8]) -> serde_json::Result<T> {
    if MAX_DEPTH < depth(text) {
        return Err(serde_json::Error::custom(format!("it is nested more than {MAX_DEPTH} levels deep")));
    }
    reread(text)
}

/// Reads a text that Luge wrote itself: what was once submitted, with the few levels that an answer puts around it.
pub fn reread<'t, T: Deserialize<'t>>(text: &'t [u8]) -> serde_json::Result<T> {
    let mut reader = Deserializer::from_slice(text);
    reader.disable_recursion_limit();
    let json = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(json)
}

/// How deep a text is nested, up to where it stops being JSON.
pub fn depth(text: &[u8]) -> usize {
    Size::of(text).depth
}

/// What reading a text would take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// How deep it is nested.
    pub depth: usize,
    /// About how much memory its values have beside the characters of its strings: a thousand bytes of text can be many more of values.
    pub memory: usize,
}

impl Size {
    /// The size of a text, up to where it stops being JSON.
    pub fn of(text: &[u8]) -> Size {
        // A value has its place in an array or an object, a text its own memory too, and an object room for several pairs.
        const VALUE: usize = 32;
        const OBJECT: usize = 512;
        let (mut open, mut depth, mut memory) = (0_usize, 0, VALUE);
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => {
                    memory += VALUE;
                    skip_string(&mut bytes);
                }
                b'[' | b'{' => {
                    open += 1;
                    depth = depth.max(open);
                    memory += if *byte == b'{' { OBJECT } else { VALUE };
                }
                b']' | b'}' => open = open.saturating_sub(1),
                b',' | b':' => memory += VALUE,
                _ => {}
            }
        }
        Size { depth, memory }
    }
}

fn skip_string(bytes: &mut std::slice::Iter<u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        let cases = [("", 0), ("5", 0), ("[]", 1), (r#"{"a":[{}],"b":[]}"#, 3), (r#"["[[[","\"[[",1]"#, 1), ("]][[", 2)];
        for (text, expected) in cases {
            assert_eq!(depth(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_memory_of_values_is_known_before_they_are_read() {
        let cases = [("5", 32), ("[1,2]", 96), (r#"{"a":1}"#, 608), (r#"[",,{{"]"#, 96)];
        for (text, expected) in cases {
            assert_eq!(Size::of(text.as_bytes()).memory, expected, "{text}");
        }
    }

    #[test]
    fn what_is_too_deep_is_not_read() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        for (levels, fine) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false), (1_000_000, false)] {
            assert_eq!(parse::<Json>(nested(levels).as_bytes()).is_ok(), fine, "{levels}");
        }
        assert!(reread::<Json>(nested(MAX_DEPTH + 50).as_bytes()).is_ok());
        assert!(parse::<Json>(b"[] []").is_err(), "what follows a document is no part of it");
    }
}
