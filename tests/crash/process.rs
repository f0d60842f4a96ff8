//! The child process as its parent sees it.

use super::ledger::{Ledger, Line};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

pub struct Process {
    child: Child,
    lines: Receiver<Line>,
}

impl Process {
    /// Starts a child on this directory. `more` are further settings: `NOTE` (longest note), `STOP_AFTER` (milliseconds).
    pub fn start(dir: &Path, seed: u64, more: &[(&str, u64)]) -> Process {
        let mut command = Command::new(std::env::current_exe().expect("this test has a file"));
        command.args(["child::child", "--exact", "--nocapture", "--test-threads=1"]);
        command.env("LUGE_CRASH_DIR", dir).env("LUGE_CRASH_SEED", seed.to_string());
        for (name, value) in more {
            command.env(format!("LUGE_CRASH_{name}"), value.to_string());
        }
        let mut child = command.stdout(Stdio::piped()).spawn().expect("this test can be started again");
        let output = child.stdout.take().expect("it is piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // What the test harness prints is no JSON; a line that was cut off by the kill is none either.
                if let Ok(line) = serde_json::from_str(&line)
                    && sender.send(line).is_err()
                {
                    return;
                }
            }
        });
        Process { child, lines }
    }

    /// Hears the child for so long.
    pub fn listen(&self, ledger: &mut Ledger, time: Duration) {
        let end = Instant::now() + time;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => ledger.hear(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Hears the child until it has acknowledged `count` more.
    pub fn listen_for(&self, ledger: &mut Ledger, count: u64) {
        let enough = ledger.acknowledged + count;
        while ledger.acknowledged < enough {
            ledger.hear(self.lines.recv_timeout(Duration::from_secs(60)).expect("the child goes on"));
        }
    }

    /// Hears the child until it says that it has closed the database.
    pub fn listen_to_the_end(&self, ledger: &mut Ledger) {
        while !ledger.closed {
            ledger.hear(self.lines.recv_timeout(Duration::from_secs(60)).expect("the child comes to its end"));
        }
        ledger.closed = false;
    }

    /// `kill -9`, and everything that it said until then.
    pub fn kill(mut self, ledger: &mut Ledger) {
        self.child.kill().expect("the child can be killed");
        self.child.wait().expect("the child ends");
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) {
            ledger.hear(line);
        }
    }

    /// Makes it stand still.
    pub fn halt(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Hears what it said before it was made to stand still.
    pub fn drain(&self, ledger: &mut Ledger) {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(30)) {
            ledger.hear(line);
        }
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill can be called");
        assert!(status.success(), "kill {signal}");
    }
}
