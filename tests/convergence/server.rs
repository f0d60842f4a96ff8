//! The real server, as a process of its own that is started, stopped and killed on one data directory and one port.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const SUPERUSER: [&str; 2] = ["root@example.com", "a long password"];

/// How long a start or a clean stop may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Server {
    child: Option<Child>,
    dir: tempfile::TempDir,
    pub port: u16,
}

impl Server {
    /// Makes a data directory with a superuser, and starts on a free port.
    pub async fn start() -> Server {
        let dir = tempfile::tempdir().expect("a temporary directory");
        // The port is free again when this statement ends, and is kept over all starts.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("there is a free port").port();
        let mut server = Server { child: None, dir, port };
        let out = server.command(&["superuser", "upsert", SUPERUSER[0], SUPERUSER[1]]).output().expect("the binary runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        server.start_again().await;
        server
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_luge"));
        command.args(arguments).arg("--dir").arg(self.data()).stdin(Stdio::null()).current_dir(self.dir.path());
        command
    }

    /// Starts, and waits until it answers.
    pub async fn start_again(&mut self) {
        let log = File::options().create(true).append(true).open(self.output()).expect("its output can be kept");
        let mut command = self.command(&["serve", "--http", &format!("127.0.0.1:{}", self.port)]);
        command.stdout(log.try_clone().expect("a second handle")).stderr(log);
        let started = Instant::now();
        let mut child = command.spawn().expect("the binary runs");
        let health = format!("http://127.0.0.1:{}/api/health", self.port);
        while !reqwest::get(&health).await.is_ok_and(|answer| answer.status() == 200) {
            let ended = child.try_wait().expect("a child can be asked");
            assert!(ended.is_none() && started.elapsed() < PATIENCE, "the server does not come up ({ended:?}):\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.child = Some(child);
    }

    fn output(&self) -> PathBuf {
        self.dir.path().join("output")
    }

    /// The end of what it wrote.
    pub fn said(&self) -> String {
        let text = std::fs::read_to_string(self.output()).unwrap_or_default();
        let from = text.len().saturating_sub(4000);
        text.get(from..).unwrap_or(&text).to_owned()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }

    /// Stops it as a service manager would.
    pub async fn stop(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill can be called");
        assert!(told.success(), "kill -TERM");
        let asked = Instant::now();
        while child.try_wait().expect("a child can be asked").is_none() {
            assert!(asked.elapsed() < PATIENCE, "the server does not stop after SIGTERM:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Resident memory in bytes.
    pub fn resident(&self) -> u64 {
        let id = self.child.as_ref().expect("the server runs").id();
        let status = std::fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells the memory of a process");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself, which is what the test complains about then.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            println!("the server said:\n{}", self.said());
        }
    }
}
