//! A field: a name, a number, and the options of its type. What a type does stands in its row of [`TYPES`].

mod autodate;
mod bool;
pub mod cast;
mod date;
mod editor;
mod email;
pub mod file;
mod geo_point;
mod json;
mod number;
mod password;
pub mod read;
mod relation;
mod select;
mod settings;
mod text;
mod url;

pub use autodate::AutodateOptions;
pub use date::DateOptions;
pub use editor::EditorOptions;
pub use email::{DomainOptions, is_email};
pub use file::FileOptions;
pub use json::JsonOptions;
pub use number::NumberOptions;
pub use password::{PasswordOptions, check_plain as check_password};
pub use relation::RelationOptions;
pub use select::SelectOptions;
pub use settings::{Surroundings, check_settings, default_id, from_json, to_json};
pub use text::{DEFAULT_ID_PATTERN, TextOptions};
pub use url::is_url;

use crate::error::{FieldErrors, Problem};
use crate::value::Value;
use read::Reader;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// What a field type is: how its options and values are read, changed and checked.
pub struct FieldType {
    /// The `type` of the wire.
    pub name: &'static str,
    /// Options from JSON; the reader remembers wrong types.
    pub parse: fn(&mut Reader) -> Options,
    /// Options to JSON, next to the keys that every field has.
    pub write: fn(&Options, &mut Map<String, Json>),
    /// A submitted value as it is stored.
    pub normalise: fn(&Field, &Json) -> Value<'static>,
    /// The current value changed by a modifier; `None` when the type does not know the modifier.
    pub modify: fn(&Field, &Value<'static>, Modifier, &Json) -> Option<Value<'static>>,
    /// What is wrong with a value, given the stored one before it on an update. Nothing here does I/O.
    pub validate: fn(&Field, &Value, Option<&Value>) -> Option<Problem>,
    /// What is wrong with the options.
    pub check: fn(&Field, &Surroundings, &mut FieldErrors),
}

/// All types. A new one is a row here and a file beside the others.
pub static TYPES: &[&FieldType] = &[
    &text::TYPE,
    &number::TYPE,
    &bool::TYPE,
    &email::TYPE,
    &url::TYPE,
    &editor::TYPE,
    &date::TYPE,
    &autodate::TYPE,
    &select::TYPE,
    &json::TYPE,
    &relation::TYPE,
    &file::TYPE,
    &geo_point::TYPE,
    &password::TYPE,
];

/// How a submitted key changes a field instead of replacing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// `name+`: add to a number, append to a list.
    Append,
    /// `+name`: put before a list.
    Prepend,
    /// `name-`: subtract from a number, remove from a list.
    Remove,
    /// `name:autogenerate`: append a generated text.
    Autogenerate,
}

/// How the values of a field look, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// [`Value::Text`].
    Text,
    /// [`Value::Number`].
    Number,
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Json`] or [`Value::Null`].
    Json,
    /// [`Value::Geo`].
    Geo,
    /// [`Value::List`].
    List,
}

/// A field of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The number in stored rows; never used again. `id` has 0.
    pub number: u16,
    /// The id that stays across renames.
    pub id: String,
    /// The name in records and rules.
    pub name: String,
    /// Whether Luge itself depends on it.
    pub system: bool,
    /// Whether only superusers see, filter and write it.
    pub hidden: bool,
    /// A hint for dashboards: shown where a record is named.
    pub presentable: bool,
    /// A sentence for those who fill it in.
    pub help: String,
    /// The options of its type.
    pub options: Options,
}

/// The options of each type. What a type does stands in [`TYPES`].
#[derive(Debug, Clone, PartialEq)]
pub enum Options {
    /// Plain text.
    Text(TextOptions),
    /// A number.
    Number(NumberOptions),
    /// True or false.
    Bool {
        /// Whether it must be true.
        required: bool,
    },
    /// An email address.
    Email(DomainOptions),
    /// A web address.
    Url(DomainOptions),
    /// Rich text.
    Editor(EditorOptions),
    /// A moment.
    Date(DateOptions),
    /// A moment that the server sets.
    Autodate(AutodateOptions),
    /// One or some of fixed values.
    Select(SelectOptions),
    /// Any JSON.
    Json(JsonOptions),
    /// Ids of records of a collection.
    Relation(RelationOptions),
    /// Names of stored files.
    File(FileOptions),
    /// A place on earth.
    GeoPoint {
        /// Whether 0,0 is refused.
        required: bool,
    },
    /// A password hash.
    Password(PasswordOptions),
}

impl Options {
    /// The row of the type.
    pub fn field_type(&self) -> &'static FieldType {
        match self {
            Options::Text(_) => &text::TYPE,
            Options::Number(_) => &number::TYPE,
            Options::Bool { .. } => &bool::TYPE,
            Options::Email(_) => &email::TYPE,
            Options::Url(_) => &url::TYPE,
            Options::Editor(_) => &editor::TYPE,
            Options::Date(_) => &date::TYPE,
            Options::Autodate(_) => &autodate::TYPE,
            Options::Select(_) => &select::TYPE,
            Options::Json(_) => &json::TYPE,
            Options::Relation(_) => &relation::TYPE,
            Options::File(_) => &file::TYPE,
            Options::GeoPoint { .. } => &geo_point::TYPE,
            Options::Password(_) => &password::TYPE,
        }
    }
}

impl Field {
    /// A field with these options and nothing else set; its id is made from its type and name.
    pub fn new(name: &str, options: Options) -> Self {
        let id = default_id(options.field_type().name, name);
        let (name, help) = (name.to_owned(), String::new());
        Field { number: 0, id, name, system: false, hidden: false, presentable: false, help, options }
    }

    /// The row of its type.
    pub fn field_type(&self) -> &'static FieldType {
        self.options.field_type()
    }

    /// The `type` of the wire.
    pub fn type_name(&self) -> &'static str {
        self.field_type().name
    }

    /// A submitted value as it is stored.
    pub fn normalise(&self, json: &Json) -> Value<'static> {
        (self.field_type().normalise)(self, json)
    }

    /// What is wrong with a value, given the stored one before it on an update.
    pub fn validate(&self, value: &Value, before: Option<&Value>) -> Option<Problem> {
        (self.field_type().validate)(self, value, before)
    }

    /// How its values look.
    pub fn shape(&self) -> Shape {
        match &self.options {
            Options::Number(_) => Shape::Number,
            Options::Bool { .. } => Shape::Bool,
            Options::Json(_) => Shape::Json,
            Options::GeoPoint { .. } => Shape::Geo,
            Options::Select(_) | Options::Relation(_) | Options::File(_) if self.is_multi() => Shape::List,
            _ => Shape::Text,
        }
    }

    /// Whether it holds several values.
    pub fn is_multi(&self) -> bool {
        match &self.options {
            Options::Select(o) => 1 < o.max_select,
            Options::Relation(o) => 1 < o.max_select,
            Options::File(o) => 1 < o.max_select,
            _ => false,
        }
    }

    /// The options of a relation.
    pub fn relation(&self) -> Option<&RelationOptions> {
        match &self.options {
            Options::Relation(o) => Some(o),
            _ => None,
        }
    }

    /// Whether it is the id.
    pub fn is_primary_key(&self) -> bool {
        matches!(&self.options, Options::Text(o) if o.primary_key)
    }

    /// Whether it holds a password hash.
    pub fn is_password(&self) -> bool {
        matches!(self.options, Options::Password(_))
    }

    /// The value of a field that was never set.
    pub fn zero(&self) -> Value<'static> {
        match self.shape() {
            Shape::Text => Value::Text(Cow::Borrowed("")),
            Shape::Number => Value::Number(0.0),
            Shape::Bool => Value::Bool(false),
            Shape::Json => Value::Null,
            Shape::Geo => Value::Geo { lon: 0.0, lat: 0.0 },
            Shape::List => Value::List(Vec::new()),
        }
    }

    /// A stored value as this field shows it: rows written before the field became single or multiple are converted when they are read.
    pub fn adapt<'a>(&self, stored: Value<'a>) -> Value<'a> {
        match (self.shape(), stored) {
            (Shape::List, Value::Text(s)) if s.is_empty() => Value::List(Vec::new()),
            (Shape::List, Value::Text(s)) => Value::List(vec![s]),
            (Shape::Text, Value::List(mut items)) => Value::Text(items.pop().unwrap_or_default()),
            (_, stored) => stored,
        }
    }

    /// The items of a list as this field stores them: all when it is multiple, else the last.
    pub(super) fn holding(&self, mut items: Vec<Cow<'static, str>>) -> Value<'static> {
        if self.is_multi() { Value::List(items) } else { Value::Text(items.pop().unwrap_or_default()) }
    }
}

/// For types without modifiers.
fn unmodified(_: &Field, _: &Value<'static>, _: Modifier, _: &Json) -> Option<Value<'static>> {
    None
}

/// For types whose options cannot be wrong.
fn unchecked(_: &Field, _: &Surroundings, _: &mut FieldErrors) {}
