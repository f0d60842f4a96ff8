//! Who sees what of a record, and how an address asks for a list.

use super::bed::*;
use luge::error::Code;
use luge::query::{self, Ask, Authority};
use luge::schema::Collection;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

fn users(no: u32, name: &str, manage_rule: Option<&str>) -> Collection {
    let fields = vec![
        text("name"),
        text("email"),
        bool("emailVisibility"),
        hidden(text("password")),
        hidden(text("tokenKey")),
        hidden(text("note")),
        number("age"),
    ];
    auth(collection(no, name, fields), manage_rule)
}

fn bed() -> Bed {
    let manage = Some("@request.auth.name = 'boss'");
    let mut bed = Bed::new(vec![users(1, "users", manage), users(2, "_superusers", None)]);
    for (id, name, shown) in [("ann", "ann", false), ("bob", "bob", true), ("boss", "boss", false)] {
        let email = format!("{id}@x.co");
        let secrets = json!({"password": "$argon", "tokenKey": "secret", "note": "n \"q\" ü"});
        let mut user = json!({"id": id, "name": name, "email": email, "emailVisibility": shown});
        user.as_object_mut().unwrap().extend(secrets.as_object().unwrap().clone());
        bed.put("users", user);
    }
    bed.put("_superusers", json!({"id": "root", "email": "root@x.co"}));
    bed
}

fn one(bed: &Bed, who: &Authority, id: &str, fields: &str) -> Json {
    let users = bed.collection("users");
    let answer = query::view(&bed.view(), who, &request(), users, id, "", fields).unwrap().expect(id);
    serde_json::from_slice(&answer.body).unwrap()
}

#[test]
fn emails_and_hidden_fields_are_shown_to_those_who_may_see_them() {
    let bed = bed();
    let root = bed.actor("_superusers", "root");
    assert!(matches!(root, Authority::Superuser(_)));
    // who, record, sees the email, sees hidden fields
    let cases = [
        (Authority::guest(), "ann", false, false),
        (Authority::guest(), "bob", true, false),
        (bed.actor("users", "bob"), "ann", false, false),
        (bed.actor("users", "ann"), "ann", true, false),
        (bed.actor("users", "boss"), "ann", true, false),
        (root, "ann", true, true),
    ];
    for (who, id, email, hidden) in cases {
        let record = one(&bed, &who, id, "");
        let seen = (record.get("email").is_some(), record.get("note").is_some());
        assert_eq!(seen, (email, hidden), "{who:?} looks at {id}");
        assert_eq!((record.get("password"), record.get("tokenKey")), (None, None));
    }
}

#[test]
fn a_body_has_sorted_keys_and_zero_values() {
    let bed = bed();
    let users = bed.collection("users");
    let answer = query::view(&bed.view(), &system(), &request(), users, "bob", "", "").unwrap().unwrap();
    let expected = r#"{"age":0,"collectionId":"pbc_users","collectionName":"users","email":"bob@x.co","emailVisibility":true,"id":"bob","name":"bob","note":"n \"q\" ü"}"#;
    assert_eq!(String::from_utf8(answer.body).unwrap(), expected);
    assert_eq!(answer.rev, 2);
    assert_eq!(one(&bed, &system(), "bob", "id,age,password"), json!({"id": "bob", "age": 0}));
    assert_eq!(one(&bed, &system(), "bob", "nothing"), json!({}));
    assert_eq!(one(&bed, &system(), "bob", "*,name:excerpt(1)")["name"], json!("b"));
}

#[test]
fn rules_decide_over_views_and_lists() {
    let mut posts = collection(1, "posts", vec![text("title")]);
    posts.rules.list = Some("title != 'b'".to_owned());
    posts.rules.view = Some("title != 'a'".to_owned());
    let mut closed = collection(2, "closed", vec![text("title")]);
    (closed.rules.list, closed.rules.view) = (None, None);
    let mut bed = Bed::new(vec![posts, closed]);
    for title in ["a", "b", "c"] {
        bed.put("posts", json!({"id": title, "title": title}));
    }
    let guest = Authority::guest();
    assert_eq!(bed.ids(&guest, "posts", &[]), ["a", "c"]);
    assert_eq!(bed.ids(&guest, "posts", &[("filter", "title != 'c'")]), ["a"]);
    assert_eq!(bed.ids(&system(), "posts", &[]), ["a", "b", "c"]);
    let look = |name: &str, id: &str| query::view(&bed.view(), &guest, &request(), bed.collection(name), id, "", "").map(|a| a.is_some());
    assert_eq!((look("posts", "a"), look("posts", "b"), look("posts", "x")), (Ok(false), Ok(true), Ok(false)));
    assert_eq!(look("closed", "x").unwrap_err().message, "Only superusers can perform this action.");
    assert_eq!(bed.list(&guest, "closed", &[]).unwrap_err().code, Code::Forbidden);
    let refused = bed.list(&guest, "posts", &[("filter", "@request.auth.id = ''")]).unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (Code::Forbidden, "Only superusers can filter by @request."));
    assert_eq!(bed.list(&guest, "posts", &[("sort", "nothing")]).unwrap_err().message, Code::BadRequest.message());
}

#[test]
fn an_ask_is_read_from_the_address() {
    let ask = |query: &[(&str, &str)]| {
        let query: BTreeMap<String, String> = query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Ask::parse(&query).map(|ask| (ask.page, ask.per_page, ask.skip_total))
    };
    assert_eq!(ask(&[]), Ok((1, 30, false)));
    assert_eq!(ask(&[("page", "-1"), ("perPage", "0")]), Ok((1, 30, false)));
    assert_eq!(ask(&[("page", "7"), ("perPage", "2000"), ("skipTotal", "t")]), Ok((7, 1000, true)));
    for wrong in [("page", "x"), ("page", "1.5"), ("perPage", "99999999999999999999"), ("skipTotal", "yes")] {
        assert_eq!(ask(&[wrong]).unwrap_err().code, Code::BadRequest, "{wrong:?}");
    }
}
