//! The one error of Luge: a code from one table, a message for people, and problems by field.

mod code;
mod problem;

pub use code::Code;
pub use problem::{FieldErrors, Problem};

/// What every fallible function of Luge returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure, as it is told to the caller and, with [`Error::detail`], to the server's log output.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    /// The row of the code table: stable name and HTTP status.
    pub code: Code,
    /// A sentence for the caller that says what to do next.
    pub message: String,
    /// What is wrong with which field; empty when the failure is not about fields.
    pub fields: FieldErrors,
    /// The cause, for the log output only: never sent to a client.
    pub detail: Option<String>,
    /// After how many seconds it may go well: `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Error {
    /// An error with its own message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), fields: FieldErrors::default(), detail: None, retry_after: None }
    }

    /// An error with the message of its code.
    pub fn of(code: Code) -> Self {
        Error::new(code, code.message())
    }

    /// A 400 with its own message.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Error::new(Code::BadRequest, message)
    }

    /// A failure of the machine or of Luge itself: the caller gets the default sentence, the log output `detail`.
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        Error::of(Code::Internal).because(detail)
    }

    /// The same error with the problems of `fields`.
    #[must_use]
    pub fn with_fields(mut self, fields: FieldErrors) -> Self {
        self.fields = fields;
        self
    }

    /// The same error with its cause for the log output.
    #[must_use]
    pub fn because(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The same error with the time to wait, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The HTTP status that goes with the code.
    pub fn status(&self) -> u16 {
        self.code.status()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.message)?;
        if !self.fields.is_empty() {
            write!(f, " {}", serde_json::Value::Object(self.fields.to_json()))?;
        }
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        match e.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::of(Code::DiskFull).because(e),
            _ => Error::internal(e),
        }
    }
}
