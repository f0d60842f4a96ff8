//! The API over a real connection.

mod assets;
mod batch;
mod bodies;
mod collections;
mod edge;
mod full_disk;
mod health;
mod places;
mod preview;
mod random;
mod records;
mod rules;
mod settings;
mod setup;
mod stats;
