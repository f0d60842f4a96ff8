//! A record as JSON for one reader: what is hidden stays out, the rest is copied from the stored bytes.

use super::access::Access;
use super::expand::{self, Branch};
use super::fields::Fields;
use super::layout::{Content, Layout};
use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::{Error, Result};
use crate::rules::{Budget, Request};
use crate::schema::{Field, Options};
use crate::store;
use crate::value::json::{reread, write_json, write_value};

/// Room for what stands behind the records of a list.
const END: usize = 128;

/// The most that is set aside for records ahead: few of their fields may be wanted.
const MOST_AHEAD: usize = 256 << 10;

/// How many bytes of records are sent at once, at most.
const MAX_BODY: usize = 128 << 20;

/// What one reader may see of one record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Hidden fields: superusers only.
    pub hidden: bool,
    /// The email although the record does not show it: superusers, the owner, and whom the manage rule names.
    pub email: bool,
}

/// The body of an answer that is one record: after a write through the staged view, or a read that was allowed before.
pub fn render_record(view: &View, authority: &Authority, request: &Request, row: &Row, expand: &str, fields: &str) -> Result<Vec<u8>> {
    let fields = Fields::parse(fields)?;
    let mut out = Vec::new();
    rows(&mut out, view, authority, request, std::slice::from_ref(row), expand, &fields)?;
    Ok(out)
}

/// Appends the rows, all of one collection, with a comma between them.
pub fn rows(
    out: &mut Vec<u8>,
    view: &View,
    authority: &Authority,
    request: &Request,
    rows: &[Row],
    expand: &str,
    fields: &Fields,
) -> Result<()> {
    let branches = expand::expand(view, authority, request, rows, expand)?;
    let Some(first) = rows.first() else { return Ok(()) };
    let scope = ViewScope::new(view, authority, request);
    let layout = view.rules.layout(&view.schema, first.collection());
    let room: usize = rows.iter().map(|row| layout.room + row.size()).sum();
    out.reserve(room.min(MOST_AHEAD) + END);
    for (i, row) in rows.iter().enumerate() {
        if 0 < i {
            out.push(b',');
        }
        let seen = seen(view, authority, &scope, &layout, row)?;
        let shown = Shown { layout: &layout, row, seen, branches: &branches };
        if fields.is_flat() {
            shown.write(out, fields);
        } else {
            shown.write_picked(out, fields)?;
        }
        refuse_huge(out)?;
    }
    Ok(())
}

/// What the one who is asking may see of a record.
pub fn seen(view: &View, authority: &Authority, scope: &ViewScope, layout: &Layout, row: &Row) -> Result<Seen> {
    if authority.bypasses_rules() {
        return Ok(Seen { hidden: true, email: true });
    }
    let collection = row.collection();
    let concealed = layout.email_visibility.as_ref().is_some_and(|field| !row.value(field).is_true());
    let email = !concealed || authority.owns(collection.number, &row.id()) || manages(view, authority, scope, row)?;
    Ok(Seen { hidden: false, email })
}

/// Whether the manage rule of the record's collection names the one who is asking. No rule, or an empty one, names nobody.
pub fn manages(view: &View, authority: &Authority, scope: &ViewScope, row: &Row) -> Result<bool> {
    let collection = row.collection();
    let rule = collection.auth.as_ref().map_or(&None, |auth| &auth.manage_rule);
    match rule.as_deref() {
        None | Some("") => Ok(false),
        Some(_) => Access::of(view, authority, collection, rule)?.gives(scope, row, &mut Budget::default()),
    }
}

/// Relations that lead back and forth multiply: what grows beyond all use is refused, not sent.
fn refuse_huge(out: &[u8]) -> Result<()> {
    match MAX_BODY < out.len() {
        true => Err(Error::bad_request("The answer would be too large. Expand fewer relations or ask for fewer records.")),
        false => Ok(()),
    }
}

/// A record on its way to its reader.
pub(super) struct Shown<'r> {
    /// The keys of its JSON.
    pub layout: &'r Layout,
    /// The record.
    pub row: &'r Row,
    /// What the reader may see.
    pub seen: Seen,
    /// What is expanded.
    pub branches: &'r [Branch],
}

impl Shown<'_> {
    fn write_picked(&self, out: &mut Vec<u8>, fields: &Fields) -> Result<()> {
        let mut whole = Vec::new();
        self.write(&mut whole, &Fields::default());
        refuse_huge(&whole)?;
        let mut json = reread(&whole).map_err(Error::internal)?;
        fields.apply(&mut json);
        write_json(out, &json);
        Ok(())
    }

    /// Appends the record: the keys of a flat selection that its reader may see. It stops early when the answer is too large anyway.
    pub fn write(&self, out: &mut Vec<u8>, fields: &Fields) {
        let start = out.len();
        for slot in self.layout.slots.iter().filter(|slot| fields.has(&slot.name) && self.is_visible(&slot.content)) {
            out.push(if out.len() == start { b'{' } else { b',' });
            out.extend_from_slice(&slot.key);
            match &slot.content {
                Content::Constant(json) => out.extend_from_slice(json),
                Content::Expand if MAX_BODY < out.len() => out.extend_from_slice(b"{}"),
                Content::Expand => expand::write(out, self.row, self.branches),
                Content::Field { field, zero, reshaped, .. } => write_field(out, self.row, field, zero, *reshaped),
            }
        }
        if out.len() == start {
            out.push(b'{');
        }
        out.push(b'}');
    }

    fn is_visible(&self, content: &Content) -> bool {
        match content {
            Content::Constant(_) => true,
            Content::Expand => !self.branches.is_empty(),
            Content::Field { hidden, email, .. } => (self.seen.hidden || !hidden) && (self.seen.email || !email),
        }
    }
}

fn write_field(out: &mut Vec<u8>, row: &Row, field: &Field, zero: &[u8], reshaped: bool) {
    match row {
        // Only the hash is stored, and it is never sent.
        _ if matches!(field.options, Options::Password(_)) => out.extend_from_slice(b"\"\""),
        Row::Stored(stored) if !reshaped || (!field.is_multi() && store::row::Row::new(&stored.row).has_text(field.number)) => {
            if !store::row::Row::new(&stored.row).write_json(field.number, out) {
                out.extend_from_slice(zero);
            }
        }
        _ => write_value(out, &row.value(field)),
    }
}
