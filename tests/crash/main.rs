//! Crashes: a child process commits, the parent kills it or cuts its power, and whatever was acknowledged is still there.
//!
//! The child is this binary again, told by its environment to be one (`child.rs`). It says what it is about to do and what was
//! acknowledged, a line each; the parent keeps the lines in a ledger (`ledger.rs`) and compares it with what it finds afterwards.
#![allow(clippy::unwrap_used, missing_docs)]

mod child;
mod damage;
mod dice;
mod full;
mod kills;
mod ledger;
mod mounts;
mod power;
mod process;
mod world;

use parking_lot::{Mutex, MutexGuard};

/// One test at a time: each measures a machine that does nothing else, and their lines do not mix.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock()
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}
