//! What matches now, exactly as of one position, while others go on writing.
//!
//! The store has no snapshots, so the list is read, then what was written meanwhile is looked up in the log and put right: every record that was
//! touched is taken as the log has it at the end, every other one did not change while the list was read.

use super::catch_up::Target;
use super::counters::add;
use super::frame;
use super::hub::{Hub, Shared};
use super::judge::{Judge, STEPS};
use super::message::Snapshot;
use super::outbox::Frame;
use super::registry::State;
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use crate::query::list::prepare_under;
use crate::query::{Ask, Row, Stored, View};
use crate::rules::Budget;
use crate::schema::system::COLLECTIONS;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// The most records of a snapshot without a limit.
const MOST: u64 = 20_000;
/// So many more are read of one with a limit: as many of them may be touched meanwhile. Doubled with each attempt.
const SPARE: u64 = 100;
/// How often it is tried before the writers are too fast for it.
const ATTEMPTS: u32 = 6;
/// A page has so many records at most, and no more once they have so many bytes.
const PAGE: usize = 100;
const PAGE_BYTES: usize = 128 << 10;
/// How long it may take until what the store has is visible.
const PATIENCE: Duration = Duration::from_secs(10);

/// What matches as of a position.
struct Taken {
    rows: Vec<Row>,
    seq: u64,
    /// Whether a limit left out some.
    more: bool,
}

/// What is to be read.
struct Wanted {
    judge: Arc<Judge>,
    filter: String,
    snapshot: Snapshot,
}

/// Reads and sends the snapshot of a subscription; afterwards it goes on from exactly there.
pub(super) async fn send(hub: &Hub, shared: &Arc<Shared>, target: Target) {
    let asked = hub.0.registry.lock().subs.get(target.sub).filter(|s| s.generation == target.generation).map(|s| s.asked.clone());
    let Some((asked, snapshot)) = asked.and_then(|a| Some((a.clone(), a.snapshot.clone()?))) else { return };
    let wanted = Wanted { judge: target.judge.clone(), filter: asked.filter.clone(), snapshot };
    let sent = match read(hub, wanted).await {
        Ok(Some(taken)) => match target.outdated(&hub.0.db.view()) {
            // The hub must hear first what the actor has become.
            Ok(Some(rev)) => return hub.reached(rev).await,
            Ok(None) => pages(hub, shared, &target, taken).await,
            Err(error) => Err(error),
        },
        // The hub must hear first what the collection has become.
        Ok(None) => return hub.reached(hub.0.db.position().seq).await,
        Err(error) => Err(error),
    };
    if let Err(error) = sent {
        let mut registry = hub.0.registry.lock();
        if registry.subs.get(target.sub).is_some_and(|s| s.generation == target.generation) {
            registry.fail(target.sub, &target.name, &error);
        }
    }
}

async fn read(hub: &Hub, wanted: Wanted) -> Result<Option<Taken>> {
    // It is never closed.
    let _permit = hub.0.snapshots.clone().acquire_owned().await.map_err(Error::internal)?;
    let db = hub.0.db.clone();
    tokio::task::spawn_blocking(move || wanted.take(&db)).await.map_err(Error::internal)?
}

async fn pages(hub: &Hub, shared: &Arc<Shared>, target: &Target, taken: Taken) -> Result<()> {
    let position = hub.position(taken.seq);
    let mut rest = taken.rows.as_slice();
    loop {
        let (page, later) = rest.split_at(page_length(rest));
        let items = if page.is_empty() { bytes::Bytes::new() } else { target.look.render(&hub.0.db.view(), page)? };
        let last = later.is_empty();
        let frame = frame::snapshot(&target.name, &items, position, last, last && taken.more);
        shared.outbox.room().await;
        let mut registry = hub.0.registry.lock();
        let Some(sub) = registry.subs.get_mut(target.sub).filter(|s| s.generation == target.generation) else { return Ok(()) };
        shared.outbox.push(Frame::Data(frame));
        if last {
            sub.state = State::Catching { unproven: false };
            sub.after = taken.seq;
            add(&hub.0.counters.snapshots, 1);
            return Ok(());
        }
        rest = later;
    }
}

fn page_length(rows: &[Row]) -> usize {
    let mut bytes = 0;
    let fits = |row: &&Row| {
        let had = bytes;
        bytes += if let Row::Stored(stored) = row { stored.row.len() } else { 1024 };
        had < PAGE_BYTES
    };
    rows.iter().take(PAGE).take_while(fits).count()
}

impl Wanted {
    /// What matches. `None`: the collections were edited, and whoever asks is about to be judged anew.
    fn take(&self, db: &Db) -> Result<Option<Taken>> {
        for attempt in 0..ATTEMPTS {
            let base = db.position().seq;
            let view = db.view();
            if view.schema.version != self.judge.schema {
                return Ok(None);
            }
            let most = self.snapshot.limit.unwrap_or(MOST);
            let reach = most + (SPARE << attempt);
            let mut rows = self.rows(&view, reach)?;
            let to = db.begun();
            visible(db, to)?;
            let Some(touched) = self.touched(db, &view, base, to)? else { return Ok(None) };
            let cut = reach <= rows.len() as u64;
            if !touched.is_empty() {
                rows.retain(|row| !touched.contains_key(row.id().as_ref()));
                if cut && (rows.len() as u64) < most {
                    continue;
                }
                self.add(db, &view, &mut rows, touched)?;
            }
            let more = most < rows.len() as u64;
            if more && self.snapshot.limit.is_none() {
                let message = format!("More than {MOST} records match. Ask for a limit, or load them by pages and subscribe with since.");
                return Err(Error::bad_request(message));
            }
            rows.truncate(most as usize);
            return Ok(Some(Taken { rows, seq: to, more }));
        }
        Err(Error::new(Code::Unavailable, "The records changed too fast to be read at one position. Subscribe again."))
    }

    fn ask(&self, limit: u64) -> Ask {
        let (sort, filter) = (self.snapshot.sort.clone(), self.filter.clone());
        Ask { per_page: limit, sort, filter, skip_total: true, ..Ask::default() }
    }

    fn rows(&self, view: &View, limit: u64) -> Result<Vec<Row>> {
        let Judge { authority, request, record, .. } = &*self.judge;
        let collection = view.schema.by_number(self.judge.collection).ok_or_else(|| Error::of(Code::NotFound))?;
        match record {
            Some(id) => {
                let row = view.get(collection, id)?;
                let matches = self.judge.matches(view, row.as_ref(), request.now, &mut Budget::new(STEPS))?;
                Ok(row.filter(|_| matches).into_iter().collect())
            }
            None => prepare_under(view, authority, request, collection, &collection.rules.list, &self.ask(limit))?.rows(),
        }
    }

    /// The records of the collection that were written after `base`, as `to` left them. `None`: a collection was edited.
    fn touched(&self, db: &Db, view: &View, base: u64, to: u64) -> Result<Option<HashMap<String, Option<Row>>>> {
        let mut touched = HashMap::new();
        let mut edited = false;
        if to <= base {
            return Ok(Some(touched));
        }
        db.log().read(base + 1, &mut |entry| {
            if to < entry.seq {
                return ControlFlow::Break(());
            }
            for change in entry.changes {
                edited |= change.collection == COLLECTIONS;
                let Some(collection) = view.schema.by_number(change.collection).filter(|c| c.number == self.judge.collection) else {
                    continue;
                };
                let stored = |row| Row::Stored(Stored { collection: collection.clone(), rowid: change.rowid, rev: entry.seq, row });
                touched.insert(change.id, change.after.map(stored));
            }
            ControlFlow::Continue(())
        })?;
        Ok((!edited).then_some(touched))
    }

    /// Adds what matches of the touched records, each at its place in the order.
    fn add(&self, db: &Db, view: &View, rows: &mut Vec<Row>, touched: HashMap<String, Option<Row>>) -> Result<()> {
        let Some(collection) = view.schema.by_number(self.judge.collection) else { return Ok(()) };
        for row in touched.into_values().flatten() {
            let about = self.judge.record.as_ref().is_none_or(|id| *id == row.id());
            if about && self.judge.matches(view, Some(&row), db.clock().now(), &mut Budget::new(STEPS))? {
                rows.push(row);
            }
        }
        let Judge { authority, request, .. } = &*self.judge;
        let ask = self.ask(1);
        let list = prepare_under(view, authority, request, collection, &collection.rules.list, &ask);
        // One record needs no order, and the list rule may not be the one that shows it.
        let Ok(list) = list else { return Ok(()) };
        let mut placed = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            placed.push((list.place(&row)?, row));
        }
        placed.sort_by(|a, b| a.0.cmp(&b.0));
        rows.extend(placed.into_iter().map(|(_, row)| row));
        Ok(())
    }
}

/// Waits until an entry that the store may have is published.
fn visible(db: &Db, seq: u64) -> Result<()> {
    let log = db.log().clone();
    let reached = tokio::runtime::Handle::current().block_on(async move { tokio::time::timeout(PATIENCE, log.reached(seq)).await });
    reached.map_err(|_| Error::of(Code::Unavailable))
}
