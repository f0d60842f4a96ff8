//! A planned query finds the same as a scan of all rows, whatever is filtered and sorted.

use super::bed::*;
use luge::schema::Collection;
use serde_json::{Value as Json, json};

const TITLES: &[&str] = &["", "a", "A", "b", "ab", "B c", "zz\u{0}x", "ä"];

fn posts(indexed: bool) -> Collection {
    let mut posts = collection(
        2,
        "posts",
        vec![text("title"), number("n"), bool("done"), relation("author", "users", 1), relation("tags", "users", 5)],
    );
    if indexed {
        index(&mut posts, false, &["title"], None);
        index(&mut posts, false, &["-n", "title"], None);
        index(&mut posts, false, &["author", "n"], None);
        index(&mut posts, false, &["title:nocase", "done"], None);
        index(&mut posts, false, &["n", "-done"], Some("n > 2"));
        index(&mut posts, false, &["title", "n", "done"], Some("title != ''"));
        index(&mut posts, false, &["done"], None);
    }
    posts
}

fn bed(indexed: bool) -> Bed {
    let mut bed = Bed::new(vec![collection(1, "users", vec![text("name")]), posts(indexed)]);
    let mut dice = Dice(7);
    for n in 0..4 {
        bed.put("users", json!({"id": id("u", n), "name": n.to_string()}));
    }
    for n in 0..180 {
        let mut post = json!({"id": id("p", n), "title": dice.pick(TITLES), "n": dice.below(7) as i64 - 2, "done": dice.below(2) == 0});
        if 0 < dice.below(4) {
            post["author"] = json!(id("u", dice.below(4)));
        }
        post["tags"] = (0..dice.below(3)).map(|_| id("u", dice.below(4))).collect();
        bed.put("posts", post);
    }
    for n in (0..180).step_by(11) {
        bed.delete("posts", &id("p", n));
    }
    bed
}

fn condition(dice: &mut Dice) -> String {
    let order = dice.pick(&["=", "=", "=", "!=", ">", ">=", "<", "<="]);
    match dice.below(8) {
        0 | 1 => format!("title {order} '{}'", dice.pick(&["", "a", "A", "b", "ab", "ä", "c"])),
        2 | 3 => format!("n {order} {}", dice.below(7) as i64 - 2),
        4 => format!("done {} {}", dice.pick(&["=", "!="]), dice.pick(&["true", "false"])),
        5 => format!("author = '{}'", id("u", dice.below(5))),
        6 => format!("{} != title", dice.pick(&["'a'", "''"])),
        _ => format!("tags.id ?= '{}'", id("u", dice.below(5))),
    }
}

fn filter(dice: &mut Dice) -> String {
    let conditions: Vec<String> = (0..dice.below(4)).map(|_| condition(dice)).collect();
    conditions.join(if dice.below(8) == 0 { " || " } else { " && " })
}

fn sort(dice: &mut Dice) -> String {
    let fields = ["title", "n", "done", "author", "id", "@rowid", "title:lower", "author.name"];
    let mut items: Vec<String> = (0..dice.below(4)).map(|_| format!("{}{}", dice.pick(&["", "-"]), dice.pick(&fields))).collect();
    items.dedup();
    items.join(",")
}

/// What the sort sees of each item: equal ones may stand in any order among themselves.
fn sorted_values(list: &[Json], sort: &str) -> Vec<Vec<Json>> {
    let plain = |key: &str| match key.trim_start_matches('-') {
        key @ ("title" | "n" | "done" | "author" | "id") => Some(key.to_owned()),
        _ => None,
    };
    let keys: Vec<String> = sort.split(',').map_while(plain).collect();
    list.iter().map(|item| keys.iter().map(|key| item[key].clone()).collect()).collect()
}

fn sorted_ids(items: &[Json]) -> Vec<String> {
    let mut ids: Vec<String> = items.iter().map(|i| i["id"].to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn a_plan_finds_what_a_scan_finds() {
    let (planned, plain) = (bed(true), bed(false));
    let mut dice = Dice(42);
    for round in 0..200 {
        let (filter, sort) = (filter(&mut dice), sort(&mut dice));
        // Below an "or" nothing is sure, so nothing is planned.
        let hidden = if filter.is_empty() { String::new() } else { format!("({filter}) || id = 'none'") };
        let all = plain.list(&system(), "posts", &[("filter", &hidden), ("sort", &sort), ("perPage", "500")]).unwrap();
        let all = all["items"].as_array().unwrap();
        let context = format!("round {round}: filter {filter:?} sort {sort:?}");
        let per_page = (1 + dice.below(50)).to_string();
        check_pages(&planned, &filter, &sort, &per_page, all, &context);
        check_cursors(&planned, &filter, &sort, &per_page, all, &context);
    }
}

fn check_pages(bed: &Bed, filter: &str, sort: &str, per_page: &str, all: &[Json], context: &str) {
    let mut items = Vec::new();
    for page in 1.. {
        let page = page.to_string();
        let mut query = vec![("filter", filter), ("sort", sort), ("perPage", per_page), ("page", &page)];
        if all.len().is_multiple_of(2) {
            query.push(("skipTotal", "1"));
        }
        let list = bed.list(&system(), "posts", &query).unwrap();
        let total = if all.len().is_multiple_of(2) { -1 } else { all.len() as i64 };
        assert_eq!(list["totalItems"], json!(total), "{context}");
        let found = list["items"].as_array().unwrap();
        if found.is_empty() {
            break;
        }
        items.extend(found.iter().cloned());
    }
    assert_eq!(sorted_values(&items, sort), sorted_values(all, sort), "{context}");
    assert_eq!(sorted_ids(&items), sorted_ids(all), "{context}");
}

fn check_cursors(bed: &Bed, filter: &str, sort: &str, per_page: &str, all: &[Json], context: &str) {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = [("filter", filter), ("sort", sort), ("perPage", per_page), ("cursor", &cursor)];
        let list = bed.list(&system(), "posts", &query).unwrap();
        items.extend(list["items"].as_array().unwrap().iter().cloned());
        match list["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(sorted_values(&items, sort), sorted_values(all, sort), "cursor, {context}");
    assert_eq!(sorted_ids(&items), sorted_ids(all), "cursor, {context}");
}
