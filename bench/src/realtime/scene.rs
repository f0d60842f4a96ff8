//! A fresh server with one open collection, and what the measurements need of it.

use crate::Result;
use crate::client::{Client, request};
use crate::data;
use crate::prepare::Admin;
use crate::server::{Kind, Program, Server};
use crate::workload::POSTS;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A server that runs.
pub struct Scene {
    /// Which one.
    pub kind: Kind,
    /// Its process.
    pub server: Server,
}

impl Scene {
    /// Starts it on fresh data and makes the collection.
    pub async fn open(program: Program) -> Result<Scene> {
        program.initialize()?;
        let server = program.start(&[], "/api/health").await?;
        let mut admin = Admin::sign_in(server.address).await?;
        admin.call("PATCH", "/api/settings", json!({"logs": {"maxDays": 0}})).await?;
        let mut collection = data::collection();
        // The records here have no owners.
        if let Some(fields) = collection["fields"].as_array_mut() {
            fields.retain(|field| field["name"] != "owner");
        }
        admin.call("POST", "/api/collections", collection).await?;
        Ok(Scene { kind: program.kind, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Stops it.
    pub async fn close(self) -> Result<()> {
        self.server.stop().await
    }
}

/// A record of about 400 bytes with a tag.
pub fn body(number: u64, tag: &str) -> Value {
    let mut body = data::body(number, 1_000);
    body["tag"] = tag.into();
    body
}

/// The request that creates it.
pub fn create(number: u64, tag: &str) -> Vec<u8> {
    request("POST", POSTS, None, Some(&body(number, tag).to_string()))
}

/// Sends the requests over some connections, each as soon as the last is answered; all must succeed.
pub async fn send_all(address: SocketAddr, requests: Vec<Vec<u8>>, connections: usize) -> Result<()> {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicU64::new(0)));
    let mut senders = Vec::new();
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        senders.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                let status = client.send(request).await?;
                if status != 200 {
                    return Err(format!("a write was answered with {status}: {}", String::from_utf8_lossy(&client.body())).into());
                }
            }
            Result::Ok(())
        }));
    }
    for sender in senders {
        sender.await??;
    }
    Ok(())
}
