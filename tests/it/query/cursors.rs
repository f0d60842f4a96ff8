//! Pages by cursor: stable while records come and go, and good for one list only.

use super::bed::*;
use luge::error::Code;
use serde_json::json;

fn bed() -> Bed {
    let mut posts = collection(1, "posts", vec![text("title"), number("n")]);
    index(&mut posts, false, &["n"], None);
    let mut bed = Bed::new(vec![posts]);
    for n in 0..30 {
        bed.put("posts", json!({"id": id("p", n), "title": format!("t{}", n % 4), "n": n / 3}));
    }
    bed
}

#[test]
fn a_page_goes_on_where_the_last_ended_whatever_was_written() {
    for sort in ["", "-@rowid", "n", "-n", "title", "-title", "title,-n", "n,title"] {
        let mut bed = bed();
        let before = bed.ids(&system(), "posts", &[("sort", sort), ("perPage", "100"), ("cursor", "")]);
        let first = bed.list(&system(), "posts", &[("sort", sort), ("perPage", "10"), ("cursor", "")]).unwrap();
        assert_eq!(ids(&first), before[..10], "sort {sort:?}");
        // One record of the first page goes, the last of it too, and new ones come.
        bed.delete("posts", &before[2]);
        bed.delete("posts", &before[9]);
        bed.put("posts", json!({"id": id("x", 1), "title": "", "n": -5}));
        bed.put("posts", json!({"id": id("x", 2), "title": "z", "n": 500}));
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = bed.list(&system(), "posts", &[("sort", sort), ("perPage", "100"), ("cursor", cursor)]).unwrap();
        let old: Vec<String> = ids(&second).into_iter().filter(|id| !id.starts_with('x')).collect();
        assert_eq!(old, before[10..], "sort {sort:?}");
        assert_eq!(second["nextCursor"], json!(null));
    }
}

#[test]
fn a_plan_with_other_ties_does_not_break_a_cursor() {
    let (with, mut without) = (bed(), collection(1, "posts", vec![text("title"), number("n")]));
    without.indexes.clear();
    let mut plain = Bed::new(vec![without]);
    for n in 0..30 {
        plain.put("posts", json!({"id": id("p", n), "title": format!("t{}", n % 4), "n": n / 3}));
    }
    // The cursor is made by an index that is read from its end, and goes on without that index, and the other way round.
    for (one, other) in [(&with, &plain), (&plain, &with)] {
        let query = [("sort", "-n"), ("perPage", "7"), ("cursor", "")];
        let first = one.list(&system(), "posts", &query).unwrap();
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = other.list(&system(), "posts", &[("sort", "-n"), ("perPage", "100"), ("cursor", cursor)]).unwrap();
        let mut all: Vec<String> = ids(&first).into_iter().chain(ids(&second)).collect();
        all.sort();
        assert_eq!(all, (0..30).map(|n| id("p", n)).collect::<Vec<_>>());
    }
}

#[test]
fn a_cursor_is_refused_where_it_does_not_belong() {
    let bed = bed();
    let first = bed.list(&system(), "posts", &[("sort", "n"), ("filter", "n > 1"), ("perPage", "5"), ("cursor", "")]).unwrap();
    let cursor = first["nextCursor"].as_str().unwrap();
    let cases = [
        (vec![("sort", "-n"), ("filter", "n > 1"), ("cursor", cursor)], "another sort or filter"),
        (vec![("sort", "n"), ("filter", "n > 2"), ("cursor", cursor)], "another sort or filter"),
        (vec![("sort", "n"), ("filter", "n > 1"), ("cursor", "nonsense")], "damaged"),
        (vec![("sort", "n"), ("filter", "n > 1"), ("cursor", &cursor[..cursor.len() - 3])], "damaged"),
        (vec![("sort", "@random"), ("cursor", "")], "random order"),
    ];
    for (query, message) in cases {
        let error = bed.list(&system(), "posts", &query).unwrap_err();
        assert_eq!(error.code, Code::BadRequest, "{query:?}");
        assert!(error.message.contains(message), "{query:?}: {error}");
    }
}

#[test]
fn a_page_by_cursor_tells_totals_only_where_they_are_kept() {
    let bed = bed();
    let all = bed.list(&system(), "posts", &[("cursor", ""), ("perPage", "4")]).unwrap();
    assert_eq!((&all["totalItems"], &all["totalPages"]), (&json!(30), &json!(8)));
    let some = bed.list(&system(), "posts", &[("cursor", ""), ("filter", "n > 1")]).unwrap();
    assert_eq!((&some["totalItems"], &some["totalPages"]), (&json!(-1), &json!(-1)));
    let pages = bed.list(&system(), "posts", &[("filter", "n > 1")]).unwrap();
    assert_eq!((pages["totalItems"].clone(), pages.get("nextCursor")), (json!(24), None));
}
