//! A transaction's own reads see what it has staged.

use super::bed::*;
use luge::query::{Authority, Overlay};
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;

#[test]
fn staged_records_stand_in_front_of_stored_ones() {
    let mut posts = collection(1, "posts", vec![text("title"), relation("about", "posts", 1)]);
    index(&mut posts, false, &["title"], None);
    let mut bed = Bed::new(vec![posts]);
    for (id, title, about) in [("p1", "a", ""), ("p2", "b", "p1"), ("p3", "c", "p1"), ("p4", "a", "")] {
        bed.put("posts", json!({"id": id, "title": title, "about": about}));
    }
    let posts = bed.collection("posts").clone();
    let mut overlay = Overlay::default();
    overlay.delete(posts.number, "p3");
    let mut changed = bed.record("posts", &json!({"id": "p4", "title": "d", "about": "p1"}));
    changed.rowid = bed.view().rowid(&posts, "p4").unwrap();
    overlay.put(Arc::new(changed));
    overlay.put(Arc::new(bed.record("posts", &json!({"id": "p5", "title": "a", "about": "p2"}))));
    let view = bed.staged(overlay);

    assert!(view.get(&posts, "p3").unwrap().is_none());
    assert_eq!(view.get(&posts, "p4").unwrap().unwrap().to_record().get_named("title").as_text(), "d");
    assert_eq!(view.count(&posts).unwrap(), 4);
    let mut about = Vec::new();
    view.referring(&posts, posts.field("about").unwrap(), "p1", &mut |row| {
        about.push(row.id().into_owned());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(about, ["p2", "p4"]);

    let cases = [
        ("", "", vec!["p1", "p2", "p4", "p5"]),
        ("", "-@rowid", vec!["p5", "p4", "p2", "p1"]),
        ("title = 'a'", "", vec!["p1", "p5"]),
        ("title = 'd'", "", vec!["p4"]),
        ("title = 'c'", "", vec![]),
        ("", "-title", vec!["p4", "p2", "p1", "p5"]),
        ("posts_via_about.id ?= 'p5'", "", vec!["p2"]),
        ("about.title = 'a'", "", vec!["p2", "p4"]),
    ];
    for (filter, sort, expected) in cases {
        let list = bed.list_in(&view, &Authority::guest(), "posts", &[("filter", filter), ("sort", sort)]).unwrap();
        assert_eq!(ids(&list), expected, "filter {filter:?} sort {sort:?}");
        assert_eq!(list["totalItems"], json!(expected.len()), "filter {filter:?}");
    }
}
