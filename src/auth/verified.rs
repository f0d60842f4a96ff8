//! From a token to who is asking, with a memory of tokens that were verified.

use super::token::{self, AUTH, Claims};
use crate::error::Result;
use crate::query::View;
use crate::schema::Record;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// How many verified tokens are remembered. More sessions than this at work at once cost a signature check each, not memory.
const REMEMBERED: usize = 10_000;

/// Someone who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Their record, as it is stored now.
    pub record: Arc<Record>,
    /// What their token says.
    pub claims: Claims,
}

/// Verified tokens. An entry counts only as long as the record still has the same revision, so a new `tokenKey` or a deleted
/// record ends it, and the schema the same version, so a new secret of the collection does.
#[derive(Default)]
pub struct Verified {
    known: RwLock<HashMap<String, Known>>,
}

struct Known {
    session: Arc<Session>,
    schema: u64,
}

impl Verified {
    /// Who a sign-in token names. Whatever is wrong with it, its bearer is a guest.
    pub fn session(&self, view: &View, token: &str, now_millis: i64) -> Result<Option<Arc<Session>>> {
        if let Some(session) = self.remembered(view, token, now_millis)? {
            return Ok(Some(session));
        }
        let Some(claims) = token::unproven(token).filter(|c| c.kind == AUTH) else { return Ok(None) };
        let Some(collection) = view.schema.find(&claims.collection_id).filter(|c| c.is_auth()) else { return Ok(None) };
        let Some(row) = view.get(collection, &claims.id)? else { return Ok(None) };
        let record = row.to_record();
        if !token::holds(token, &claims, &record, now_millis) {
            return Ok(None);
        }
        let session = Arc::new(Session { record, claims });
        self.remember(token, Known { session: session.clone(), schema: view.schema.version });
        Ok(Some(session))
    }

    fn remembered(&self, view: &View, token: &str, now_millis: i64) -> Result<Option<Arc<Session>>> {
        let session = match self.known.read().get(token) {
            Some(known) if known.schema == view.schema.version => known.session.clone(),
            _ => return Ok(None),
        };
        let (record, claims) = (&session.record, &session.claims);
        let Some(rowid) = record.rowid.filter(|_| now_millis / 1000 < claims.exp) else { return Ok(None) };
        let unchanged = view.stored_at(&record.collection, rowid)?.is_some_and(|stored| stored.rev == record.rev);
        Ok(unchanged.then_some(session))
    }

    fn remember(&self, token: &str, known: Known) {
        let mut all = self.known.write();
        if REMEMBERED <= all.len() {
            // Starting over is rare and costs each session one signature check; an order of use would cost a write lock per request.
            all.clear();
        }
        all.insert(token.to_owned(), known);
    }
}
