//! Everything that a running server has. Only `http` and `cli` see it.

use crate::auth::Verified;
use crate::commit::Db;
use crate::config::{Settings, settings};
use crate::error::Result;
use crate::log::{Origin, Position};
use crate::realtime::{Hub, Limits};
use crate::schema::Schema;
use arc_swap::ArcSwap;
use std::sync::Arc;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    settings: ArcSwap<Settings>,
    verified: Arc<Verified>,
    realtime: Hub,
    reads_headers: ArcSwap<(u64, bool)>,
}

impl App {
    /// An app over an open database. Its realtime hub runs on the present runtime.
    pub fn new(db: Db) -> Result<App> {
        let settings = ArcSwap::from_pointee(settings::stored::load(&db.view())?);
        let reads_headers = ArcSwap::from_pointee((u64::MAX, false));
        let verified = Arc::new(Verified::default());
        let realtime = Hub::start(db.clone(), verified.clone(), Limits::default());
        Ok(App(Arc::new(Inner { db, settings, verified, realtime, reads_headers })))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The settings at this moment.
    pub fn settings(&self) -> Arc<Settings> {
        self.0.settings.load_full()
    }

    /// Checks, stores and uses other settings.
    pub async fn change_settings(&self, origin: Origin, settings: Settings) -> Result<Position> {
        let position = settings::stored::save(&self.0.db, origin, &settings).await?;
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
