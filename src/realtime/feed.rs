//! The change feed: the log over plain HTTP, as one actor may see it.

use super::actor::Actor;
use super::asked::Asked;
use super::catch_up::differs;
use super::change::{Images, Told};
use super::hub::{Hub, Kind};
use super::judge::{Judge, Look, STEPS};
use super::obey::{concerns, edits};
use super::registry::Made;
use crate::auth::Session;
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::log::{Entry, Position};
use crate::query::View;
use crate::rules::Budget;
use crate::schema::system::COLLECTIONS;
use crate::value::json::write_string;
use crate::value::time;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Reading goes on for so long at most; whoever asks goes on from where it ended.
const READING: Duration = Duration::from_secs(2);

/// What is asked of the feed.
pub struct Feed {
    /// Go on after this position; `None` begins now.
    pub since: Option<Position>,
    /// The only collections; empty is all that may be listed.
    pub collections: Vec<String>,
    /// Which records; only with a single collection.
    pub filter: String,
    /// So many changes end the answer, with the transaction that has the last one.
    pub limit: usize,
    /// How long to wait for the first change.
    pub wait: Duration,
    /// Who asks.
    pub session: Option<Arc<Session>>,
}

/// A part of the feed.
pub struct Fed {
    /// Changes as JSON, in order.
    pub items: Vec<Bytes>,
    /// Where to go on from.
    pub position: Position,
}

/// One collection of the feed.
struct Part {
    judge: Judge,
    look: Look,
}

impl Hub {
    /// Reads on in the log for someone. A position that is gone, or not good any more for who asks, is a 410.
    pub async fn feed(&self, feed: Feed) -> Result<Fed> {
        let now = self.0.db.position();
        let Some(since) = feed.since else { return Ok(Fed { items: Vec::new(), position: now }) };
        if !self.0.db.log().holds(since) {
            return Err(gone(if since.epoch == now.epoch && since.seq <= now.seq { "trimmed" } else { "epoch" }));
        }
        let actor = feed.session.as_deref().map_or_else(Actor::guest, Actor::of);
        let parts = self.parts(&feed, &actor)?;
        self.same_rights(&parts, &actor, since.seq).await?;
        let mut tail = self.0.db.log().tail(since.seq + 1);
        let mut fed = Fed { items: Vec::new(), position: Position { epoch: now.epoch, ..since } };
        let until = Instant::now() + feed.wait;
        let mut slice = Instant::now();
        while fed.items.len() < feed.limit && slice.elapsed() < READING {
            let entry = match tail.ready() {
                Some(entry) => entry,
                None if fed.position.seq < self.0.db.position().seq => tail.next().await?,
                None if !fed.items.is_empty() => break,
                None => match tokio::time::timeout(until.saturating_duration_since(Instant::now()), tail.next()).await {
                    Ok(entry) => {
                        slice = Instant::now();
                        entry?
                    }
                    Err(_) => break,
                },
            };
            self.feed_entry(&parts, &entry, &mut fed)?;
        }
        self.still(&parts, &actor)?;
        Ok(fed)
    }

    fn parts(&self, feed: &Feed, actor: &Actor) -> Result<HashMap<u32, Part>> {
        let view = self.0.db.view();
        let named = !feed.collections.is_empty();
        let all = view.schema.all().iter().filter(|c| !c.internal).map(|c| c.id.clone());
        let names: Vec<String> = if named { feed.collections.clone() } else { all.collect() };
        if !feed.filter.is_empty() && names.len() != 1 {
            return Err(Error::bad_request("A filter goes with one collection."));
        }
        let mut parts = HashMap::new();
        for collection in names {
            let asked = Asked { collection, filter: feed.filter.clone(), ..Asked::default() };
            match Made::new(&view, actor, &asked, Kind::WebSocket) {
                Ok(made) => {
                    let (judge, look) = made.into_parts();
                    parts.insert(judge.collection, Part { judge, look });
                }
                Err(error) if named => return Err(error),
                // What may not be listed is not in the feed.
                Err(_) => {}
            }
        }
        Ok(parts)
    }

    /// The same rights must have held since the position.
    async fn same_rights(&self, parts: &HashMap<u32, Part>, actor: &Actor, since: u64) -> Result<()> {
        let fields: Vec<String> = parts.values().flat_map(|part| part.judge.actor_fields.clone()).collect();
        let (log, actor) = (self.0.db.log().clone(), actor.clone());
        let differs = tokio::task::spawn_blocking(move || differs(&log, &fields, &actor, since)).await.map_err(Error::internal)?;
        if differs { Err(gone("auth")) } else { Ok(()) }
    }

    /// And they must hold when the answer is sent: it may have been waited for.
    fn still(&self, parts: &HashMap<u32, Part>, actor: &Actor) -> Result<()> {
        let view = self.0.db.view();
        let Some(record) = actor.authority.record() else { return Ok(()) };
        if actor.is_current(&view)? {
            return Ok(());
        }
        let stored = view.get(&record.collection, record.id())?.map(|row| row.to_record());
        let Some(now) = stored.and_then(|record| actor.with(record)) else { return Err(Error::of(Code::Unauthorized)) };
        let same = parts.values().all(|part| part.judge.is_same_to(&actor.authority, &now.authority));
        if same { Ok(()) } else { Err(gone("auth")) }
    }

    fn feed_entry(&self, parts: &HashMap<u32, Part>, entry: &Entry, fed: &mut Fed) -> Result<()> {
        let (view, now) = (self.0.db.view(), self.0.db.clock().now());
        let told = Told::new(entry, &view);
        if entry.changes.iter().any(|c| c.collection == COLLECTIONS) {
            let edits = edits(entry);
            let concerned = parts.values().any(|part| edits.iter().any(|edit| concerns(&part.judge, edit)));
            if concerned {
                return Err(gone("schema"));
            }
        }
        fed.position.seq = entry.seq;
        for change in &entry.changes {
            let Some(part) = parts.get(&change.collection) else { continue };
            let Some(images) = Images::of(&told, change) else { continue };
            fed.items.extend(part.item(&view, &images, fed.position, now)?);
        }
        Ok(())
    }
}

impl Part {
    fn item(&self, _: &View, images: &Images, position: Position, now: i64) -> Result<Option<Bytes>> {
        let Some(action) = self.judge.decide(images, now, &mut Budget::new(STEPS))? else { return Ok(None) };
        let entry = images.told.entry;
        let mut out = format!("{{\"action\":\"{}\",\"collection\":", action.name()).into_bytes();
        write_string(&mut out, &images.collection.name);
        out.extend_from_slice(b",\"record\":");
        out.extend_from_slice(&self.look.show(images, action, Kind::WebSocket)?);
        out.extend(format!(",\"position\":\"{position}\",\"tx\":{},\"time\":\"{}\"", entry.seq, time::from_millis(entry.time)).bytes());
        if let Some(request) = entry.origin.chosen_request() {
            out.extend(format!(",\"request\":\"{request}\"").bytes());
        }
        out.push(b'}');
        Ok(Some(out.into()))
    }
}

/// The 410 of a position that cannot be gone on from, with the reason as its code.
fn gone(reason: &str) -> Error {
    let message = "Load the data anew and go on from the position of that.";
    Error::of(Code::Gone).with_fields(FieldErrors::one("since", Problem::new(reason, message)))
}
