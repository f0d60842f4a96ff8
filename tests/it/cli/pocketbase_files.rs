//! Reading a PocketBase directory, without PocketBase: the parts of it that are only files.

use luge::cli::pocketbase::leftovers;
use luge::cli::pocketbase::storage::{Copied, copy};
use serde_json::json;
use std::fs;

#[test]
fn originals_are_copied_and_what_can_be_made_again_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let record = dir.path().join("storage/posts/abc");
    fs::create_dir_all(record.join("thumbs_a.png")).unwrap();
    for (name, text) in [("a.png", "picture"), ("a.png.attrs", "{}"), ("b.attrs", "kept"), ("thumbs_a.png/100x100_a.png", "small")] {
        fs::write(record.join(name), text).unwrap();
    }
    fs::create_dir_all(dir.path().join("storage/gone/xyz")).unwrap();
    fs::write(dir.path().join("storage/gone/xyz/c.txt"), "of a deleted collection").unwrap();
    let files = dir.path().join("files");
    let collections = ["posts".to_owned(), "empty".to_owned()];
    let copied = copy(&dir.path().join("storage"), &files, &collections, &|_| {}).unwrap();
    assert_eq!(copied, Copied { files: 2, bytes: 11 });
    assert_eq!(fs::read_to_string(files.join("posts/abc/a.png")).unwrap(), "picture");
    assert_eq!(fs::read_to_string(files.join("posts/abc/b.attrs")).unwrap(), "kept");
    assert!(
        !files.join("posts/abc/a.png.attrs").exists() && !files.join("posts/abc/thumbs_a.png").exists() && !files.join("gone").exists()
    );
    assert_eq!(copy(&dir.path().join("nothing"), &files, &collections, &|_| {}).unwrap(), Copied::default());
}

#[test]
fn what_stays_behind_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in [("pb_hooks/main.pb.js", "x"), ("pb_data/auxiliary.db", "x"), ("pb_data/backups/a.zip", "x")] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let view = luge::cli::pocketbase::collections::Found {
        id: "v".to_owned(),
        name: "totals".to_owned(),
        kind: "view".to_owned(),
        json: json!({"viewQuery": "SELECT id,\n  count(*) AS n FROM posts"}),
    };
    let settings = json!({"s3": {"enabled": true}, "backups": {"s3": {"enabled": false}}});
    let left = leftovers::list(&dir.path().join("pb_data"), std::slice::from_ref(&view), Some(&settings)).join("\n");
    for part in ["view totals", "SELECT id, count(*) AS n FROM posts", "pb_hooks/ (main.pb.js)", "S3 bucket", "request logs", "backups/"] {
        assert!(left.contains(part), "{part} is not in:\n{left}");
    }
    assert!(leftovers::list(&dir.path().join("pb_data"), &[], None).join("\n").contains("encrypted"));
    assert!(leftovers::list(&dir.path().join("elsewhere/pb_data"), &[], Some(&json!({}))).is_empty());
}
