//! Making transactions up: mostly possible ones, on few records, so that they meet.

use super::dice::Dice;
use super::oracle::{Fields, Model, Step, object};
use serde_json::{Value as Json, json};

const TAGS: &[&str] = &["a", "b", "c", "d", "e"];
/// More records than this are not made.
const MOST: usize = 60;

/// A transaction of one to four steps.
pub fn transaction(dice: &mut Dice, model: &Model) -> Vec<Step> {
    let length = if dice.percent(60) { 1 } else { 2 + dice.below(3) };
    (0..length).map(|_| step(dice, model)).collect()
}

/// A step that only changes what is there.
pub fn change(dice: &mut Dice, model: &Model) -> Step {
    let id = one_of(dice, model, "items");
    Step::Update { collection: "items", id, body: item(dice, model) }
}

fn step(dice: &mut Dice, model: &Model) -> Step {
    let full = MOST < model.ids("items").len() || MOST < model.ids("owners").len();
    match dice.below(20) {
        0..=2 if !full => Step::Create { collection: "owners", body: with_id(dice, json!({"name": dice.clone().word(2)})) },
        3..=6 if !full => {
            let mut body = item(dice, model);
            body.entry("code").or_insert(json!(code(dice)));
            body.retain(|key, _| !key.contains(['+', '-']));
            Step::Create { collection: "items", body: with_id(dice, Json::Object(body)) }
        }
        7 | 8 => {
            let must = if dice.percent(95) { one_of(dice, model, "owners") } else { String::new() };
            Step::Create { collection: "notes", body: with_id(dice, json!({"must": must, "text": dice.clone().word(5)})) }
        }
        9 if model.has_temps => {
            let to = one_of(dice, model, "items");
            Step::Create { collection: "temps", body: with_id(dice, json!({"to": to})) }
        }
        10 => Step::Delete { collection: "owners", id: one_of(dice, model, "owners") },
        11 | 12 => Step::Delete { collection: "items", id: one_of(dice, model, "items") },
        13 | 14 => Step::Delete { collection: "notes", id: one_of(dice, model, "notes") },
        15 => {
            let id = one_of(dice, model, "owners");
            Step::Update { collection: "owners", id, body: object(json!({"name": dice.word(2)})) }
        }
        _ => change(dice, model),
    }
}

/// An id that is there, seldom one that is not.
fn one_of(dice: &mut Dice, model: &Model, collection: &'static str) -> String {
    let ids = model.ids(collection);
    let n = dice.below(ids.len());
    match ids.get(n) {
        Some(id) if dice.percent(97) => (*id).to_owned(),
        _ => "nobody000000000".to_owned(),
    }
}

fn with_id(dice: &mut Dice, body: Json) -> Fields {
    let mut body = object(body);
    body.insert("id".into(), dice.word(15).into());
    body
}

/// Short enough to meet others, in letters of both cases.
fn code(dice: &mut Dice) -> String {
    let word = dice.word(2);
    if dice.percent(50) { word.to_uppercase() } else { word }
}

fn item(dice: &mut Dice, model: &Model) -> Fields {
    let mut body = Fields::new();
    if dice.percent(30) {
        body.insert("code".into(), code(dice).into());
    }
    let n = dice.below(1000);
    match dice.below(4) {
        0 => drop(body.insert("n".into(), n.into())),
        1 => drop(body.insert("n+".into(), (n % 5).into())),
        2 => drop(body.insert("n-".into(), (n % 3).into())),
        _ => {}
    }
    if dice.percent(40) {
        let key = ["tags", "tags+", "+tags", "tags-"][dice.below(4)];
        let tags: Vec<_> = (0..dice.below(3)).map(|_| TAGS[dice.below(TAGS.len())]).collect();
        body.insert(key.into(), json!(tags));
    }
    if dice.percent(30) {
        let owner = if dice.percent(80) { one_of(dice, model, "owners") } else { String::new() };
        body.insert("owner".into(), owner.into());
    }
    if dice.percent(40) {
        let key = ["links", "links+", "+links", "links-"][dice.below(4)];
        let links: Vec<_> = (0..dice.below(3)).map(|_| one_of(dice, model, "items")).collect();
        body.insert(key.into(), json!(links));
    }
    if dice.percent(20) {
        body.insert("extra".into(), dice.below(9).into());
    }
    body
}
