//! Everything that a running server has. Only `http` and `cli` see it.

use crate::auth::{Setup, Throttle, Verified};
use crate::commit::Db;
use crate::config::{Settings, settings};
use crate::error::Result;
use crate::hooks::Scripts;
use crate::log::{Origin, Position};
use crate::realtime::Hub;
use crate::schema::Schema;
use crate::stats::Stats;
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    scripts: Scripts,
    settings: ArcSwap<Settings>,
    settings_turn: Mutex<()>,
    verified: Arc<Verified>,
    realtime: Hub,
    throttle: Throttle,
    setup: Setup,
    stats: Arc<Stats>,
    reads_headers: ArcSwap<(u64, bool)>,
}

impl App {
    /// An app over an open database, without scripts. Its realtime hub runs on the present runtime.
    pub fn new(db: Db) -> Result<App> {
        App::with_scripts(db, Scripts::default())
    }

    /// An app over an open database, with the scripts that are its hooks.
    pub fn with_scripts(db: Db, scripts: Scripts) -> Result<App> {
        let settings = ArcSwap::from_pointee(settings::stored::load(&db.view())?);
        let reads_headers = ArcSwap::from_pointee((u64::MAX, false));
        let (verified, throttle, setup) = (Arc::new(Verified::default()), Throttle::default(), Setup::default());
        db.set_retention(settings.load().realtime.retention());
        let realtime = Hub::start(db.clone(), verified.clone(), settings.load().realtime.limits());
        // Only the first app of these scripts is heard; there is never a second one.
        let _ = scripts.host().publisher.set(Box::new(realtime.publisher()));
        realtime.ask_before(scripts.veto());
        let stats = Arc::new(Stats::new(db.clock()));
        Ok(App(Arc::new(Inner {
            db,
            scripts,
            settings,
            settings_turn: Mutex::default(),
            verified,
            realtime,
            throttle,
            setup,
            stats,
            reads_headers,
        })))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The scripts.
    pub fn scripts(&self) -> &Scripts {
        &self.0.scripts
    }

    /// The settings at this moment.
    pub fn settings(&self) -> Arc<Settings> {
        self.0.settings.load_full()
    }

    /// The turn to change the settings, held from reading them to [`App::change_settings`].
    pub async fn settings_turn(&self) -> MutexGuard<'_, ()> {
        self.0.settings_turn.lock().await
    }

    /// Checks, stores and uses other settings.
    pub async fn change_settings(&self, origin: Origin, settings: Settings) -> Result<Position> {
        let position = settings::stored::save(&self.0.db, origin, &settings).await?;
        self.0.realtime.set_limits(settings.realtime.limits());
        self.0.db.set_retention(settings.realtime.retention());
        self.0.settings.store(Arc::new(settings));
        Ok(position)
    }

    /// The realtime hub.
    pub fn realtime(&self) -> &Hub {
        &self.0.realtime
    }

    /// The memory of verified tokens.
    pub fn verified(&self) -> &Verified {
        &self.0.verified
    }

    /// Who has failed to sign in how often.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// The way to the first superuser.
    pub fn setup(&self) -> &Setup {
        &self.0.setup
    }

    /// What the server knows about its own work.
    pub fn stats(&self) -> &Arc<Stats> {
        &self.0.stats
    }

    /// Whether any rule of the schema reads the headers of requests: most do not, and then they are not copied.
    pub fn reads_headers(&self, schema: &Schema) -> bool {
        let known = self.0.reads_headers.load();
        if known.0 == schema.version {
            return known.1;
        }
        let reads = schema.all().iter().any(|c| {
            let auth = c.auth.iter().flat_map(|a| [&a.auth_rule, &a.manage_rule]);
            let rules = [&c.rules.list, &c.rules.view, &c.rules.create, &c.rules.update, &c.rules.delete];
            rules.into_iter().chain(auth).flatten().any(|rule| rule.contains("@request.headers"))
        });
        self.0.reads_headers.store(Arc::new((schema.version, reads)));
        reads
    }
}
