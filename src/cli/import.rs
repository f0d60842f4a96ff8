//! `luge import`: rows of JSON, NDJSON and CSV files as records.

pub mod convert;
pub mod dates;
pub mod elements;
pub mod infer;
pub mod names;
pub mod read;
pub mod report;
