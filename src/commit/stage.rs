//! Steps 1 to 4 of a transaction: load, patch, judge, validate. Only reads; everything it finds lands in a `StagedSet`.

use super::auth_form::{self, Form};
use super::conflicts;
use super::passwords::{Known, Need};
use super::staged::{Original, StagedSet};
use super::state::World;
use super::unique::Claims;
use super::{Db, Op, Transaction};
use crate::error::{Code, Error, FieldErrors, Problem, Result};
use crate::query::{Authority, Overlay, Row, View, entries};
use crate::rules::Request;
use crate::schema::{Collection, Field, Kind, Options, Record, patch, validate};
use crate::value::{Value, time};
use serde_json::{Map, Value as Json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A transaction that is being staged.
pub(crate) struct Stage<'a> {
    pub db: &'a Db,
    pub tx: &'a Transaction,
    /// Who asks, as they are now: the record that came with the token may have changed since.
    pub authority: Authority,
    /// What rules can know of the step that is being done.
    pub request: &'a Request,
    pub known: &'a Known,
    /// The collections, with edits that are being prepared.
    pub world: Arc<World>,
    /// Sees what was staged so far.
    pub view: View,
    pub set: StagedSet,
    /// The unique keys that staged records hold.
    pub claims: Claims,
    /// Hashes of what this transaction relies on (`conflicts`).
    pub watched: Vec<u64>,
    pub needs: Vec<Need>,
    pub now: String,
    /// Whether a script gave up because it held up a thread that must not be.
    pub slow: Cell<bool>,
    /// How many writes of hooks led to the step at hand.
    pub depth: usize,
}

/// Which message a problem of a save gets.
#[derive(Clone, Copy)]
pub(super) enum Saving {
    Create,
    Update,
}

impl Saving {
    pub fn failed(self) -> &'static str {
        match self {
            Saving::Create => "Failed to create record.",
            Saving::Update => "Failed to update record.",
        }
    }
}

impl<'a> Stage<'a> {
    /// An empty stage over what is stored now.
    pub fn new(db: &'a Db, tx: &'a Transaction, known: &'a Known) -> Result<Self> {
        let world = db.world();
        let overlay = Some(Arc::new(Overlay::default()));
        let view = View { overlay, noted: Some(Arc::default()), ..world.view(db.store()) };
        let authority = current_authority(&view, &tx.authority)?;
        let now = time::from_millis(db.clock().now());
        let (set, claims) = (StagedSet::default(), Claims::default());
        Ok(Stage {
            db,
            tx,
            authority,
            request: &tx.request,
            known,
            world,
            view,
            set,
            claims,
            watched: Vec::new(),
            needs: Vec::new(),
            now,
            slow: Cell::new(false),
            depth: 0,
        })
    }

    /// Does one step. Answers the record as the step leaves it.
    pub fn run(&mut self, op: &Op) -> Result<Option<Arc<Record>>> {
        match op {
            Op::Create { collection, body } => self.create(&self.current(collection)?, body).map(Some),
            Op::Update { collection, id, body, if_match } => self.update(&self.current(collection)?, id, body, *if_match).map(Some),
            Op::Upsert { collection, body, if_match } => self.upsert(&self.current(collection)?, body, *if_match).map(Some),
            Op::Delete { collection, id, if_match } => self.delete(&self.current(collection)?, id, *if_match).map(|()| None),
            Op::Put { record } => self.put(record).map(Some),
            Op::Remove { collection, id } => self.remove(&self.current(collection)?, id).map(|()| None),
        }
    }

    /// The collection as it is now: the caller's may be older.
    fn current(&self, collection: &Collection) -> Result<Arc<Collection>> {
        let found = self.view.schema.by_number(collection.number).cloned();
        found.ok_or_else(|| Error::new(Code::NotFound, "Missing collection context."))
    }

    fn create(&mut self, collection: &Arc<Collection>, body: &Map<String, Json>) -> Result<Arc<Record>> {
        self.writable(collection, &collection.rules.create)?;
        let patched = patch::apply(collection, &Record::new(collection.clone()), body, self.authority.bypasses_rules());
        let manager = self.may_create(&patched)?;
        self.save(Saving::Create, None, patched, body, manager)
    }

    fn update(&mut self, collection: &Arc<Collection>, id: &str, body: &Map<String, Json>, if_match: Option<u64>) -> Result<Arc<Record>> {
        self.writable(collection, &collection.rules.update)?;
        let row = self.load(collection, id, if_match)?;
        let base = row.to_record();
        let patched = patch::apply(collection, &base, body, self.authority.bypasses_rules());
        let manager = self.may_change(&row, &patched.body, &collection.rules.update)?;
        self.save(Saving::Update, Some(row), patched, body, manager)
    }

    fn upsert(&mut self, collection: &Arc<Collection>, body: &Map<String, Json>, if_match: Option<u64>) -> Result<Arc<Record>> {
        let id = body.get("id").and_then(Json::as_str).unwrap_or("");
        if !id.is_empty() && self.view.get(collection, id)?.is_some() {
            return self.update(collection, id, body, if_match);
        }
        self.create(collection, body)
    }

    fn delete(&mut self, collection: &Arc<Collection>, id: &str, if_match: Option<u64>) -> Result<()> {
        self.writable(collection, &collection.rules.delete)?;
        let row = self.load(collection, id, if_match)?;
        self.may_change(&row, &self.request.body, &collection.rules.delete)?;
        if collection.is_superusers() {
            self.watch(conflicts::members(collection.number));
            if self.view.count(collection)? <= 1 {
                return Err(Error::bad_request("You can't delete the only existing superuser."));
            }
        }
        self.delete_with_references(row)
    }

    fn put(&mut self, record: &Record) -> Result<Arc<Record>> {
        let before = self.view.get(&record.collection, record.id())?;
        let record = placed(before.as_ref(), record.clone());
        let gained = self.world.entries(&Row::Record(record.clone()))?;
        let problems = self.claim(before.as_ref(), &record, &gained)?;
        if !problems.is_empty() {
            return Err(Error::bad_request(Saving::Create.failed()).with_fields(problems));
        }
        self.note(before.as_ref(), &record.collection, record.id(), Some(record.clone()), gained)?;
        Ok(record)
    }

    fn remove(&mut self, collection: &Arc<Collection>, id: &str) -> Result<()> {
        match self.view.get(collection, id)? {
            Some(row) => self.stage_delete(&row),
            None => Ok(()),
        }
    }

    fn writable(&self, collection: &Collection, rule: &Option<String>) -> Result<()> {
        if collection.kind == Kind::View {
            return Err(Error::bad_request("Unsupported collection type."));
        }
        if rule.is_none() && !self.authority.bypasses_rules() {
            return Err(Error::new(Code::Forbidden, "Only superusers can perform this action."));
        }
        Ok(())
    }

    fn load(&mut self, collection: &Arc<Collection>, id: &str, if_match: Option<u64>) -> Result<Row> {
        let row = self.view.get(collection, id)?.ok_or_else(|| Error::of(Code::NotFound))?;
        match if_match {
            Some(rev) if rev != row.rev() => Err(Error::of(Code::PreconditionFailed)),
            _ => Ok(row),
        }
    }

    fn save(
        &mut self,
        saving: Saving,
        before: Option<Row>,
        patched: patch::Patched,
        body: &Map<String, Json>,
        manager: bool,
    ) -> Result<Arc<Record>> {
        let original = before.as_ref().map(Row::to_record);
        let patch::Patched { mut record, passwords, .. } = patched;
        if record.collection.is_auth() {
            let form = Form { body, original: original.as_deref(), record: &record, manager };
            let problems = auth_form::check(&form, self.known, &mut self.needs);
            self.refuse_if(saving, problems)?;
        }
        if original.is_none() {
            patch::fill_generated(&mut record)?;
        }
        let added = self.before_save(original.as_deref(), &mut record)?;
        let mut problems = validate::record(&record, original.as_deref(), &passwords);
        problems.merge(self.missing_relations(&record)?);
        problems.merge(self.similar_id(original.as_deref(), &record)?);
        self.refuse_if(saving, problems)?;
        self.finish_auth(original.as_deref(), &mut record, &passwords)?;
        self.touch_autodates(&mut record, original.is_none());
        let problems = self.taken_id(original.as_deref(), &record)?;
        self.refuse_if(saving, problems)?;
        let record = placed(before.as_ref(), record);
        let gained = self.world.entries(&Row::Record(record.clone()))?;
        let problems = self.claim(before.as_ref(), &record, &gained)?;
        self.refuse_if(saving, problems)?;
        self.note(before.as_ref(), &record.collection, record.id(), Some(record.clone()), gained)?;
        if let Some(original) = &original {
            self.satellites_of_changed(original, &record)?;
        }
        self.add(added)?;
        Ok(record)
    }

    fn refuse_if(&self, saving: Saving, problems: FieldErrors) -> Result<()> {
        if problems.is_empty() { Ok(()) } else { Err(Error::bad_request(saving.failed()).with_fields(problems)) }
    }

    /// Replaces plain passwords by hashes, and gives a new token key where old tokens must end.
    fn finish_auth(&mut self, original: Option<&Record>, record: &mut Record, passwords: &BTreeMap<u16, String>) -> Result<()> {
        for (field, plain) in passwords.iter().filter(|(_, plain)| !plain.is_empty()) {
            match self.known.hashes.get(plain) {
                Some(hash) => record.set(*field, Value::text(hash.clone())),
                None => self.needs.push(Need::Hash(plain.clone())),
            }
        }
        if record.collection.is_superusers() {
            record.set_named("verified", Value::Bool(true));
        }
        let Some(original) = original.filter(|o| o.collection.is_auth()) else { return Ok(()) };
        let same = |name: &str| original.get_named(name) == record.get_named(name);
        if same("tokenKey") && (!same("password") || !same("email")) {
            record.set_named("tokenKey", Value::text(crate::id::secret(50)));
        }
        Ok(())
    }

    /// Sets the fields that hold the time of a save.
    pub(super) fn touch_autodates(&self, record: &mut Record, is_new: bool) {
        let due = |f: &&Field| match &f.options {
            Options::Autodate(o) => {
                if is_new {
                    o.on_create
                } else {
                    o.on_update
                }
            }
            _ => false,
        };
        let numbers: Vec<u16> = record.collection.fields.iter().filter(due).map(|f| f.number).collect();
        for number in numbers {
            record.set(number, Value::text(self.now.clone()));
        }
    }

    /// Relation fields must name records that exist, also at the moment of the commit.
    fn missing_relations(&mut self, record: &Record) -> Result<FieldErrors> {
        let mut errors = FieldErrors::new();
        let schema = self.view.schema.clone();
        for field in &record.collection.fields {
            let Some(options) = field.relation() else { continue };
            let value = record.get(field);
            let items = value.items();
            if items.is_empty() {
                continue;
            }
            let Some(target) = schema.find(&options.collection_id) else {
                errors.add(
                    &field.name,
                    Problem::new("validation_missing_rel_collection", "Relation connection is missing or cannot be accessed."),
                );
                continue;
            };
            for id in items {
                if self.view.get(target, id)?.is_none() {
                    errors.add(
                        &field.name,
                        Problem::new("validation_missing_rel_records", "Failed to find all relation records with the provided ids."),
                    );
                }
            }
        }
        Ok(errors)
    }

    /// Whether the stage has already deleted it.
    pub(super) fn is_gone(&self, collection: &Collection, id: &str) -> bool {
        self.set.get(collection.number, id).is_some_and(|s| s.after.is_none())
    }

    /// Notes something that must not change before the commit.
    pub(super) fn watch(&mut self, hash: u64) {
        self.watched.push(hash);
    }

    /// Hashes of everything that must not change before the commit: what was noted here, and what reading has looked up.
    pub(super) fn relied_on(&self) -> Vec<u64> {
        let noted = self.view.noted.iter().flat_map(|noted| noted.lock().clone());
        self.watched.iter().copied().chain(noted.map(|(collection, id)| conflicts::record(collection, &id))).collect()
    }

    /// Stages a new state of a record.
    pub(super) fn stage_save(&mut self, before: Option<&Row>, record: Record) -> Result<()> {
        let record = placed(before, record);
        let gained = self.world.entries(&Row::Record(record.clone()))?;
        self.note(before, &record.collection, record.id(), Some(record.clone()), gained)
    }

    /// Stages the end of a record.
    pub(super) fn stage_delete(&mut self, row: &Row) -> Result<()> {
        self.note(Some(row), row.collection(), &row.id(), None, Vec::new())
    }

    fn note(
        &mut self,
        before: Option<&Row>,
        collection: &Arc<Collection>,
        id: &str,
        after: Option<Arc<Record>>,
        gained: Vec<entries::Entry>,
    ) -> Result<()> {
        // Whatever led here: the new state was made from the one before, so that must still be the last one.
        self.watch(conflicts::record(collection.number, id));
        let original = match before {
            Some(Row::Stored(s)) => Some(Original { rowid: s.rowid, rev: s.rev, row: s.row.clone() }),
            _ => None,
        };
        let overlay = Arc::make_mut(self.view.overlay.get_or_insert_default());
        match &after {
            Some(record) => overlay.put(record.clone()),
            None => overlay.delete(collection.number, id),
        }
        self.claims.replace(collection.number, id, &gained);
        self.set.put(collection, id, original, after, gained);
        Ok(())
    }
}

/// A record in the place of the one before it.
fn placed(before: Option<&Row>, mut record: Record) -> Arc<Record> {
    record.rowid = before.map(Row::rowid).filter(|r| *r != u64::MAX);
    record.rev = before.map_or(0, Row::rev);
    Arc::new(record)
}

/// Who asks, as they are now. Whoever is gone, or whose tokens were ended, is a guest, as with the next request.
fn current_authority(view: &View, authority: &Authority) -> Result<Authority> {
    let Some(known) = authority.record() else { return Ok(authority.clone()) };
    let Some(row) = view.get(&known.collection, known.id())? else { return Ok(Authority::guest()) };
    if row.rev() == known.rev {
        return Ok(authority.clone());
    }
    let record = row.to_record();
    let holds = record.get_named("tokenKey") == known.get_named("tokenKey");
    Ok(if holds { Authority::of(Some(record)) } else { Authority::guest() })
}
