//! The list of fields: reading it, the fields that every collection has, their numbers.

use super::draft::Draft;
use crate::schema::field::{DEFAULT_ID_PATTERN, DomainOptions, PasswordOptions, TextOptions, default_id, from_json};
use crate::schema::{Collection, Field, Kind, Options, check, index};
use serde_json::Value as Json;

/// A submitted list; `None` when an item is no field. A field without an id is the stored one of the same name and type, if any.
pub fn read(json: &Json, original: Option<&Collection>) -> Option<Vec<Field>> {
    let mut list = Vec::new();
    if json.is_null() {
        return Some(list);
    }
    let items = json.as_array()?;
    let fields = items.iter().map(from_json).collect::<Option<Vec<_>>>()?;
    let sent: Vec<String> = fields.iter().map(|f| f.id.clone()).collect();
    for mut field in fields {
        let same = |old: &&Field| old.name == field.name && old.type_name() == field.type_name() && !sent.contains(&old.id);
        let known = original.filter(|_| field.id.is_empty()).and_then(|c| c.fields.iter().find(same));
        if let Some(old) = known {
            field.id.clone_from(&old.id);
        }
        add(&mut list, field);
    }
    Some(list)
}

/// Adds a field, or replaces the one with the same id; without an id, the one with the same name.
pub fn add(list: &mut Vec<Field>, mut field: Field) {
    let by_name = field.id.is_empty();
    let same = |old: &Field| if by_name { !field.name.is_empty() && old.name == field.name } else { old.id == field.id };
    if let Some(at) = list.iter().position(same) {
        if by_name {
            field.id.clone_from(&list[at].id);
        }
        list[at] = field;
        return;
    }
    if by_name {
        let base = default_id(field.type_name(), &field.name);
        let numbered = (2..1000).map(|i| format!("{base}{i}"));
        let is_free = |id: &String| list.iter().all(|f| f.id != *id);
        field.id = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
    }
    list.push(field);
}

/// Adds the fields and indexes that the type of the collection has, and sets what they cannot do without.
pub fn add_defaults(draft: &mut Draft) {
    add_id(draft);
    if draft.collection.kind == Kind::Auth {
        add_password(draft);
        add_token_key(draft);
        add_email(draft);
        for name in ["emailVisibility", "verified"] {
            ensure(draft, name, Options::Bool { required: false }).system = true;
        }
    }
}

/// The field with this name and the type of these options, which is added when there is none.
fn ensure<'d>(draft: &'d mut Draft, name: &str, options: Options) -> &'d mut Field {
    let fits = |f: &Field| f.name == name && f.type_name() == options.field_type().name;
    if !draft.collection.fields.iter().any(fits) {
        let new = Field { id: String::new(), ..Field::new(name, options) };
        add(&mut draft.collection.fields, new);
    }
    draft.field_mut(name).expect("it was there or has just been added")
}

fn add_id(draft: &mut Draft) {
    let is_id = |f: &Field| f.name == "id" && matches!(f.options, Options::Text(_));
    if !draft.collection.fields.iter().any(is_id) {
        let options = TextOptions {
            min: 15,
            max: 15,
            pattern: DEFAULT_ID_PATTERN.into(),
            autogenerate_pattern: "[a-z0-9]{15}".into(),
            required: true,
            primary_key: true,
        };
        let mut list = Vec::new();
        let fields = std::mem::take(&mut draft.collection.fields);
        add(&mut list, Field { id: String::new(), ..Field::new("id", Options::Text(options)) });
        fields.into_iter().for_each(|field| add(&mut list, field));
        draft.collection.fields = list;
    }
    let Some(field) = draft.collection.fields.iter_mut().find(|f| is_id(f)) else { return };
    field.system = true;
    field.hidden = false;
    if let Options::Text(o) = &mut field.options {
        o.required = true;
        o.primary_key = true;
        if o.pattern.is_empty() {
            o.pattern = DEFAULT_ID_PATTERN.into();
        }
    }
}

fn add_password(draft: &mut Draft) {
    let options = PasswordOptions { min: 8, required: true, ..PasswordOptions::default() };
    let field = ensure(draft, "password", Options::Password(options));
    (field.system, field.hidden) = (true, true);
    if let Options::Password(o) = &mut field.options {
        o.required = true;
    }
}

fn add_token_key(draft: &mut Draft) {
    let pattern = "[a-zA-Z0-9]{50}".into();
    let options = TextOptions { min: 30, max: 60, required: true, autogenerate_pattern: pattern, ..TextOptions::default() };
    let field = ensure(draft, "tokenKey", Options::Text(options));
    (field.system, field.hidden) = (true, true);
    if let Options::Text(o) = &mut field.options {
        o.required = true;
    }
    add_unique(draft, "tokenKey", "");
}

fn add_email(draft: &mut Draft) {
    let field = ensure(draft, "email", Options::Email(DomainOptions { required: true, ..DomainOptions::default() }));
    // Who sees it is decided per record, by `emailVisibility`.
    (field.system, field.hidden) = (true, false);
    add_unique(draft, "email", " WHERE `email` != ''");
}

fn add_unique(draft: &mut Draft, column: &str, filter: &str) {
    if index::single_unique(&draft.statements, column).is_none() {
        let Collection { id, name, .. } = &draft.collection;
        let index = format!("idx_{column}_{id}");
        let index = check::cut(&index, 64);
        draft.statements.push(format!("CREATE UNIQUE INDEX `{index}` ON `{name}` (`{column}`){filter}"));
    }
}

/// Gives each field its number: the one it had, or the next that was never used.
pub fn number(collection: &mut Collection, original: Option<&Collection>) {
    for field in &mut collection.fields {
        let known = original.and_then(|c| c.field_by_id(&field.id));
        field.number = match known {
            Some(old) => old.number,
            None if field.name == "id" => 0,
            None => {
                collection.next_field += 1;
                collection.next_field - 1
            }
        };
    }
}
