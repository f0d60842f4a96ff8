//! What all tasks of the test share: the server, what was written and when, who may see what, and what went wrong.

use super::api::Api;
use super::rules::{Access, Rule, User, Viewer};
use super::server::Server;
use parking_lot::{Mutex, RwLock};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The collections of the writers. `users` is the fourth that clients subscribe to.
pub const COLLECTIONS: [&str; 3] = ["notes", "tasks", "posts"];
pub const USERS: usize = 20;
/// Further users, who are deleted while clients are signed in as them.
pub const PASSING: usize = 3;
pub const TEAMS: [&str; 4] = ["red", "green", "blue", "white"];

/// One change of one record, as the answer to its write told it.
#[derive(Debug, Clone)]
pub struct Done {
    pub seq: u64,
    pub collection: &'static str,
    pub id: String,
    /// The record as a superuser sees it; `None` when it is gone.
    pub after: Option<Json>,
}

pub struct World {
    pub port: u16,
    pub server: tokio::sync::Mutex<Server>,
    pub api: Api,
    /// Everything that was written, in the order of the answers.
    pub done: Mutex<Vec<Done>>,
    pub changes: AtomicUsize,
    /// Every state of who may see what. The last one may have begun (see `begun`) without being answered yet.
    pub access: Mutex<Vec<Access>>,
    pub begun: AtomicUsize,
    pub answered: AtomicUsize,
    /// The token of each user, with its generation.
    pub tokens: RwLock<BTreeMap<String, (u32, String)>>,
    /// Set when the last write is answered.
    pub written: AtomicBool,
    pub wrong: Mutex<Vec<String>>,
    pub counts: Counts,
}

/// What happened, for the figures at the end.
#[derive(Default)]
pub struct Counts {
    pub transactions: AtomicUsize,
    pub closed: AtomicUsize,
    pub cut: AtomicUsize,
    pub silent: AtomicUsize,
    pub half_open: AtomicUsize,
    pub by_server: AtomicUsize,
    pub paused: AtomicUsize,
    pub switched: AtomicUsize,
    pub kills: AtomicUsize,
    pub restarts: AtomicUsize,
    pub edits: AtomicUsize,
    pub resumed: AtomicUsize,
    pub resets: Mutex<BTreeMap<String, usize>>,
}

pub fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

pub fn read(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::Relaxed)
}

impl Counts {
    /// Connections that were lost on purpose: by the client in four ways, or with the server.
    pub fn forced(&self) -> usize {
        [&self.closed, &self.cut, &self.silent, &self.half_open, &self.by_server].map(read).iter().sum()
    }
}

impl World {
    pub async fn new() -> World {
        let server = Server::start().await;
        let api = Api::sign_in(server.port).await;
        let world = World {
            port: server.port,
            server: tokio::sync::Mutex::new(server),
            api,
            done: Mutex::default(),
            changes: AtomicUsize::new(0),
            access: Mutex::default(),
            begun: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            tokens: RwLock::default(),
            written: AtomicBool::new(false),
            wrong: Mutex::default(),
            counts: Counts::default(),
        };
        world.prepare().await;
        world
    }

    async fn prepare(&self) {
        let settings = json!({"batch": {"enabled": true, "maxRequests": 100, "timeout": 60}});
        self.api.send(reqwest::Method::PATCH, "/api/settings", settings).await;
        let fields = json!([{"name": "role", "type": "text"}, {"name": "team", "type": "text"}, {"name": "level", "type": "number"}]);
        let (users, _) = self.api.send(reqwest::Method::GET, "/api/collections/users", Json::Null).await;
        let mut all = users["fields"].as_array().expect("a collection has fields").clone();
        all.extend(fields.as_array().expect("a list").iter().cloned());
        let rule = Rule::SignedIn.text();
        let mut seq = self.api.patch("/api/collections/users", json!({"fields": all, "listRule": rule, "viewRule": rule})).await.1.seq;
        let mut rules = BTreeMap::from([("users", [Rule::SignedIn; 2])]);
        for (name, rule) in COLLECTIONS.into_iter().zip([Rule::OwnerOrShared, Rule::TeamOrEditor, Rule::Public]) {
            let body = json!({"name": name, "type": "base", "fields": fields_of_records(&users["id"]), "listRule": rule.text(), "viewRule": rule.text()});
            seq = self.api.post("/api/collections", body).await.1.seq;
            rules.insert(name, [rule; 2]);
        }
        let mut created = Vec::new();
        for number in 0..USERS + PASSING {
            created.push(self.create_user(number));
        }
        let mut users = BTreeMap::new();
        for (id, user, at) in futures_util::future::join_all(created).await {
            users.insert(id, user);
            seq = seq.max(at);
        }
        self.access.lock().push(Access { seq, rules, users });
    }

    async fn create_user(&self, number: usize) -> (String, User, u64) {
        let id = user_id(number);
        let user = User {
            role: if number.is_multiple_of(4) { "editor" } else { "reader" }.into(),
            team: TEAMS[number % 4].into(),
            level: number as i64 % 6,
            generation: 0,
        };
        let (email, shown) = (format!("{id}@example.com"), number.is_multiple_of(2));
        let body = json!({"id": id, "email": email, "emailVisibility": shown, "password": "1234567890", "passwordConfirm": "1234567890",
            "role": user.role, "team": user.team, "level": user.level});
        let (record, position) = self.api.post("/api/collections/users/records", body).await;
        self.done.lock().push(Done { seq: position.seq, collection: "users", id: id.clone(), after: Some(record) });
        let token = self.api.impersonate(&id).await;
        self.tokens.write().insert(id.clone(), (0, token));
        (id, user, position.seq)
    }

    /// The current token of a viewer, and the viewer that it makes one: a user who is gone is a guest.
    pub fn sign(&self, viewer: &Viewer) -> (Viewer, Option<String>) {
        match viewer {
            Viewer::Guest => (Viewer::Guest, None),
            Viewer::Superuser => (Viewer::Superuser, Some(self.api.token.clone())),
            Viewer::User(id, _) => match self.tokens.read().get(id) {
                Some((generation, token)) => (Viewer::User(id.clone(), *generation), Some(token.clone())),
                None => (Viewer::Guest, None),
            },
        }
    }

    pub fn fault(&self, what: String) {
        self.wrong.lock().push(what);
    }

    pub fn is_written(&self) -> bool {
        self.written.load(Ordering::SeqCst)
    }
}

pub fn user_id(number: usize) -> String {
    format!("user{number:011}")
}

/// `secret` is hidden; `author` is there to be expanded.
fn fields_of_records(users: &Json) -> Json {
    json!([
        {"name": "owner", "type": "text"}, {"name": "team", "type": "text"}, {"name": "shared", "type": "bool"},
        {"name": "tag", "type": "text"}, {"name": "n", "type": "number"}, {"name": "level", "type": "number"},
        {"name": "title", "type": "text"}, {"name": "secret", "type": "text", "hidden": true},
        {"name": "author", "type": "relation", "collectionId": users, "maxSelect": 1},
        {"name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true}
    ])
}
