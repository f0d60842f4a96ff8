//! What a filter and a sort read besides the records that are listed.

use super::View;
use crate::error::Result;
use crate::rules::{Part, Reached, Who, compile_sort};
use crate::schema::Collection;
use std::sync::Arc;

impl View {
    /// What a filter and a sort read besides the records of the collection: for those who may read some collections only.
    pub fn reached(&self, collection: &Arc<Collection>, filter: &str, sort: &str) -> Result<Reached> {
        let mut reached = Reached::default();
        if !filter.is_empty() {
            let part = Part { text: filter, who: Who::Superuser };
            reached = self.rules.parts(&self.schema, collection, &[part])?.reached();
        }
        if !sort.is_empty() {
            let keys = compile_sort(&self.schema, collection, sort, Who::Superuser)?;
            keys.iter().for_each(|key| key.reaches(&mut reached));
        }
        Ok(reached)
    }
}
