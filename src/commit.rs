//! The only way to change anything durable: a `Transaction` becomes one entry of the log, or nothing at all.
//!
//! Steps 1 to 5 (stage, authorize, hooks, validate, keys) run on the caller's side and only read, many at once.
//! Steps 6 to 11 (stale?, unique?, number, sync, apply, publish) run in the one writer thread, for a group of transactions.

pub mod aside;
pub mod audit;
mod auth_form;
mod backfill;
mod cascade;
mod checkpoints;
pub mod collections;
mod conflicts;
mod convert;
mod db;
mod hooked;
mod hooks;
pub mod idempotency;
mod judge;
mod numbers;
mod open;
pub mod passwords;
pub mod preview;
mod prepare;
mod replay;
mod satellites;
mod stage;
mod staged;
mod state;
mod sweep;
mod threads;
mod unique;
mod writer;

pub use aside::Aside;
pub use db::{Db, Durability, Options, Retention, WeakDb};
pub use hooks::{Added, Before, DEPTH, Hooks, NoHooks};
pub use idempotency::{Idempotency, Remembered};
pub use open::Notice;
pub use state::edited;

use crate::error::{Code, Error};
use crate::log::{Origin, Position};
use crate::query::{Authority, View};
use crate::rules::Request;
use crate::schema::{Collection, Record};
use prepare::{Outcome, Prepared};
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use std::time::Instant;

/// One step of a transaction.
#[derive(Debug, Clone)]
pub enum Op {
    /// A new record.
    Create {
        /// Where.
        collection: Arc<Collection>,
        /// The submitted values.
        body: Map<String, Json>,
    },
    /// A change of a record.
    Update {
        /// Where.
        collection: Arc<Collection>,
        /// Which.
        id: String,
        /// The submitted values, with field modifiers.
        body: Map<String, Json>,
        /// The revision that the record must still have.
        if_match: Option<u64>,
    },
    /// An update when `body.id` is there, else a create.
    Upsert {
        /// Where.
        collection: Arc<Collection>,
        /// The submitted values with the id.
        body: Map<String, Json>,
        /// The revision that the record must still have; only looked at when it exists.
        if_match: Option<u64>,
    },
    /// The end of a record, with its cascades.
    Delete {
        /// Where.
        collection: Arc<Collection>,
        /// Which.
        id: String,
        /// The revision that the record must still have.
        if_match: Option<u64>,
    },
    /// A record exactly as it is, unchecked but for uniqueness: the server's own state, and records moved over. `System` only.
    Put {
        /// The record; it replaces the one with the same id.
        record: Record,
    },
    /// The end of a record without cascades. `System` only.
    Remove {
        /// Where.
        collection: Arc<Collection>,
        /// Which; nothing happens when it is not there.
        id: String,
    },
}

/// Makes the answer of a transaction: status and body.
pub type Render = Arc<dyn Fn(&View, &[Option<Arc<Record>>]) -> Result<(u16, Vec<u8>), Error> + Send + Sync>;

/// What is to be done, all of it or nothing.
#[derive(Clone)]
pub struct Transaction {
    /// Who asks; the rules are judged for them.
    pub authority: Authority,
    /// What rules can know of the request; its body is set for each step.
    pub request: Request,
    /// The requests of the steps where each has its own, as in a batch; empty when all have `request`.
    pub each: Vec<Request>,
    /// What the log says about where it came from.
    pub origin: Origin,
    /// The steps, in order; later ones see what earlier ones did.
    pub ops: Vec<Op>,
    /// How the answer is made, where one is wanted. It is made before the commit, so that what cannot be told is not done either.
    pub answer: Option<Render>,
    /// Set when the client asked that a repetition gets the first answer.
    pub idempotency: Option<Idempotency>,
    /// When it must have been prepared; later it is refused. What the writer has is not taken back.
    pub until: Option<Instant>,
}

impl Transaction {
    /// A transaction of the server itself; `why` goes into the log.
    pub fn system(why: &'static str, ops: Vec<Op>) -> Self {
        let origin = Origin { source: why.to_owned(), ..Origin::default() };
        let (authority, request) = (Authority::System(why), Request::default());
        Transaction { authority, request, each: Vec::new(), origin, ops, answer: None, idempotency: None, until: None }
    }

    /// Refuses what has taken too long.
    fn in_time(&self) -> Result<(), Error> {
        match self.until {
            Some(until) if until <= Instant::now() => Err(Error::bad_request("The transaction took longer than it may.")),
            _ => Ok(()),
        }
    }

    /// Waits for something, but not too long.
    async fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let Some(until) = self.until else { return Ok(work.await) };
        // Time that has passed is told by `in_time`.
        if let Ok(result) = tokio::time::timeout_at(until.into(), work).await {
            return Ok(result);
        }
        self.in_time()?;
        Err(Error::of(Code::Unavailable))
    }
}

/// A transaction that is durable and visible.
#[derive(Debug, Clone)]
pub struct Committed {
    /// Its place in the log.
    pub position: Position,
    /// For each step the record as the step left it; `None` for a delete.
    pub records: Vec<Option<Arc<Record>>>,
    /// The answer, where one is wanted: for a repetition the first one.
    pub answer: Option<Remembered>,
}

/// A transaction that changed nothing.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Which step was at fault; `None` when it was none of them.
    pub op: Option<usize>,
    /// Why.
    pub error: Error,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused { op: None, error }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

/// How often a transaction is prepared anew because a record that it had read was changed meanwhile. From the
/// second time on it holds the locks of its records, so this is only reached when preparing itself is outrun.
const ATTEMPTS: usize = 20;

/// Makes the changes of `tx` durable and visible. Returns when they are; a refusal has changed nothing.
pub async fn commit(db: &Db, tx: Transaction) -> Result<Committed, Refused> {
    let mut known = passwords::Known::default();
    let mut locks = Vec::new();
    let tx = Arc::new(tx);
    let mut slow = false;
    for _ in 0..ATTEMPTS {
        tx.in_time()?;
        let outcome = match slow {
            true => tx.wait(aside::prepare(db, &tx, &mut known)).await??,
            false => prepare::prepare(db, &tx, &known)?,
        };
        let prepared = match outcome {
            Outcome::Slow => {
                slow = true;
                continue;
            }
            Outcome::Ready(prepared) => *prepared,
            Outcome::Needs(needs) => {
                tx.wait(db.passwords().settle(needs, &mut known)).await??;
                continue;
            }
            Outcome::Doubtful { refused, base, watched } => match tx.wait(db.is_stale(base, watched)).await? {
                true => continue,
                false => return Err(refused),
            },
            Outcome::Done(committed) => return Ok(committed),
        };
        // Whoever was stale once goes first: a newcomer that would outrun it queues up behind it instead.
        let stripes = if locks.is_empty() { db.stripes(&prepared) } else { Vec::new() };
        if !db.is_contended(&stripes)
            && let Some(committed) = seal(db, prepared).await?
        {
            return Ok(committed);
        }
        // All are taken in ascending order, so two transactions never wait for each other.
        for stripe in stripes {
            locks.push(tx.wait(db.lock_stripe(stripe)).await?);
        }
    }
    Err(Error::of(Code::Conflict).into())
}

/// Hands a prepared transaction to the writer; `None` when something that it had read has changed.
async fn seal(db: &Db, mut prepared: Prepared) -> Result<Option<Committed>, Refused> {
    let (records, answer) = (std::mem::take(&mut prepared.results), prepared.answer.take());
    if prepared.changes.is_empty() {
        let position = db.position();
        return Ok(Some(Committed { position, records, answer: answer.map(|a| Remembered { position, ..a }) }));
    }
    let position = match db.seal(prepared).await? {
        writer::Verdict::Sealed(position) => position,
        writer::Verdict::Stale => return Ok(None),
        writer::Verdict::Refused(refused) => return Err(refused),
    };
    let stamp = |record: Option<Arc<Record>>| {
        record.map(|mut r| {
            Arc::make_mut(&mut r).rev = position.seq;
            r
        })
    };
    let answer = answer.map(|a| Remembered { position, ..a });
    Ok(Some(Committed { position, records: records.into_iter().map(stamp).collect(), answer }))
}
