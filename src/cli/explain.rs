//! `luge explain`: how a list is answered, as a superuser would get it with `?explain=1`.

use super::database;
use crate::commit::Db;
use crate::error::{Error, Result};
use crate::query::{self, Ask, Authority};
use crate::rules::Request;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

/// The list to explain.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The collection.
    pub collection: String,
    /// The filter, as in the API.
    #[arg(long, default_value = "")]
    pub filter: String,
    /// The order, as in the API.
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    pub sort: String,
}

impl Explain {
    /// Runs the list once and prints how it was done.
    pub async fn run(&self, dir: &Path) -> Result<()> {
        let db = database::open_existing(dir).await?;
        let plan = database::closing(&db, plan(&db, self))?;
        println!("{}", serde_json::to_string_pretty(&plan).map_err(Error::internal)?);
        Ok(())
    }
}

/// The plan of the first page, with what it read and kept.
pub fn plan(db: &Db, explain: &Explain) -> Result<Json> {
    let view = db.view();
    let collection = database::collection(&view, &explain.collection)?;
    let asked = [("filter", &explain.filter), ("sort", &explain.sort)];
    let mut ask = Ask::parse(&asked.into_iter().map(|(k, v)| (k.to_owned(), v.clone())).collect::<BTreeMap<_, _>>())?;
    ask.explain = true;
    let (authority, request) = (Authority::System("explain"), Request::default());
    let is_wrong = |what: &str, e: &Error| Error::bad_request(format!("{what} cannot be used: {}", super::told(e)));
    let filtered = Ask { sort: String::new(), ..ask.clone() };
    query::prepare(&view, &authority, &request, &collection, &filtered).map_err(|e| is_wrong("--filter", &e))?;
    let list = query::prepare(&view, &authority, &request, &collection, &ask).map_err(|e| is_wrong("--sort", &e))?;
    let body = list.run()?.body;
    let mut body: Json = crate::value::json::reread(&body).map_err(Error::internal)?;
    Ok(body["explain"].take())
}
