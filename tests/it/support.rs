//! What tests of several areas share.

pub mod app;
pub mod rule_data;
pub mod socket;
