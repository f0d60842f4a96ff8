//! How the records of a collection look in JSON: keys in order and quoted ahead, so that rendering is copying.

use crate::schema::{Collection, Field, Options};
use crate::value::json::{write_string, write_value};

/// The keys of a record's JSON, sorted. Made once per collection and schema version.
#[derive(Debug)]
pub struct Layout {
    /// In the order of the wire: alphabetical.
    pub slots: Vec<Slot>,
    /// The field that lets everyone see the email, in auth collections.
    pub email_visibility: Option<Field>,
    /// How many bytes a record's JSON has beside its values, more or less.
    pub room: usize,
}

/// One key of the JSON.
#[derive(Debug)]
pub struct Slot {
    /// The plain key.
    pub name: String,
    /// The key, quoted, with its colon.
    pub key: Vec<u8>,
    /// What stands behind it.
    pub content: Content,
}

/// What stands behind a key.
#[derive(Debug)]
pub enum Content {
    /// The same for all records: the collection's id or name, or the `""` of a password.
    Constant(Vec<u8>),
    /// The expanded relations.
    Expand,
    /// A field's value.
    Field {
        /// The field.
        field: Field,
        /// Its JSON when it was never set.
        zero: Vec<u8>,
        /// Whether only superusers see it.
        hidden: bool,
        /// Whether it is the email of an auth record.
        email: bool,
        /// Whether a stored value may have another shape than the field has now: then it is not copied but converted.
        reshaped: bool,
    },
}

/// The comma before a key and the quotes of its value.
const MARKS: usize = 3;

impl Layout {
    /// The layout of a collection.
    pub fn of(collection: &Collection) -> Self {
        let mut slots =
            vec![constant("collectionId", &collection.id), constant("collectionName", &collection.name), slot("expand", Content::Expand)];
        // The hash and the key that signs tokens leave the server for nobody.
        let secret = |f: &Field| collection.is_auth() && matches!(f.name.as_str(), "password" | "tokenKey");
        slots.extend(collection.fields.iter().filter(|f| !secret(f)).map(|f| of_field(collection, f)));
        slots.sort_by(|a, b| a.name.cmp(&b.name));
        let email_visibility = collection.field("emailVisibility").filter(|_| collection.is_auth()).cloned();
        let constant = |slot: &Slot| if let Content::Constant(json) = &slot.content { json.len() } else { 0 };
        let room = slots.iter().map(|slot| slot.key.len() + constant(slot) + MARKS).sum();
        Layout { slots, email_visibility, room }
    }
}

fn of_field(collection: &Collection, field: &Field) -> Slot {
    let mut zero = Vec::new();
    write_value(&mut zero, &field.zero());
    slot(
        &field.name,
        Content::Field {
            zero,
            hidden: field.hidden,
            email: collection.is_auth() && field.name == "email",
            reshaped: matches!(field.options, Options::Select(_) | Options::Relation(_) | Options::File(_)),
            field: field.clone(),
        },
    )
}

fn constant(name: &str, text: &str) -> Slot {
    let mut json = Vec::new();
    write_string(&mut json, text);
    slot(name, Content::Constant(json))
}

fn slot(name: &str, content: Content) -> Slot {
    let mut key = Vec::new();
    write_string(&mut key, name);
    key.push(b':');
    Slot { name: name.to_owned(), key, content }
}
