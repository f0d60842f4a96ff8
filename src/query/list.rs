//! A list: rule and filter, order, one page, totals.

mod profile;

use super::access::Access;
use super::cursor::{self, Cursor};
use super::explain;
use super::fact::Facts;
use super::fields::Fields;
use super::plan::{Plan, Wanted};
use super::run::{Found, Run};
use super::scope::ViewScope;
use super::sort::{Order, who};
use super::{Ask, Authority, Row, View, render};
use crate::error::{Code, Error, Result};
use crate::rules::{Budget, Part, Request, Rule, Who, client_may_not};
use crate::schema::Collection;
use crate::value::json::write_string;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// Up to so many rows a list is read at once, without moving it to a thread that may block.
const FEW: u64 = 2000;

/// A list that is ready to run: who may see what is settled, the filter is compiled, the plan is made.
pub struct List<'q> {
    view: &'q View,
    authority: &'q Authority,
    request: &'q Request,
    collection: &'q Arc<Collection>,
    ask: &'q Ask,
    fields: Fields,
    condition: Option<Arc<Rule>>,
    facts: Facts,
    order: Order,
    cursor: Option<Cursor>,
    plan: Plan,
}

/// The answer to a list.
pub struct Listed {
    /// The complete body.
    pub body: Vec<u8>,
    /// The rule and the filter together found nothing for one whom rules bind: what is counted against guessing by timing.
    pub suspicious: bool,
    /// How many candidates were looked at.
    pub read: u64,
    /// How many of them matched.
    pub kept: u64,
}

/// The body of a list: [`prepare`] and run.
pub fn list(view: &View, authority: &Authority, request: &Request, collection: &Arc<Collection>, ask: &Ask) -> Result<Vec<u8>> {
    Ok(prepare(view, authority, request, collection, ask)?.run()?.body)
}

/// Judges and plans a list without reading any record.
pub fn prepare<'q>(
    view: &'q View,
    authority: &'q Authority,
    request: &'q Request,
    collection: &'q Arc<Collection>,
    ask: &'q Ask,
) -> Result<List<'q>> {
    prepare_under(view, authority, request, collection, &collection.rules.list, ask)
}

/// The same for records that another rule shows, such as the view rule.
pub fn prepare_under<'q>(
    view: &'q View,
    authority: &'q Authority,
    request: &'q Request,
    collection: &'q Arc<Collection>,
    rule: &Option<String>,
    ask: &'q Ask,
) -> Result<List<'q>> {
    let condition = condition(view, authority, collection, rule, &ask.filter)?;
    refuse_reserved(authority, &ask.sort)?;
    let fields = Fields::parse(&ask.fields)?;
    let order = Order::compile(view, authority, collection, &ask.sort)?;
    let cursor = decode_cursor(collection, ask, &order)?;
    let scope = ViewScope::new(view, authority, request);
    let facts = condition.as_ref().map_or(Ok(Facts::none()), |rule| Facts::of(rule, &scope))?;
    let wanted = Wanted {
        facts: &facts,
        order: &order,
        counting: !ask.skip_total && (condition.is_some() || order.is_guarded()) && ask.cursor.is_none(),
        cursor: ask.cursor.as_ref().map(|_| cursor.as_ref().map(|c| c.ties_descending)),
    };
    let plan = Plan::of(view, collection, &wanted);
    Ok(List { view, authority, request, collection, ask, fields, condition, facts, order, cursor, plan })
}

/// A rule and a client's filter, compiled together: the same path in both speaks of the same joined record. `None` is every record.
pub fn condition(
    view: &View,
    authority: &Authority,
    collection: &Arc<Collection>,
    rule: &Option<String>,
    filter: &str,
) -> Result<Option<Arc<Rule>>> {
    let access = Access::of(view, authority, collection, rule)?;
    refuse_reserved(authority, filter)?;
    if filter.is_empty() {
        return Ok(match access {
            Access::Matching(rule) => Some(rule),
            Access::Every => None,
        });
    }
    let mut parts = vec![Part { text: filter, who: who(authority) }];
    if let (Access::Matching(_), Some(rule)) = (access, rule) {
        parts.insert(0, Part { text: rule, who: Who::Rule });
    }
    // The wire has no cause in its 400: clients compare the message.
    view.rules.parts(&view.schema, collection, &parts).map(Some).map_err(|e| Error::of(Code::BadRequest).because(e))
}

/// Clients may not join other collections by name or look at the request: rules may, and superusers.
fn refuse_reserved(authority: &Authority, text: &str) -> Result<()> {
    match client_may_not(text) {
        Some(reserved) if !authority.bypasses_rules() => {
            Err(Error::new(Code::Forbidden, format!("Only superusers can filter by {reserved}")))
        }
        _ => Ok(()),
    }
}

fn decode_cursor(collection: &Collection, ask: &Ask, order: &Order) -> Result<Option<Cursor>> {
    if ask.cursor.is_some() && order.is_random() {
        return Err(Error::bad_request("A random order has no cursor. Use pages, or another sort."));
    }
    match ask.cursor.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => Cursor::decode(text, list_number(collection, ask), order.keys.len()).map(Some),
    }
}

fn list_number(collection: &Collection, ask: &Ask) -> u32 {
    cursor::list_of(collection.number, &ask.sort, &ask.filter)
}

impl List<'_> {
    /// Whether it reads so little that the calling thread may do it; else it belongs on one that may block.
    pub fn is_cheap(&self) -> bool {
        let reads = self.ask.per_page.saturating_mul(if self.cursor.is_some() { 1 } else { self.ask.page });
        let stops_early = self.plan.ordered && self.plan.exact && !self.counts();
        let point = matches!(self.plan.source, super::walk::Source::Id(_));
        point || (stops_early && reads <= FEW) || self.view.count(self.collection).is_ok_and(|n| n <= FEW)
    }

    /// Reads the page and renders it.
    pub fn run(&self) -> Result<Listed> {
        let start = Instant::now();
        let scope = ViewScope::new(self.view, self.authority, self.request);
        let kept_total = match self.ask.skip_total || self.is_selective() {
            true => None,
            false => Some(self.view.count(self.collection)?),
        };
        // A page behind the last one needs no reading to be empty.
        let mut found = match kept_total {
            Some(total) if total <= self.offset() => Found::default(),
            _ => self.read(&scope)?,
        };
        found.total = found.total.or(kept_total);
        let body = self.render(&found, start)?;
        let guarded = !self.authority.bypasses_rules() && self.collection.rules.list.as_ref().is_some_and(|r| !r.is_empty());
        Ok(Listed { body, suspicious: guarded && !self.ask.filter.is_empty() && found.rows.is_empty(), read: found.read, kept: found.kept })
    }

    /// The records of the page as they are, not rendered, and their places in the order.
    pub fn rows(&self) -> Result<Vec<Row>> {
        let scope = ViewScope::new(self.view, self.authority, self.request);
        Ok(self.read(&scope)?.rows)
    }

    /// By what a record is sorted: comparing the bytes compares the records; equal ones are in the order of creation.
    pub fn place(&self, row: &Row) -> Result<(Vec<Vec<u8>>, u64)> {
        let scope = ViewScope::new(self.view, self.authority, self.request);
        Ok((self.order.values(&scope, row, &mut Budget::default())?, row.rowid()))
    }

    /// How many records match, on all pages.
    pub fn total(&self) -> Result<u64> {
        if !self.is_selective() {
            return self.view.count(self.collection);
        }
        let scope = ViewScope::new(self.view, self.authority, self.request);
        let found = self.run_of(&scope, true).run()?;
        Ok(found.total.unwrap_or_default())
    }

    fn read(&self, scope: &ViewScope) -> Result<Found> {
        self.run_of(scope, self.counts()).run()
    }

    fn run_of<'r>(&'r self, scope: &'r ViewScope<'r>, counting: bool) -> Run<'r> {
        Run {
            view: self.view,
            collection: self.collection,
            scope,
            condition: self.condition.as_deref(),
            facts: &self.facts,
            order: &self.order,
            plan: &self.plan,
            cursor: self.cursor.as_ref(),
            offset: self.offset(),
            limit: self.ask.per_page,
            counting,
        }
    }

    /// Whether matches are counted by reading them. A page by cursor never is: it would read what the cursor lets it pass over.
    fn counts(&self) -> bool {
        !self.ask.skip_total && self.is_selective() && self.ask.cursor.is_none()
    }

    /// Whether records of the collection may be missing in the answer.
    fn is_selective(&self) -> bool {
        self.condition.is_some() || self.order.is_guarded()
    }

    fn offset(&self) -> u64 {
        match self.ask.cursor {
            Some(_) => 0,
            None => (self.ask.page - 1).saturating_mul(self.ask.per_page),
        }
    }

    fn render(&self, found: &Found, start: Instant) -> Result<Vec<u8>> {
        let mut out = vec![b'{'];
        if self.ask.explain && self.authority.bypasses_rules() {
            explain::write(&mut out, self.collection, &self.plan, found, start.elapsed());
            out.push(b',');
        }
        out.extend_from_slice(b"\"items\":[");
        render::rows(&mut out, self.view, self.authority, self.request, &found.rows, &self.ask.expand, &self.fields)?;
        out.push(b']');
        if self.ask.cursor.is_some() {
            out.extend_from_slice(b",\"nextCursor\":");
            match self.next_cursor(found)? {
                Some(cursor) => write_string(&mut out, &cursor),
                None => out.extend_from_slice(b"null"),
            }
        }
        let total = found.total.map_or(-1, |n| n as i64);
        let pages = found.total.map_or(-1, |n| n.div_ceil(self.ask.per_page) as i64);
        let (page, per_page) = (self.ask.page, self.ask.per_page);
        write!(out, ",\"page\":{page},\"perPage\":{per_page},\"totalItems\":{total},\"totalPages\":{pages}}}")?;
        Ok(out)
    }

    fn next_cursor(&self, found: &Found) -> Result<Option<String>> {
        let Some(last) = found.rows.last().filter(|_| found.more) else { return Ok(None) };
        let scope = ViewScope::new(self.view, self.authority, self.request);
        let cursor = Cursor {
            list: list_number(self.collection, self.ask),
            ties_descending: self.ties_descending(),
            key: self.order.values(&scope, last, &mut Budget::default())?,
            rowid: last.rowid(),
        };
        cursor.encode().map(Some)
    }

    fn ties_descending(&self) -> bool {
        match &self.cursor {
            Some(cursor) => cursor.ties_descending,
            None => self.plan.ordered && self.plan.reverse,
        }
    }
}
