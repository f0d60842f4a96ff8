//! The commands: what they read, what they write and what they say.

mod columns;
mod commands;
mod import_file;
mod moved_app;
mod pocketbase_files;
mod pocketbase_server;
mod rows;
mod typed;
