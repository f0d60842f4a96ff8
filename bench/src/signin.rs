//! Signing in with a password: slow by design, so what counts is that everybody else's requests stay quick meanwhile.

use crate::Result;
use crate::client::request;
use crate::data;
use crate::load::{self, Plan, Requests};
use crate::measure::{self, Figures};
use crate::server::Server;
use crate::workload::{self, Scene};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Its name in the tables and for `--only`.
pub const NAME: &str = "auth-with-password";

/// Users who sign in at the same time: more than there are cores, so that a server without a bound would give all of them away.
const SIGNING_IN: usize = 8;

/// The others: 1,000 views per second in all, a load that leaves both servers room.
const OTHERS: usize = 16;
const OTHERS_PACE: Duration = Duration::from_millis(16);

/// By how much the others' 99th percentile may grow.
pub const MOST_TIMES: f64 = 2.0;

/// What was measured.
pub struct SignIn {
    /// The sign-ins themselves.
    pub figures: Figures,
    /// The others' 99th percentile in milliseconds without sign-ins.
    pub others_alone: f64,
    /// The same while users sign in.
    pub others_meanwhile: f64,
}

/// Measures sign-ins alone, the others alone, and both together.
pub async fn measure(server: &Server, scene: &Scene<'_>) -> Result<SignIn> {
    let duration = Duration::from_secs(scene.seconds);
    let sign_ins = Arc::new(sign_ins());
    let plan = Plan { connections: SIGNING_IN, duration, pace: None };
    let figures = measure::run(server, &sign_ins, plan, NAME).await?;

    let views = Arc::new(workload::view(scene));
    let paced = Plan { connections: OTHERS, duration, pace: Some(OTHERS_PACE) };
    let alone = measure::run(server, &views, paced, "  views alone").await?;
    let (meanwhile, _) = tokio::join!(measure::run(server, &views, paced, "  views meanwhile"), sign_in_meanwhile(server, &sign_ins, plan));
    Ok(SignIn { figures, others_alone: alone.p99, others_meanwhile: meanwhile?.p99 })
}

/// Signs in for as long as the views warm up and are measured.
async fn sign_in_meanwhile(server: &Server, sign_ins: &Arc<Requests>, plan: Plan) -> Result<()> {
    let duration = plan.duration + Duration::from_millis(500);
    load::run(server.address, sign_ins, Plan { duration, ..plan }).await.map(drop)
}

fn sign_ins() -> Requests {
    let sign_in = |number| {
        let body = json!({"identity": data::email(number), "password": data::PASSWORD}).to_string();
        request("POST", "/api/collections/users/auth-with-password", None, Some(&body))
    };
    Requests::cycle((0..data::USERS).map(sign_in).collect())
}
