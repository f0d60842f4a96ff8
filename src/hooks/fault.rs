//! What goes wrong in scripts: a refusal that the script stated, or a fault with file, line and column.

use super::convert;
use crate::error::{Code, Error, FieldErrors, Problem};
use rhai::{Dynamic, Engine, EvalAltResult, Map, ParseError, Position};
use serde::Serialize;
use serde_json::Value as Json;

/// What a host function returns.
pub type Thrown<T> = Result<T, Box<EvalAltResult>>;

/// A place in a script that is wrong, as an editor marks it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnostic {
    /// The file, from the folder of the scripts.
    pub file: String,
    /// From 1; 0 when it is the whole file.
    pub line: usize,
    /// From 1; 0 when it is the whole line.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}: {}", self.file, self.message),
            (line, 0) => write!(f, "{}:{line}: {}", self.file, self.message),
            (line, column) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
        }
    }
}

/// How the run of a handler failed.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Where and why.
    pub at: Diagnostic,
    /// What the caller is told.
    pub error: Error,
    /// Whether the script stated it, with `fail` or `throw`.
    pub stated: bool,
    /// Whether the time ran out.
    pub late: bool,
}

impl Fault {
    /// A failure around the script, not in it.
    pub fn of_server(error: Error) -> Self {
        let at = Diagnostic { file: String::new(), line: 0, column: 0, message: error.to_string() };
        Fault { at, error, stated: false, late: false }
    }
}

/// An error of Luge as a script's exception.
pub fn throw(error: impl Into<Error>) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(Exception { error: error.into(), stated: false }), Position::NONE))
}

/// A misuse of the API of scripts.
pub fn refuse(message: impl Into<String>) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(Misuse(message.into())), Position::NONE))
}

/// The code of an error of Luge.
pub fn code(error: &EvalAltResult) -> Option<Code> {
    match error.unwrap_inner() {
        EvalAltResult::ErrorRuntime(value, _) => value.read_lock::<Exception>().map(|e| e.error.code),
        _ => None,
    }
}

/// The same error with a place, if it has none.
pub fn placed(mut error: Box<EvalAltResult>, at: Position) -> Box<EvalAltResult> {
    if error.position().is_none() && !matches!(*error, EvalAltResult::ErrorInFunctionCall(..)) {
        error.set_position(at);
    }
    error
}

/// What a script catches.
#[derive(Debug, Clone)]
struct Exception {
    error: Error,
    /// Whether the script itself stated it.
    stated: bool,
}

/// A mistake in the script: never told to clients.
#[derive(Debug, Clone)]
struct Misuse(String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happened when a file did not compile.
pub fn of_parsing(file: &str, error: &ParseError) -> Diagnostic {
    let (line, column) = place(error.position());
    Diagnostic { file: file.to_owned(), line, column, message: error.err_type().to_string() }
}

/// What happened when a handler of `file` ran; where the position is lost, it is the line of the handler.
pub fn of_running(file: &str, handler_line: usize, error: &EvalAltResult) -> Fault {
    let inner = error.unwrap_inner();
    let (line, column) = match place(innermost(error)) {
        (0, _) => (handler_line, 0),
        known => known,
    };
    let (message, error, stated, late) = judged(inner);
    let at = Diagnostic { file: file.to_owned(), line, column, message };
    let error = if stated { error } else { Error { detail: Some(at.to_string()), ..error } };
    Fault { at, error, stated, late }
}

/// The message for the owner, the error for the caller, whether it was stated, and whether the time ran out.
fn judged(inner: &EvalAltResult) -> (String, Error, bool, bool) {
    match inner {
        EvalAltResult::ErrorRuntime(value, _) => of_thrown(value),
        EvalAltResult::ErrorTerminated(reason, _) => {
            let message = format!("it took longer than it may: {reason}");
            (message.clone(), Error::internal(message), false, true)
        }
        other => (other.to_string(), Error::internal(other), false, false),
    }
}

fn of_thrown(value: &Dynamic) -> (String, Error, bool, bool) {
    if let Some(exception) = value.read_lock::<Exception>() {
        let error = exception.error.clone();
        return (error.to_string(), error, true, false);
    }
    if let Some(misuse) = value.read_lock::<Misuse>() {
        return (misuse.0.clone(), Error::internal(&misuse.0), false, false);
    }
    let error = match value.as_map_ref() {
        Ok(map) => of_map(&map),
        Err(_) => Error::bad_request(value.to_string()),
    };
    (error.to_string(), error, true, false)
}

/// `throw #{status, message, data}`.
fn of_map(map: &Map) -> Error {
    let text = |key: &str| map.get(key).map(ToString::to_string).unwrap_or_default();
    let status = map.get("status").and_then(|s| s.as_int().ok()).unwrap_or(400);
    let data = map.get("data").or_else(|| map.get("fields")).cloned().unwrap_or(Dynamic::UNIT);
    refusal(status, &text("message"), &data)
}

/// The error that a script states. An empty message takes that of the status.
pub fn refusal(status: i64, message: &str, fields: &Dynamic) -> Error {
    let code = Code::of_status(u16::try_from(status).unwrap_or(400));
    let error = if message.is_empty() { Error::of(code) } else { Error::new(code, message) };
    let mut problems = FieldErrors::new();
    if let Ok(map) = fields.as_map_ref() {
        for (name, value) in map.iter() {
            problems.add(name, problem(&convert::to_json(value)));
        }
    }
    error.with_fields(problems)
}

/// A field's problem: a code, a sentence, or a map of both.
fn problem(value: &Json) -> Problem {
    let is_code = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    match value {
        Json::Object(map) => {
            let text = |key: &str, default: &str| map.get(key).and_then(Json::as_str).unwrap_or(default).to_owned();
            Problem::new(text("code", "validation_invalid_value"), text("message", "Invalid value."))
        }
        Json::String(text) if is_code(text) => Problem::new(text.clone(), "Invalid value."),
        Json::String(text) => Problem::new("validation_invalid_value", text.clone()),
        other => Problem::new("validation_invalid_value", other.to_string()),
    }
}

/// The position that lies deepest: the one of the statement at fault, not of the calls that led there.
fn innermost(error: &EvalAltResult) -> Position {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, at) | EvalAltResult::ErrorInModule(_, inner, at) => match innermost(inner) {
            Position::NONE => *at,
            known => known,
        },
        other => other.position(),
    }
}

fn place(position: Position) -> (usize, usize) {
    (position.line().unwrap_or(0), position.position().unwrap_or(0))
}

/// `fail(…)`, and what a caught error shows.
pub fn register(engine: &mut Engine) {
    let stated = |error: Error| -> Thrown<Dynamic> {
        Err(Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(Exception { error, stated: true }), Position::NONE)))
    };
    engine.register_fn("fail", move |status: i64| stated(refusal(status, "", &Dynamic::UNIT)));
    engine.register_fn("fail", move |status: i64, message: &str| stated(refusal(status, message, &Dynamic::UNIT)));
    engine.register_fn("fail", move |status: i64, message: &str, fields: Map| stated(refusal(status, message, &Dynamic::from_map(fields))));
    engine.register_type_with_name::<Exception>("Error");
    engine.register_indexer_get(|e: &mut Exception, name: &str| match name {
        "status" => Dynamic::from(i64::from(e.error.status())),
        "message" => Dynamic::from(e.error.message.clone()),
        "data" => convert::from_json(&Json::Object(e.error.fields.to_json())),
        "stated" => Dynamic::from(e.stated),
        _ => Dynamic::UNIT,
    });
    engine.register_fn("to_string", |e: &mut Exception| e.error.to_string());
    engine.register_type_with_name::<Misuse>("Misuse");
    engine.register_fn("to_string", |e: &mut Misuse| e.to_string());
}
