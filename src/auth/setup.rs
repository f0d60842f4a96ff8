//! The first superuser: who can read the server's output may make it, once, over the API.

use super::superuser;
use crate::commit::Db;
use crate::error::{Code, Error, Result};
use crate::schema::Record;
use parking_lot::Mutex;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// How long a link is good, in milliseconds.
pub const LIFE: i64 = 30 * 60 * 1000;

/// The secret of the one link, in memory only: a restart makes another one.
#[derive(Default)]
pub struct Setup(Mutex<Option<Link>>);

struct Link {
    token: String,
    ends: i64,
}

impl Setup {
    /// A new secret, which replaces the one before.
    pub fn open(&self, now: i64) -> String {
        let token = crate::id::secret(40);
        *self.0.lock() = Some(Link { token: token.clone(), ends: now + LIFE });
        token
    }

    /// Whether there is a link that can be used.
    pub fn is_open(&self, now: i64) -> bool {
        self.0.lock().as_ref().is_some_and(|link| now < link.ends)
    }

    /// Makes the first superuser. What is wrong with the address or the password leaves the link as good as it was.
    pub async fn finish(&self, db: &Db, token: &str, email: &str, password: &str) -> Result<Arc<Record>> {
        if superuser::any(&db.view())? {
            *self.0.lock() = None;
            return Err(invalid("there is a superuser already. Sign in instead."));
        }
        let link = self.take(token, db.clock().now())?;
        let made = superuser::create(db, email, password).await;
        if made.is_err() {
            *self.0.lock() = Some(link);
        }
        made
    }

    /// While it is taken nobody else can use it, so two requests at once cannot make two superusers.
    fn take(&self, token: &str, now: i64) -> Result<Link> {
        let mut held = self.0.lock();
        let Some(link) = held.as_ref() else { return Err(invalid("it was used, or the server has never printed one.")) };
        if !bool::from(link.token.as_bytes().ct_eq(token.as_bytes())) {
            return Err(invalid("it is not the one that the server has printed last."));
        }
        if link.ends <= now {
            return Err(invalid("it has expired. Restart the server to get a new one."));
        }
        held.take().ok_or_else(|| invalid("it was used."))
    }
}

fn invalid(why: &str) -> Error {
    Error::new(Code::Forbidden, format!("This setup link is not valid: {why}"))
}
