//! The commands: what they read, what they write and what they say.

mod columns;
mod pocketbase_files;
mod rows;
