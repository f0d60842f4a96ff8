//! A field: a name, a number, and the options of its type.

use crate::value::Value;
use std::borrow::Cow;

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

/// The options of each type. What a type does stands in `schema::field::TYPES`.
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

/// Options of `text`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextOptions {
    /// Fewest characters; 0 is no limit.
    pub min: i64,
    /// Most characters; 0 is 5000.
    pub max: i64,
    /// What the whole value must match; `""` is anything.
    pub pattern: String,
    /// The pattern that an empty value is generated from on create; `""` is none.
    pub autogenerate_pattern: String,
    /// Whether `""` is refused.
    pub required: bool,
    /// Whether it is the id.
    pub primary_key: bool,
}

/// Options of `number`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberOptions {
    /// The lowest value.
    pub min: Option<f64>,
    /// The highest value.
    pub max: Option<f64>,
    /// Whether fractions are refused.
    pub only_int: bool,
    /// Whether 0 is refused.
    pub required: bool,
}

/// Options of `email` and `url`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DomainOptions {
    /// Domains that are refused.
    pub except_domains: Vec<String>,
    /// The only domains that are taken; empty is all.
    pub only_domains: Vec<String>,
    /// Whether `""` is refused.
    pub required: bool,
}

/// Options of `editor`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EditorOptions {
    /// Most bytes; 0 is 5 MiB.
    pub max_size: i64,
    /// A hint for dashboards: make links relative.
    pub convert_urls: bool,
    /// Whether `""` is refused.
    pub required: bool,
}

/// Options of `date`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DateOptions {
    /// The earliest moment, as a date text; `""` is none.
    pub min: String,
    /// The latest moment, as a date text; `""` is none.
    pub max: String,
    /// Whether `""` is refused.
    pub required: bool,
}

/// Options of `autodate`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AutodateOptions {
    /// Whether it is set when the record is created.
    pub on_create: bool,
    /// Whether it is set whenever the record is written.
    pub on_update: bool,
}

/// Options of `select`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SelectOptions {
    /// The values to choose from.
    pub values: Vec<String>,
    /// Most values; 0 and 1 make it single.
    pub max_select: i64,
    /// Whether empty is refused.
    pub required: bool,
}

/// Options of `json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonOptions {
    /// Most bytes; 0 is 1 MiB.
    pub max_size: i64,
    /// Whether null, "", [] and {} are refused.
    pub required: bool,
}

/// Options of `relation`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelationOptions {
    /// The collection that it points to.
    pub collection_id: String,
    /// Whether this record goes when the last one it points to goes.
    pub cascade_delete: bool,
    /// Fewest ids.
    pub min_select: i64,
    /// Most ids; 0 and 1 make it single.
    pub max_select: i64,
    /// Whether empty is refused.
    pub required: bool,
}

/// Options of `file`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileOptions {
    /// Most bytes of one file; 0 is 5 MiB.
    pub max_size: i64,
    /// Most files; 0 and 1 make it single.
    pub max_select: i64,
    /// The types that are taken; empty is all.
    pub mime_types: Vec<String>,
    /// The sizes that thumbnails are made in.
    pub thumbs: Vec<String>,
    /// Whether a token is needed to read it.
    pub protected: bool,
    /// Whether empty is refused.
    pub required: bool,
}

/// Options of `password`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PasswordOptions {
    /// Fewest characters.
    pub min: i64,
    /// Most characters; 0 is 71.
    pub max: i64,
    /// What the plain password must match; `""` is anything.
    pub pattern: String,
    /// Kept for PocketBase's clients; argon2id has its own settings.
    pub cost: i64,
    /// Whether it must be set.
    pub required: bool,
}

impl Field {
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
}
