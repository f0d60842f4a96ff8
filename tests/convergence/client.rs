//! One client: it subscribes, loses its connection in every way there is, resumes by position, and at the end compares.

use super::dice::Dice;
use super::rules::{Filter, Viewer};
use super::socket::{Frame, Socket};
use super::subscription::{Bounds, State, Subscription};
use super::world::{COLLECTIONS, PASSING, USERS, World, count, user_id};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long the comparison at the end is tried again: a busy machine needs its time, a lost change never comes.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Client {
    world: Arc<World>,
    pub number: usize,
    dice: Dice,
    viewer: Viewer,
    /// Whose sets these are: a position is good for no one else.
    owner: Option<String>,
    /// Whether that has changed and the server has not said yet that it knows.
    is_void: bool,
    /// Who it may still be for the server: the viewers of the connection's tokens.
    viewers: Vec<Viewer>,
    /// The last access that was answered before the connection's token was sent, once the server has taken it.
    from: usize,
    asked: BTreeMap<u64, Asked>,
    pub subscriptions: Vec<Subscription>,
    /// Connections that were left without a word; the server thinks that they are there.
    left: Vec<Socket>,
}

enum Asked {
    /// With the last access that was answered then.
    Auth(usize),
    Subscribe(usize),
}

/// Why a connection is of no more use.
struct Lost;

impl Client {
    pub fn new(world: Arc<World>, number: usize, mut dice: Dice) -> Client {
        let viewer = match number % 20 {
            0 | 1 => Viewer::Guest,
            2 if number < 60 => Viewer::Superuser,
            3 if number < 80 => Viewer::User(user_id(USERS + number % PASSING), 0),
            _ => Viewer::User(user_id(dice.below(USERS)), 0),
        };
        let subscriptions = (0..1 + dice.below(3)).map(|n| subscription(&mut dice, number, n)).collect();
        let (asked, left) = (BTreeMap::new(), Vec::new());
        Client {
            world,
            number,
            dice,
            viewers: vec![Viewer::Guest],
            viewer,
            owner: None,
            is_void: false,
            from: 0,
            asked,
            subscriptions,
            left,
        }
    }

    /// Until everything is written, and then until the comparison holds.
    pub async fn run(mut self) -> Client {
        while !self.world.is_written() {
            let Some(mut socket) = self.connect().await else {
                tokio::time::sleep(Duration::from_millis(30)).await;
                continue;
            };
            let life = Duration::from_millis(300 + self.dice.next() % 8000);
            match self.read_for(&mut socket, life).await {
                Ok(()) if self.world.is_written() => {}
                Ok(()) => self.leave(socket).await,
                Err(Lost) => count(&self.world.counts.by_server),
            }
            let away = if self.dice.percent(70) { self.dice.next() % 200 } else { self.dice.next() % 3000 };
            self.read_nothing_for(Duration::from_millis(away)).await;
        }
        self.left.clear();
        if let Err(difference) = self.compare().await {
            self.world.fault(difference);
        }
        self
    }

    async fn read_nothing_for(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.world.is_written() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Connects, says who it is, and goes on with every subscription.
    async fn connect(&mut self) -> Option<Socket> {
        let mut socket = Socket::open(self.world.port, self.dice.percent(30)).await?;
        self.asked.clear();
        self.viewers = vec![Viewer::Guest];
        self.subscriptions.iter_mut().for_each(Subscription::connected);
        if std::mem::take(&mut self.is_void) {
            self.subscriptions.iter_mut().for_each(Subscription::reset);
        }
        self.sign(&mut socket).await.ok()?;
        for n in 0..self.subscriptions.len() {
            if self.dice.percent(1) && self.subscriptions[n].safe.is_some() {
                // A position of another history.
                self.subscriptions[n].safe.as_mut()?.epoch = "77777".into();
            }
            self.subscribe(&mut socket, n).await.ok()?;
        }
        Some(socket)
    }

    async fn sign(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        let from = self.world.answered.load(Ordering::SeqCst);
        let (viewer, token) = self.world.sign(&self.viewer);
        let name = if let Viewer::User(id, _) = &viewer { Some(id.clone()) } else { None };
        if self.owner != name {
            // Until the server says otherwise, what it sends is still for the one before; a new connection begins anew.
            self.owner = name;
            self.subscriptions.iter_mut().filter(|s| s.state == State::Off).for_each(Subscription::reset);
            self.is_void = self.subscriptions.iter().any(|s| s.state != State::Off);
        }
        self.viewers.push(viewer);
        let id = socket.send(json!({"type": "auth", "token": token.unwrap_or_default()})).await.ok_or(Lost)?;
        self.asked.insert(id, Asked::Auth(from));
        Ok(())
    }

    async fn subscribe(&mut self, socket: &mut Socket, n: usize) -> Result<(), Lost> {
        self.subscriptions[n].state = State::Asked;
        let id = socket.send(self.subscriptions[n].message()).await.ok_or(Lost)?;
        self.asked.insert(id, Asked::Subscribe(n));
        Ok(())
    }

    /// Reads for so long, with pauses and a change of who it is now and then.
    async fn read_for(&mut self, socket: &mut Socket, time: Duration) -> Result<(), Lost> {
        let end = Instant::now() + time;
        if self.dice.percent(15) {
            self.read_until(socket, Instant::now() + time / 4).await?;
            count(&self.world.counts.paused);
            let pause = Duration::from_millis(200 + self.dice.next() % 1500);
            self.read_nothing_for(pause).await;
        }
        if self.dice.percent(8) && matches!(self.viewer, Viewer::User(..)) {
            self.read_until(socket, Instant::now() + time / 4).await?;
            count(&self.world.counts.switched);
            self.viewer = Viewer::User(user_id(self.dice.below(USERS)), 0);
            self.sign(socket).await?;
        }
        self.read_until(socket, end).await
    }

    async fn read_until(&mut self, socket: &mut Socket, end: Instant) -> Result<(), Lost> {
        while !self.world.is_written() {
            // Nobody is told when a subscription that was refused would be taken.
            let retry = Instant::now() + Duration::from_millis(500);
            match tokio::time::timeout_at(end.min(retry).into(), socket.next()).await {
                Ok(Frame::Message(message)) => self.hear(&message)?,
                Ok(Frame::Closed) => return Err(Lost),
                Err(_) if end <= Instant::now() => return Ok(()),
                Err(_) => self.ask_again(socket).await?,
            }
        }
        Ok(())
    }

    async fn ask_again(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        for n in 0..self.subscriptions.len() {
            if self.subscriptions[n].state == State::Refused {
                self.subscribe(socket, n).await?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, message: &Json) -> Result<(), Lost> {
        let bounds = Bounds { from: self.from, to: self.world.begun.load(Ordering::SeqCst), viewers: self.viewers.clone() };
        let heard = match message["type"].as_str().unwrap_or_default() {
            "ready" | "pong" | "ping" => Ok(()),
            "ok" => {
                self.accepted(message);
                Ok(())
            }
            "error" => return self.refused(message),
            "reset" => self.reset(message),
            "change" => self.each(message, |s| s.change(message, bounds.clone())),
            "snapshot" => self.with(&message["sub"], |s| s.snapshot(message, bounds.clone())),
            "live" => self.with(&message["sub"], |s| s.live(message, &bounds)),
            other => Err(format!("a message of the type {other}")),
        };
        heard.map_err(|fault| {
            self.world.fault(format!("client {}: {fault}: {message}", self.number));
            Lost
        })
    }

    fn each(&mut self, message: &Json, mut take: impl FnMut(&mut Subscription) -> Result<(), String>) -> Result<(), String> {
        for name in message["subs"].as_array().ok_or("a change without subs")? {
            self.with(name, &mut take)?;
        }
        Ok(())
    }

    fn with(&mut self, name: &Json, take: impl FnOnce(&mut Subscription) -> Result<(), String>) -> Result<(), String> {
        let found = self.subscriptions.iter_mut().find(|s| *name == s.name.as_str());
        take(found.ok_or_else(|| format!("there is no subscription {name}"))?)
    }

    fn accepted(&mut self, message: &Json) {
        match message["id"].as_u64().and_then(|id| self.asked.remove(&id)) {
            // From here on it is the last one that it said.
            Some(Asked::Auth(from)) => {
                self.viewers.drain(..self.viewers.len() - 1);
                self.from = from;
                self.is_void = false;
            }
            Some(Asked::Subscribe(n)) => {
                self.subscriptions[n].state = State::Open;
                if self.subscriptions[n].safe.is_some() {
                    count(&self.world.counts.resumed);
                }
            }
            None => self.world.fault(format!("client {}: an answer to nothing: {message}", self.number)),
        }
    }

    fn refused(&mut self, message: &Json) -> Result<(), Lost> {
        match message["id"].as_u64().and_then(|id| self.asked.remove(&id)) {
            // A collection that only superusers may list.
            Some(Asked::Subscribe(n)) if message["status"] == 403 => {
                self.subscriptions[n].reset();
                self.subscriptions[n].state = State::Refused;
                Ok(())
            }
            // The token has ended since it was taken.
            Some(Asked::Auth(_)) if message["status"] == 401 => Err(Lost),
            // The rule was locked while it was open.
            None if message["status"] == 403 && message["sub"].is_string() => {
                let ended = self.with(&message["sub"], |subscription| {
                    subscription.reset();
                    subscription.state = State::Refused;
                    Ok(())
                });
                ended.map_err(|_| Lost)
            }
            _ => {
                self.world.fault(format!("client {}: refused: {message}", self.number));
                Err(Lost)
            }
        }
    }

    fn reset(&mut self, message: &Json) -> Result<(), String> {
        let reason = message["reason"].as_str().unwrap_or("?").to_owned();
        *self.world.counts.resets.lock().entry(reason).or_default() += 1;
        self.with(&message["sub"], |subscription| {
            subscription.reset();
            Ok(())
        })
    }

    /// Loses the connection on purpose.
    async fn leave(&mut self, socket: Socket) {
        let (way, pause) = (self.dice.below(4), Duration::from_millis(self.dice.next() % 1500));
        let counts = &self.world.counts;
        match way {
            0 => {
                count(&counts.closed);
                socket.close().await;
            }
            1 => {
                count(&counts.cut);
                socket.cut();
            }
            2 => {
                // It stops reading and never comes back to this one.
                count(&counts.silent);
                self.read_nothing_for(pause).await;
                drop(socket);
            }
            _ => {
                count(&counts.half_open);
                self.left.push(socket);
                self.left.drain(..self.left.len().saturating_sub(2));
            }
        }
    }

    /// Reads on until every set equals a fresh list.
    async fn compare(&mut self) -> Result<(), String> {
        let started = Instant::now();
        loop {
            let Some(mut socket) = self.connect().await else {
                assert!(started.elapsed() < PATIENCE, "client {} cannot connect", self.number);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            match self.compare_on(&mut socket, started).await {
                Ok(done) => return done,
                Err(Lost) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn compare_on(&mut self, socket: &mut Socket, started: Instant) -> Result<Result<(), String>, Lost> {
        let mut retry = Duration::from_millis(50);
        loop {
            let quiet = Instant::now() + retry;
            while let Ok(frame) = tokio::time::timeout_at(quiet.into(), socket.next()).await {
                match frame {
                    Frame::Message(message) => self.hear(&message)?,
                    Frame::Closed => return Err(Lost),
                }
            }
            self.ask_again(socket).await?;
            let mut differences = Vec::new();
            for subscription in &self.subscriptions {
                differences.extend(self.difference(subscription).await);
            }
            if differences.is_empty() {
                return Ok(Ok(()));
            }
            if PATIENCE < started.elapsed() {
                return Ok(Err(differences.join("\n")));
            }
            retry = (retry * 2).min(Duration::from_secs(2));
        }
    }

    /// What a set has otherwise than a fresh list of the same.
    async fn difference(&self, subscription: &Subscription) -> Option<String> {
        let (_, token) = self.world.sign(&self.viewer);
        let base = format!("/api/collections/{}/records", subscription.collection);
        let (path, filter) = match &subscription.record {
            Some(id) => (format!("{base}/{id}"), String::new()),
            None => (base, subscription.filter.text()),
        };
        let query = [("perPage", "1000"), ("filter", filter.as_str()), ("fields", subscription.fields)];
        let fresh = match (self.world.api.read(token.as_deref(), &path, &query).await, &subscription.record) {
            (None, _) => Vec::new(),
            (Some(record), Some(_)) => vec![record],
            (Some(list), None) => list["items"].as_array().expect("a list has items").clone(),
        };
        let fresh: BTreeMap<String, Json> = fresh.into_iter().map(|r| (r["id"].as_str().unwrap_or_default().to_owned(), r)).collect();
        let own = subscription.comparable(&subscription.set);
        if own == fresh && subscription.state != State::Asked {
            return None;
        }
        let missing: Vec<_> = fresh.iter().filter(|(id, _)| !own.contains_key(*id)).take(3).collect();
        let surplus: Vec<_> = own.iter().filter(|(id, _)| !fresh.contains_key(*id)).take(3).collect();
        let other: Vec<_> = own.iter().filter_map(|(id, r)| Some((r, fresh.get(id)?))).filter(|(a, b)| a != b).take(2).collect();
        Some(format!(
            "client {} as {:?}, {}/{:?} {:?} ({:?}, {} and {} records): missing {missing:?}, surplus {surplus:?}, other values {other:?}",
            self.number,
            self.viewer,
            subscription.collection,
            subscription.record,
            subscription.filter,
            subscription.state,
            own.len(),
            fresh.len()
        ))
    }
}

fn subscription(dice: &mut Dice, client: usize, number: usize) -> Subscription {
    let name = format!("c{client}s{number}");
    if dice.percent(8) {
        let record = dice.percent(50).then(|| user_id(dice.below(USERS)));
        return Subscription::new(name, "users", record, Filter::All, "", false);
    }
    let collection = COLLECTIONS[dice.below(3)];
    let filter = match dice.below(20) {
        0 => Filter::All,
        1 => Filter::Above(80),
        2..=7 => Filter::Tag(dice.below(10)),
        8..=11 => Filter::TagBelow(dice.below(10), 20 + dice.below(70) as i64),
        12..=13 => Filter::TitleHas(['q', 'x', 'z'][dice.below(3)]),
        14..=17 => Filter::OwnedBy(user_id(dice.below(USERS))),
        _ => Filter::Unshared(dice.below(10)),
    };
    let fields = if dice.percent(15) { "id,tag,n,collectionName" } else { "" };
    let expand = fields.is_empty() && dice.percent(10);
    Subscription::new(name, collection, None, filter, fields, expand)
}
