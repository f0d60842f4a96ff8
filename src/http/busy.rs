//! Work that keeps a thread busy for many milliseconds.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs it without holding up the requests that wait for this thread.
pub fn busy<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
