//! Who asks is judged as they are at the commit, not as they were when the token was read.

use super::{Bench, SYSTEM, id_of, object};
use luge::commit::{Op, Transaction, collections, commit};
use luge::error::Code;
use luge::query::Authority;
use luge::rules::Request;
use serde_json::json;

#[tokio::test]
async fn a_role_that_was_taken_away_no_longer_counts() {
    let bench = Bench::new(true).await;
    let fields = json!([{"name": "role", "type": "text"}]);
    let people = bench.collection(json!({"name": "people", "type": "auth", "fields": fields})).await;
    let posts = bench.posts().await;
    let rule = object(json!({"createRule": "@request.auth.role = 'editor'"}));
    collections::update(&bench.db, &SYSTEM, "posts", &rule).await.expect("the rule is right");
    let ann = json!({"email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678", "role": "editor"});
    let ann = bench.create(&people, ann).await.expect("she is right").records[0].clone().expect("a create leaves a record");
    let id = ann.id().to_owned();
    let write = async |title: &str| {
        let ops = vec![Op::Create { collection: posts.clone(), body: object(json!({"title": title})) }];
        let authority = Authority::Actor(Some(ann.clone()));
        let request = Request { context: "default", method: "POST".into(), ..Request::default() };
        commit(&bench.db, Transaction { authority, request, ..Transaction::system("test", ops) }).await
    };
    let first = write("while she is an editor").await.expect("the rule holds");
    assert!(!id_of(&first).is_empty());
    bench.update(&people, &id, json!({"role": "reader"})).await.expect("roles can change");
    let refused = write("with the old record in hand").await.expect_err("she is a reader now");
    assert_eq!(refused.error.code, Code::BadRequest);
    bench
        .update(&people, &id, json!({"role": "editor", "password": "abcdefgh", "passwordConfirm": "abcdefgh"}))
        .await
        .expect("it is right");
    write("with a token that has ended").await.expect_err("a new password ends old tokens");
    bench.audit().await;
}
