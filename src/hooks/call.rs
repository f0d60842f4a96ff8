//! One run of a handler: whose it is, what it may reach, and when it must end. Host functions find it by their thread,
//! since a script runs on one thread from beginning to end.

use super::fault::{Thrown, refuse};
use super::scripts::Host;
use super::unit::Unit;
use crate::commit::{Added, Db};
use crate::error::{Code, Error};
use crate::query::View;
use rhai::Dynamic;
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One run of a handler.
pub struct Call {
    /// What all scripts share.
    pub host: Arc<Host>,
    /// Whose handler it is.
    pub unit: Arc<Unit>,
    /// The handler, for messages and the log of scripts.
    pub what: String,
    /// What it may reach.
    pub reach: Reach,
}

/// What a run may reach.
#[derive(Clone)]
pub enum Reach {
    /// A file is being loaded: it registers handlers and does nothing else.
    Loading,
    /// The transaction that it is part of, and nothing outside.
    Staged(Rc<Staging>),
    /// Everything that its unit is permitted.
    World,
}

/// A transaction in which a handler runs.
pub struct Staging {
    /// Sees what is staged.
    pub view: View,
    /// Milliseconds since 1970.
    pub now: i64,
    /// Writes that follow.
    pub added: RefCell<Vec<Added>>,
    /// What those writes will have made of the small values of scripts, by key.
    pub pending: RefCell<HashMap<String, Option<Json>>>,
}

thread_local! {
    static CALLS: RefCell<Vec<Rc<Call>>> = const { RefCell::new(Vec::new()) };
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs something as a call; host functions see it, and it ends when its time does.
pub fn run<T>(call: &Rc<Call>, time: Duration, work: impl FnOnce() -> T) -> T {
    let _guard = Guard::begin(call.clone(), Instant::now().checked_add(time));
    work()
}

/// Takes the call off again, also when a panic comes through.
struct Guard(Option<Instant>);

impl Guard {
    fn begin(call: Rc<Call>, deadline: Option<Instant>) -> Self {
        CALLS.with_borrow_mut(|calls| calls.push(call));
        let outer = DEADLINE.get();
        // What a script causes must not outlast it.
        DEADLINE.set([outer, deadline].into_iter().flatten().min());
        Guard(outer)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        DEADLINE.set(self.0);
        CALLS.with_borrow_mut(|calls| drop(calls.pop()));
    }
}

/// The call of this thread.
pub fn current() -> Thrown<Rc<Call>> {
    CALLS.with_borrow(|calls| calls.last().cloned()).ok_or_else(|| refuse("This function only works inside a handler"))
}

/// How long the call of this thread may still take.
pub fn left() -> Duration {
    DEADLINE.get().map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
}

/// Asked by the engine while it runs: ends the script when its time is over.
pub fn progress(operations: u64) -> Option<Dynamic> {
    let due = operations.is_multiple_of(64);
    (due && left().is_zero()).then(|| Dynamic::from("its time is over"))
}

impl Call {
    /// The same run, in which the handler of another unit is called: it reaches as far, but with its own permissions.
    pub fn of(&self, handler: &super::unit::Handler) -> Rc<Call> {
        Rc::new(Call { host: self.host.clone(), unit: handler.unit.clone(), what: handler.place(), reach: self.reach.clone() })
    }

    /// The database, for a handler that may reach it.
    pub fn db(&self) -> Thrown<Db> {
        self.host.db().map_err(super::fault::throw)
    }

    /// Refuses what reaches outside of a transaction that may be prepared more than once.
    pub fn outside(&self, function: &str) -> Thrown<()> {
        match &self.reach {
            Reach::World => Ok(()),
            Reach::Staged(_) => Err(refuse(format!(
                "{function} reaches outside of the transaction, which may be prepared more than once: call it in an after_ handler"
            ))),
            Reach::Loading => Err(refuse(format!("{function} only works inside a handler"))),
        }
    }

    /// The transaction, when the handler is part of one.
    pub fn staging(&self) -> Option<&Staging> {
        match &self.reach {
            Reach::Staged(staging) => Some(staging),
            _ => None,
        }
    }

    /// What records the handler sees: those of its transaction, else what is stored.
    pub fn view(&self) -> Thrown<View> {
        match &self.reach {
            Reach::Staged(staging) => Ok(staging.view.clone()),
            Reach::World => Ok(self.db()?.view()),
            Reach::Loading => Err(refuse("Records can only be read inside a handler")),
        }
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> Thrown<i64> {
        match &self.reach {
            Reach::Staged(staging) => Ok(staging.now),
            _ => Ok(self.db()?.clock().now()),
        }
    }

    /// Waits for something outside, at most as long as the call may take, while other scripts have the turn.
    pub fn wait<T>(&self, what: &str, work: impl Future<Output = T>) -> Thrown<T> {
        let late = || super::fault::throw(Error::new(Code::Unavailable, format!("{what} took longer than this handler may.")));
        let db = self.db()?;
        let runtime = tokio::runtime::Handle::try_current().map_err(|e| super::fault::throw(Error::internal(e)))?;
        // A day stands for no limit: the timer cannot take the greatest duration.
        let time = left().min(Duration::from_secs(86_400));
        db.aside().waiting(|| runtime.block_on(async { tokio::time::timeout(time, work).await })).map_err(|_| late())
    }
}
