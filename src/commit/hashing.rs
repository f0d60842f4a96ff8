//! The threads that hash passwords. They take the processor only when nobody else wants it, so that sign-ins slow down each other
//! and not the requests beside them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// How far below everything else a hash stands, of at most 19: on a busy machine it still gets a tenth of a processor.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// A few threads with one queue; they end with it. Whoever uses it bounds what waits in it.
#[derive(Clone)]
pub(super) struct Threads {
    queue: Sender<Work>,
}

impl Threads {
    /// Starts so many threads. Where the machine gives none at all, work is dropped, and whoever waits for it hears that.
    pub fn start(count: usize) -> Threads {
        let (queue, receiver) = channel();
        let receiver = Arc::new(parking_lot::Mutex::new(receiver));
        for _ in 0..count {
            let receiver = receiver.clone();
            if let Err(error) = std::thread::Builder::new().name("luge-passwords".into()).spawn(move || run(&receiver)) {
                tracing::error!(%error, "a thread for passwords could not be started");
            }
        }
        Threads { queue }
    }

    /// Queues work.
    pub fn send(&self, work: impl FnOnce() + Send + 'static) {
        // It fails only when there is no thread; then the answer's sender is dropped with the work.
        let _ = self.queue.send(Box::new(work));
    }
}

fn run(receiver: &parking_lot::Mutex<Receiver<Work>>) {
    step_back();
    loop {
        // One waits for work, the others for the lock: either way each piece goes to one thread.
        let Ok(work) = receiver.lock().recv() else { return };
        // Whoever waits hears of a panic, because its end of the channel goes with the work; the thread stays for the next one.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

/// Lowers the priority of this thread alone: on Linux it is a thread's own.
#[cfg(target_os = "linux")]
fn step_back() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "passwords are hashed with the priority of everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}
