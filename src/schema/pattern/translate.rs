//! From Go's regular expressions to Rust's: classes such as `\w` are ASCII there, some escapes differ, and errors have other words.

use crate::schema::check;

/// The same pattern for the `regex` crate, or the error in the words of Go's parser.
pub fn from_go(pattern: &str) -> Result<String, String> {
    let mut scan = Scan { pattern, at: 0, out: String::new(), depth: 0, repeat: Repeat::Nothing };
    while let Some(c) = scan.peek() {
        scan.step(c)?;
    }
    if 0 < scan.depth { Err(format!("missing closing ): `{pattern}`")) } else { Ok(scan.out) }
}

/// What a repetition operator would apply to.
#[derive(PartialEq)]
enum Repeat {
    /// Nothing: the start of the pattern, a group or an alternative.
    Nothing,
    /// A character, class or group.
    Atom,
    /// A repetition that started here: repeating it again is an error.
    Repeated(usize),
}

struct Scan<'p> {
    pattern: &'p str,
    at: usize,
    out: String,
    depth: usize,
    repeat: Repeat,
}

impl<'p> Scan<'p> {
    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self, c: char) -> Result<(), String> {
        match c {
            '\\' => {
                self.repeat = Repeat::Atom;
                self.escape(false)
            }
            '[' => {
                self.repeat = Repeat::Atom;
                self.class()
            }
            '(' => self.group(),
            ')' if self.depth == 0 => Err(format!("unexpected ): `{}`", self.pattern)),
            ')' => {
                self.depth -= 1;
                self.take(c, Repeat::Atom)
            }
            '|' => self.take(c, Repeat::Nothing),
            '*' | '+' | '?' => self.repetition(1),
            '{' => match counted(self.rest()) {
                Some((length, low, high)) if 1000 < low || high.is_some_and(|h| 1000 < h || h < low) => {
                    Err(format!("invalid repeat count: `{}`", &self.rest()[..length]))
                }
                Some((length, ..)) => self.repetition(length),
                None => self.literal("\\{", 1),
            },
            '}' => self.literal("\\}", 1),
            ']' => self.literal("\\]", 1),
            _ => self.take(c, Repeat::Atom),
        }
    }

    fn take(&mut self, c: char, repeat: Repeat) -> Result<(), String> {
        self.out.push(c);
        self.at += c.len_utf8();
        self.repeat = repeat;
        Ok(())
    }

    fn literal(&mut self, out: &str, length: usize) -> Result<(), String> {
        self.out.push_str(out);
        self.at += length;
        self.repeat = Repeat::Atom;
        Ok(())
    }

    /// `*`, `+`, `?` or `{…}` of this length, perhaps with the `?` that makes it lazy.
    fn repetition(&mut self, length: usize) -> Result<(), String> {
        let lazy = usize::from(self.rest()[length..].starts_with('?'));
        let operator = &self.rest()[..length + lazy];
        match self.repeat {
            Repeat::Nothing => return Err(format!("missing argument to repetition operator: `{}`", &operator[..length])),
            Repeat::Repeated(start) => {
                let both = &self.pattern[start..self.at + operator.len()];
                return Err(format!("invalid nested repetition operator: `{both}`"));
            }
            Repeat::Atom => {}
        }
        self.out.push_str(operator);
        self.repeat = Repeat::Repeated(self.at);
        self.at += operator.len();
        Ok(())
    }

    fn group(&mut self) -> Result<(), String> {
        let rest = self.rest();
        self.depth += 1;
        self.repeat = Repeat::Nothing;
        if !rest.starts_with("(?") {
            self.out.push('(');
            self.at += 1;
            return Ok(());
        }
        if rest.starts_with("(?P<") || rest.starts_with("(?<") {
            return self.named_group();
        }
        for (i, c) in rest.char_indices().skip(2) {
            match c {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ':' | ')' => {
                    if c == ')' {
                        self.depth -= 1;
                    }
                    self.out.push_str(&rest[..=i]);
                    self.at += i + 1;
                    return Ok(());
                }
                _ => return Err(format!("invalid or unsupported Perl syntax: `{}`", &rest[..i + c.len_utf8()])),
            }
        }
        Err(format!("missing closing ): `{}`", self.pattern))
    }

    /// The name is left out: nothing refers to it, and Go takes the same name twice.
    fn named_group(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let start = if rest.starts_with("(?P<") { 4 } else { 3 };
        let end = rest.find('>').unwrap_or(rest.len());
        let name = rest.get(start..end).unwrap_or_default();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if end == rest.len() || !is_name {
            return Err(format!("invalid named capture: `{}`", &rest[..(end + 1).min(rest.len())]));
        }
        self.out.push('(');
        self.at += end + 1;
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        let start = self.at;
        let unclosed = format!("missing closing ]: `{}`", &self.pattern[start..]);
        let negated = self.rest().starts_with("[^");
        self.out.push_str(if negated { "[^" } else { "[" });
        self.at += if negated { 2 } else { 1 };
        let mut first = true;
        loop {
            match self.peek() {
                None => return Err(unclosed),
                Some(']') if !first => break,
                Some('[') if self.rest().starts_with("[:") && self.rest().contains(":]") => self.named_class()?,
                Some(_) => self.class_range()?,
            }
            first = false;
        }
        self.out.push(']');
        self.at += 1;
        Ok(())
    }

    fn named_class(&mut self) -> Result<(), String> {
        const NAMES: &[&str] =
            &["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit"];
        let end = self.rest().find(":]").expect("the caller has seen it") + 2;
        let text = &self.rest()[..end];
        let name = text[2..end - 2].trim_start_matches('^');
        if !NAMES.contains(&name) {
            return Err(format!("invalid character class range: `{text}`"));
        }
        self.out.push_str(text);
        self.at += end;
        Ok(())
    }

    /// One character or `a-z` within a class.
    fn class_range(&mut self) -> Result<(), String> {
        let start = self.at;
        let low = self.class_char()?;
        let is_range = self.rest().starts_with('-') && !self.rest().starts_with("-]") && 1 < self.rest().len();
        let Some(low) = low.filter(|_| is_range) else { return Ok(()) };
        self.out.push('-');
        self.at += 1;
        let before = self.at;
        let high = self.class_char()?;
        match high {
            None => Err(format!("invalid escape sequence: `{}`", &self.pattern[before..self.at])),
            Some(high) if high < low => Err(format!("invalid character class range: `{}`", &self.pattern[start..self.at])),
            Some(_) => Ok(()),
        }
    }

    /// One character of a class; `None` when it was a class of its own, such as `\d`.
    fn class_char(&mut self) -> Result<Option<char>, String> {
        let Some(c) = self.peek() else { return Err(format!("missing closing ]: `{}`", self.pattern)) };
        if c == '\\' {
            let escaped = self.rest()[1..].chars().next();
            self.escape(true)?;
            return Ok(escaped.filter(|e| !e.is_ascii_alphanumeric()));
        }
        if "[]&~-^".contains(c) {
            self.out.push('\\');
        }
        self.out.push(c);
        self.at += c.len_utf8();
        Ok(Some(c))
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let rest = self.rest();
        let Some(c) = rest[1..].chars().next() else { return Err("trailing backslash at end of expression: ``".into()) };
        let out = match c {
            'd' => "[0-9]",
            'D' => "[^0-9]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            's' => "[\\t\\n\\f\\r ]",
            'S' => "[^\\t\\n\\f\\r ]",
            'b' if !in_class => "(?-u:\\b)",
            // Without Unicode, a non-boundary could fall inside a character, which Rust refuses.
            'B' if !in_class => "\\B",
            'A' | 'z' if !in_class => return self.copy(2),
            'a' | 'f' | 'n' | 'r' | 't' | 'v' => return self.copy(2),
            'p' | 'P' => return self.property(),
            'x' => return self.hex(),
            'Q' if !in_class => return self.quoted(),
            '0'..='7' => return self.octal(c),
            _ if c.is_ascii_punctuation() => {
                self.out.push_str(&regex_syntax::escape(&c.to_string()));
                self.at += 2;
                return Ok(());
            }
            _ => return Err(format!("invalid escape sequence: `\\{c}`")),
        };
        self.out.push_str(out);
        self.at += 2;
        Ok(())
    }

    fn copy(&mut self, length: usize) -> Result<(), String> {
        self.out.push_str(&self.rest()[..length]);
        self.at += length;
        Ok(())
    }

    fn property(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let length = match rest[2..].chars().next() {
            Some('{') => rest.find('}').map_or(rest.len(), |end| end + 1),
            Some(c) => 2 + c.len_utf8(),
            None => rest.len(),
        };
        let text = &rest[..length];
        if regex_syntax::parse(text).is_err() {
            return Err(format!("invalid character class range: `{text}`"));
        }
        self.copy(length)
    }

    fn hex(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let (digits, length) = match rest[2..].strip_prefix('{') {
            Some(braced) => braced.find('}').map_or(("", rest.len()), |end| (&braced[..end], end + 4)),
            None => (rest.get(2..4).unwrap_or_default(), rest.len().min(4)),
        };
        let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        let Some(character) = character else {
            let shown = check::cut(rest, length);
            return Err(format!("invalid escape sequence: `{}`", shown.trim_end_matches('}')));
        };
        self.out.push_str(&format!("\\x{{{:x}}}", character as u32));
        self.at += length;
        Ok(())
    }

    /// `\0` and `\12`: up to three octal digits; `\1` alone would be a back reference, which Go has not.
    fn octal(&mut self, first: char) -> Result<(), String> {
        let rest = &self.rest()[1..];
        let length = rest.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
        if first != '0' && length < 2 {
            return Err(format!("invalid escape sequence: `\\{first}`"));
        }
        let value = u32::from_str_radix(&rest[..length], 8).unwrap_or_default();
        self.out.push_str(&format!("\\x{{{value:x}}}"));
        self.at += 1 + length;
        Ok(())
    }

    /// `\Q…\E`: everything between is literal.
    fn quoted(&mut self) -> Result<(), String> {
        let rest = &self.rest()[2..];
        let end = rest.find("\\E");
        let text = &rest[..end.unwrap_or(rest.len())];
        self.out.push_str(&regex_syntax::escape(text));
        self.at += 2 + text.len() + if end.is_some() { 2 } else { 0 };
        Ok(())
    }
}

/// The length, low and high count of `{2}`, `{2,}` or `{2,5}`; anything else is literal text.
fn counted(text: &str) -> Option<(usize, u32, Option<u32>)> {
    let end = text.find('}')?;
    let inner = &text[1..end];
    let number = |s: &str| {
        let plain = !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        // More digits than fit are more than any limit.
        plain.then(|| s.parse().unwrap_or(u32::MAX))
    };
    let (low, high) = match inner.split_once(',') {
        None => (number(inner)?, Some(number(inner)?)),
        Some((low, "")) => (number(low)?, None),
        Some((low, high)) => (number(low)?, Some(number(high)?)),
    };
    Some((end + 1, low, high))
}
