//! The judgement: what each client heard, held against the log of the writes and the oracle of the rules.

use super::governor::at;
use super::rules::{Access, Grant, Viewer};
use super::subscription::{Bounds, Heard, Subscription};
use super::world::Done;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// Which images a bare user may have of another, or of anything: never these.
const NEVER: &[&str] = &["secret", "password", "tokenKey"];

/// A change: when, which record, and its image before and after.
type Change<'a> = (u64, &'a str, Option<&'a Json>, Option<&'a Json>);

/// The changes of one collection, in order.
type History<'a> = Vec<Change<'a>>;

/// So many changes lie between two stages.
const STAGE: usize = 100;

/// The versions of one record.
type Versions<'a> = Vec<(u64, Option<&'a Json>)>;

pub struct Judge<'a> {
    access: &'a [Access],
    histories: HashMap<&'static str, History<'a>>,
    images: HashMap<(&'static str, &'a str), Versions<'a>>,
    /// The records of each collection after every so many changes.
    stages: HashMap<&'static str, Vec<BTreeMap<&'a str, &'a Json>>>,
    grants: HashMap<String, Rc<Vec<(usize, Grant)>>>,
    pub faults: Vec<String>,
    pub figures: Figures,
}

#[derive(Default)]
pub struct Figures {
    pub heard: usize,
    pub snapshots: usize,
    pub spans: usize,
    /// Changes that had to arrive, and did.
    pub owed: usize,
}

/// The accesses from one number to another, for these viewers.
struct Window<'b> {
    from: usize,
    to: usize,
    viewers: &'b [Viewer],
}

impl<'a> Judge<'a> {
    /// `done` is in the order of the log.
    pub fn new(access: &'a [Access], done: &'a [Done]) -> Self {
        let mut histories: HashMap<_, History> = HashMap::new();
        let mut images: HashMap<_, Versions> = HashMap::new();
        for change in done {
            let versions = images.entry((change.collection, change.id.as_str())).or_default();
            let before = versions.last().and_then(|(_, image)| *image);
            versions.push((change.seq, change.after.as_ref()));
            histories.entry(change.collection).or_default().push((change.seq, &change.id, before, change.after.as_ref()));
        }
        let stages = histories.iter().map(|(name, history)| (*name, stages(history))).collect();
        Judge { access, histories, images, stages, grants: HashMap::new(), faults: Vec::new(), figures: Figures::default() }
    }

    pub fn subscription(&mut self, client: usize, subscription: &Subscription) {
        let mut faults = Vec::new();
        for heard in &subscription.heard {
            faults.extend(self.heard(subscription, heard).map(|fault| format!("{fault}, at {} about {}", heard.seq, heard.id)));
        }
        self.figures.heard += subscription.heard.len();
        for snapshot in &subscription.snapshots {
            let window = Bounds { from: snapshot.bounds.from.max(at(self.access, snapshot.seq)), ..snapshot.bounds.clone() };
            faults.extend(self.snapshot(subscription, snapshot.seq, &snapshot.set, &window));
        }
        self.figures.snapshots += subscription.snapshots.len();
        faults.extend(self.spans(subscription));
        let about = format!("client {client} on {}/{:?} {:?}", subscription.collection, subscription.record, subscription.filter);
        self.faults.extend(faults.into_iter().map(|fault| format!("{about}: {fault}")));
    }

    /// A delivered change is what was written, and its receiver may have it.
    fn heard(&mut self, subscription: &Subscription, heard: &Heard) -> Option<String> {
        let Bounds { from, to, viewers } = &heard.bounds;
        let window = Window { from: (*from).max(at(self.access, heard.seq)), to: *to, viewers };
        let truth = self.image(subscription.collection, &heard.id, heard.seq);
        let Some(image) = &heard.image else {
            let stays = truth.is_some_and(|record| wanted(subscription, record) && self.in_all(subscription, &window, record));
            let known = Window { from: 0, ..window };
            let versions = self.images.get(&(subscription.collection, heard.id.as_str())).cloned().unwrap_or_default();
            let earlier = versions.iter().filter(|(seq, _)| *seq <= heard.seq).filter_map(|(_, image)| *image);
            let could_know = earlier.into_iter().any(|record| wanted(subscription, record) && self.in_any(subscription, &known, record));
            return match (stays, could_know) {
                (true, _) => Some("told to be gone, but it is there".to_owned()),
                (_, false) => Some("LEAK: told that something is gone that it could never see".to_owned()),
                _ => None,
            };
        };
        let Some(truth) = truth else { return Some("told, but there was no such record".to_owned()) };
        self.delivered(subscription, &window, image, truth)
    }

    /// One image that a client got.
    fn delivered(&mut self, subscription: &Subscription, window: &Window, image: &Json, truth: &Json) -> Option<String> {
        if !wanted(subscription, truth) {
            return Some(format!("told, but the filter does not match {truth}"));
        }
        if !self.in_any(subscription, window, truth) {
            return Some(format!("LEAK to {:?}, accesses {} to {}: {truth}", window.viewers, window.from, window.to));
        }
        if !window.viewers.contains(&Viewer::Superuser)
            && let Some(leaked) = leaked(image, truth, window.viewers)
        {
            return Some(format!("LEAK of {leaked}: {image}"));
        }
        if let Some(author) = image.pointer("/expand/author")
            && !self.any("users", true, window, author)
        {
            return Some(format!("LEAK of an expanded user: {image}"));
        }
        differs(subscription, image, truth).map(|key| format!("{key} differs: told {image}, written {truth}"))
    }

    /// A snapshot is exactly what was there at its position.
    fn snapshot(&mut self, subscription: &Subscription, seq: u64, set: &BTreeMap<String, Json>, bounds: &Bounds) -> Vec<String> {
        let window = Window { from: bounds.from, to: bounds.to, viewers: &bounds.viewers };
        let mut faults = Vec::new();
        for (id, image) in set {
            let fault = match self.image(subscription.collection, id, seq) {
                Some(truth) => self.delivered(subscription, &window, image, truth),
                None => Some("there was no such record".to_owned()),
            };
            faults.extend(fault.map(|fault| format!("snapshot at {seq}, {id}: {fault}")));
        }
        for record in self.present(subscription, seq) {
            let id = record["id"].as_str().unwrap_or_default();
            if !set.contains_key(id) && wanted(subscription, record) && self.in_all(subscription, &window, record) {
                faults.push(format!("snapshot at {seq} lacks {record}"));
            }
        }
        faults
    }

    /// The records of a collection at a position.
    fn present(&self, subscription: &Subscription, seq: u64) -> Vec<&'a Json> {
        let history = &self.histories[subscription.collection];
        let end = history.partition_point(|change| change.0 <= seq);
        let mut present = self.stages[subscription.collection][end / STAGE].clone();
        history[end / STAGE * STAGE..end].iter().for_each(|change| apply(&mut present, change));
        present.into_values().collect()
    }

    /// Within each stretch that arrived as a whole, nothing is missing.
    fn spans(&mut self, subscription: &Subscription) -> Vec<String> {
        let mut faults = Vec::new();
        let heard: HashSet<_> = subscription.heard.iter().map(|h| (h.seq, h.id.as_str(), h.image.is_none())).collect();
        let history = std::mem::take(self.histories.get_mut(subscription.collection).expect("each collection has changes"));
        for span in subscription.spans.iter().filter(|span| span.from < span.to) {
            self.figures.spans += 1;
            let first = history.partition_point(|change| change.0 <= span.from);
            let changes = history[first..].iter().take_while(|change| change.0 <= span.to);
            for (seq, id, before, after) in changes {
                let window = Window { from: at(self.access, *seq).saturating_sub(1), to: span.bounds.to, viewers: &span.bounds.viewers };
                let stays = after.is_some_and(|record| wanted(subscription, record) && self.in_any(subscription, &window, record));
                let is_owed = match (before, after) {
                    (_, Some(record)) if stays => self.in_all(subscription, &window, record),
                    (Some(record), _) if !stays => wanted(subscription, record) && self.in_all(subscription, &window, record),
                    _ => false,
                };
                self.figures.owed += usize::from(is_owed);
                if is_owed && !heard.contains(&(*seq, *id, !stays)) {
                    let (from, to) = (span.from, span.to);
                    faults.push(format!("MISSING between {from} and {to}: {seq}, {id}: {before:?} became {after:?}"));
                }
            }
        }
        self.histories.insert(subscription.collection, history);
        faults
    }

    fn image(&self, collection: &'static str, id: &str, seq: u64) -> Option<&'a Json> {
        let versions = self.images.get(&(collection, id))?;
        versions[..versions.partition_point(|(at, _)| *at <= seq)].last().and_then(|(_, image)| *image)
    }

    fn in_any(&mut self, subscription: &Subscription, window: &Window, record: &Json) -> bool {
        self.any(subscription.collection, subscription.record.is_some(), window, record)
    }

    fn any(&mut self, collection: &'static str, of_one: bool, window: &Window, record: &Json) -> bool {
        let mut grants = window.viewers.iter().map(|viewer| self.grants(viewer, collection, of_one)).collect::<Vec<_>>();
        grants.iter_mut().any(|grants| within(grants, window).iter().any(|(_, grant)| grant.allows(record)))
    }

    fn in_all(&mut self, subscription: &Subscription, window: &Window, record: &Json) -> bool {
        let of_one = subscription.record.is_some();
        let grants = window.viewers.iter().map(|viewer| self.grants(viewer, subscription.collection, of_one)).collect::<Vec<_>>();
        grants.iter().all(|grants| within(grants, window).iter().all(|(_, grant)| grant.allows(record)))
    }

    /// What decides for a viewer, each from the number of the access that began it.
    fn grants(&mut self, viewer: &Viewer, collection: &'static str, of_one: bool) -> Rc<Vec<(usize, Grant)>> {
        let key = format!("{viewer:?} {collection} {of_one}");
        let access = self.access;
        let all = self.grants.entry(key).or_insert_with(|| {
            let mut runs: Vec<(usize, Grant)> = Vec::new();
            for (number, access) in access.iter().enumerate() {
                let grant = access.grant(viewer, collection, of_one);
                if runs.last().is_none_or(|(_, last)| *last != grant) {
                    runs.push((number, grant));
                }
            }
            Rc::new(runs)
        });
        all.clone()
    }
}

fn stages<'a>(history: &[Change<'a>]) -> Vec<BTreeMap<&'a str, &'a Json>> {
    let mut stages = vec![BTreeMap::new()];
    for part in history.chunks(STAGE) {
        let mut present = stages[stages.len() - 1].clone();
        part.iter().for_each(|change| apply(&mut present, change));
        stages.push(present);
    }
    stages
}

fn apply<'a>(present: &mut BTreeMap<&'a str, &'a Json>, (_, id, _, after): &Change<'a>) {
    match after {
        Some(record) => _ = present.insert(id, record),
        None => _ = present.remove(id),
    }
}

fn within<'b>(grants: &'b [(usize, Grant)], window: &Window) -> &'b [(usize, Grant)] {
    let first = grants.partition_point(|(number, _)| *number <= window.from).saturating_sub(1);
    let end = grants.partition_point(|(number, _)| *number <= window.to.max(window.from));
    &grants[first..end]
}

/// Whether a subscription asks for a record, whoever may see it.
fn wanted(subscription: &Subscription, record: &Json) -> bool {
    match &subscription.record {
        Some(id) => record["id"] == id.as_str(),
        None => subscription.filter.matches(record),
    }
}

/// What a viewer who is no superuser must not get in any image.
fn leaked(image: &Json, truth: &Json, viewers: &[Viewer]) -> Option<&'static str> {
    if let Some(key) = NEVER.iter().find(|key| image.get(**key).is_some()) {
        return Some(key);
    }
    let own = viewers.iter().any(|viewer| matches!(viewer, Viewer::User(id, _) if truth["id"] == id.as_str()));
    (image.get("email").is_some() && truth["emailVisibility"] != true && !own).then_some("email")
}

/// The first field whose value is not what was written.
fn differs<'b>(subscription: &Subscription, image: &'b Json, truth: &'b Json) -> Option<&'b str> {
    let chosen = |key: &str| subscription.fields.is_empty() || subscription.fields.split(',').any(|field| field == key);
    // Fields that not everybody gets are judged as leaks; `extra` comes and goes with the schema.
    let plain = |key: &str| !matches!(key, "secret" | "email" | "extra" | "expand") && chosen(key);
    let keys = truth.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let wrong = keys.filter(|key| plain(key)).find(|key| image.get(*key) != truth.get(*key));
    wrong.or_else(|| {
        image.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).find(|key| plain(key) && truth.get(*key).is_none())
    })
}
