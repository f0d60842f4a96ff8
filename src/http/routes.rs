//! All routes, by area.

mod auth;
mod batch;
mod changes;
mod collections;
mod health;
mod hooks;
mod metrics;
mod pages;
mod preview;
mod realtime;
mod records;
mod rules;
mod scripted;
mod settings;
mod setup;
mod stats;

use super::fail::Fail;
use crate::app::App;
use crate::error::{Code, Error};
use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post, put};

/// What every handler answers.
type Answer = Result<Response, Fail>;

/// The routes over an app.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(pages::root))
        .route("/_", get(pages::to_dashboard))
        .route("/_/", get(pages::dashboard))
        .route("/_/{*path}", get(pages::inside))
        .route("/api/health", get(health::health))
        .route("/api/settings", get(settings::view).patch(settings::update))
        .route("/api/setup", get(setup::state).post(setup::finish))
        .route("/api/stats", get(stats::overview))
        .route("/api/stats/requests", get(stats::requests))
        .route("/api/stats/queries", get(stats::queries).delete(stats::forget_queries))
        .route("/metrics", get(metrics::for_superusers))
        .route("/api/rules/words", get(rules::words))
        .route("/api/rules/check", post(rules::check))
        .route("/api/rules/try", post(rules::attempt))
        .route("/api/batch", post(batch::run))
        .route("/api/changes", get(changes::feed))
        .route("/api/realtime", get(realtime::connect).post(realtime::subscribe))
        .route("/api/realtime/connections", get(realtime::connections))
        .route("/api/realtime/connections/{id}", axum::routing::delete(realtime::disconnect))
        .merge(collections())
        .merge(records())
        .merge(scripts())
        .fallback(scripted::answer)
        .method_not_allowed_fallback(scripted::answer)
        .with_state(app)
}

/// The metrics alone.
pub fn metrics_router(app: App) -> Router {
    Router::new().route("/metrics", get(metrics::for_anyone)).fallback(|method: Method| async move { unknown(&method) }).with_state(app)
}

fn collections() -> Router<App> {
    use collections as c;
    Router::new()
        .route("/api/collections", get(c::list).post(c::create))
        .route("/api/collections/import", put(c::import))
        .route("/api/collections/preview", post(preview::run))
        .route("/api/collections/meta/scaffolds", get(c::scaffolds))
        .route("/api/collections/meta/types", get(c::types))
        .route("/api/collections/meta/oauth2-providers", get(c::providers))
        .route("/api/collections/meta/dry-run-view", post(c::dry_run_view))
        .route("/api/collections/{collection}", get(c::view).patch(c::update).delete(c::delete))
        .route("/api/collections/{collection}/truncate", axum::routing::delete(c::truncate))
}

fn scripts() -> Router<App> {
    use hooks as h;
    Router::new()
        .route("/api/hooks/scripts", get(h::scripts))
        .route("/api/hooks/scripts/{*file}", get(h::script).put(h::save).delete(h::delete))
        .route("/api/hooks/check", post(h::check))
        .route("/api/hooks/completions", get(h::completions))
        .route("/api/hooks/log", get(h::log))
        .route("/api/hooks/crons", get(h::crons))
        .route("/api/hooks/crons/{unit}/{name}", post(h::run_cron))
        .route("/api/hooks/jobs", get(h::jobs))
        .route("/api/hooks/jobs/{id}", axum::routing::delete(h::delete_job))
        .route("/api/hooks/jobs/{id}/run", post(h::run_job))
        .route("/api/hooks/dead/{id}", axum::routing::delete(h::delete_dead))
        .route("/api/hooks/dead/{id}/run", post(h::run_dead))
        .route("/api/plugins", get(h::plugins))
        .route("/api/plugins/{name}", axum::routing::patch(h::configure))
        .route("/api/plugins/{name}/enable", post(h::enable))
        .route("/api/plugins/{name}/disable", post(h::disable))
}

fn records() -> Router<App> {
    let path = "/api/collections/{collection}/records";
    Router::new()
        .route(path, get(records::list).post(records::create))
        .route(&format!("{path}/{{id}}"), get(records::view).patch(records::update).delete(records::delete))
        .route(&format!("{path}/{{id}}/history"), get(changes::history))
        .route("/api/collections/{collection}/auth-methods", get(auth::methods))
        .route("/api/collections/{collection}/auth-with-password", post(auth::with_password))
        .route("/api/collections/{collection}/auth-refresh", post(auth::refresh))
        .route("/api/collections/{collection}/impersonate/{id}", post(auth::impersonate))
}

/// Whatever has no route: an unknown path, or a known one with another method.
fn unknown(method: &Method) -> Fail {
    // What is no route could be a static file, which is only ever read.
    match *method {
        Method::GET | Method::HEAD => Fail(Error::new(Code::NotFound, "File not found.")),
        _ => Fail(Error::of(Code::NotFound)),
    }
}
