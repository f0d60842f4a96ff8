//! Expanded relations: depth, direction, and who may view what.

use super::bed::*;
use luge::query::Authority;
use luge::schema::Rules;
use serde_json::json;

fn bed() -> Bed {
    let users = auth(collection(1, "users", vec![text("name"), text("email"), bool("emailVisibility")]), None);
    let mut posts = collection(2, "posts", vec![text("title"), relation("author", "users", 1), relation("tags", "tags", 9)]);
    posts.rules.view = Some("title != 'secret'".to_owned());
    let mut tags = collection(3, "tags", vec![text("name"), relation("parent", "tags", 1), relation("keeper", "notes", 1)]);
    tags.rules.view = Some("name != 'hidden' || @request.auth.name = 'ann'".to_owned());
    let mut notes = collection(4, "notes", vec![relation("user", "users", 1)]);
    notes.rules = Rules::default();
    let mut profiles = collection(5, "profiles", vec![relation("user", "users", 1), text("bio")]);
    index(&mut profiles, true, &["user"], None);
    let mut bed = Bed::new(vec![users, posts, tags, notes, profiles]);
    bed.put("users", json!({"id": "ann", "name": "ann", "email": "a@x.co"}));
    bed.put("users", json!({"id": "bob", "name": "bob", "email": "b@x.co", "emailVisibility": true}));
    for (id, parent, name) in [("t1", "", "one"), ("t2", "t1", "two"), ("t3", "t2", "hidden")] {
        bed.put("tags", json!({"id": id, "name": name, "parent": parent, "keeper": "n1"}));
    }
    bed.put("notes", json!({"id": "n1", "user": "ann"}));
    bed.put("posts", json!({"id": "p1", "title": "first", "author": "ann", "tags": ["t3", "t2", "gone", "t1"]}));
    bed.put("posts", json!({"id": "p2", "title": "secret", "author": "ann"}));
    bed.put("posts", json!({"id": "p3", "title": "none"}));
    bed.put("profiles", json!({"id": "f1", "user": "ann", "bio": "…"}));
    bed
}

#[test]
fn paths_are_followed_as_far_as_they_lead() {
    let bed = bed();
    let guest = Authority::guest();
    let ann = bed.actor("users", "ann");
    let cases = [
        (&guest, "author", "items.0.expand.author.name", json!("ann")),
        (&guest, "author", "items.0.expand.author.email", json!(null)),
        (&ann, "author", "items.0.expand.author.email", json!("a@x.co")),
        (&guest, "author", "items.2.expand", json!({})),
        (&guest, "", "items.0.expand", json!(null)),
        (&guest, "nothing", "items.0.expand", json!(null)),
        (&guest, "author,nothing", "items.0.expand.author.id", json!("ann")),
        (&guest, " tags ", "items.0.expand.tags.0.id", json!("t2")),
        (&guest, "tags", "items.0.expand.tags.1.id", json!("t1")),
        (&guest, "tags", "items.0.expand.tags.2", json!(null)),
        (&ann, "tags", "items.0.expand.tags.0.id", json!("t3")),
        (&guest, "tags.parent", "items.0.expand.tags.0.expand.parent.id", json!("t1")),
        (&guest, "tags.parent", "items.0.expand.tags.1.expand", json!({})),
        (&guest, "tags.parent,tags", "items.0.expand.tags.0.expand.parent.id", json!("t1")),
        // A path that fails takes its beginning with it; a rule for superusers only is such a failure.
        (&guest, "tags.nothing", "items.0.expand", json!(null)),
        (&guest, "tags.keeper", "items.0.expand", json!(null)),
        (&system(), "tags.keeper.user", "items.0.expand.tags.0.expand.keeper.expand.user.name", json!("ann")),
    ];
    for (who, expand, path, expected) in cases {
        let list = bed.list(who, "posts", &[("expand", expand)]).unwrap();
        assert_eq!(at(&list, path), &expected, "expand {expand:?} at {path}: {list}");
    }
}

#[test]
fn back_relations_are_lists_unless_the_relation_is_unique() {
    let bed = bed();
    let guest = Authority::guest();
    let list = bed.list(&guest, "users", &[("expand", "posts_via_author.tags,profiles_via_user,notes_via_user")]).unwrap();
    assert_eq!(at(&list, "items.0.expand.posts_via_author.0.id"), &json!("p1"));
    assert_eq!(at(&list, "items.0.expand.posts_via_author.1"), &json!(null));
    assert_eq!(at(&list, "items.0.expand.posts_via_author.0.expand.tags.0.id"), &json!("t2"));
    assert_eq!(at(&list, "items.0.expand.profiles_via_user.id"), &json!("f1"));
    assert_eq!(at(&list, "items.0.expand.notes_via_user"), &json!(null));
    assert_eq!(at(&list, "items.1.expand"), &json!({}));
}

#[test]
fn depth_ends_at_six() {
    let mut bed = bed();
    for n in 4..15 {
        bed.put("tags", json!({"id": format!("t{n}"), "name": "x", "parent": format!("t{}", if n == 4 { 1 } else { n - 1 })}));
    }
    let path = ["parent"; 9].join(".");
    let list = bed.list(&system(), "tags", &[("filter", "id = 't14'"), ("expand", &path)]).unwrap();
    let mut record = at(&list, "items.0");
    let mut depth = 0;
    while record["expand"]["parent"].is_object() {
        record = &record["expand"]["parent"];
        depth += 1;
    }
    assert_eq!((depth, record.get("expand")), (6, None));
}
