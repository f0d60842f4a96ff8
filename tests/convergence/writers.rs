//! Writers: random transactions, each writer on records of its own, so that an answer tells what a record is from its commit on.

use super::dice::Dice;
use super::world::{COLLECTIONS, Done, TEAMS, USERS, World, count, user_id};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Few enough records stay that a list is one page.
const MOST: usize = 40;

struct Writer {
    world: Arc<World>,
    number: usize,
    dice: Dice,
    own: BTreeMap<&'static str, Vec<String>>,
}

struct Step {
    method: &'static str,
    collection: &'static str,
    id: String,
    body: Json,
}

/// Writes until there are `enough` changes by all writers together, or somebody says that it is written.
pub async fn run(world: Arc<World>, number: usize, dice: Dice, enough: usize) {
    let mut writer = Writer { world, number, dice, own: COLLECTIONS.map(|name| (name, Vec::new())).into() };
    while writer.world.changes.load(Ordering::Relaxed) < enough && !writer.world.is_written() {
        let most = if writer.dice.percent(40) { 1 } else { 12 };
        let steps = writer.draft(1 + writer.dice.clone().below(most));
        writer.dice.next();
        writer.write(steps).await;
        // So that there is time for connections to be lost meanwhile.
        tokio::time::sleep(Duration::from_millis(writer.dice.next() % 50)).await;
    }
}

impl Writer {
    fn draft(&mut self, length: usize) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        while steps.len() < length {
            let collection = COLLECTIONS[self.dice.below(3)];
            let own = self.own[collection].len();
            let step = match self.dice.below(10) {
                0..=2 if own < MOST => Some(self.create(collection)),
                0..=2 => self.delete(collection, &steps),
                3 if 5 < own => self.delete(collection, &steps),
                _ if own < 5 => Some(self.create(collection)),
                _ => self.update(collection, &steps),
            };
            steps.extend(step);
        }
        steps
    }

    fn create(&mut self, collection: &'static str) -> Step {
        let id = format!("w{:02}{}", self.number, self.dice.word(12));
        let mut body = self.fields();
        body.insert("id".into(), id.clone().into());
        // Now and then a large one, which fills the buffers of a client that does not read.
        let length = if self.dice.percent(10) { 2000 } else { 20 };
        body.insert("secret".into(), self.dice.word(8).into());
        body.insert("title".into(), self.dice.word(length).into());
        Step { method: "POST", collection, id, body: body.into() }
    }

    fn update(&mut self, collection: &'static str, steps: &[Step]) -> Option<Step> {
        let id = self.pick(collection, steps)?;
        let mut body = self.fields();
        // Most updates change a few fields; what a rule or a filter reads is often among them.
        let keep = self.dice.below(5);
        body.retain(|_, _| self.dice.below(5) <= keep);
        body.insert("n".into(), self.dice.below(100).into());
        Some(Step { method: "PATCH", collection, id, body: body.into() })
    }

    fn delete(&mut self, collection: &'static str, steps: &[Step]) -> Option<Step> {
        let id = self.pick(collection, steps)?;
        Some(Step { method: "DELETE", collection, id, body: Json::Null })
    }

    /// One of the own records that this transaction does not touch yet.
    fn pick(&mut self, collection: &'static str, steps: &[Step]) -> Option<String> {
        let own = &self.own[collection];
        let id = own.get(self.dice.below(own.len()))?;
        steps.iter().all(|step| step.id != *id).then(|| id.clone())
    }

    fn fields(&mut self) -> Map<String, Json> {
        let user = |dice: &mut Dice| user_id(dice.below(USERS));
        let fields = json!({"owner": user(&mut self.dice), "author": user(&mut self.dice), "team": TEAMS[self.dice.below(4)],
            "shared": self.dice.percent(30), "tag": format!("t{}", self.dice.below(10)), "level": self.dice.below(6),
            "n": self.dice.below(100), "title": self.dice.word(12)});
        match fields {
            Json::Object(map) => map,
            _ => Map::new(),
        }
    }

    async fn write(&mut self, steps: Vec<Step>) {
        let path = |step: &Step| match step.method {
            "POST" => format!("/api/collections/{}/records", step.collection),
            _ => format!("/api/collections/{}/records/{}", step.collection, step.id),
        };
        let (answers, position) = if let [step] = &steps[..] {
            let method = step.method.parse().expect("a method");
            let (answer, position) = self.world.api.send(method, &path(step), step.body.clone()).await;
            (vec![answer], position)
        } else {
            let requests: Vec<_> = steps.iter().map(|s| json!({"method": s.method, "url": path(s), "body": s.body})).collect();
            let (mut answer, position) = self.world.api.send(reqwest::Method::POST, "/api/batch", json!({"requests": requests})).await;
            let answers = answer.as_array_mut().expect("a batch answers with a list");
            (answers.iter_mut().map(|one| one["body"].take()).collect(), position)
        };
        let seq = position.expect("a write tells its position").seq;
        assert_eq!(answers.len(), steps.len(), "each step has its answer");
        count(&self.world.counts.transactions);
        self.world.changes.fetch_add(steps.len(), Ordering::Relaxed);
        let mut done = self.world.done.lock();
        for (step, answer) in steps.into_iter().zip(answers) {
            let own = self.own.get_mut(step.collection).expect("each collection has its list");
            match step.method {
                "POST" => own.push(step.id.clone()),
                "DELETE" => own.retain(|id| *id != step.id),
                _ => {}
            }
            let after = (step.method != "DELETE").then_some(answer);
            done.push(Done { seq, collection: step.collection, id: step.id, after });
        }
    }
}
