//! Threads for work that keeps a processor busy: passwords and scripts. They take it only when nobody else wants it, so that such work
//! slows down its own kind and not the requests beside it.

use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// How far below everything else they stand, of at most 19: on a busy machine they still get a tenth of a processor.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// How long a thread without work stays.
const LINGER: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

/// Threads with one queue, begun when they are needed; they end with it. Whoever uses it bounds what waits in it. Clones are the same.
#[derive(Clone)]
pub(super) struct Threads(Arc<Owner>);

/// Dropped with the last clone.
struct Owner(Arc<Shared>);

struct Shared {
    name: &'static str,
    most: usize,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Work>,
    /// How many threads there are, and how many of them wait for work.
    count: usize,
    idle: usize,
    ended: bool,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.state.lock().ended = true;
        self.0.wake.notify_all();
    }
}

impl Threads {
    /// At most so many threads of this name.
    pub fn new(name: &'static str, most: usize) -> Threads {
        Threads(Arc::new(Owner(Arc::new(Shared { name, most, state: Mutex::default(), wake: Condvar::new() }))))
    }

    /// Queues work. Where the machine gives no thread at all, it is dropped, and whoever waits for it hears that.
    pub fn send(&self, work: impl FnOnce() + Send + 'static) {
        let shared = &self.0.0;
        let mut state = shared.state.lock();
        state.queue.push_back(Box::new(work));
        if state.queue.len() <= state.idle || shared.most <= state.count {
            shared.wake.notify_one();
            return;
        }
        let own = shared.clone();
        match std::thread::Builder::new().name(shared.name.into()).spawn(move || own.run()) {
            Ok(_) => state.count += 1,
            Err(error) => {
                tracing::error!(%error, name = shared.name, "a thread could not be started");
                if state.count == 0 {
                    state.queue.clear();
                }
            }
        }
    }
}

impl Shared {
    fn run(&self) {
        step_back();
        while let Some(work) = self.next() {
            // Whoever waits hears of a panic, because its end of the channel goes with the work; the thread stays for the next one.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    /// The next piece of work; `None` when the thread is to end.
    fn next(&self) -> Option<Work> {
        let mut state = self.state.lock();
        loop {
            if let Some(work) = state.queue.pop_front() {
                return Some(work);
            }
            if state.ended {
                break;
            }
            state.idle += 1;
            let late = self.wake.wait_for(&mut state, LINGER).timed_out();
            state.idle -= 1;
            if late && state.queue.is_empty() {
                break;
            }
        }
        state.count -= 1;
        None
    }
}

/// Lowers the priority of this thread alone: on Linux it is a thread's own.
#[cfg(target_os = "linux")]
fn step_back() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "passwords and scripts have the priority of everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn work_is_done_by_few_threads_and_survives_a_panic() {
        let threads = Threads::new("test", 3);
        let (done, all) = channel();
        for i in 0..100 {
            let done = done.clone();
            threads.send(move || {
                assert!(i != 50, "one of them fails");
                done.send((i, std::thread::current().id())).expect("the test listens");
            });
        }
        drop(done);
        let done: Vec<_> = all.iter().collect();
        let by: std::collections::HashSet<_> = done.iter().map(|(_, thread)| *thread).collect();
        assert!(done.len() == 99 && by.len() <= 3, "{done:?}");
    }
}
