//! Runs the case files: each line is an expression and the records for which it holds.

use crate::support::rule_data::{Data, MapScope, load};
use luge::error::Result;
use luge::rules::{Budget, Part, Request, Scope, Who, compare, compile, compile_parts, compile_sort};
use luge::schema::Record;
use luge::value::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The scene that lines with `!` set.
#[derive(Default)]
struct Scene {
    settings: BTreeMap<String, String>,
}

impl Scene {
    fn get(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", String::as_str)
    }

    fn scope<'d>(&self, data: &'d Data, expression: &str) -> MapScope<'d> {
        let pairs = |text: &str| -> BTreeMap<String, String> {
            text.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        };
        let mut query = pairs(self.get("query"));
        query.insert("perPage".to_owned(), "500".to_owned());
        query.insert("skipTotal".to_owned(), "1".to_owned());
        if self.get("who") != "rule" {
            query.insert("filter".to_owned(), expression.to_owned());
        }
        let request = Request {
            context: "default",
            method: "GET".to_owned(),
            query,
            headers: pairs(self.get("headers")).into_iter().map(|(k, v)| (k.replace('-', "_"), v)).collect(),
            body: serde_json::from_str(self.get("body")).unwrap_or_default(),
            now: luge::clock::Clock::system().now(),
        };
        let actor = match (self.get("who"), self.get("auth").split_once(' ')) {
            (_, Some((collection, id))) => Some(data.find(collection, &long(id))),
            ("superuser", _) => Some(data.find("_superusers", "root00000000000")),
            _ => None,
        };
        MapScope { data, request, actor: actor.map(|r| (r.collection.clone(), r.clone())) }
    }
}

/// Ids in case files are written without the zeros that fill them up.
fn long(id: &str) -> String {
    format!("{id:0<15}")
}

fn short(id: &str) -> &str {
    id.trim_end_matches('0')
}

fn filtered(data: &Data, scene: &Scene, scope: &MapScope, text: &str) -> Result<Vec<String>> {
    let collection = data.schema.find(scene.get("collection")).unwrap();
    let who = match scene.get("who") {
        "superuser" => Who::Superuser,
        "client" => Who::Client,
        _ => Who::Rule,
    };
    let list_rule = collection.rules.list.as_deref().unwrap_or_default();
    let rule = match who {
        Who::Client => compile_parts(&data.schema, collection, &[Part { text: list_rule, who: Who::Rule }, Part { text, who }])?,
        _ => compile(&data.schema, collection, text, who)?,
    };
    let mut ids = Vec::new();
    for record in data.of(collection) {
        if rule.matches(scope, record, &mut Budget::default())? {
            ids.push(short(record.id()).to_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

fn sorted(data: &Data, scene: &Scene, scope: &MapScope, text: &str) -> Result<Vec<String>> {
    let collection = data.schema.find(scene.get("collection")).unwrap();
    let who = if scene.get("who") == "client" { Who::Client } else { Who::Superuser };
    let keys = compile_sort(&data.schema, collection, text, who)?;
    let mut rows: Vec<(&Arc<Record>, Vec<Value>)> = Vec::new();
    for record in data.of(collection) {
        if !keys.iter().map(|k| k.admits(scope, record, &mut Budget::default())).collect::<Result<Vec<bool>>>()?.iter().all(|a| *a) {
            continue;
        }
        let values: Result<Vec<Value>> = keys.iter().map(|k| k.key(scope, record, &mut Budget::default())).collect();
        rows.push((record, values?));
    }
    rows.sort_by(|a, b| {
        keys.iter().enumerate().fold(Ordering::Equal, |so_far, (i, key)| {
            let order = compare::order(&a.1[i], &b.1[i]);
            so_far.then(if key.descending { order.reverse() } else { order })
        })
    });
    Ok(rows.iter().map(|(record, _)| short(record.id()).to_owned()).collect())
}

/// Runs a case file; gives the number of cases and what went wrong.
fn run(data: &Data, text: &str) -> (usize, Vec<String>) {
    let mut scene = Scene::default();
    let (mut count, mut wrong) = (0, Vec::new());
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with("# ")) {
        let Some((expression, expected)) = line.rsplit_once("  =>  ") else {
            let (key, value) = line.trim_start_matches('!').split_once(' ').unwrap_or((line.trim_start_matches('!'), ""));
            scene.settings.insert(key.to_owned(), value.to_owned());
            continue;
        };
        let expression = expression.replace('⏎', "\n");
        let scope = scene.scope(data, &expression);
        let found = match expression.strip_prefix("sort ") {
            Some(sort) => sorted(data, &scene, &scope, sort),
            None => filtered(data, &scene, &scope, &expression),
        };
        let answer = match &found {
            Err(_) => "error".to_owned(),
            Ok(ids) if ids.is_empty() => "none".to_owned(),
            Ok(ids) => ids.join(" "),
        };
        count += 1;
        if answer != expected {
            let detail = found.err().map_or(String::new(), |e| e.to_string());
            wrong.push(format!("{}: {expression}\n  expected {expected}\n  answered {answer} {detail}", scene.get("collection")));
        }
        assert!(scope.auth().is_some() || scene.get("who") != "superuser");
    }
    (count, wrong)
}

#[test]
fn the_cases_hold() {
    let data = load();
    let mut count = 0;
    let mut wrong = Vec::new();
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/rules");
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "txt") {
            let (cases, failures) = run(&data, &std::fs::read_to_string(&path).unwrap());
            count += cases;
            wrong.extend(failures);
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(250 <= count);
}
