//! `before` handlers: they run inside the transaction, change it, refuse it, or add writes to it.

use super::call::{self, Call, Reach, Staging};
use super::event::E;
use super::events::{On, row};
use super::limits::INLINE;
use super::record::Rec;
use super::scripts::Scripts;
use super::unit::Handler;
use crate::commit::{Added, Before, Hooks};
use crate::error::{Error, Result};
use crate::schema::{Collection, Record};
use rhai::Dynamic;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

impl Hooks for Scripts {
    fn listens(&self, collection: &Collection) -> bool {
        let loaded = self.0.loaded.load();
        let any = |on| loaded.about(on, collection).next().is_some();
        !loaded.on.is_empty() && !collection.internal && (any(On::Create) || any(On::Update) || any(On::Delete))
    }

    fn before_save(&self, before: &Before, original: Option<&Record>, record: &mut Record) -> Result<Vec<Added>> {
        let on = if original.is_some() { On::Update } else { On::Create };
        let open = Rec::open(record.clone());
        let original = original.map_or(Dynamic::UNIT, |r| Dynamic::from(Rec::copy(r)));
        let added = self.before(on, before, &record.collection, Dynamic::from(open.clone()), original)?;
        *record = open.into_record();
        Ok(added)
    }

    fn before_delete(&self, before: &Before, record: &Record) -> Result<Vec<Added>> {
        self.before(On::Delete, before, &record.collection, Dynamic::from(Rec::copy(record)), Dynamic::UNIT)
    }
}

impl Scripts {
    fn before(&self, on: On, before: &Before, collection: &Collection, record: Dynamic, original: Dynamic) -> Result<Vec<Added>> {
        let loaded = self.loaded();
        let mut added = Vec::new();
        for handler in loaded.about(on, collection) {
            let values = [("record", record.clone()), ("before", original.clone()), ("collection", collection.name.clone().into())];
            let e = E::new(row(on).name, values).by(before.authority, &before.tx.request);
            added.extend(self.staged(handler, before, e)?);
        }
        Ok(added)
    }

    /// Runs a handler as part of a transaction.
    fn staged(&self, handler: &Arc<Handler>, before: &Before, e: E) -> Result<Vec<Added>> {
        if !before.patient && 0 < handler.slow.load(Ordering::Relaxed) {
            return Err(give_up(before));
        }
        let limit = handler.unit.source.limits.before();
        let time = if before.patient { limit } else { limit.min(INLINE) };
        let call = Rc::new(Call {
            host: self.0.clone(),
            unit: handler.unit.clone(),
            what: handler.place(),
            reach: Reach::Staged(Rc::new(Staging {
                view: before.view.clone(),
                now: before.now,
                added: RefCell::default(),
                pending: RefCell::default(),
            })),
        });
        let began = Instant::now();
        let outcome = call::run(&call, time, || handler.call((e,)));
        if before.patient {
            handler.took(began.elapsed());
        }
        match outcome {
            Ok(_) => Ok(call.staging().map(|s| s.added.take()).unwrap_or_default()),
            Err(error) => {
                let fault = handler.fault(&error);
                if fault.late && !before.patient {
                    handler.took(time);
                    return Err(give_up(before));
                }
                Err(self.told(handler, fault))
            }
        }
    }

    /// The error of a failed run for its caller; what was no statement of the script goes to its log.
    pub(super) fn told(&self, handler: &Handler, fault: super::fault::Fault) -> Error {
        if !fault.stated {
            tracing::warn!("a script failed: {}", fault.at);
            self.0.console.write(&handler.unit.source.name, "error", &handler.place(), &fault.at.to_string());
        }
        fault.error
    }
}

/// The transaction is prepared again where the script may take its time.
fn give_up(before: &Before) -> Error {
    before.slow.set(true);
    Error::internal("a script needs a thread of its own")
}
