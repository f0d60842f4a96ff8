//! The list of collections: filtered and sorted like records, by the few keys that all of them have.

use crate::error::{Code, Error, Result};
use crate::query::Ask;
use crate::query::View;
use crate::query::fields;
use crate::rules::{self, Budget, Request, Scope, Who};
use crate::schema::{Collection, Field, Options, Record, wire};
use crate::value::Value;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What collections can be filtered and sorted by.
const KEYS: [&str; 6] = ["id", "created", "updated", "name", "system", "type"];

/// A page of the collections that are not internal, as the query parameters ask.
pub fn page(view: &View, request: &Request) -> Result<Vec<u8>> {
    let ask = Ask::parse(&request.query)?;
    let shape = Arc::new(shape());
    let mut found: Vec<(Arc<Record>, &Arc<Collection>)> =
        view.schema.all().iter().filter(|c| !c.internal).map(|c| (Arc::new(record(&shape, c)), c)).collect();
    if !ask.filter.is_empty() {
        let bad = |e: Error| Error::of(Code::BadRequest).because(e);
        let rule = rules::compile(&view.schema, &shape, &ask.filter, Who::Superuser).map_err(bad)?;
        let scope = Listed { request };
        let mut failed = None;
        found.retain(|(row, _)| rule.matches(&scope, row, &mut Budget::default()).unwrap_or_else(|e| failed.replace(e).is_some()));
        if let Some(e) = failed {
            return Err(e);
        }
    }
    sort(&mut found, &shape, &ask)?;
    render(&found, &ask)
}

fn render(found: &[(Arc<Record>, &Arc<Collection>)], ask: &Ask) -> Result<Vec<u8>> {
    let (page, per_page, total) = (ask.page, ask.per_page, found.len() as u64);
    let from = usize::try_from((page - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    let (count, pages) = if ask.skip_total { (-1, -1) } else { (total as i64, total.div_ceil(per_page) as i64) };
    let items: Vec<Vec<u8>> = found.iter().skip(from).take(per_page as usize).map(|(_, c)| wire::to_json(c)).collect();
    let mut body = b"{\"items\":[".to_vec();
    body.extend(items.join(&b','));
    body.extend(format!("],\"page\":{page},\"perPage\":{per_page},\"totalItems\":{count},\"totalPages\":{pages}}}").bytes());
    if ask.fields.is_empty() { Ok(body) } else { fields::pick_items(&body, &ask.fields) }
}

/// Sorts by the keys of `?sort=`; without one, the order of creation stays.
fn sort(found: &mut [(Arc<Record>, &Arc<Collection>)], shape: &Collection, ask: &Ask) -> Result<()> {
    let mut keys = Vec::new();
    for text in ask.sort.split(',').map(str::trim).filter(|_| !ask.sort.is_empty()) {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text.trim_start_matches('+'), false),
        };
        match name {
            "@rowid" => keys.push((None, descending)),
            "@random" => found.sort_by_cached_key(|_| crate::id::record()),
            _ => {
                let field =
                    shape.field(name).ok_or_else(|| Error::of(Code::BadRequest).because(format!("collections have no {name:?}")))?;
                keys.push((Some(field), descending));
            }
        }
    }
    found.sort_by(|a, b| {
        let by_key = |(field, descending): &(Option<&Field>, bool)| {
            let order = match field {
                Some(field) => compare(&a.0.get(field), &b.0.get(field)),
                None => a.1.number.cmp(&b.1.number),
            };
            if *descending { order.reverse() } else { order }
        };
        keys.iter().map(by_key).find(|o| *o != Ordering::Equal).unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn compare(a: &Value, b: &Value) -> Ordering {
    a.is_true().cmp(&b.is_true()).then_with(|| a.as_text().cmp(b.as_text()))
}

/// A collection whose records stand for collections.
fn shape() -> Collection {
    let text = || Options::Text(Default::default());
    Collection::shape("collections", KEYS.map(|name| (name, if name == "system" { Options::Bool { required: false } } else { text() })))
}

fn record(shape: &Arc<Collection>, collection: &Collection) -> Record {
    let mut record = Record::new(shape.clone());
    let texts = [
        ("id", &*collection.id),
        ("created", &*collection.created),
        ("updated", &*collection.updated),
        ("name", &*collection.name),
        ("type", collection.kind.name()),
    ];
    for (name, text) in texts {
        record.set_named(name, Value::text(text.to_owned()));
    }
    record.set_named("system", Value::Bool(collection.system));
    record
}

/// Nothing but the collections' own keys can be asked for.
struct Listed<'r> {
    request: &'r Request,
}

impl Scope for Listed<'_> {
    type Row = Arc<Record>;

    fn value<'r>(&self, row: &'r Arc<Record>, field: &Field) -> Value<'r> {
        row.get(field)
    }

    fn find(&self, _: &Arc<Collection>, _: &str) -> Result<Option<Arc<Record>>> {
        Ok(None)
    }

    fn referring(&self, _: &Arc<Collection>, _: &Field, _: &str, _: &mut dyn FnMut(Arc<Record>) -> ControlFlow<()>) -> Result<()> {
        Ok(())
    }

    fn each(&self, _: &Arc<Collection>, _: Option<(&Field, &Value)>, _: &mut dyn FnMut(Arc<Record>) -> ControlFlow<()>) -> Result<()> {
        Ok(())
    }

    fn request(&self) -> &Request {
        self.request
    }

    fn auth(&self) -> Option<(&Arc<Collection>, &Arc<Record>)> {
        None
    }
}
