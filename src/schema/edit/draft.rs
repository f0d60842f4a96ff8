//! A collection on its way from a submitted body to its stored form.

use super::fields;
use crate::id;
use crate::schema::collection::Rules;
use crate::schema::{Collection, Field, Kind, Schema, auth_options, field, index};
use serde_json::{Map, Value as Json};

/// A collection whose type and indexes are still as they were submitted.
#[derive(Clone)]
pub struct Draft {
    /// Everything but the indexes.
    pub collection: Collection,
    /// The type as it was submitted, which may be none.
    pub type_name: String,
    /// The statements of its indexes.
    pub statements: Vec<String>,
    /// The id that was made from type and name, as long as nobody chose another.
    pub made_id: Option<String>,
}

impl Draft {
    /// What a body for a new collection is put over.
    pub fn scaffold(kind: Kind, name: &str) -> Self {
        let id = made_id(kind.name(), name);
        let mut draft = Draft { made_id: Some(id.clone()), ..Draft::blank(kind, name, id) };
        fields::add_defaults(&mut draft);
        draft
    }

    /// A collection without fields.
    pub fn blank(kind: Kind, name: &str, id: String) -> Self {
        let collection = Collection {
            number: 0,
            id,
            name: name.to_owned(),
            kind,
            system: false,
            internal: false,
            fields: Vec::new(),
            indexes: Vec::new(),
            rules: Rules::default(),
            auth: (kind == Kind::Auth).then(|| Box::new(auth_options::defaults())),
            view_query: String::new(),
            created: String::new(),
            updated: String::new(),
            next_field: 1,
        };
        Draft { collection, type_name: kind.name().to_owned(), statements: Vec::new(), made_id: None }
    }

    /// What a body for an existing collection is put over.
    pub fn of(current: &Collection) -> Self {
        Draft {
            collection: current.clone(),
            type_name: current.kind.name().to_owned(),
            statements: current.indexes.iter().map(|i| i.sql.clone()).collect(),
            made_id: None,
        }
    }

    /// Puts the body over the draft; `None` when a key has the wrong type. `fields` and `indexes` replace the lists.
    pub fn merge(&mut self, body: &Map<String, Json>, original: Option<&Collection>) -> Option<()> {
        let text = |json: &Json| if json.is_null() { Some(String::new()) } else { json.as_str().map(str::to_owned) };
        for (key, value) in body {
            match key.as_str() {
                "id" => self.collection.id = text(value)?,
                "name" => self.collection.name = text(value)?,
                "type" => self.type_name = text(value)?,
                "viewQuery" => self.collection.view_query = text(value)?,
                "system" => self.collection.system = if value.is_null() { false } else { value.as_bool()? },
                "fields" => self.collection.fields = fields::read(value, original)?,
                "indexes" => self.statements = if value.is_null() { Vec::new() } else { field::read::texts(value)? },
                key => {
                    if let Some(rule) = self.collection.rules.by_key_mut(key) {
                        *rule = if value.is_null() { None } else { Some(value.as_str()?.to_owned()) };
                    }
                }
            }
        }
        self.change_kind();
        if let Some(options) = &mut self.collection.auth {
            **options = auth_options::merged(options, body)?;
        }
        Some(())
    }

    /// A change of type is refused later; until then the options are checked as those of the new type.
    fn change_kind(&mut self) {
        if self.type_name.is_empty() {
            self.type_name = Kind::Base.name().to_owned();
        }
        let kind = Kind::named(&self.type_name).filter(|kind| *kind != Kind::View && *kind != self.collection.kind);
        if let Some(kind) = kind {
            self.collection.kind = kind;
            self.collection.auth = (kind == Kind::Auth).then(|| Box::new(auth_options::empty()));
        }
    }

    /// Adds what every collection has, and keeps ids, names and numbers in step.
    pub fn complete(&mut self, schema: &Schema, original: Option<&Collection>, now: &str) {
        if self.collection.id.is_empty() {
            self.collection.id = made_id(&self.type_name, &self.collection.name);
            self.made_id = Some(self.collection.id.clone());
        }
        if original.is_none() {
            self.collection.created = now.to_owned();
        }
        self.collection.updated = now.to_owned();
        if Kind::named(&self.type_name).is_some() {
            fields::add_defaults(self);
        }
        auth_options::drop_missing_mappings(&mut self.collection);
        if original.is_none() {
            self.refresh_id(schema);
        }
        self.name_table();
        fields::number(&mut self.collection, original);
        self.renew_secret(original);
    }

    /// A made id follows the name, and gets a number where it is taken; the names of the default indexes follow it.
    fn refresh_id(&mut self, schema: &Schema) {
        if self.made_id.as_ref() != Some(&self.collection.id) {
            return;
        }
        let base = made_id(&self.type_name, &self.collection.name);
        let is_free = |id: &String| schema.all().iter().all(|c| c.id != *id);
        let fresh = (2..1000).map(|i| format!("{base}{i}"));
        let fresh = std::iter::once(base.clone()).chain(fresh).find(is_free).unwrap_or(base);
        let old = std::mem::replace(&mut self.collection.id, fresh.clone());
        if old == fresh {
            return;
        }
        for sql in &mut self.statements {
            if let Some(mut statement) = index::parse(sql).filter(|s| s.name.contains(&old)) {
                statement.name = statement.name.replace(&old, &fresh);
                *sql = statement.build();
            }
        }
        self.made_id = Some(fresh);
    }

    /// The statements always name this collection, whatever was submitted.
    fn name_table(&mut self) {
        for sql in &mut self.statements {
            if let Some(mut statement) = index::parse(sql).filter(|s| s.table != self.collection.name) {
                statement.table = self.collection.name.clone();
                *sql = statement.build();
            }
        }
    }

    /// Who may sign in has changed, so everybody has to sign in again.
    fn renew_secret(&mut self, original: Option<&Collection>) {
        let before = original.and_then(|c| c.auth.as_ref()).map(|o| o.auth_rule.as_deref().unwrap_or_default().to_owned());
        if let (Some(options), Some(before)) = (&mut self.collection.auth, before)
            && options.auth_rule.as_deref().unwrap_or_default() != before
        {
            options.auth_token.secret = id::secret(50);
        }
    }

    /// The field with this name, in this case.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.collection.fields.iter_mut().find(|f| f.name == name)
    }
}

/// The id of a collection that was submitted without one.
fn made_id(type_name: &str, name: &str) -> String {
    format!("pbc_{}", crc32fast::hash(format!("{type_name}{name}").as_bytes()))
}
