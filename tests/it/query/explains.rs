//! `?explain=1`: which plan is chosen, and who may see it.

use super::bed::*;
use luge::query::Authority;
use serde_json::json;

fn bed() -> Bed {
    let users = collection(1, "users", vec![text("name")]);
    let mut posts = collection(
        2,
        "posts",
        vec![text("title"), number("n"), relation("author", "users", 1), text("mail"), relation("tags", "users", 3)],
    );
    index(&mut posts, false, &["title", "n"], None);
    index(&mut posts, false, &["n"], None);
    index(&mut posts, true, &["mail:nocase"], Some("mail != ''"));
    let mut bed = Bed::new(vec![users, posts]);
    for n in 0..5 {
        bed.put("users", json!({"id": id("u", n)}));
    }
    for n in 0..100 {
        let mail = if n % 2 == 0 { format!("M{n}@x.co") } else { String::new() };
        let post = json!({"id": id("p", n), "title": format!("t{}", n % 10), "n": n, "author": id("u", n % 5), "mail": mail, "tags": [id("u", n % 3), id("u", 4)]});
        bed.put("posts", post);
    }
    bed
}

#[test]
fn the_best_index_is_used() {
    let bed = bed();
    let author = format!("author = '{}'", id("u", 1));
    let tagged = format!("tags.id ?= '{}'", id("u", 1));
    let each = format!("tags:each ?= '{}' && n < 50", id("u", 1));
    let one = format!("id = '{}'", id("p", 3));
    // filter, sort, more parameters, plan, rows read, rows kept
    let cases = [
        (one.as_str(), "", "", "the record p00000000000003 of posts", 1, 1),
        ("title = 't3'", "", "", "the index idx_1 of posts, title equal", 10, 10),
        ("title = 't3' && n > 50", "n", "", "the index idx_1 of posts, title equal, n within bounds", 5, 5),
        ("title = 't3'", "-n", "", "the index idx_1 of posts, title equal", 10, 10),
        ("n >= 90", "", "", "the index idx_2 of posts, n within bounds", 10, 10),
        ("n >= 90 && n < 95", "-n", "", "the index idx_2 of posts, n within bounds", 5, 5),
        ("", "-n", "", "the index idx_2 of posts", 31, 31),
        ("", "", "", "all rows of posts", 31, 31),
        ("", "-@rowid", "", "all rows of posts", 31, 31),
        (&author, "", "", "the relation index of posts.author", 20, 20),
        (&author, "-@rowid", "", "the relation index of posts.author", 20, 20),
        (&tagged, "", "", "the relation index of posts.tags", 33, 33),
        (&each, "-@rowid", "", "the relation index of posts.tags", 33, 17),
        ("mail = 'm4@x.co'", "", "", "the index idx_3 of posts, mail equal", 1, 0),
        ("mail = 'M4@x.co'", "", "", "the index idx_3 of posts, mail equal", 1, 1),
        ("mail = ''", "", "", "all rows of posts", 100, 50),
        ("title ~ 't3'", "n", "", "all rows of posts", 100, 10),
        ("title ~ 't3'", "n", "skipTotal", "the index idx_2 of posts", 100, 10),
        ("title = 't3' || n = 1", "", "", "all rows of posts", 100, 11),
    ];
    for (filter, sort, more, plan, read, kept) in cases {
        let list = bed.list(&system(), "posts", &[("filter", filter), ("sort", sort), (more, "1"), ("explain", "1")]).unwrap();
        let explain = &list["explain"];
        let found = (&explain["plan"], &explain["rowsRead"], &explain["rowsKept"]);
        let expected = (&json!(plan), &json!(read), &json!(kept));
        assert_eq!(found, expected, "filter {filter:?} sort {sort:?}: {explain}");
    }
}

#[test]
fn only_superusers_see_the_plan() {
    let bed = bed();
    let list = bed.list(&Authority::guest(), "posts", &[("explain", "1")]).unwrap();
    assert_eq!(list.get("explain"), None);
}

#[test]
fn an_index_without_case_does_not_count_alone() {
    let mut posts = collection(1, "posts", vec![text("title")]);
    index(&mut posts, false, &["title:nocase"], None);
    let mut bed = Bed::new(vec![posts]);
    for (n, title) in ["a", "A", "a", "A", "b"].into_iter().enumerate() {
        bed.put("posts", json!({"id": id("p", n as u64), "title": title}));
    }
    for (filter, total) in [("title = 'a'", 2), ("title:lower = 'a'", 4), ("title:lower = 'A'", 0), ("title = 'c'", 0)] {
        let list = bed.list(&system(), "posts", &[("filter", filter), ("perPage", "1"), ("explain", "1")]).unwrap();
        assert_eq!(list["totalItems"], json!(total), "filter {filter:?}: {list}");
        assert_eq!(list["explain"]["plan"], json!("the index idx_1 of posts, title equal"), "filter {filter:?}");
    }
}
