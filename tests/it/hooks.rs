//! Scripts: events, what they may do, what stops them.

mod before;
mod docs;
mod editor;
mod hostile;
mod kills;
mod plugins;
mod afters;
mod answers;
mod reload;
mod world;

use crate::support::app::TestApp;
use serde_json::Value as Json;
use std::time::Duration;

/// Waits until something holds; the machine may be slow.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within a minute");
}

/// The values of a field of all records, in the order of creation.
pub async fn column(t: &TestApp, collection: &str, field: &str) -> Vec<Json> {
    let answer = t.superuser().await.get(&format!("/api/collections/{collection}/records?perPage=1000")).await;
    answer.json["items"].as_array().map(|items| items.iter().map(|i| i[field].clone()).collect()).unwrap_or_default()
}
