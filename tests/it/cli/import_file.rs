//! Importing and exporting: what comes into the database, what is refused, and starting again.

use clap::Parser;
use luge::cli::import::Import;
use luge::cli::{check, database, export};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// A data directory and files beside it.
struct Place(tempfile::TempDir);

/// The arguments of `luge import`.
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    import: Import,
}

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    /// Runs `luge import` with these arguments; it must succeed.
    async fn import(&self, arguments: &[&str]) {
        self.try_import(arguments).await.unwrap();
    }

    /// Runs `luge import` with these arguments; the message of its failure.
    async fn refused(&self, arguments: &[&str]) -> String {
        self.try_import(arguments).await.unwrap_err().message
    }

    async fn try_import(&self, arguments: &[&str]) -> luge::error::Result<()> {
        let line = [&["import"], arguments].concat();
        Line::try_parse_from(line).unwrap().import.run(&self.path("data")).await
    }

    async fn export(&self, collection: &str, format: export::Format) -> String {
        let db = database::open(&self.path("data")).await.unwrap();
        let mut out = Vec::new();
        export::write(&db, collection, format, &mut out).unwrap();
        db.close();
        String::from_utf8(out).unwrap()
    }

    /// The values of one field, in the order of creation.
    async fn values(&self, collection: &str, field: &str) -> Json {
        let all: Vec<Json> = serde_json::from_str(&self.export(collection, export::Format::Json).await).unwrap();
        all.iter().map(|record| record[field].clone()).collect()
    }

    fn problems(&self) -> Vec<Json> {
        let text = std::fs::read_to_string(self.path("problems")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_is_made_from_json() {
    let place = Place::new();
    let rows = json!([
        {"Title": "Up", "IMDB Rating": 8.2, "Release Date": "Jun 12 1998", "$x": {"b": 1, "a": [2]}, "id": 7, "seen": true},
        {"Title": 300, "IMDB Rating": null, "seen": false},
    ]);
    let file = place.file("movies.json", &rows.to_string());
    place.import(&[&file, "--into", "movies", "--create"]).await;
    let export = place.export("movies", export::Format::Json).await;
    let mut records: Vec<Json> = serde_json::from_str(&export).unwrap();
    for record in &mut records {
        assert_eq!(record.as_object_mut().unwrap().remove("id").unwrap().as_str().unwrap().len(), 15);
    }
    let expected = json!([
        {"Title": "Up", "IMDB_Rating": 8.2, "Release_Date": "1998-06-12 00:00:00.000Z", "x": {"a": [2], "b": 1}, "source_id": 7, "seen": true},
        {"Title": "300", "IMDB_Rating": 0, "Release_Date": "", "x": null, "source_id": 0, "seen": false},
    ]);
    assert_eq!(Json::from(records), expected);
    let db = database::open(&place.path("data")).await.unwrap();
    let parts = check::all(&db).await.unwrap();
    assert_eq!(parts.iter().flat_map(|p| &p.problems).collect::<Vec<_>>(), Vec::<&String>::new());
    // While one command has the directory, another one is told so.
    let refused = place.refused(&[&file, "--into", "movies"]).await;
    assert!(refused.contains("A server is running on"), "{refused}");
    db.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_do_not_fit_are_reported_and_the_others_go_on() {
    let place = Place::new();
    let file = place.file("a.csv", "name,day,rank\nx,2026-01-01,1\ny,2026-01-02,2\n");
    place.import(&[&file, "--into", "days", "--create"]).await;
    let more = place.file("b.csv", "name,day,rank,extra\nz,soon,3,e\nv,2026-01-03,1.5,e\nw,2026-01-04,4,e\n1,2,3,4,5\n");
    let report = place.path("problems").display().to_string();
    assert!(place.refused(&[&more, "--into", "days", "--report", &report]).await.contains("were not imported"));
    assert_eq!(place.values("days", "name").await, json!(["x", "y", "w"]));
    let at: Vec<(u64, String)> =
        place.problems().iter().map(|p| (p["line"].as_u64().unwrap(), p["field"].as_str().unwrap().to_owned())).collect();
    let mut sorted = at.clone();
    sorted.sort();
    assert_eq!(sorted, [(2, "day".to_owned()), (3, "rank".to_owned()), (5, String::new())]);
    assert!(place.refused(&[&more, "--into", "nowhere"]).await.contains("--create"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_can_be_started_again_by_its_key() {
    let place = Place::new();
    let first = place.file("a.csv", "code,city\n00501,Holtsville\n00544,Holtsville\n");
    let key = ["--into", "zips", "--create", "--key", "code"];
    place.import(&[&[first.as_str()], &key[..]].concat()).await;
    assert!(place.refused(&[&first, "--into", "new", "--create", "--key", "kode"]).await.contains("It has code, city."));
    let second = place.file("b.csv", "code,city\n00501,Changed\n06390,Fishers Island\n06390,Twice\n,No key\n");
    assert!(place.refused(&[&[second.as_str()], &key[..]].concat()).await.contains("were not imported"));
    assert_eq!(place.values("zips", "city").await, json!(["Holtsville", "Holtsville", "Fishers Island"]));
    assert!(place.refused(&[&[second.as_str()], &key[..], &["--existing", "update"]].concat()).await.contains("were not imported"));
    assert_eq!(place.values("zips", "city").await, json!(["Changed", "Holtsville", "Twice"]));
    assert_eq!(place.values("zips", "code").await, json!(["00501", "00544", "06390"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_refused_rows_between_good_ones() {
    let place = Place::new();
    let rows: Vec<String> = (0..1200).map(|n| json!({"n": n % 400}).to_string()).collect();
    let start = place.file("start.ndjson", "{\"n\":-1}\n");
    place.import(&[&start, "--into", "numbers", "--create", "--key", "n"]).await;
    // Without --key nothing is known before, so the unique index refuses the rows one by one.
    let file = place.file("many.ndjson", &rows.join("\n"));
    assert!(
        place
            .refused(&[&file, "--into", "numbers", "--report", &place.path("problems").display().to_string()])
            .await
            .contains("were not imported")
    );
    let values = place.values("numbers", "n").await;
    let expected: Vec<i64> = (-1..400).collect();
    assert_eq!(values, json!(expected), "in the order of the file");
    assert_eq!(place.problems().len(), 800);
    assert_eq!(place.problems()[0], json!({"line": 401, "field": "n", "problem": "Value must be unique."}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported() {
    let place = Place::new();
    let rows = json!([
        {"id": "abcdefghij12345", "t": "a,\"b\"\nc", "n": 1.5, "b": true, "j": {"a": [1, "x"]}, "d": "2026-11-22 10:00:00.123Z"},
        {"id": "abcdefghij12346", "t": "", "n": -2, "b": false, "j": null, "d": ""},
    ]);
    let file = place.file("a.json", &rows.to_string());
    place.import(&[&file, "--into", "one", "--create"]).await;
    let original = place.export("one", export::Format::Json).await;
    for (name, format) in [("j.json", export::Format::Json), ("n.ndjson", export::Format::Ndjson), ("c.csv", export::Format::Csv)] {
        let file = place.file(name, &place.export("one", format).await);
        let into = format!("again_{}", &name[..1]);
        place.import(&[&file, "--into", &into, "--create"]).await;
        assert_eq!(place.export(&into, export::Format::Json).await, original, "{name}");
    }
    let empty = place.file("e.json", "[]");
    place.import(&[&empty, "--into", "none", "--create"]).await;
    assert_eq!(place.export("none", export::Format::Json).await, "[\n]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_keeps_what_came_before() {
    let place = Place::new();
    let start = place.file("s.json", "[{\"n\":0}]");
    place.import(&[&start, "--into", "n", "--create"]).await;
    let file = place.file("a.json", "[{\"n\":1},\n{\"n\":2},\n{\"n\":");
    assert!(place.refused(&[&file, "--into", "n"]).await.contains("were not imported"));
    assert_eq!(place.values("n", "n").await, json!([0, 1, 2]));
    assert!(place.refused(&["nothing.json", "--into", "n"]).await.contains("nothing.json cannot be read"));
}
