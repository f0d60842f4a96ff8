//! Tests of `query`: on a memory store that is filled row by row.

mod bed;
mod oracle;
