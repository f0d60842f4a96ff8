//! `:excerpt(max, withEllipsis?)`: the beginning of an HTML text without its tags.

use super::fields::invalid;
use crate::error::Result;

/// Elements whose content is not text for a reader.
const DROPPED: &[&str] = &[
    "head", "style", "script", "iframe", "embed", "applet", "object", "svg", "img", "picture", "dialog", "template", "button", "form",
    "textarea", "input", "select", "option",
];
/// Elements that do not part words.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdo", "big", "br", "button", "cite", "code", "em", "i", "label", "q", "small", "span", "strong",
    "strike", "sub", "sup", "time",
];
/// Elements that have no closing tag.
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements whose content is read up to their closing tag, whatever stands in it.
const RAW: &[&str] = &["script", "style", "iframe", "textarea", "noembed", "noframes", "xmp"];

const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("cent", "¢"),
    ("sect", "§"),
    ("deg", "°"),
    ("plusmn", "±"),
    ("times", "×"),
    ("divide", "÷"),
    ("frac12", "½"),
    ("szlig", "ß"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("ccedil", "ç"),
    ("ntilde", "ñ"),
    ("oacute", "ó"),
    ("iacute", "í"),
    ("uacute", "ú"),
    ("rarr", "→"),
    ("larr", "←"),
    ("shy", "\u{ad}"),
    ("zwnj", "\u{200c}"),
    ("thinsp", "\u{2009}"),
];

/// The arguments of the modifier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excerpt {
    max: usize,
    ellipsis: bool,
}

/// Reads `excerpt(200,true)`; anything else is a 400.
pub fn parse(modifier: &str) -> Result<Excerpt> {
    let mut parts = modifier.split(['(', ')', ',', ' ']).filter(|p| !p.is_empty());
    if parts.next() != Some("excerpt") {
        return Err(invalid(format!("there is no field modifier {modifier:?}, only `excerpt(max, withEllipsis)`")));
    }
    let max = parts.next().and_then(|n| n.parse().ok()).filter(|n| 0 < *n);
    let ellipsis = parts.next().is_some_and(|b| matches!(b, "1" | "t" | "T" | "true" | "TRUE" | "True"));
    match (max, parts.next()) {
        (Some(max), None) => Ok(Excerpt { max, ellipsis }),
        _ => Err(invalid("`excerpt` takes a length above 0 and whether to end with an ellipsis")),
    }
}

impl Excerpt {
    /// The first `max` characters of what a reader of the HTML would see, white space collapsed.
    pub fn of(&self, html: &str) -> String {
        let plain = Stripper::new(self.max).run(html);
        let plain = plain.trim();
        if plain.chars().count() <= self.max {
            return plain.to_owned();
        }
        let cut: String = plain.chars().take(self.max).collect();
        format!("{}{}", cut.trim(), if self.ellipsis { "..." } else { "" })
    }
}

/// Walks through tags and text. It is no HTML parser: it knows enough to tell words from markup, and any input is fine.
struct Stripper {
    out: String,
    /// The last character written is a space.
    spaced: bool,
    max: usize,
    /// Open elements; true mutes the text inside.
    open: Vec<(String, bool)>,
}

impl Stripper {
    fn new(max: usize) -> Self {
        Stripper { out: String::new(), spaced: true, max, open: Vec::new() }
    }

    fn run(mut self, html: &str) -> String {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let after = &rest[at + 1..];
            let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            if !is_tag {
                self.text(&rest[..=at]);
                rest = after;
                continue;
            }
            self.text(&rest[..at]);
            rest = self.tag(after);
        }
        self.text(rest);
        self.out
    }

    /// Handles what stands after a `<` and returns what comes after the tag.
    fn tag<'h>(&mut self, after: &'h str) -> &'h str {
        if let Some(comment) = after.strip_prefix("!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        let end = tag_end(after);
        let (tag, rest) = after.split_at(end);
        let rest = rest.get(1..).unwrap_or("");
        let closing = tag.starts_with('/');
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        let name = name.to_ascii_lowercase();
        match tag.chars().next() {
            Some('!' | '?') | None => rest,
            _ if closing => {
                self.close(&name);
                rest
            }
            _ if RAW.contains(&name.as_str()) => self.raw(&name, rest),
            _ => {
                self.start(name);
                rest
            }
        }
    }

    /// Skips (or, for the few raw elements that are shown, writes) everything up to the closing tag.
    fn raw<'h>(&mut self, name: &str, rest: &'h str) -> &'h str {
        let lower = rest.to_ascii_lowercase();
        let end = lower.find(&format!("</{name}")).unwrap_or(rest.len());
        let after = &rest[end..];
        let shown = !DROPPED.contains(&name);
        if shown {
            self.start(name.to_owned());
            self.text(&rest[..end]);
            self.close(name);
        }
        after.split_once('>').map_or("", |(_, rest)| rest)
    }

    fn start(&mut self, name: String) {
        let dropped = DROPPED.contains(&name.as_str());
        if matches!(name.as_str(), "p" | "li" | "option") && self.open.last().is_some_and(|o| o.0 == name) {
            self.close(&name);
        }
        if !dropped {
            self.part(&name);
        }
        if VOID.contains(&name.as_str()) {
            return;
        }
        // Two more than the maximum: the spaces at both ends that are trimmed later.
        let muted = dropped || self.is_muted() || self.max + 2 < self.out.len();
        self.open.push((name, muted));
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|o| o.0 == name) else { return };
        self.open.truncate(at);
        if !DROPPED.contains(&name) {
            self.part(name);
        }
    }

    /// A space where a block begins or ends.
    fn part(&mut self, name: &str) {
        if !self.spaced && !self.is_muted() && !INLINE.contains(&name) {
            self.out.push(' ');
            self.spaced = true;
        }
    }

    fn is_muted(&self) -> bool {
        self.open.last().is_some_and(|o| o.1)
    }

    fn text(&mut self, text: &str) {
        if self.is_muted() {
            return;
        }
        for c in unescape(text).chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if !space {
                self.out.push(c);
            } else if !self.spaced {
                self.out.push(' ');
            }
            self.spaced = space;
        }
    }
}

/// Where the `>` of a tag is; one inside a quoted attribute does not end it.
fn tag_end(after: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (i, c) in after.char_indices() {
        match (c, quote) {
            ('>', None) => return i,
            // Only a quote after `=` opens a quoted value: an apostrophe elsewhere must not swallow the rest.
            ('"' | '\'', None) if before == '=' => quote = Some(c),
            (_, Some(q)) if q == c => quote = None,
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    after.len()
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((decoded, length)) => {
                out.push_str(&decoded);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of the entity that `text` begins with, and its length.
fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.char_indices().take(32).find(|(_, c)| *c == ';')?.0;
    let name = &text[1..end];
    let decoded = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}').to_string()
        }
        None => ENTITIES.iter().find(|e| e.0 == name)?.1.to_owned(),
    };
    Some((decoded, end + 1))
}
