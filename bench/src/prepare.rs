//! Fills a fresh server: settings, users, the collection, its records and indexes.

use crate::Result;
use crate::client::{Client, request};
use crate::data;
use crate::server::{SUPERUSER, Server};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Records in one batch while loading.
const BATCH: u64 = 500;

/// Connections that load: enough to keep a server busy, few enough that its answers stay small in memory.
const LOADERS: usize = 4;

/// A filled server's keys, and what filling it took.
pub struct Filled {
    /// The superuser's token.
    pub superuser: String,
    /// A token of each user.
    pub users: Vec<String>,
    /// Seconds to load the records.
    pub load_seconds: f64,
    /// Seconds to build the two indexes over them.
    pub index_seconds: f64,
}

/// A server and the right to change it.
pub struct Admin {
    client: Client,
    token: Option<String>,
}

impl Admin {
    /// Signs in as the superuser.
    pub async fn sign_in(address: SocketAddr) -> Result<Admin> {
        let mut admin = Admin { client: Client::connect(address).await?, token: None };
        let [identity, password] = SUPERUSER;
        let path = "/api/collections/_superusers/auth-with-password";
        let answer = admin.call("POST", path, json!({"identity": identity, "password": password})).await?;
        admin.token = Some(token(&answer)?);
        Ok(admin)
    }

    /// Sends a body and parses the answer; anything but a success is an error that shows the answer.
    pub async fn call(&mut self, method: &str, path: &str, body: Value) -> Result<Value> {
        let bytes = request(method, path, self.token.as_deref(), Some(&body.to_string()));
        let status = self.client.send(&bytes).await.map_err(|error| format!("{method} {path}: {error}"))?;
        let answer = self.client.body();
        if !(200..300).contains(&status) {
            return Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&answer)).into());
        }
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&answer)?) }
    }
}

fn token(answer: &Value) -> Result<String> {
    answer["token"].as_str().map(str::to_owned).ok_or_else(|| format!("the sign-in has no token: {answer}").into())
}

/// Fills a fresh server with `records` records.
pub async fn fill(server: &Server, records: u64) -> Result<Filled> {
    let mut admin = Admin::sign_in(server.address).await?;
    let settings = json!({"batch": {"enabled": true, "maxRequests": 1000, "timeout": 60}, "logs": {"maxDays": 0}});
    admin.call("PATCH", "/api/settings", settings).await?;
    let users = users(&mut admin).await?;
    admin.call("POST", "/api/collections", data::collection()).await?;

    let superuser = admin.token.clone().expect("signed in above");
    let started = Instant::now();
    load(server.address, &superuser, 0..records, records).await?;
    let load_seconds = started.elapsed().as_secs_f64();

    // A server may have closed the first connection, which was idle while the records were loaded.
    admin.client = Client::connect(server.address).await?;
    let started = Instant::now();
    let indexes = json!({"indexes": ["CREATE INDEX by_tag ON posts (tag)", "CREATE INDEX by_owner ON posts (owner)"]});
    admin.call("PATCH", "/api/collections/posts", indexes).await?;
    let index_seconds = started.elapsed().as_secs_f64();
    Ok(Filled { superuser, users, load_seconds, index_seconds })
}

/// Makes the users and signs each in.
async fn users(admin: &mut Admin) -> Result<Vec<String>> {
    let mut tokens = Vec::new();
    for number in 0..data::USERS {
        let (id, email, password) = (data::user_id(number), data::email(number), data::PASSWORD);
        let user = json!({"id": id, "email": email, "password": password, "passwordConfirm": password});
        admin.call("POST", "/api/collections/users/records", user).await?;
        let sign_in = json!({"identity": email, "password": password});
        tokens.push(token(&admin.call("POST", "/api/collections/users/auth-with-password", sign_in).await?)?);
    }
    Ok(tokens)
}

/// Creates the records of these numbers in batches, over a few connections.
pub async fn load(address: SocketAddr, superuser: &str, numbers: std::ops::Range<u64>, records: u64) -> Result<()> {
    let next = Arc::new(AtomicU64::new(numbers.start));
    let mut loaders = Vec::new();
    for _ in 0..LOADERS {
        let (next, superuser, end) = (Arc::clone(&next), superuser.to_owned(), numbers.end);
        loaders.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            loop {
                let from = next.fetch_add(BATCH, Ordering::Relaxed);
                if end <= from {
                    return Result::Ok(());
                }
                let body = data::batch((from..end.min(from + BATCH)).map(|number| data::record(number, records)));
                let sent = client.send(&request("POST", "/api/batch", Some(&superuser), Some(&body))).await;
                let status = sent.map_err(|error| format!("loading records from {from}: {error}"))?;
                if status != 200 {
                    return Err(format!("loading: {status} {}", String::from_utf8_lossy(&client.body())).into());
                }
            }
        }));
    }
    for loader in loaders {
        loader.await??;
    }
    Ok(())
}
