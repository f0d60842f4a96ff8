//! What an import did, and which rows it could not take.

use crate::error::{Error, Result};
use indicatif::ProgressBar;
use serde_json::{Map, Value as Json, json};
use std::io::Write;
use std::path::Path;

/// How many problems are printed; all of them go into the report file.
const PRINTED: u64 = 20;

/// Counts rows and writes down problems.
pub struct Report {
    /// Rows that became a new record.
    pub created: u64,
    /// Rows that changed a record.
    pub updated: u64,
    /// Rows whose key was there already.
    pub skipped: u64,
    /// Rows that could not be taken.
    pub failed: u64,
    problems: u64,
    bar: ProgressBar,
    file: Option<std::io::BufWriter<std::fs::File>>,
}

impl Report {
    /// An empty report; with `file`, every problem is written there as a line `{"line":…,"field":…,"problem":…}`. `bar` steps aside for what is printed.
    pub fn new(file: Option<&Path>, bar: ProgressBar) -> Result<Self> {
        let open = |path: &Path| {
            std::fs::File::create(path)
                .map_err(|e| Error::bad_request(format!("{} cannot be written: {e}. Choose another file with --report.", path.display())))
        };
        let file = file.map(open).transpose()?.map(std::io::BufWriter::new);
        Ok(Report { created: 0, updated: 0, skipped: 0, failed: 0, problems: 0, bar, file })
    }

    /// A row that failed because of one thing; the field is `""` when it is the whole row.
    pub fn fail(&mut self, line: u64, field: &str, problem: &str) -> Result<()> {
        self.failed += 1;
        self.problem(line, field, problem)
    }

    /// A row that was refused by validation, a rule or a unique index.
    pub fn refused(&mut self, line: u64, error: &Error) -> Result<()> {
        self.failed += 1;
        if error.fields.is_empty() {
            return self.problem(line, "", &error.to_string());
        }
        for (field, problem) in flatten(&error.fields.to_json()) {
            self.problem(line, &field, &problem)?;
        }
        Ok(())
    }

    fn problem(&mut self, line: u64, field: &str, problem: &str) -> Result<()> {
        self.problems += 1;
        if self.problems <= PRINTED {
            let at = if field.is_empty() { String::new() } else { format!(", {field}") };
            self.bar.suspend(|| eprintln!("line {line}{at}: {problem}"));
        }
        if self.problems == PRINTED + 1 {
            let where_to = if self.file.is_some() { "are in the report file" } else { "are not printed: see them with --report FILE" };
            self.bar.suspend(|| eprintln!("Further problems {where_to}."));
        }
        if let Some(file) = &mut self.file {
            writeln!(file, "{}", json!({"line": line, "field": field, "problem": problem}))?;
        }
        Ok(())
    }

    /// Writes out the report file and says in one sentence what was done.
    pub fn finish(&mut self) -> Result<String> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        let mut parts = vec![format!("{} created", self.created)];
        for (count, word) in [(self.updated, "updated"), (self.skipped, "already there"), (self.failed, "failed")] {
            if 0 < count {
                parts.push(format!("{count} {word}"));
            }
        }
        Ok(parts.join(", "))
    }
}

/// The problems of an error body, those of nested fields as `field.inner`.
fn flatten(fields: &Map<String, Json>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, node) in fields {
        match (node.get("message").and_then(Json::as_str), node) {
            (Some(message), _) => out.push((name.clone(), message.to_owned())),
            (None, Json::Object(inner)) => {
                out.extend(flatten(inner).into_iter().map(|(field, problem)| (format!("{name}.{field}"), problem)));
            }
            _ => {}
        }
    }
    out
}
