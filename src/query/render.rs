//! A record as JSON for one reader: what is hidden stays out, the rest is copied from the stored bytes.

use super::access::Access;
use super::expand::{self, Branch};
use super::fields::Fields;
use super::layout::{Content, Layout};
use super::scope::ViewScope;
use super::{Authority, Row, View};
use crate::error::Result;
use crate::rules::{Budget, Request};
use crate::schema::{Field, Options};
use crate::store;
use crate::value::json::{write_json, write_value};

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
    let rendered = rows(view, authority, request, std::slice::from_ref(row), expand, &fields)?;
    Ok(rendered)
}

/// Renders the rows, all of one collection, with a comma between them.
pub fn rows(view: &View, authority: &Authority, request: &Request, rows: &[Row], expand: &str, fields: &Fields) -> Result<Vec<u8>> {
    let branches = expand::expand(view, authority, request, rows, expand)?;
    let scope = ViewScope::new(view, authority, request);
    let mut out = Vec::with_capacity(rows.len() * 256);
    for (i, row) in rows.iter().enumerate() {
        if 0 < i {
            out.push(b',');
        }
        let seen = seen(view, authority, &scope, row)?;
        if fields.is_flat() {
            write(view, &mut out, row, seen, &branches, fields);
        } else {
            write_picked(view, &mut out, row, seen, &branches, fields)?;
        }
    }
    Ok(out)
}

/// What the one who is asking may see of a record.
pub fn seen(view: &View, authority: &Authority, scope: &ViewScope, row: &Row) -> Result<Seen> {
    if authority.bypasses_rules() {
        return Ok(Seen { hidden: true, email: true });
    }
    let collection = row.collection();
    let layout = view.rules.layout(&view.schema, collection);
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

fn write_picked(view: &View, out: &mut Vec<u8>, row: &Row, seen: Seen, branches: &[Branch], fields: &Fields) -> Result<()> {
    let mut whole = Vec::new();
    write(view, &mut whole, row, seen, branches, &Fields::default());
    let mut json = serde_json::from_slice(&whole).map_err(crate::error::Error::internal)?;
    fields.apply(&mut json);
    write_json(out, &json);
    Ok(())
}

/// Appends a record: the keys of a flat selection that its reader may see.
pub(super) fn write(view: &View, out: &mut Vec<u8>, row: &Row, seen: Seen, branches: &[Branch], fields: &Fields) {
    let layout: &Layout = &view.rules.layout(&view.schema, row.collection());
    let before = out.len();
    for slot in layout.slots.iter().filter(|slot| fields.has(&slot.name)) {
        let visible = match &slot.content {
            Content::Constant(_) => true,
            Content::Expand => !branches.is_empty(),
            Content::Field { hidden, email, .. } => (seen.hidden || !hidden) && (seen.email || !email),
        };
        if !visible {
            continue;
        }
        out.push(if out.len() == before { b'{' } else { b',' });
        out.extend_from_slice(&slot.key);
        match &slot.content {
            Content::Constant(json) => out.extend_from_slice(json),
            Content::Expand => expand::write(view, out, row, branches),
            Content::Field { field, zero, reshaped, .. } => write_field(out, row, field, zero, *reshaped),
        }
    }
    if out.len() == before {
        out.push(b'{');
    }
    out.push(b'}');
}

fn write_field(out: &mut Vec<u8>, row: &Row, field: &Field, zero: &[u8], reshaped: bool) {
    match row {
        // Only the hash is stored, and it is never sent.
        _ if matches!(field.options, Options::Password(_)) => out.extend_from_slice(b"\"\""),
        Row::Stored(stored) if !reshaped => {
            if !store::row::Row::new(&stored.row).write_json(field.number, out) {
                out.extend_from_slice(zero);
            }
        }
        _ => write_value(out, &row.value(field)),
    }
}
