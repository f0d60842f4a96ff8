//! A whole server on a free port: a memory store, a hand-set clock, and actors that all have the same methods.

use luge::app::App;
use luge::auth::superuser;
use luge::clock::Clock;
use luge::commit::{Db, Options};
use luge::hooks::{self, Config, Running, Scripts};
use luge::http::{self, Server};
use luge::log::Faults;
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// When the hand-set clock begins: 2026-01-02 03:04:05 UTC.
pub const START: i64 = 1_767_323_045_000;

/// The superuser of every test app.
pub const ROOT: (&str, &str) = ("root@example.com", "1234567890");

/// A server that ends with the test.
pub struct TestApp {
    /// What it serves.
    pub app: App,
    /// Its time.
    pub clock: Clock,
    /// What its disk is to do wrong.
    pub faults: Faults,
    /// Its address, `http://127.0.0.1:…`.
    pub base: String,
    client: Client,
    server: Option<Server>,
    running: Option<Running>,
    dir: TempDir,
}

impl TestApp {
    /// A new server with one superuser.
    pub async fn new() -> TestApp {
        let t = TestApp::unowned().await;
        superuser::create(t.app.db(), ROOT.0, ROOT.1).await.expect("the first superuser");
        t
    }

    /// A new server, as it is before anyone has opened it.
    pub async fn unowned() -> TestApp {
        TestApp::begin(&[]).await
    }

    /// A new server with one superuser and these scripts.
    pub async fn with_hooks(files: &[(&str, &str)]) -> TestApp {
        let t = TestApp::begin(files).await;
        superuser::create(t.app.db(), ROOT.0, ROOT.1).await.expect("the first superuser");
        t
    }

    /// The folder of scripts.
    pub fn hooks_dir(&self) -> std::path::PathBuf {
        self.dir.path().join("hooks")
    }

    async fn begin(files: &[(&str, &str)]) -> TestApp {
        let dir = TempDir::new().expect("a temporary directory");
        let hooks = dir.path().join("hooks");
        for (name, text) in files {
            let path = hooks.join(name);
            std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        // Tests of calls over the network have their servers on this machine.
        let plugins = Some(dir.path().join("plugins"));
        let scripts = Scripts::new(Config { dir: Some(hooks), plugins, network: vec!["localhost".to_owned()], ..Config::default() });
        let clock = Clock::manual(START);
        let faults = Faults::default();
        let options = Options { memory_store: true, cheap_passwords: true, clock: clock.clone(), ..Options::new(dir.path()) };
        let db =
            Db::open(Options { hooks: Box::new(scripts.clone()), faults: faults.clone(), ..options }).await.expect("a new database opens");
        let running = if files.is_empty() { None } else { Some(hooks::start(&scripts, &db)) };
        let app = App::with_scripts(db, scripts).expect("settings can be read");
        let server = http::bind("127.0.0.1:0", &["*".to_owned()]).await.expect("a free port");
        server.ready(app.clone());
        let base = format!("http://{}", server.address);
        TestApp { app, clock, faults, base, client: Client::new(), server: Some(server), running, dir }
    }

    /// Somebody without a token.
    pub fn guest(&self) -> Actor {
        self.bearer("")
    }

    /// Somebody with this token.
    pub fn bearer(&self, token: &str) -> Actor {
        Actor { client: self.client.clone(), base: self.base.clone(), token: token.to_owned(), headers: Vec::new() }
    }

    /// The superuser.
    pub async fn superuser(&self) -> Actor {
        self.signed_in("_superusers", ROOT.0, ROOT.1).await
    }

    /// A new user of the collection `users`, signed in.
    pub async fn user(&self, name: &str) -> Actor {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": "1234567890", "passwordConfirm": "1234567890", "name": name});
        let answer = self.superuser().await.post("/api/collections/users/records", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.signed_in("users", &email, "1234567890").await
    }

    /// Signs in with a password.
    pub async fn signed_in(&self, collection: &str, identity: &str, password: &str) -> Actor {
        let body = json!({"identity": identity, "password": password});
        let answer = self.guest().post(&format!("/api/collections/{collection}/auth-with-password"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.bearer(answer.json["token"].as_str().expect("a token"))
    }

    /// A base collection with a text field `title`, a number `count` and open rules.
    pub async fn posts(&self) {
        let body = json!({
            "name": "posts", "type": "base",
            "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
            "fields": [
                {"name": "title", "type": "text", "required": true, "max": 20},
                {"name": "count", "type": "number"},
                {"name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
                {"name": "data", "type": "json"},
                {"name": "doc", "type": "file"}
            ]
        });
        let answer = self.superuser().await.post("/api/collections", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Ends the server as a stop by signal does.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.app.db().close();
    }
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    base: String,
    /// The token; empty for a guest.
    pub token: String,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body as it was sent.
    pub text: String,
    /// The body as JSON, or null.
    pub json: Json,
    headers: reqwest::header::HeaderMap,
}

impl Actor {
    /// The same actor with another header.
    pub fn with(&self, name: &str, value: impl Into<String>) -> Actor {
        let mut actor = self.clone();
        actor.headers.push((name.to_owned(), value.into()));
        actor
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", Vec::new()).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Json) -> Answer {
        self.call("POST", path, body).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Json) -> Answer {
        self.call("PATCH", path, body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, "", Vec::new()).await
    }

    /// Any method with a JSON body.
    pub async fn call(&self, method: &str, path: &str, body: Json) -> Answer {
        self.send(method, path, "application/json", body.to_string().into_bytes()).await
    }

    /// GET, with the body as its bytes.
    pub async fn raw(&self, path: &str) -> (reqwest::header::HeaderMap, Vec<u8>) {
        let mut request = self.client.get(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.expect("the server answers");
        (response.headers().clone(), response.bytes().await.expect("a body").to_vec())
    }

    /// Any request.
    pub async fn send(&self, method: &str, path: &str, format: &str, body: Vec<u8>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("Authorization", &self.token);
        }
        if !format.is_empty() {
            request = request.header("Content-Type", format).body(body);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the body is text");
        Answer { status, json: serde_json::from_str(&text).unwrap_or_default(), text, headers }
    }
}

impl Answer {
    /// A header, `""` when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// All values of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect()
    }
}

/// One request and what must come back: actor, method, path, body, status, body of the answer (`None`: whatever).
pub type Case<'a> = (&'a Actor, &'a str, &'a str, Json, u16, Option<Json>);

/// Sends each request and compares.
pub async fn check(cases: Vec<Case<'_>>) {
    for (actor, method, path, body, status, expected) in cases {
        let answer = match &body {
            Json::Null => actor.send(method, path, "", Vec::new()).await,
            body => actor.call(method, path, body.clone()).await,
        };
        let told = format!("{method} {path} {body} answered {} {}", answer.status, answer.text);
        assert_eq!(answer.status, status, "{told}");
        if let Some(expected) = expected {
            assert_eq!(answer.json, expected, "{told}");
        }
    }
}

/// The body of an error without field problems.
pub fn refusal(status: u16, message: &str) -> Option<Json> {
    Some(json!({"data": {}, "message": message, "status": status}))
}

/// The body of a 400 with these field problems.
pub fn problems(message: &str, data: Json) -> Option<Json> {
    Some(json!({"data": data, "message": message, "status": 400}))
}

/// The problem of a value that is missing.
pub fn required() -> Json {
    json!({"code": "validation_required", "message": "Cannot be blank."})
}
