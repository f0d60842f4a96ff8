//! Tests of `query`: on a memory store that is filled row by row.

mod bed;
mod cursors;
mod expands;
mod explains;
mod oracle;
mod overlays;
mod picking;
mod rendering;
