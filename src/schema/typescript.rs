//! The collections as TypeScript types, for `@luge/sdk`: records, what create and update take, and where relations lead.

use super::{Collection, Field, Kind, Options, Schema};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How the file begins.
const HEAD: &str = "\
// Written by `luge types --lang ts` from the collections. Changes are lost: run it again.

import type { RecordBase } from '@luge/sdk';
";

/// Keys of an auth collection that belong to the server alone.
const SECRET: &[&str] = &["tokenKey"];

/// The whole file. The same collections always give the same text.
pub fn schema(schema: &Schema) -> String {
    let mut collections: Vec<&Collection> = schema.all().iter().map(AsRef::as_ref).filter(|c| is_shown(c)).collect();
    collections.sort_by(|a, b| a.name.cmp(&b.name));
    let names = interface_names(&collections);
    let mut out = HEAD.to_owned();
    for collection in &collections {
        let name = &names[&collection.name];
        interfaces(&mut out, collection, name);
    }
    out.push_str("\nexport interface Schema {\n");
    for collection in &collections {
        entry(&mut out, schema, collection, &names[&collection.name]);
    }
    out.push_str("}\n");
    out
}

/// The collections of the app, and superusers, who sign in like others. The server's own tables are not for apps.
fn is_shown(collection: &Collection) -> bool {
    !collection.internal && (!collection.system || collection.is_superusers())
}

/// `blog_posts` becomes `BlogPosts`; two that would be the same get a number.
fn interface_names(collections: &[&Collection]) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::from(["Schema".to_owned(), "RecordBase".to_owned()]);
    let mut names = BTreeMap::new();
    for collection in collections {
        let words = collection.name.split('_').filter(|w| !w.is_empty());
        let plain: String = words.map(|w| w[..1].to_uppercase() + &w[1..]).collect();
        let plain = if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("C{plain}") };
        let free = |n: &String| ["", "Create", "Update"].iter().all(|suffix| !taken.contains(&format!("{n}{suffix}")));
        let name = std::iter::once(plain.clone()).chain((2..).map(|n| format!("{plain}{n}"))).find(free).unwrap_or(plain);
        taken.extend(["", "Create", "Update"].map(|suffix| format!("{name}{suffix}")));
        names.insert(collection.name.clone(), name);
    }
    names
}

fn interfaces(out: &mut String, collection: &Collection, name: &str) {
    let _ = write!(out, "\n/** A record of `{}`. */\nexport interface {name} extends RecordBase {{\n", collection.name);
    for field in sorted(collection).filter(|f| !f.is_primary_key() && !f.is_password()) {
        // What the reader may not see is missing.
        let optional = field.hidden || (collection.is_auth() && field.name == "email");
        member(out, &field.name, optional, &read_type(field));
    }
    out.push_str("}\n");
    if collection.kind == Kind::View {
        return;
    }
    let _ = write!(out, "\n/** What creating a record of `{}` takes. */\nexport interface {name}Create {{\n", collection.name);
    for field in sorted(collection).filter(|f| is_written(f)) {
        member(out, &field.name, !is_required(field), &write_type(field));
        if field.is_password() && collection.is_auth() && field.name == "password" {
            member(out, "passwordConfirm", false, "string");
        }
    }
    out.push_str("}\n");
    let _ = write!(out, "\n/** What updating a record of `{}` takes. */\nexport interface {name}Update {{\n", collection.name);
    for field in sorted(collection).filter(|f| is_written(f) && !f.is_primary_key()) {
        member(out, &field.name, true, &write_type(field));
        modifiers(out, field);
        if field.is_password() && collection.is_auth() && field.name == "password" {
            member(out, "passwordConfirm", true, "string");
            member(out, "oldPassword", true, "string");
        }
    }
    out.push_str("}\n");
}

fn entry(out: &mut String, schema: &Schema, collection: &Collection, name: &str) {
    let (create, update) = match collection.kind {
        Kind::View => ("never".to_owned(), "never".to_owned()),
        _ => (format!("{name}Create"), format!("{name}Update")),
    };
    let _ = write!(out, "  {}: {{\n    record: {name};\n    create: {create};\n    update: {update};\n", key(&collection.name));
    let relations = relations(schema, collection);
    if relations.is_empty() {
        out.push_str("    relations: object;\n");
    } else {
        out.push_str("    relations: {\n");
        for (path, (to, many)) in relations {
            let _ = writeln!(out, "      {}: {{ to: {}; many: {many} }};", key(&path), text(&to));
        }
        out.push_str("    };\n");
    }
    out.push_str("  };\n");
}

/// Where `expand` can go: relation fields, and those of others that point here.
fn relations(schema: &Schema, collection: &Collection) -> BTreeMap<String, (String, bool)> {
    let mut found = BTreeMap::new();
    for field in &collection.fields {
        let Some(target) = field.relation().and_then(|r| schema.find(&r.collection_id)) else { continue };
        if is_shown(target) {
            found.insert(field.name.clone(), (target.name.clone(), field.is_multi()));
        }
    }
    for (other, field) in schema.referring(&collection.id).filter(|(other, _)| is_shown(other)) {
        let single = other.indexes.iter().any(|i| i.unique && i.columns.len() == 1 && i.columns[0].field == field.number);
        found.insert(format!("{}_via_{}", other.name, field.name), (other.name.clone(), !single));
    }
    found
}

fn sorted(collection: &Collection) -> impl Iterator<Item = &Field> {
    let mut fields: Vec<&Field> = collection.fields.iter().filter(|f| !SECRET.contains(&f.name.as_str())).collect();
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    fields.into_iter()
}

fn is_written(field: &Field) -> bool {
    !matches!(field.options, Options::Autodate(_))
}

/// Whether a record cannot be created without it.
fn is_required(field: &Field) -> bool {
    match &field.options {
        Options::Text(o) => o.required && o.autogenerate_pattern.is_empty(),
        Options::Number(o) => o.required,
        Options::Bool { required } | Options::GeoPoint { required } => *required,
        Options::Email(o) | Options::Url(o) => o.required,
        Options::Editor(o) => o.required,
        Options::Date(o) => o.required,
        Options::Select(o) => o.required,
        Options::Json(o) => o.required,
        Options::Relation(o) => o.required || 0 < o.min_select,
        Options::File(o) => o.required,
        Options::Password(o) => o.required,
        Options::Autodate(_) => false,
    }
}

/// What a record holds.
fn read_type(field: &Field) -> String {
    let one = match &field.options {
        Options::Number(_) => "number".to_owned(),
        Options::Bool { .. } => "boolean".to_owned(),
        Options::Json(_) => return "unknown".to_owned(),
        Options::GeoPoint { .. } => return "{ lat: number; lon: number }".to_owned(),
        Options::Select(o) => choice(&o.values, !o.required && !field.is_multi()),
        _ => "string".to_owned(),
    };
    listed(one, field.is_multi())
}

/// What a request may hold.
fn write_type(field: &Field) -> String {
    let one = match &field.options {
        Options::Date(_) => "string | Date".to_owned(),
        Options::File(_) if field.is_multi() => "File | Blob | string".to_owned(),
        Options::File(_) => "File | Blob | string | null".to_owned(),
        _ => return read_type(field),
    };
    listed(one, field.is_multi())
}

/// What adds to a value and takes from it.
fn modifiers(out: &mut String, field: &Field) {
    match (&field.options, field.is_multi()) {
        (Options::Number(_), _) => ["+", "-"].map(|sign| member(out, &format!("{}{sign}", field.name), true, "number")),
        (_, true) => {
            let added = write_type(field);
            member(out, &format!("+{}", field.name), true, &added);
            [("+", added), ("-", read_type(field))].map(|(sign, values)| member(out, &format!("{}{sign}", field.name), true, &values))
        }
        _ => return,
    };
}

/// The values of a select, and nothing where it may stay empty.
fn choice(values: &[String], or_empty: bool) -> String {
    let empty = or_empty.then(String::new);
    let all: Vec<String> = empty.iter().chain(values).map(|v| text(v)).collect();
    all.join(" | ")
}

fn listed(one: String, many: bool) -> String {
    match many {
        true if one.contains('|') => format!("({one})[]"),
        true => format!("{one}[]"),
        false => one,
    }
}

fn member(out: &mut String, name: &str, optional: bool, kind: &str) {
    let mark = if optional { "?" } else { "" };
    let _ = writeln!(out, "  {}{mark}: {kind};", key(name));
}

/// A key of an object; what is no name is quoted.
fn key(name: &str) -> String {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_name { name.to_owned() } else { text(name) }
}

/// A text in quotes.
fn text(value: &str) -> String {
    let mut out = String::from("'");
    for c in value.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            // JavaScript ends a line at these two as well.
            '\u{2028}' | '\u{2029}' => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
