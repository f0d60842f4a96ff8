//! The table of error codes: stable name, HTTP status, default message.

/// A row of the table; see [`Code::status`] and [`Code::message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The request cannot be done as it was sent.
    BadRequest,
    /// Who is asking is unknown.
    Unauthorized,
    /// Who is asking may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// Concurrent writes kept changing what this write had read.
    Conflict,
    /// The position that was asked for is gone: what it stood for must be loaded anew.
    Gone,
    /// `If-Match` named a revision that is no longer the current one.
    PreconditionFailed,
    /// The body is over its limit.
    TooLarge,
    /// Too many requests in too short a time, or a full queue.
    TooManyRequests,
    /// A fault of the machine or of Luge; the cause is in the log output.
    Internal,
    /// The server is starting, rebuilding or stopping, or has not reached the position that was asked for.
    Unavailable,
    /// The disk has no room for another log entry; reads go on.
    DiskFull,
    /// A script refused with this status, which has no row of its own.
    Refused(u16),
}

const TABLE: &[(Code, &str, u16, &str)] = &[
    (Code::BadRequest, "bad_request", 400, "Something went wrong while processing your request."),
    (Code::Unauthorized, "unauthorized", 401, "Missing or invalid authentication."),
    (Code::Forbidden, "forbidden", 403, "You are not allowed to perform this request."),
    (Code::NotFound, "not_found", 404, "The requested resource wasn't found."),
    (Code::Conflict, "conflict", 409, "The record kept changing while it was being written. Try again."),
    (Code::Gone, "reset", 410, "The log cannot be gone on with from this position."),
    (Code::PreconditionFailed, "precondition_failed", 412, "The record has changed since the revision in If-Match. Load it again."),
    (Code::TooLarge, "too_large", 413, "Request entity too large."),
    (Code::TooManyRequests, "too_many_requests", 429, "Too Many Requests."),
    (Code::Internal, "internal", 500, "Something went wrong while processing your request."),
    (Code::Unavailable, "unavailable", 503, "The server is not ready yet. Try again in a moment."),
    (Code::DiskFull, "disk_full", 507, "The server's disk is full: nothing was written. Free some space and try again."),
];

impl Code {
    /// The first code with this status, or a refusal with it. What is no status of a failure is a 400.
    pub fn of_status(status: u16) -> Code {
        match TABLE.iter().find(|row| row.2 == status) {
            Some(row) => row.0,
            None if (400..600).contains(&status) => Code::Refused(status),
            None => Code::BadRequest,
        }
    }

    fn row(self) -> &'static (Code, &'static str, u16, &'static str) {
        const REFUSED: &(Code, &str, u16, &str) = &(Code::Refused(0), "refused", 0, "The request was refused.");
        if let Code::Refused(_) = self {
            return REFUSED;
        }
        TABLE.iter().find(|row| row.0 == self).expect("every code has a row: checked by a test")
    }

    /// The stable name, for metrics and the log output.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Code::Refused(status) => status,
            _ => self.row().2,
        }
    }

    /// The sentence that is sent when the error has none of its own.
    pub fn message(self) -> &'static str {
        self.row().3
    }
}
