//! A collection: what kind of records, which fields, who may do what.

use super::{Field, Index, Options};

/// What a collection holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plain records.
    Base,
    /// Records that can sign in.
    Auth,
    /// The rows of a query; not supported yet.
    View,
}

impl Kind {
    /// The `type` of the wire.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Base => "base",
            Kind::Auth => "auth",
            Kind::View => "view",
        }
    }

    /// The kind with this `type`.
    pub fn named(name: &str) -> Option<Self> {
        [Kind::Base, Kind::Auth, Kind::View].into_iter().find(|kind| kind.name() == name)
    }
}

/// Access rules: `None` is superusers only, `""` everyone, else an expression that must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// Which records a list shows.
    pub list: Option<String>,
    /// Which records can be read one by one and expanded.
    pub view: Option<String>,
    /// Which records may be created.
    pub create: Option<String>,
    /// Which records may be changed.
    pub update: Option<String>,
    /// Which records may be deleted.
    pub delete: Option<String>,
}

impl Rules {
    /// The keys of the wire with the rules, in the order of the wire.
    pub fn by_key(&self) -> [(&'static str, &Option<String>); 5] {
        [
            ("listRule", &self.list),
            ("viewRule", &self.view),
            ("createRule", &self.create),
            ("updateRule", &self.update),
            ("deleteRule", &self.delete),
        ]
    }

    /// The rule behind a key of the wire.
    pub fn by_key_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        match key {
            "listRule" => Some(&mut self.list),
            "viewRule" => Some(&mut self.view),
            "createRule" => Some(&mut self.create),
            "updateRule" => Some(&mut self.update),
            "deleteRule" => Some(&mut self.delete),
            _ => None,
        }
    }
}

/// A collection at work. Its stored and sent forms are `schema::stored` and `schema::wire`.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// The number in the keys of its records; never used again.
    pub number: u32,
    /// The id that stays across renames.
    pub id: String,
    /// The name in paths and rules.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether Luge itself depends on it.
    pub system: bool,
    /// Whether it is hidden from every API: where the server keeps its own state.
    pub internal: bool,
    /// The fields in the order that the user gave them; `id` is always among them, with number 0.
    pub fields: Vec<Field>,
    /// The indexes that the user asked for. Relation fields are indexed without being named here.
    pub indexes: Vec<Index>,
    /// Who may do what.
    pub rules: Rules,
    /// What only auth collections have.
    pub auth: Option<Box<AuthOptions>>,
    /// The query of a view.
    pub view_query: String,
    /// When it was created, as a date text.
    pub created: String,
    /// When it was last edited, as a date text.
    pub updated: String,
    /// The number that the next new field gets; never goes down.
    pub next_field: u16,
}

impl Collection {
    /// A collection that is in no schema and holds nothing: its records only give things a shape that expressions can be asked about.
    pub fn shape(name: &str, fields: impl IntoIterator<Item = (&'static str, Options)>) -> Self {
        let field = |(i, (name, options)): (usize, (&str, Options))| Field {
            number: i as u16,
            id: name.to_owned(),
            name: name.to_owned(),
            system: true,
            hidden: false,
            presentable: false,
            help: String::new(),
            options,
        };
        let fields: Vec<Field> = fields.into_iter().enumerate().map(field).collect();
        Collection {
            number: u32::MAX,
            id: name.to_owned(),
            name: name.to_owned(),
            kind: Kind::Base,
            system: true,
            internal: true,
            next_field: fields.len() as u16,
            fields,
            indexes: Vec::new(),
            rules: Rules::default(),
            auth: None,
            view_query: String::new(),
            created: String::new(),
            updated: String::new(),
        }
    }

    /// The field with this name, in this case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field with this number.
    pub fn field_by_number(&self, number: u16) -> Option<&Field> {
        self.fields.iter().find(|f| f.number == number)
    }

    /// The field with this id.
    pub fn field_by_id(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Whether its records can sign in.
    pub fn is_auth(&self) -> bool {
        self.kind == Kind::Auth
    }

    /// Whether it is the collection of superusers.
    pub fn is_superusers(&self) -> bool {
        self.name == "_superusers"
    }
}

/// A secret that signs one kind of token, and how long such a token lives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TokenOptions {
    /// 30 to 255 characters; never sent.
    pub secret: String,
    /// Seconds.
    pub duration: i64,
}

/// The options of an auth collection. What has no effect yet is kept as it was sent, in `rest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuthOptions {
    /// Who may sign in: as the rules of a collection.
    pub auth_rule: Option<String>,
    /// Who may manage other records' email, password and verification.
    pub manage_rule: Option<String>,
    /// Whether signing in with a password is on.
    pub password_enabled: bool,
    /// The fields that a password sign-in looks the identity up in.
    pub identity_fields: Vec<String>,
    /// Whether multi-factor sign-in is on, its seconds, and the rule of who needs it.
    pub mfa: serde_json::Value,
    /// One-time passwords: enabled, duration, length, emailTemplate.
    pub otp: serde_json::Value,
    /// OAuth2: enabled, providers, mappedFields.
    pub oauth2: serde_json::Value,
    /// The mail about a sign-in from a new place.
    pub auth_alert: serde_json::Value,
    /// Signs sign-in tokens.
    pub auth_token: TokenOptions,
    /// Signs password-reset links.
    pub password_reset_token: TokenOptions,
    /// Signs email-change links.
    pub email_change_token: TokenOptions,
    /// Signs verification links.
    pub verification_token: TokenOptions,
    /// Signs links to protected files.
    pub file_token: TokenOptions,
    /// Mail template: verification.
    pub verification_template: serde_json::Value,
    /// Mail template: password reset.
    pub reset_password_template: serde_json::Value,
    /// Mail template: email change.
    pub confirm_email_change_template: serde_json::Value,
}
