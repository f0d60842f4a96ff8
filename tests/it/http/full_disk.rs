//! What a client sees of a full disk. How the engine bears a real one is in `tests/crash`.

use crate::support::app::TestApp;
use luge::log::Step;
use serde_json::json;
use std::io::ErrorKind;

#[tokio::test]
async fn writes_are_refused_reads_go_on_and_writes_again_when_there_is_room() {
    let t = TestApp::new().await;
    t.posts().await;
    let guest = t.guest();
    let records = "/api/collections/posts/records";
    let created = guest.post(records, json!({"title": "before"})).await;
    let one = format!("{records}/{}", created.json["id"].as_str().expect("an id"));
    for round in 0..3 {
        (1..=4).for_each(|nth| t.faults.fail(Step::Append, nth, ErrorKind::StorageFull));
        let refused = [
            guest.post(records, json!({"title": "x"})).await,
            guest.patch(&one, json!({"count": 7})).await,
            guest.delete(&one).await,
            guest.post("/api/batch", json!({"requests": [{"method": "POST", "url": records, "body": {"title": "x"}}]})).await,
        ];
        for answer in &refused[..3] {
            assert_eq!((answer.status, &answer.json["status"]), (507, &json!(507)), "{}", answer.text);
        }
        assert!(refused[3].status == 507 || refused[3].status == 403, "{}", refused[3].text);
        t.faults.forget();
        assert_eq!(guest.get(&one).await.json["title"], "before");
        assert_eq!(guest.get(records).await.json["totalItems"], round + 1);
        assert_eq!(guest.post(records, json!({"title": format!("after {round}")})).await.status, 200, "there is room again");
        assert_eq!(guest.get(records).await.json["totalItems"], round + 2);
    }
}
