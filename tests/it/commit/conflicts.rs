//! Many transactions at once on the same records.

use super::{Bench, id_of};
use luge::commit::Op;
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_increment_of_a_hot_record_is_lost() {
    let bench = Arc::new(Bench::new(true).await);
    let posts = bench.posts().await;
    let id = id_of(&bench.create(&posts, json!({"title": "hot"})).await.expect("it is right"));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (bench, posts, id) = (bench.clone(), posts.clone(), id.clone());
            tokio::spawn(async move {
                for _ in 0..5 {
                    bench.update(&posts, &id, json!({"count+": 1})).await.expect("it is only a question of order");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task panics");
    }
    let record = bench.db.view().get(&posts, &id).unwrap().expect("it is there").to_record();
    assert_eq!(record.get_named("count").as_number(), 320.0);
    bench.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_takes_a_unique_value() {
    let bench = Arc::new(Bench::new(true).await);
    let body = json!({"name": "names", "type": "base", "fields": [{"name": "name", "type": "text"}],
        "indexes": ["CREATE UNIQUE INDEX one ON names (name COLLATE NOCASE)"]});
    let names = bench.collection(body).await;
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let (bench, names) = (bench.clone(), names.clone());
            let name = format!("{}-{}", if i % 2 == 0 { "NAME" } else { "name" }, i % 10);
            tokio::spawn(async move { bench.create(&names, json!({"name": name})).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.expect("no task panics") {
            Ok(_) => taken += 1,
            Err(refused) => assert!(refused.error.fields.has("name"), "{}", refused.error),
        }
    }
    assert_eq!(taken, 10);
    bench.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_parent_is_not_deleted_under_a_new_child() {
    let bench = Arc::new(Bench::new(true).await);
    let parents = bench.posts().await;
    let child = json!({"name": "children", "type": "base",
        "fields": [{"name": "parent", "type": "relation", "collectionId": parents.id, "required": true, "maxSelect": 1}]});
    let children = bench.collection(child).await;
    for round in 0..40 {
        let parent = id_of(&bench.create(&parents, json!({"title": round.to_string()})).await.expect("it is right"));
        let adder = {
            let (bench, children, parent) = (bench.clone(), children.clone(), parent.clone());
            tokio::spawn(async move { bench.create(&children, json!({"parent": parent})).await.is_ok() })
        };
        let remover = {
            let (bench, parents, parent) = (bench.clone(), parents.clone(), parent.clone());
            tokio::spawn(async move { bench.delete(&parents, &parent).await.is_ok() })
        };
        let (added, removed) = (adder.await.unwrap(), remover.await.unwrap());
        assert!(added != removed, "round {round}: added {added}, removed {removed}");
    }
    assert_eq!(bench.count(&parents), bench.count(&children));
    bench.audit().await;
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing_and_sees_itself() {
    let bench = Bench::new(true).await;
    let body = json!({"name": "names", "type": "base", "fields": [{"name": "name", "type": "text", "required": true}],
        "indexes": ["CREATE UNIQUE INDEX one ON names (name)"]});
    let names = bench.collection(body).await;
    let create = |name: &str| Op::Create { collection: names.clone(), body: super::object(json!({"name": name})) };
    let refused = bench.run(vec![create("a"), create("b"), create("")]).await.expect_err("the third is empty");
    assert_eq!((refused.op, bench.count(&names)), (Some(2), 0));
    let refused = bench.run(vec![create("a"), create("a")]).await.expect_err("the second is taken by the first");
    assert_eq!((refused.op, bench.count(&names)), (Some(1), 0));
    let first = id_of(&bench.create(&names, json!({"name": "a"})).await.expect("it is free"));
    let delete = Op::Delete { collection: names.clone(), id: first, if_match: None };
    bench.run(vec![delete, create("a")]).await.expect("the first step makes room for the second");
    bench.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn letting_go_of_a_deleted_record_loses_no_other_change() {
    let bench = Arc::new(Bench::new(true).await);
    let posts = bench.posts().await;
    let fields = json!([{"name": "n", "type": "number"}, {"name": "to", "type": "relation", "collectionId": posts.id, "maxSelect": 99}]);
    let links = bench.collection(json!({"name": "links", "type": "base", "fields": fields})).await;
    for round in 0..30 {
        let target = id_of(&bench.create(&posts, json!({"title": "target"})).await.expect("it is right"));
        let holder = id_of(&bench.create(&links, json!({"to": [target]})).await.expect("it is right"));
        let updates = (0..8).map(|_| {
            let (bench, links, holder) = (bench.clone(), links.clone(), holder.clone());
            tokio::spawn(async move { bench.update(&links, &holder, json!({"n+": 1})).await.map(drop) })
        });
        let mut tasks: Vec<_> = updates.collect();
        let (others, posts, gone) = (bench.clone(), posts.clone(), target.clone());
        tasks.push(tokio::spawn(async move { others.delete(&posts, &gone).await.map(drop) }));
        for task in tasks {
            task.await.expect("no task panics").expect("it is only a question of order");
        }
        let record = bench.db.view().get(&links, &holder).unwrap().expect("it is there").to_record();
        assert_eq!(record.get_named("n").as_number(), 8.0, "round {round}");
        assert!(record.get_named("to").items().is_empty(), "round {round}");
    }
    bench.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ids_that_differ_in_case_only_one_is_taken_however_close_they_come() {
    let bench = Arc::new(Bench::new(true).await);
    let id = json!({"name": "id", "type": "text", "primaryKey": true, "required": true, "pattern": "^[a-zA-Z]+$"});
    let words = bench.collection(json!({"name": "words", "type": "base", "fields": [id]})).await;
    for round in 0..20 {
        let word = format!("word{}", char::from(b'a' + round));
        let spellings = [word.clone(), word.to_uppercase(), word.replace('w', "W"), word.replace('d', "D")];
        let tasks = spellings.map(|id| {
            let (bench, words) = (bench.clone(), words.clone());
            tokio::spawn(async move { bench.create(&words, json!({"id": id})).await })
        });
        let mut taken = 0;
        for task in tasks {
            match task.await.expect("no task panics") {
                Ok(_) => taken += 1,
                Err(refused) => assert!(refused.error.fields.has("id"), "{}", refused.error),
            }
        }
        assert_eq!(taken, 1, "round {round}");
    }
    bench.audit().await;
}
