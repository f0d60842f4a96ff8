//! Signing in with a password: slow by design, so what counts is that everybody else's requests stay quick meanwhile.

use crate::Result;
use crate::client::request;
use crate::data;
use crate::load::{Plan, Requests};
use crate::measure::{self, Figures};
use crate::others::{self, Others};
use crate::server::Server;
use crate::workload::Scene;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Its name in the tables and for `--only`.
pub const NAME: &str = "auth-with-password";

/// Users who sign in at the same time: more than there are cores, so that a server without a bound would give all of them away.
const SIGNING_IN: usize = 8;

/// What was measured.
pub struct SignIn {
    /// The sign-ins themselves.
    pub figures: Figures,
    /// What they do to others.
    pub others: Others,
}

/// Measures sign-ins alone, the others alone, and both together.
pub async fn measure(server: &Server, scene: &Scene<'_>) -> Result<SignIn> {
    let sign_ins = Arc::new(sign_ins());
    let plan = Plan { connections: SIGNING_IN, duration: Duration::from_secs(scene.seconds), pace: None };
    let figures = measure::run(server, &sign_ins, plan, NAME).await?;
    let others = others::measure(server, scene, &sign_ins, SIGNING_IN).await?;
    Ok(SignIn { figures, others })
}

fn sign_ins() -> Requests {
    let sign_in = |number| {
        let body = json!({"identity": data::email(number), "password": data::PASSWORD}).to_string();
        request("POST", "/api/collections/users/auth-with-password", None, Some(&body))
    };
    Requests::cycle((0..data::USERS).map(sign_in).collect())
}
