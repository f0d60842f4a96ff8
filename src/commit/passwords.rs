//! Password hashes: argon2id on threads of its own with a bounded queue, and bcrypt for records that were moved over.

use super::threads::Threads;
use crate::error::{Code, Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

/// OWASP's first choice: 19 MiB of memory, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// How many requests may wait for a hash; one more is refused with 429, so that a flood of sign-ins stays bounded.
const QUEUE: usize = 256;

/// Hashes and checks passwords without holding up other requests; cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    threads: Threads,
    waiting: Arc<Semaphore>,
    params: Params,
    /// What an unknown identity is compared with, so that it costs the same.
    dummy: Arc<str>,
}

/// What staging needs to know about passwords and may not compute itself, because it takes milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// The hash of a plain password.
    Hash(String),
    /// Whether a plain password fits a hash.
    Verify(String, String),
}

/// The answers so far.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Plain password to hash.
    pub hashes: HashMap<String, String>,
    /// Plain password and hash to whether they fit.
    pub verified: HashMap<(String, String), bool>,
}

impl Passwords {
    /// A pool that uses at most `threads` cores. `cheap` lowers the cost to almost nothing, for tests.
    pub fn new(threads: usize, cheap: bool) -> Self {
        let (memory, passes) = if cheap { (Params::MIN_M_COST, 1) } else { (MEMORY_KIB, PASSES) };
        let params = Params::new(memory, passes, 1, None).expect("the constants are within argon2's bounds");
        // Nothing hashes to zeros, and computing a real one would cost every start 20 ms and 19 MiB.
        let dummy = format!("$argon2id$v=19$m={memory},t={passes},p=1$bHVnZSBrbm93cyBub2JvZHk${}", "A".repeat(43));
        Passwords {
            threads: Threads::new("luge-passwords", threads.max(1)),
            waiting: Arc::new(Semaphore::new(QUEUE)),
            params,
            dummy: dummy.into(),
        }
    }

    /// The argon2id hash of a password, as a PHC string.
    pub async fn hash(&self, plain: String) -> Result<String> {
        let params = self.params.clone();
        self.run(move || hash_with(&params, &plain)).await?
    }

    /// Whether the password fits the hash (argon2id or bcrypt). An unreadable hash fits nothing.
    pub async fn verify(&self, plain: String, hash: String) -> Result<bool> {
        self.run(move || verify(&plain, &hash)).await
    }

    /// Costs what [`Passwords::verify`] costs, and says no.
    pub async fn refuse(&self, plain: String) -> Result<bool> {
        let hash = self.dummy.to_string();
        self.run(move || verify(&plain, &hash)).await?;
        Ok(false)
    }

    /// Whether a hash should be replaced at the next sign-in.
    pub fn is_outdated(hash: &str) -> bool {
        !hash.starts_with("$argon2id$")
    }

    /// Answers what staging asked for.
    pub(crate) async fn settle(&self, needs: Vec<Need>, known: &mut Known) -> Result<()> {
        for need in needs {
            match need {
                Need::Hash(plain) => {
                    let hash = self.hash(plain.clone()).await?;
                    known.hashes.insert(plain, hash);
                }
                Need::Verify(plain, hash) => {
                    let fits = self.verify(plain.clone(), hash.clone()).await?;
                    known.verified.insert((plain, hash), fits);
                }
            }
        }
        Ok(())
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = self.waiting.clone().try_acquire_owned().map_err(|_| {
            Error::new(Code::TooManyRequests, "Too many passwords are being checked at the moment. Try again in a few seconds.")
        })?;
        let (answer, result) = oneshot::channel();
        // The place belongs to the work and not to who waits for it: what somebody who hung up has left behind is still in the queue.
        self.threads.send(move || {
            let _place = place;
            if !answer.is_closed() {
                drop(answer.send(work()));
            }
        });
        result.await.map_err(Error::internal)
    }
}

fn hash_with(params: &Params, plain: &str) -> Result<String> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    Ok(argon2.hash_password(plain.as_bytes()).map_err(Error::internal)?.to_string())
}

fn verify(plain: &str, hash: &str) -> bool {
    if hash.starts_with("$2") {
        return bcrypt::verify(plain, hash).unwrap_or(false);
    }
    PasswordHash::new(hash).is_ok_and(|parsed| Argon2::default().verify_password(plain.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn whoever_hangs_up_leaves_neither_work_nor_a_longer_queue() {
        let passwords = Passwords::new(1, true);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let (began, busy) = oneshot::channel();
        let first = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.run(move || (began.send(()), gate.recv().is_ok()).1).await }
        });
        busy.await.expect("the only thread has work");
        let done = Arc::new(AtomicUsize::new(0));
        for i in 1..QUEUE + 10 {
            let done = done.clone();
            let asked = passwords.run(move || done.fetch_add(1, Ordering::SeqCst)).now_or_never();
            let refused = asked.is_some_and(|a| a.is_err_and(|e| e.code == Code::TooManyRequests));
            assert_eq!(refused, QUEUE <= i, "{i}");
        }
        open.send(()).expect("the work waits");
        assert_eq!(first.await.expect("no panic"), Ok(true));
        while passwords.waiting.available_permits() < QUEUE {
            tokio::task::yield_now().await;
        }
        assert_eq!((passwords.run(|| 7).await, done.load(Ordering::SeqCst)), (Ok(7), 0));
    }

    #[tokio::test]
    async fn nobody_is_compared_with_a_hash_that_costs_the_same_and_fits_nothing() {
        for cheap in [true, false] {
            let passwords = Passwords::new(1, cheap);
            let parsed = PasswordHash::new(&passwords.dummy).expect("the dummy is a hash");
            assert_eq!(Params::try_from(&parsed).expect("it names its costs").m_cost(), passwords.params.m_cost());
            assert_eq!(passwords.refuse("anything".into()).await, Ok(false));
            let hash = passwords.hash("secret".into()).await.expect("it can be hashed");
            assert_eq!(passwords.verify("secret".into(), hash.clone()).await, Ok(true));
            assert_eq!(passwords.verify("other".into(), hash).await, Ok(false));
        }
    }
}
