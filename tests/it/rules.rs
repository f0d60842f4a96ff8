//! The expression language against what the real PocketBase answered: `tests/cases/rules/*.txt`.

mod cases;
mod like;
mod parsing;
mod planning;
