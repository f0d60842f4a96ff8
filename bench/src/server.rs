//! Starts and stops the measured servers, each in a directory of its own on a free loopback port.

use crate::Result;
use crate::client::{Client, request};
use crate::process;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The superuser of both servers.
pub const SUPERUSER: [&str; 2] = ["a@b.co", "1234567890"];

/// How long a start may take: a store of a million records may have to be rebuilt.
const START_LIMIT: Duration = Duration::from_secs(600);

/// How long a clean stop may take before it counts as hanging.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// The same small script for both: a field changed by a function, another one counted up.
const LUGE_HOOK: &str = r#"on_create("posts", |e| {
    e.record.title = e.record.title.to_upper();
    e.record.views += 1;
});
"#;
const POCKETBASE_HOOK: &str = r#"onRecordCreate((e) => {
    e.record.set("title", e.record.get("title").toUpperCase());
    e.record.set("views", e.record.get("views") + 1);
    e.next();
}, "posts");
"#;

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This project's.
    Luge,
    /// The one to compare with.
    PocketBase,
}

/// A program and the data directory it works on.
pub struct Program {
    /// Which server it is.
    pub kind: Kind,
    /// Its binary.
    pub path: PathBuf,
    /// Its data.
    pub dir: PathBuf,
}

/// A running server; dropping it kills it.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first answer with 200.
    pub start: Duration,
}

impl Program {
    /// Makes the superuser, which also makes the data directory.
    pub fn initialize(&self) -> Result<()> {
        if let Some(parent) = self.dir.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut command = Command::new(&self.path);
        command.args(["superuser", "upsert"]).args(SUPERUSER).arg("--dir").arg(&self.dir);
        let out = command.output()?;
        if !out.status.success() {
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            return Err(format!("{}: cannot make a superuser: {said}", self.path.display()).into());
        }
        Ok(())
    }

    /// Writes a small script that changes each new record; answers the flag that names its folder.
    pub fn write_hook(&self) -> Result<String> {
        self.write_script("hooks", if self.kind == Kind::Luge { LUGE_HOOK } else { POCKETBASE_HOOK })
    }

    /// Writes a script into a folder of its own beside the data; answers the flag that names it.
    pub fn write_script(&self, folder: &str, text: &str) -> Result<String> {
        let dir = self.dir.with_extension(folder);
        let (file, flag) = match self.kind {
            Kind::Luge => ("hook.rhai", "--hooks-dir"),
            Kind::PocketBase => ("hook.pb.js", "--hooksDir"),
        };
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join(file), text)?;
        Ok(format!("{flag}={}", dir.display()))
    }

    /// Starts the server and waits until `path` is answered with 200.
    pub async fn start(&self, flags: &[&str], path: &str) -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let output = self.dir.with_extension("out");
        let log = File::options().create(true).append(true).open(&output)?;
        let mut command = Command::new(&self.path);
        command.arg("serve").arg("--dir").arg(&self.dir).args(["--http", &address.to_string()]).args(flags);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let started = Instant::now();
        let mut server = Server { child: command.spawn()?, address, start: Duration::ZERO };
        let ready = request("GET", path, None, None);
        while !answers(address, &ready).await {
            if server.child.try_wait()?.is_some() || START_LIMIT < started.elapsed() {
                return Err(format!("{} did not come up: see {}", self.path.display(), output.display()).into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.start = started.elapsed();
        Ok(server)
    }
}

async fn answers(address: SocketAddr, ready: &[u8]) -> bool {
    let Ok(mut client) = Client::connect(address).await else { return false };
    client.send(ready).await.is_ok_and(|status| status == 200)
}

impl Server {
    /// CPU seconds used so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        process::cpu_seconds(self.child.id())
    }

    /// Resident memory in bytes.
    pub fn resident(&self) -> Result<u64> {
        process::resident(self.child.id())
    }

    /// Stops it as a service manager would, and waits until it is gone.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if STOP_LIMIT < asked.elapsed() {
                return Err("the server does not stop within 30 s of SIGTERM".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After a clean stop both fail, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The directory of everything that a run writes; removed at its end, unless the run failed.
pub struct Scratch {
    /// Where it is.
    pub dir: PathBuf,
    /// Whether to leave it for looking into.
    pub keep: bool,
}

impl Scratch {
    /// Makes it below `parent`, which should be on a real disk: in memory, a sync would cost nothing.
    pub fn new(parent: &Path) -> Result<Scratch> {
        let dir = parent.join(format!("run-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(Scratch { dir, keep: false })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.keep {
            eprintln!("what the servers wrote is left in {}", self.dir.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}
