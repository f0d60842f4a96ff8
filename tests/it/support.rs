//! What tests of several areas share.

pub mod rule_data;
