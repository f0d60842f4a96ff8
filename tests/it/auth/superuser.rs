//! Superusers as the command line makes them.

use crate::support::app::{ROOT, TestApp};
use luge::auth::superuser;

#[tokio::test]
async fn the_owner_of_the_machine_makes_them() {
    let t = TestApp::new().await;
    let db = t.app.db();
    superuser::upsert(db, "two@example.com", "1234567890").await.expect("a new one");
    superuser::upsert(db, "TWO@example.com", "0987654321").await.expect("another password");
    assert_eq!(superuser::list(db).expect("a list"), [ROOT.0, "two@example.com"]);
    t.signed_in("_superusers", "two@example.com", "0987654321").await;
    let taken = superuser::create(db, "two@example.com", "1234567890").await.expect_err("it is there");
    assert!(taken.to_string().contains("validation_not_unique"), "{taken}");
    let short = superuser::upsert(db, "x@example.com", "1").await.expect_err("a short password");
    assert_eq!(short.status(), 400);
    superuser::delete(db, "two@example.com").await.expect("it is gone");
    let last = superuser::delete(db, ROOT.0).await.expect_err("the last one");
    assert_eq!(last.message, "You can't delete the only existing superuser.");
    assert_eq!(superuser::delete(db, "nobody@example.com").await.expect_err("unknown").status(), 404);
}
