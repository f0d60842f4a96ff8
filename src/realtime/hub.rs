//! The hub: connections come and go here, and one task tells them what the log says.

use super::actor::Actor;
use super::channels::Again;
use super::counters::{Counters, Counts, add};
use super::frame;
use super::limits::Limits;
use super::outbox::{Close, Frame, Outbox};
use super::registry::{Connection, Registry};
use super::session::Session;
use super::veto::Veto;
use super::{catch_up, follow};
use crate::auth::{self, Verified};
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use crate::log::Position;
use crate::query::View;
use arc_swap::ArcSwap;
use parking_lot::Mutex;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

/// How many snapshots are read at once: each may be long.
const SNAPSHOTS: usize = 4;

/// How long a stop waits for its close frames to be written.
const FAREWELL: Duration = Duration::from_secs(2);

/// How a client is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A WebSocket that speaks `luge.v1`.
    WebSocket,
    /// PocketBase's event stream.
    EventStream,
}

/// Someone who connects.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// How.
    pub kind: Kind,
    /// From where.
    pub address: IpAddr,
    /// Whether a superuser may come from there.
    pub may_be_superuser: bool,
    /// The token that came with the request.
    pub session: Option<Arc<auth::Session>>,
}

/// What the hub and whoever writes to a connection share.
pub struct Shared {
    /// What the client calls the connection.
    pub id: String,
    /// How it is connected.
    pub kind: Kind,
    /// From where.
    pub address: IpAddr,
    /// Whether a superuser may come from there.
    pub may_be_superuser: bool,
    /// When it was opened, in milliseconds since 1970.
    pub opened: i64,
    /// What waits to be written.
    pub outbox: Outbox,
    /// Milliseconds from the start of the hub until the client was last heard, or an event stream last written to.
    pub seen: AtomicU64,
    /// The same for the last ping.
    pub pinged: AtomicU64,
    /// The same for when it was opened.
    pub began: u64,
}

/// The hub; cheap to clone.
#[derive(Clone)]
pub struct Hub(pub(super) Arc<Inner>);

/// What the parts of the hub share.
pub struct Inner {
    pub(super) db: Db,
    pub(super) verified: Arc<Verified>,
    pub(super) limits: ArcSwap<Limits>,
    pub(super) registry: Mutex<Registry>,
    pub(super) counters: Counters,
    /// The last entry that was processed, for those who wait for one.
    pub(super) reached: watch::Sender<u64>,
    pub(super) snapshots: Arc<Semaphore>,
    pub(super) readers: Arc<Semaphore>,
    pub(super) veto: OnceLock<Veto>,
    started: Instant,
    stopping: AtomicBool,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.lock().iter().for_each(AbortHandle::abort);
    }
}

impl Hub {
    /// A hub that follows the log from now on. Its tasks run on the present runtime and end with the last clone.
    pub fn start(db: Db, verified: Arc<Verified>, limits: Limits) -> Hub {
        let seq = db.position().seq;
        // Connections that are brought up leave half of the cores to everything else.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let inner = Inner {
            db,
            verified,
            limits: ArcSwap::from_pointee(limits),
            registry: Mutex::new(Registry::at(seq)),
            counters: Counters::default(),
            reached: watch::Sender::new(seq),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            readers: Arc::new(Semaphore::new((cores / 2).max(1))),
            veto: OnceLock::new(),
            started: Instant::now(),
            stopping: AtomicBool::new(false),
            tasks: Mutex::default(),
        };
        let hub = Hub(Arc::new(inner));
        let tail = hub.0.db.log().tail(seq + 1);
        let following = tokio::spawn(follow::run(Arc::downgrade(&hub.0), tail));
        let watching = tokio::spawn(follow::watch_time(Arc::downgrade(&hub.0)));
        hub.0.tasks.lock().extend([following.abort_handle(), watching.abort_handle()]);
        hub
    }

    /// Uses other limits from now on. Whom other rules do not allow on a channel any more is off it.
    pub fn set_limits(&self, limits: Limits) {
        let others = self.limits().channels != limits.channels;
        self.0.limits.store(Arc::new(limits));
        if others {
            self.judge_memberships(&mut self.0.registry.lock(), Again::All);
        }
    }

    /// The limits at this moment.
    pub fn limits(&self) -> Arc<Limits> {
        self.0.limits.load_full()
    }

    /// Takes a connection. Too many from one address are a 429.
    pub async fn connect(&self, visitor: Visitor) -> Result<Session> {
        let (kind, limits) = (visitor.kind, self.limits());
        let id = crate::id::secret(if kind == Kind::EventStream { 40 } else { 15 });
        let now = self.millis();
        let shared = Arc::new(Shared {
            id,
            kind,
            address: visitor.address,
            may_be_superuser: visitor.may_be_superuser,
            opened: self.0.db.clock().now(),
            outbox: Outbox::default(),
            seen: AtomicU64::new(now),
            pinged: AtomicU64::new(now),
            began: now,
        });
        let number = self.admit(&shared, limits.sockets_per_address)?;
        let session = Session::new(self.clone(), number, shared);
        if let Some(token) = &visitor.session {
            // A token that ends in this very moment makes a guest, as it does everywhere.
            let _ = self.bind(number, session.shared(), Actor::of(token)).await;
        }
        if kind == Kind::WebSocket {
            session.shared().outbox.push(Frame::Data(frame::ready(&session.shared().id, self.0.db.position(), &limits)));
        }
        Ok(session)
    }

    fn admit(&self, shared: &Arc<Shared>, most: usize) -> Result<usize> {
        let mut registry = self.0.registry.lock();
        if self.0.stopping.load(Ordering::SeqCst) {
            return Err(Error::of(Code::Unavailable));
        }
        let count = registry.addresses.entry(shared.address).or_default();
        if 0 < most && most <= *count {
            add(&self.0.counters.refused, 1);
            return Err(Error::new(Code::TooManyRequests, format!("An address may have {most} realtime connections open, no more.")));
        }
        *count += 1;
        add(&self.0.counters.connected, 1);
        let connection = Connection { shared: shared.clone(), actor: Actor::guest(), subs: Vec::new(), catching: false };
        let number = registry.connections.insert(connection);
        if shared.kind == Kind::EventStream {
            registry.streams.insert(shared.id.clone(), number);
        }
        Ok(number)
    }

    /// Binds an actor to a connection, as of the entry that the hub has reached: one whose record was written later is waited for.
    /// Where the connection has ended meanwhile, its number may be that of another one, which stays as it is.
    pub(super) async fn bind(&self, number: usize, shared: &Arc<Shared>, actor: Actor) -> Result<()> {
        loop {
            let rev = {
                let mut registry = self.0.registry.lock();
                let view = self.0.db.view();
                let actor = self.present(&view, &actor)?;
                let rev = actor.authority.record().map_or(0, |record| record.rev);
                if registry.connection(number, shared).is_none() {
                    return Ok(());
                }
                if rev <= registry.seq {
                    self.rebind(&mut registry, &view, number, actor);
                    return Ok(());
                }
                rev
            };
            self.reached(rev).await;
        }
    }

    /// The actor as they are stored now, or a 401.
    fn present(&self, view: &View, actor: &Actor) -> Result<Actor> {
        let Some((collection, id)) = actor.name() else { return Ok(actor.clone()) };
        let collection = view.schema.by_number(collection);
        let row = collection.map_or(Ok(None), |c| view.get(c, id))?;
        row.and_then(|row| actor.with(row.to_record())).ok_or_else(|| Error::of(Code::Unauthorized))
    }

    /// Waits until the hub has processed an entry.
    pub(super) async fn reached(&self, seq: u64) {
        // It fails only when the sender is gone, and `self` holds it.
        let _ = self.0.reached.subscribe().wait_for(|reached| seq <= *reached).await;
    }

    /// Starts to bring up a connection's subscriptions, unless that goes on already.
    pub(super) fn catch_up(&self, registry: &mut Registry, number: usize) {
        if let Some(connection) = registry.connections.get_mut(number)
            && !connection.catching
        {
            connection.catching = true;
            tokio::spawn(catch_up::run(self.clone(), number, connection.shared.clone()));
        }
    }

    /// Milliseconds since the hub was started.
    pub(super) fn millis(&self) -> u64 {
        self.0.started.elapsed().as_millis() as u64
    }

    /// A position of the present history.
    pub(super) fn position(&self, seq: u64) -> Position {
        Position { seq, ..self.0.db.position() }
    }

    pub(super) fn disconnect(&self, number: usize) {
        let mut registry = self.0.registry.lock();
        self.leave_all(&mut registry, number);
        registry.disconnect(number);
    }

    /// What the hub has done so far.
    pub fn counts(&self) -> Counts {
        let registry = self.0.registry.lock();
        let of = |kind| registry.connections.iter().filter(|(_, c)| c.shared.kind == kind).count() as u64;
        Counts {
            websockets: of(Kind::WebSocket),
            event_streams: of(Kind::EventStream),
            subscriptions: registry.subs.len() as u64,
            groups: registry.groups.len() as u64,
            ..self.0.counters.read()
        }
    }

    /// Takes no more connections and closes those that are open with 1012.
    pub async fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        self.0.registry.lock().connections.iter().for_each(|(_, c)| c.shared.outbox.close(Close::RESTART, false));
        let gone = async {
            while 0 < self.0.registry.lock().connections.len() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        // Whoever does not read any more does not hear it.
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}
