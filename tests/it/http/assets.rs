//! The dashboard's files.

use crate::support::app::TestApp;

#[tokio::test]
async fn every_place_of_the_dashboard_is_its_page() {
    let t = TestApp::new().await;
    let guest = t.guest();
    for path in ["/_/", "/_/collections", "/_/collections/posts/records/abc?filter=a.b", "/_/index.html"] {
        let page = guest.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.text.contains("<html"), "{}", page.text);
        assert!(!page.text.contains("__CSP_NONCE__"), "{}", page.text);
    }
    for path in ["/_/assets/missing-abc.js", "/_/favicon.none", "/_/assets/../index.html.gz"] {
        assert_eq!(guest.get(path).await.status, 404, "{path}");
    }
    assert_eq!(guest.call("POST", "/_/", serde_json::json!({})).await.status, 404);
}

#[tokio::test]
async fn the_page_is_guarded_and_asked_for_before_it_is_used_again() {
    let t = TestApp::new().await;
    let guest = t.guest();
    let page = guest.get("/_/").await;
    let policy = page.header("content-security-policy");
    for part in ["default-src 'self'", "script-src 'self';", "'nonce-", "object-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{part} is missing in {policy}");
    }
    assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
    let expected = [("cache-control", "no-cache"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];
    for (name, value) in expected {
        assert_eq!(page.header(name), value, "{name}");
    }
    let tag = page.header("etag");
    assert!(tag.len() > 20, "{tag}");
    let again = guest.with("If-None-Match", tag).get("/_/").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    // The page that the browser has kept must fit to the policy of this answer.
    assert_eq!(again.header("content-security-policy"), policy);
}

#[tokio::test]
async fn the_files_that_the_page_names_are_kept_for_ever() {
    let t = TestApp::new().await;
    let guest = t.guest();
    let page = guest.get("/_/").await.text;
    let names = page.split('"').filter(|part| part.starts_with("/_/assets/"));
    for name in names {
        let plain = guest.get(name).await;
        assert_eq!((plain.status, plain.header("cache-control")), (200, "public, max-age=31536000, immutable"), "{name}");
        assert_eq!(plain.header("content-encoding"), "", "{name}");
        let packed = guest.with("Accept-Encoding", "gzip").raw(name).await;
        if packed.0.get("content-encoding").is_some() {
            assert!(packed.1.starts_with(&[0x1f, 0x8b]) && packed.1.len() < plain.text.len(), "{name}");
        }
        let again = guest.with("If-None-Match", plain.header("etag")).get(name).await;
        assert_eq!(again.status, 304, "{name}");
    }
}
