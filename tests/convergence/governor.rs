//! The governor: changes roles, rules and the schema, ends tokens, and stops and kills the server, one after the other.

use super::dice::Dice;
use super::rules::{Access, Rule};
use super::world::{Done, PASSING, TEAMS, USERS, World, count, user_id};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What each collection's rules change between.
const CHOICE: &[(&str, &[Rule])] = &[
    ("notes", &[Rule::Owner, Rule::OwnerOrShared, Rule::Level]),
    ("tasks", &[Rule::Editor, Rule::TeamOrEditor, Rule::Level]),
    ("posts", &[Rule::Public, Rule::Shared, Rule::SignedIn, Rule::Locked]),
    ("users", &[Rule::SignedIn, Rule::Oneself]),
];

/// At which share of the changes, in percent, the server is stopped (`false`) or killed (`true`).
const ENDS: &[(usize, bool)] = &[(12, true), (30, false), (45, true), (60, true), (75, false), (88, true)];

/// How many edits there are, spread over the changes: after one that concerns many, they need time to stream again.
const EDITS: usize = 120;

/// Governs until the writers have done `enough`.
pub async fn run(world: Arc<World>, mut dice: Dice, enough: usize) {
    let mut ends = ENDS.iter().peekable();
    let (mut edits, mut gone) = (0, 0);
    while edits < EDITS || ends.peek().is_some() {
        let done = world.changes.load(Ordering::Relaxed);
        if let Some((_, kill)) = ends.next_if(|(percent, _)| enough * percent / 100 <= done) {
            end(&world, *kill, &mut dice).await;
        } else if edits < EDITS && enough * edits / EDITS <= done {
            edits += 1;
            edit(&world, &mut dice, &mut gone).await;
        } else {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    // Nobody is locked out of the comparison at the end.
    set_rule(&world, "posts", [Rule::Public; 2]).await;
}

async fn end(world: &World, kill: bool, dice: &mut Dice) {
    let mut server = world.server.lock().await;
    if kill {
        server.kill();
        count(&world.counts.kills);
    } else {
        server.stop().await;
        count(&world.counts.restarts);
    }
    tokio::time::sleep(Duration::from_millis(dice.next() % 300)).await;
    server.start_again().await;
}

async fn edit(world: &World, dice: &mut Dice, gone: &mut usize) {
    count(&world.counts.edits);
    match dice.below(20) {
        0..=13 => change_user(world, dice).await,
        14..=16 => {
            let (collection, choice) = CHOICE[dice.below(CHOICE.len())];
            let mut rule = || choice[dice.below(choice.len())];
            let list = rule();
            let view = if dice.percent(50) { list } else { choice[dice.below(choice.len())] };
            set_rule(world, collection, [list, view]).await;
        }
        17 => change_schema(world, dice).await,
        18 => change_password(world, dice).await,
        _ if *gone < PASSING => {
            delete_user(world, USERS + *gone).await;
            *gone += 1;
        }
        _ => change_user(world, dice).await,
    }
}

/// Makes a change of who may see what, and says before and after it that it is so.
async fn govern(world: &World, change: impl FnOnce(&mut Access), write: impl Future<Output = u64>) {
    let number = {
        let mut access = world.access.lock();
        let mut next = access.last().expect("there is one from the start").clone();
        change(&mut next);
        // Until the answer nobody knows when it begins; nothing is judged before the end.
        next.seq = u64::MAX;
        access.push(next);
        access.len() - 1
    };
    world.begun.store(number, Ordering::SeqCst);
    let seq = write.await;
    world.access.lock()[number].seq = seq;
    world.answered.store(number, Ordering::SeqCst);
}

async fn set_rule(world: &World, collection: &'static str, rules: [Rule; 2]) {
    let body = json!({"listRule": rules[0].text(), "viewRule": rules[1].text()});
    let path = format!("/api/collections/{collection}");
    let change = |access: &mut Access| _ = access.rules.insert(collection, rules);
    govern(world, change, async { world.api.patch(&path, body).await.1.seq }).await;
}

async fn patch_user(world: &World, id: &str, body: Json) -> u64 {
    let (record, position) = world.api.patch(&format!("/api/collections/users/records/{id}"), body).await;
    world.done.lock().push(Done { seq: position.seq, collection: "users", id: id.to_owned(), after: Some(record) });
    position.seq
}

async fn change_user(world: &World, dice: &mut Dice) {
    let id = user_id(dice.below(USERS));
    let (role, team, level) = (["editor", "reader", "writer"][dice.below(3)], TEAMS[dice.below(4)], dice.below(6) as i64);
    let change = |access: &mut Access| {
        let user = access.users.get_mut(&id).expect("only the passing are deleted");
        (user.role, user.team, user.level) = (role.to_owned(), team.to_owned(), level);
    };
    let body = json!({"role": role, "team": team, "level": level, "emailVisibility": dice.percent(50)});
    govern(world, change, patch_user(world, &id, body)).await;
}

/// Ends all tokens of a user, and makes a new one.
async fn change_password(world: &World, dice: &mut Dice) {
    let id = user_id(dice.below(USERS));
    let mut generation = 0;
    let change = |access: &mut Access| {
        let user = access.users.get_mut(&id).expect("only the passing are deleted");
        user.generation += 1;
        generation = user.generation;
    };
    let password = dice.word(12);
    govern(world, change, patch_user(world, &id, json!({"password": password, "passwordConfirm": password}))).await;
    let token = world.api.impersonate(&id).await;
    world.tokens.write().insert(id, (generation, token));
}

async fn delete_user(world: &World, number: usize) {
    let id = user_id(number);
    let change = |access: &mut Access| _ = access.users.remove(&id);
    let delete = async {
        let seq = world.api.delete(&format!("/api/collections/users/records/{id}")).await.seq;
        world.done.lock().push(Done { seq, collection: "users", id: id.clone(), after: None });
        seq
    };
    govern(world, change, delete).await;
    world.tokens.write().remove(&id);
}

/// Adds a field, or takes it away again.
async fn change_schema(world: &World, dice: &mut Dice) {
    let path = format!("/api/collections/{}", ["notes", "tasks", "posts"][dice.below(3)]);
    let collection = world.api.read(Some(&world.api.token), &path, &[]).await.expect("a superuser sees every collection");
    let mut fields = collection["fields"].as_array().expect("a collection has fields").clone();
    let before = fields.len();
    fields.retain(|field| field["name"] != "extra");
    if fields.len() == before {
        fields.push(json!({"name": "extra", "type": "number"}));
    }
    world.api.patch(&path, json!({"fields": fields})).await;
}

/// The state of who may see what that a change met: the last one that began with it or before.
pub fn at(access: &[Access], seq: u64) -> usize {
    access.partition_point(|access| access.seq <= seq).saturating_sub(1)
}
