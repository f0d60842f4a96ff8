//! The rules of the code's shape, read from its text: sizes, layers and fixed doors. No dependencies, instant.
//!
//! Each failure names the file and the line and says what to do. The layers and doors are described in the architecture document.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// The layers, lowest first: a module uses what stands before it.
const LAYERS: &[&str] = &[
    "error", "value", "id", "clock", "stats", "log", "store", "schema", "rules", "query", "commit", "auth", "files", "realtime", "hooks",
    "jobs", "config", "app", "http", "cli",
];

/// Names that tell nothing about what is in a file.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "types", "misc"];

/// The traits that may exist, each with two real implementations.
const TRAITS: &[&str] = &["Store", "Blobs", "Scope", "Hooks"];

/// The only places that hand a batch to the store: the store itself (with the checkpoint), what the writer and replay share, index backfill, and the sweep of keys that nothing uses.
const APPLIERS: &[&str] = &["store.rs", "store/", "commit/writer", "commit/state", "commit/replay", "commit/backfill", "commit/sweep"];

const MOST_LINES: usize = 400;
const MOST_FUNCTION_LINES: usize = 60;

/// A Rust file: its text, and its text without comments and the insides of strings.
struct Source {
    /// The path from the root of the repository.
    path: String,
    text: Vec<String>,
    code: Vec<String>,
}

/// A broken rule: the line (from 1) and what to do.
type Fault = (usize, String);

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let lines = |s: &str| s.lines().map(str::to_owned).collect();
        Source { path: path.to_owned(), text: lines(text), code: lines(&without_comments_and_strings(text)) }
    }

    /// The path below `src/`; `None` for tests.
    fn below_src(&self) -> Option<&str> {
        self.path.strip_prefix("src/")
    }

    /// The number of its layer; `None` for `lib.rs`, `main.rs` and tests.
    fn layer(&self) -> Option<usize> {
        let first = self.below_src()?.split('/').next()?;
        LAYERS.iter().position(|layer| *layer == first.trim_end_matches(".rs"))
    }

    /// Whether it is in one of the modules, such as `hooks` (`hooks.rs` and `hooks/…`).
    fn is_in(&self, modules: &[&str]) -> bool {
        self.layer().is_some_and(|i| modules.contains(&LAYERS[i]))
    }

    /// The lines of code where `word` stands as a whole word.
    fn lines_with(&self, word: &str) -> Vec<usize> {
        (1..).zip(&self.code).filter(|(_, line)| has_word(line, word)).map(|(number, _)| number).collect()
    }

    fn faults(&self, words: &[&str], advice: &str) -> Vec<Fault> {
        let at = |word: &&str| self.lines_with(word).into_iter().map(|n| (n, format!("`{word}`: {advice}"))).collect::<Vec<_>>();
        words.iter().flat_map(at).collect()
    }
}

/// Whether `word` stands in `line` without a letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let starts_open = word.starts_with(is_part);
    let ends_open = word.ends_with(is_part);
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_part);
        let after = line[at + word.len()..].chars().next().is_some_and(is_part);
        !(starts_open && before || ends_open && after)
    })
}

/// The same text, as many lines, with comments and the insides of literals replaced by spaces: what is left is code.
fn without_comments_and_strings(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match chars[i] {
            '/' if chars.get(i + 1) == Some(&'/') => line_end(&chars, i),
            '/' if chars.get(i + 1) == Some(&'*') => after(&chars, i + 2, "*/"),
            '"' => string_end(&chars, i + 1),
            'r' if raw_string(&chars, i).is_some() => raw_string(&chars, i).unwrap_or(i + 1),
            '\'' => char_end(&chars, i),
            _ => i,
        };
        if end == i {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        out.extend(chars[i..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        i = end;
    }
    out
}

fn line_end(chars: &[char], from: usize) -> usize {
    chars[from..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| from + n)
}

/// The place after the next `end`.
fn after(chars: &[char], from: usize, end: &str) -> usize {
    let end: Vec<char> = end.chars().collect();
    (from..chars.len()).find(|i| chars[*i..].starts_with(&end)).map_or(chars.len(), |i| i + end.len())
}

fn string_end(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// The end of a raw string that starts at `from`; `None` when no raw string starts there.
fn raw_string(chars: &[char], from: usize) -> Option<usize> {
    if 0 < from && (chars[from - 1].is_alphanumeric() && chars[from - 1] != 'b' || chars[from - 1] == '_') {
        return None;
    }
    let hashes = chars[from + 1..].iter().take_while(|c| **c == '#').count();
    let quote = from + 1 + hashes;
    (chars.get(quote) == Some(&'"')).then(|| after(chars, quote + 1, &format!("\"{}", "#".repeat(hashes))))
}

/// The end of a char literal, or `from` when the quote starts a lifetime.
fn char_end(chars: &[char], from: usize) -> usize {
    if chars.get(from + 1) == Some(&'\\') {
        return after(chars, from + 3, "'");
    }
    if chars.get(from + 2) == Some(&'\'') { from + 3 } else { from }
}

fn collect(dir: &Path, out: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        // `tests/.venv` and the like are not ours.
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.') || n == "node_modules");
        if path.is_dir() && !hidden {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("a file of the repository is UTF-8 text");
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let name = path.strip_prefix(root).expect("it was found below the root").to_string_lossy().replace('\\', "/");
            out.push(Source::new(&name, &text));
        }
    }
}

/// Every file, read once for all tests.
fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let mut sources = Vec::new();
        for dir in ["src", "tests", "benches"] {
            collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), &mut sources);
        }
        assert!(sources.iter().any(|s| s.path == "src/lib.rs"), "src/lib.rs was not found: the check looks in the wrong place");
        sources
    })
}

/// Runs one rule over every file and fails with all that it found.
fn check(rule: impl Fn(&Source) -> Vec<Fault>) {
    let mut report = String::new();
    for source in sources() {
        for (line, what) in rule(source) {
            writeln!(report, "  {}:{line}: {what}", source.path).expect("a String takes every write");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    check(|source| {
        let mut faults = Vec::new();
        if MOST_LINES < source.text.len() {
            let message = format!("{} lines, at most {MOST_LINES}: split it by concept", source.text.len());
            faults.push((MOST_LINES + 1, message));
        }
        if !source.text.first().is_some_and(|line| line.starts_with("//! ")) {
            faults.push((1, "start the file with `//!` and one sentence on what it is for".to_owned()));
        }
        faults
    });
}

#[test]
fn files_have_names_that_say_something() {
    check(|source| {
        let name = |part: &&str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
        let found = source.path.split('/').find(name);
        let mut faults: Vec<Fault> = found.map(|n| (1, format!("`{n}` says nothing: name it after what is in it"))).into_iter().collect();
        if source.path.ends_with("/mod.rs") && source.below_src().is_some() {
            faults.push((1, "use `name.rs` beside the folder `name/` instead of `mod.rs`".to_owned()));
        }
        faults
    });
}

#[test]
fn functions_are_short() {
    // A test may be one long table of cases.
    check(|source| if source.below_src().is_some() { long_functions(source) } else { Vec::new() });
}

/// In formatted code a function ends at the first `}` that is indented like the line where its head starts.
fn long_functions(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (i, line) in source.code.iter().enumerate() {
        if !has_word(line, "fn") || !is_function_head(line) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let ends = |l: &&String| l.len() - l.trim_start().len() == indent && (l.trim() == "}" || l.trim_end().ends_with(';'));
        let one_line = line.trim_end().ends_with(['}', ';']);
        let length = if one_line { 1 } else { source.code[i + 1..].iter().position(|l| ends(&l)).map_or(1, |n| n + 2) };
        if MOST_FUNCTION_LINES < length {
            faults.push((i + 1, format!("a function of {length} lines, at most {MOST_FUNCTION_LINES}: give its parts names")));
        }
    }
    faults
}

/// Whether a line starts a function item, and not a function type in a signature.
fn is_function_head(line: &str) -> bool {
    let words = line.split_whitespace().take_while(|w| *w != "fn");
    line.split_whitespace().any(|w| w == "fn")
        && words.into_iter().all(|w| matches!(w, "async" | "const" | "unsafe") || w.starts_with("pub"))
}

#[test]
fn imports_point_down() {
    check(|source| {
        let Some(own) = source.layer() else { return Vec::new() };
        let mut faults = Vec::new();
        for (number, line) in (1..).zip(&source.code) {
            if line.contains("crate::{") {
                faults.push((number, "one `use crate::module::…` line per module, so that its layer can be read".to_owned()));
            }
            for upper in &LAYERS[own + 1..] {
                if has_word(line, &format!("crate::{upper}")) {
                    let advice = format!("`{}` stands below `{upper}`: move the code up or hand the value in", LAYERS[own]);
                    faults.push((number, advice));
                }
            }
        }
        faults
    });
}

#[test]
fn every_module_of_the_crate_is_a_layer() {
    check(|source| {
        let known = source.below_src().is_none_or(|path| matches!(path, "lib.rs" | "main.rs") || source.layer().is_some());
        if known { Vec::new() } else { vec![(1, "it belongs to no layer: put it into one of the modules of the architecture".to_owned())] }
    });
}

#[test]
fn libraries_stay_behind_their_doors() {
    check(|source| {
        let mut faults = Vec::new();
        if source.below_src().is_none() {
            return faults;
        }
        if source.path != "src/store/sled.rs" {
            faults.extend(foreign_sled(source));
        }
        if !source.is_in(&["hooks"]) {
            faults.extend(source.faults(&["rhai"], "only hooks/ names it"));
        }
        if !source.is_in(&["http"]) {
            faults.extend(source.faults(&["axum"], "only http/ names it"));
        }
        if !source.is_in(&["cli"]) {
            faults.extend(source.faults(&["rusqlite", "clap", "indicatif"], "only cli/ names it"));
        }
        faults
    });
}

/// The word `sled` that is not our own module `store::sled`.
fn foreign_sled(source: &Source) -> Vec<Fault> {
    let own = ["store::sled", "mod sled", "pub use sled"];
    let foreign = |line: &str| own.iter().fold(line.to_owned(), |line, own| line.replace(own, ""));
    let lines = (1..).zip(&source.code).filter(|(_, line)| has_word(&foreign(line), "sled"));
    lines.map(|(number, _)| (number, "`sled`: only store/sled.rs names it: go through `Store`".to_owned())).collect()
}

/// Where bytes that sort are built for something else than keys: the cursor of a page, and an order in memory.
const SORTED_BYTES: &[&str] = &["query/cursor.rs", "query/sort.rs"];

#[test]
fn key_bytes_are_built_in_one_place() {
    check(|source| {
        let path = source.below_src().unwrap_or_default();
        let allowed = source.is_in(&["log", "store"]) || SORTED_BYTES.contains(&path) || path.is_empty();
        let advice = "key and row bytes are built in store/keys.rs and store/row.rs: call a function there";
        if allowed { Vec::new() } else { source.faults(&["to_be_bytes", "KEYSPACES"], advice) }
    });
}

#[test]
fn only_the_writer_and_its_kin_apply_to_the_store() {
    check(|source| {
        let Some(path) = source.below_src() else { return Vec::new() };
        if APPLIERS.iter().any(|allowed| path.starts_with(allowed)) {
            return Vec::new();
        }
        source.faults(&["store.apply(", "store().apply("], "write through `commit`; only the writer, replay, backfill and restore apply")
    });
}

#[test]
fn nothing_below_app_sees_the_app() {
    check(|source| match source.layer() {
        Some(own) if LAYERS[own..].contains(&"app") && LAYERS[own] != "app" => {
            source.faults(&["App"], "readers take `&View`, writers take `&Db`; only http and cli see `App`")
        }
        _ => Vec::new(),
    });
}

#[test]
fn http_never_acts_as_the_system() {
    let advice = "act as the caller, or call a function of a lower layer";
    check(|source| if source.is_in(&["http"]) { source.faults(&["Authority::System"], advice) } else { Vec::new() });
}

#[test]
fn there_are_four_traits() {
    check(|source| {
        let mut faults = Vec::new();
        for (number, line) in (1..).zip(&source.code) {
            let mut words = line.split_whitespace().skip_while(|w| w.starts_with("pub")).take(2);
            let name = match (words.next(), words.next()) {
                (Some("trait"), Some(name)) => name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default(),
                _ => continue,
            };
            if source.below_src().is_some() && !TRAITS.contains(&name) {
                faults.push((number, format!("the trait `{name}`: extend by a row of a static table instead")));
            }
        }
        faults
    });
}

#[test]
fn schema_and_rules_only_compute() {
    let words = ["std::fs", "TcpStream", "ToSocketAddrs", "tokio", "async", "await", "Clock", "SystemTime", "Instant", "Utc::now"];
    let advice = "schema and rules do no I/O, wait for nothing and do not know the time: hand the value in";
    check(|source| if source.is_in(&["schema", "rules"]) { source.faults(&words, advice) } else { Vec::new() });
}

#[test]
fn the_time_comes_from_the_clock() {
    check(|source| match source.below_src() {
        Some(path) if path != "clock.rs" => source.faults(&["Utc::now", "SystemTime::now", "Local::now"], "take a `&Clock`"),
        _ => Vec::new(),
    });
}

#[test]
fn no_loose_ends() {
    check(|source| {
        let mut faults = source.faults(&["todo!(", "unimplemented!(", "dbg!(", "#[ignore"], "finish it or leave it out");
        if source.below_src().is_some() {
            faults.extend(source.faults(&[".unwrap()"], "return the error, or `expect` with the invariant that makes it true"));
            faults.extend(source.faults(&["unsafe"], "there is a safe way"));
        }
        faults
    });
}

#[test]
fn the_check_itself_reads_code() {
    let text = "//! x\nfn a<'a>(s: &'a str) -> char {\n    // sled::open \"\n    let t = \"axum { \\\" } \"; let r = r#\"rhai \" {\"#;\n    '{'\n}\n";
    let source = Source::new("src/query/x.rs", text);
    assert!(source.faults(&["sled::", "axum", "rhai", "{'"], "").is_empty(), "{:?}", source.code);
    assert_eq!(source.lines_with("fn"), [2]);
    assert_eq!(source.layer(), Some(9));
    assert!(has_word("crate::store::x", "crate::store") && !has_word("crate::stores", "crate::store"));
    let long = format!("//! x\npub fn b() {{\n{}}}\n", "    x();\n".repeat(60));
    assert_eq!(long_functions(&Source::new("src/x.rs", &long)).len(), 1);
}
